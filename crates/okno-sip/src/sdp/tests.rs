use std::net::SocketAddr;

use proptest::prelude::*;

use super::*;

fn params(port: u16) -> OfferParams {
    OfferParams { address: SocketAddr::from(([192, 0, 2, 1], port)), session: 3, version: 9, ..OfferParams::default() }
}

fn parse(lines: &str) -> Sdp {
    Sdp::parse(
        format!("v=0\r\no=- 1 2 IN IP4 198.51.100.7\r\ns=x\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n{}", lines.replace('\n', "\r\n"))
            .as_bytes(),
    )
    .unwrap()
}

fn answered(lines: &str) -> (Sdp, Negotiated) {
    answer(&parse(lines), &params(4000)).unwrap()
}

#[test]
fn a_stream_with_control_characters_in_its_words_is_refused() {
    // Found by the fuzzer: the protocol came back empty in our answer.
    for line in ["audio 4000 \0 0", "audio 4000 RTP/\x07AVP 0", "au\x7fdio 4000 RTP/AVP 0", "audio 4000 RTP/AVP 0\0"] {
        let text = format!("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm={line}\r\n");
        assert!(Sdp::parse(text.as_bytes()).is_err(), "{line:?}");
    }
}

#[test]
fn an_offer_and_its_answer_agree_on_both_sides() {
    let ours = offer(&params(4000));
    let theirs =
        OfferParams { codecs: vec![Codec::pcmu(), Codec::opus()], address: SocketAddr::from(([198, 51, 100, 7], 5000)), ..params(0) };
    let (reply, there) = answer(&ours, &theirs).unwrap();
    let here = accepted(&ours, &reply).unwrap();
    assert_eq!((here.codec.name.as_str(), there.codec.name.as_str()), ("PCMU", "PCMU"));
    assert_eq!((here.remote, there.remote), (SocketAddr::from(([198, 51, 100, 7], 5000)), SocketAddr::from(([192, 0, 2, 1], 4000))));
    assert_eq!(here.dtmf, Some(TelephoneEvent { send: 101, receive: 101, clock: 8000 }));
    assert_eq!((here.direction, here.held), (Direction::SendRecv, false));
    assert_eq!(here.rtcp, Rtcp::At(SocketAddr::from(([198, 51, 100, 7], 5001))));
}

#[test]
fn our_order_of_codecs_decides() {
    let (reply, agreed) = answered("m=audio 5000 RTP/AVP 0 8 101\na=rtpmap:101 telephone-event/8000\n");
    assert_eq!(agreed.codec.name, "PCMA");
    assert_eq!(reply.media[0].formats, ["8", "101"]);
    assert_eq!(answer(&parse("m=audio 5000 RTP/AVP 18 3\n"), &params(1)).unwrap_err(), SdpError::NoCodec("G729, GSM".into()));
}

#[test]
fn payload_types_are_theirs_in_an_answer_and_may_differ_by_direction() {
    let opus = OfferParams { codecs: vec![Codec::opus()], ..params(4000) };
    let theirs = parse(
        "m=audio 5000 RTP/AVP 96 97 98\na=rtpmap:96 opus/48000/2\na=fmtp:96 useinbandfec=1\na=rtpmap:97 telephone-event/8000\na=rtpmap:98 telephone-event/48000\n",
    );
    let (reply, agreed) = answer(&theirs, &opus).unwrap();
    assert_eq!((agreed.codec.send, agreed.codec.receive), (96, 96));
    assert_eq!(agreed.codec.parameters.as_deref(), Some("useinbandfec=1"));
    assert_eq!(agreed.dtmf, Some(TelephoneEvent { send: 98, receive: 98, clock: 48000 }));
    assert!(reply.to_string().contains("a=rtpmap:96 opus/48000/2"));
    // The other side may answer with numbers of its own.
    let ours = offer(&opus);
    let reply = parse("m=audio 5000 RTP/AVP 120 121\na=rtpmap:120 OPUS/48000/2\na=rtpmap:121 telephone-event/48000\n");
    let agreed = accepted(&ours, &reply).unwrap();
    assert_eq!((agreed.codec.send, agreed.codec.receive), (120, 111));
    assert_eq!(agreed.dtmf, Some(TelephoneEvent { send: 121, receive: 110, clock: 48000 }));
}

#[test]
fn hold_has_many_forms() {
    for (lines, ours, held) in [
        ("m=audio 5000 RTP/AVP 8\na=sendonly\n", Direction::RecvOnly, true),
        ("m=audio 5000 RTP/AVP 8\na=inactive\n", Direction::Inactive, true),
        ("m=audio 5000 RTP/AVP 8\na=recvonly\n", Direction::SendOnly, false),
        ("a=sendonly\nm=audio 5000 RTP/AVP 8\n", Direction::RecvOnly, true),
        ("m=audio 5000 RTP/AVP 8\nc=IN IP4 0.0.0.0\n", Direction::RecvOnly, true),
        ("a=inactive\nm=audio 5000 RTP/AVP 8\na=sendrecv\n", Direction::SendRecv, false),
        ("m=audio 5000 RTP/AVP 8\n", Direction::SendRecv, false),
    ] {
        let (reply, agreed) = answered(lines);
        assert_eq!((agreed.direction, agreed.held), (ours, held), "{lines}");
        assert_eq!(reply.direction_of(&reply.media[0]), ours, "{lines}");
    }
    // We hold: what the other side may do follows.
    let ours = offer(&params(4000)).with_direction(Direction::SendOnly);
    let agreed = accepted(&ours, &parse("m=audio 5000 RTP/AVP 8\na=recvonly\n")).unwrap();
    assert_eq!((agreed.direction, agreed.held), (Direction::SendOnly, false));
    assert_eq!(
        ours.clone().with_direction(Direction::SendRecv).direction_of(&ours.media[0]),
        Direction::SendOnly,
        "the old one is untouched"
    );
}

#[test]
fn other_streams_are_refused_in_their_place() {
    let (reply, _) = answered(
        "m=video 6000 RTP/AVP 96\na=rtpmap:96 H264/90000\nm=audio 5000 RTP/AVP 8\nm=audio 5002 RTP/AVP 8\nm=application 7000 TCP/BFCP *\n",
    );
    let seen: Vec<(&str, u16)> = reply.media.iter().map(|media| (media.kind.as_str(), media.port)).collect();
    assert_eq!(seen, [("video", 0), ("audio", 4000), ("audio", 0), ("application", 0)]);
    assert_eq!(answer(&parse("m=video 6000 RTP/AVP 96\n"), &params(1)).unwrap_err(), SdpError::NoAudio);
    assert_eq!(answer(&parse("m=audio 0 RTP/AVP 8\n"), &params(1)).unwrap_err(), SdpError::NoAudio);
    assert_eq!(accepted(&offer(&params(1)), &parse("m=audio 0 RTP/AVP 8\n")).unwrap_err(), SdpError::NoAudio);
}

#[test]
fn packets_and_rtcp_are_as_they_want() {
    let (_, agreed) = answered("m=audio 5000 RTP/AVP 8\na=ptime:30\na=maxptime:60\na=rtcp:9001 IN IP4 203.0.113.5\n");
    assert_eq!(agreed.codec.ptime, 30);
    assert_eq!(agreed.rtcp, Rtcp::At("203.0.113.5:9001".parse().unwrap()));
    assert_eq!(answered("m=audio 5000 RTP/AVP 8\na=ptime:9999\n").1.codec.ptime, 20, "no voice has such packets");
    assert_eq!(answered("m=audio 5000 RTP/AVP 8\na=maxptime:10\n").1.codec.ptime, 10);
    let mux = OfferParams { rtcp_mux: true, ..params(4000) };
    assert_eq!(answer(&parse("m=audio 5000 RTP/AVP 8\na=rtcp-mux\n"), &mux).unwrap().1.rtcp, Rtcp::Mux);
    assert_eq!(answered("m=audio 5000 RTP/AVP 8\na=rtcp-mux\n").1.rtcp, Rtcp::At("198.51.100.7:5001".parse().unwrap()));
    let apart = OfferParams { rtcp: Some("192.0.2.1:4999".parse().unwrap()), ..params(4000) };
    assert!(offer(&apart).to_string().contains("a=rtcp:4999 IN IP4 192.0.2.1"));
}

#[test]
fn addresses_that_are_none_are_refused() {
    for address in ["224.0.0.1", "255.255.255.255", "name.example"] {
        let offer = parse(&format!("m=audio 5000 RTP/AVP 8\nc=IN IP4 {address}\n"));
        assert!(matches!(answer(&offer, &params(1)), Err(SdpError::Address(_))), "{address}");
    }
    let six =
        Sdp::parse(b"v=0\r\no=- 1 1 IN IP6 2001:db8::1\r\ns=-\r\nc=IN IP6 2001:db8::1\r\nt=0 0\r\nm=audio 5000 RTP/AVP 8\r\n").unwrap();
    assert_eq!(answer(&six, &params(1)).unwrap().1.remote, "[2001:db8::1]:5000".parse().unwrap());
}

#[test]
fn keys_are_exchanged_and_nothing_falls_back_in_silence() {
    let keys = |suites: &[Suite]| suites.iter().map(|suite| SdesKey::random(*suite)).collect::<Vec<_>>();
    let sdes = |keys: Vec<SdesKey>, required| OfferParams { protection: Protection::Sdes { keys, required }, ..params(4000) };
    let here = sdes(keys(&[Suite::AeadAes256Gcm, Suite::AesCm128HmacSha1_80]), true);
    let there = sdes(keys(&[Suite::AesCm128HmacSha1_80]), false);
    let ours = offer(&here);
    let (reply, theirs) = answer(&ours, &there).unwrap();
    let agreed = accepted(&ours, &reply).unwrap();
    let (a, b) = (agreed.srtp.unwrap(), theirs.srtp.unwrap());
    assert_eq!(a.suite, Suite::AesCm128HmacSha1_80);
    assert_eq!((&a.send, &a.receive), (&b.receive, &b.send));
    assert!(reply.to_string().contains("a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:"), "the tag is the offer's");
    assert!(!format!("{a:?}").contains(&format!("{:?}", a.send.material)), "no key reaches a log");

    // Plain against encrypted.
    assert!(matches!(answer(&ours, &params(1)), Err(SdpError::Encryption(_))));
    assert!(matches!(answer(&offer(&params(1)), &here), Err(SdpError::Encryption(_))), "required");
    assert_eq!(answer(&offer(&params(1)), &there).unwrap().1.srtp, None, "not required");
    let plain = parse("m=audio 5000 RTP/AVP 8\n");
    assert!(matches!(accepted(&ours, &plain), Err(SdpError::Encryption(_))), "an answer must not give it up");
    let foreign = parse(&format!("m=audio 5000 RTP/SAVP 8\na=crypto:7 {}\n", &SdesKey::random(Suite::AesCm128HmacSha1_80).line(7)[2..]));
    assert!(matches!(accepted(&ours, &foreign), Err(SdpError::Encryption(_))), "a tag that was not offered");
    // A phone that offers both gets the encrypted one.
    let both = parse(&format!(
        "m=audio 5000 RTP/AVP 8\nm=audio 5002 RTP/SAVP 8\na=crypto:{}\n",
        SdesKey::random(Suite::AesCm128HmacSha1_80).line(1)
    ));
    let (reply, agreed) = answer(&both, &there).unwrap();
    assert_eq!((reply.media[0].port, reply.media[1].port), (0, 4000));
    assert!(agreed.srtp.is_some());
}

#[test]
fn crypto_lines_that_are_not_for_us() {
    let good = SdesKey::random(Suite::AesCm128HmacSha1_80).line(1);
    assert!(keys::crypto(&good).is_some());
    assert!(keys::crypto(&format!("{good}|2^20")).is_some(), "a lifetime");
    for bad in [
        format!("{good}|2^20|1:4"),
        format!("{good} UNENCRYPTED_SRTP"),
        format!("{good} KDR=1"),
        good.replace("80", "64"),
        good.replace("inline:", "inline:AAAA"),
        good.replace("inline", "uri"),
        String::new(),
        "1".into(),
    ] {
        assert_eq!(keys::crypto(&bad), None, "{bad}");
    }
}

#[test]
fn dtls_has_roles_and_fingerprints() {
    let side = |setup| OfferParams { protection: Protection::Dtls { fingerprint: "sha-256 AA:BB".into(), setup }, ..params(4000) };
    let ours = offer(&side(Setup::ActPass));
    assert_eq!(ours.media[0].protocol, "UDP/TLS/RTP/SAVP");
    let (reply, there) = answer(&ours, &side(Setup::ActPass)).unwrap();
    let here = accepted(&ours, &reply).unwrap();
    assert_eq!((here.dtls.unwrap().we_connect, there.dtls.unwrap().we_connect), (false, true));
    let (reply, there) = answer(&ours, &side(Setup::Passive)).unwrap();
    assert!(!there.dtls.unwrap().we_connect);
    assert!(accepted(&ours, &reply).unwrap().dtls.unwrap().we_connect);
    assert!(matches!(answer(&offer(&params(1)), &side(Setup::ActPass)), Err(SdpError::Encryption(_))));
}

#[test]
fn nonsense_is_refused() {
    let long = vec![b'a'; 40_000];
    for bytes in [&b""[..], b"v=0", b"hello", b"\0\0", &[0xff; 100], &long] {
        assert!(Sdp::parse(bytes).is_err());
    }
    let many = format!("v=0\r\no=- 1 1 IN IP4 1.1.1.1\r\ns=-\r\nt=0 0\r\n{}", "m=audio 1 RTP/AVP 0\r\n".repeat(100));
    assert!(Sdp::parse(many.as_bytes()).is_err());
}

fn token() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9][a-zA-Z0-9./+-]{0,12}"
}

fn attribute() -> impl Strategy<Value = Attribute> {
    (
        prop_oneof![
            Just("rtpmap".to_owned()),
            Just("fmtp".to_owned()),
            Just("crypto".to_owned()),
            Just("sendonly".to_owned()),
            "[a-z][a-z0-9-]{0,12}"
        ],
        prop::option::of("[!-~][ -~]{0,30}[!-~]"),
    )
        .prop_map(|(name, value)| Attribute { name, value })
}

fn media() -> impl Strategy<Value = Media> {
    (
        prop_oneof![Just("audio".to_owned()), Just("video".to_owned()), "[a-z]{1,8}"],
        any::<u16>(),
        prop_oneof![Just("RTP/AVP".to_owned()), Just("RTP/SAVP".to_owned()), Just("UDP/TLS/RTP/SAVPF".to_owned())],
        prop::collection::vec(prop_oneof![(0..128_u8).prop_map(|payload| payload.to_string()), token()], 1..6),
        prop::option::of(any::<[u8; 4]>()),
        prop::collection::vec(attribute(), 0..8),
    )
        .prop_map(|(kind, port, protocol, formats, connection, attributes)| Media {
            kind,
            port,
            protocol,
            formats,
            connection: connection.map(|bytes| IpAddr::from(bytes).to_string()),
            attributes,
            other: Vec::new(),
        })
}

fn description() -> impl Strategy<Value = Sdp> {
    (any::<u64>(), any::<u64>(), any::<[u8; 4]>(), prop::collection::vec(attribute(), 0..4), prop::collection::vec(media(), 0..5)).prop_map(
        |(session, version, ip, attributes, media)| Sdp {
            origin: Origin { user: "-".into(), session, version, address: IpAddr::from(ip).to_string() },
            name: "-".into(),
            connection: Some(IpAddr::from(ip).to_string()),
            attributes,
            media,
            other: Vec::new(),
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(sdp in description()) {
        prop_assert_eq!(Sdp::parse(sdp.to_string().as_bytes()).unwrap(), sdp);
    }

    #[test]
    fn an_answer_has_the_streams_of_its_offer(sdp in description(), direction in prop_oneof![Just(Direction::SendRecv), Just(Direction::Inactive)]) {
        let params = OfferParams { direction, ..params(4000) };
        if let Ok((reply, agreed)) = answer(&sdp, &params) {
            prop_assert_eq!(reply.media.len(), sdp.media.len());
            prop_assert_eq!(reply.media.iter().filter(|media| media.port != 0).count(), 1);
            for (ours, theirs) in reply.media.iter().zip(&sdp.media) {
                prop_assert_eq!(&ours.kind, &theirs.kind);
                prop_assert_eq!(&ours.protocol, &theirs.protocol);
            }
            prop_assert!(direction != Direction::Inactive || agreed.direction == Direction::Inactive);
            prop_assert!(Sdp::parse(reply.to_string().as_bytes()).is_ok());
        }
    }

    #[test]
    fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(sdp) = Sdp::parse(&bytes) {
            let _ = answer(&sdp, &params(1));
            let _ = accepted(&sdp, &sdp);
        }
    }

    #[test]
    fn lines_of_an_offer_in_any_order_never_panic(lines in prop::collection::vec(prop_oneof![
        Just("m=audio 5000 RTP/AVP 8 101"), Just("a=rtpmap:101 telephone-event/8000"), Just("c=IN IP4 0.0.0.0"), Just("a=sendonly"), Just("a=fmtp:"),
        Just("a=rtpmap:"), Just("a=rtpmap:8"), Just("a=crypto:1 X inline:"), Just("a=ptime:-1"), Just("m=audio 99999 RTP/AVP"), Just("a="), Just("b=AS:64"),
        Just("t=0 0"), Just("c=IN IP6 ::"), Just("a=rtcp:70000"), Just("a=setup:holdconn"), Just("a=fingerprint:x"),
    ], 0..20)) {
        let text = format!("v=0\r\no=- 1 1 IN IP4 1.1.1.1\r\ns=-\r\n{}\r\n", lines.join("\r\n"));
        if let Ok(sdp) = Sdp::parse(text.as_bytes()) {
            let _ = answer(&sdp, &params(1));
            let _ = accepted(&sdp, &sdp);
        }
    }
}
