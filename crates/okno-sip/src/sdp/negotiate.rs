//! Offer and answer (RFC 3264) as functions.
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::keys::crypto;
use super::{
    AnswerParams, Attribute, AudioFormat, Codec, Direction, Dtls, Keys, Media, Negotiated, OfferParams, Origin, Protection, Rtcp, SdesKey,
    Sdp, SdpError, Setup, TelephoneEvent,
};

/// Payload types of telephone-event in our offers, by clock.
const EVENTS: [(u32, u8); 2] = [(8000, 101), (48000, 110)];
/// The packet length where nobody says one.
const PTIME: u16 = 20;
/// Packet lengths outside of this are not for voice.
const PTIMES: std::ops::RangeInclusive<u16> = 10..=120;

/// A description of what we would like.
pub fn offer(params: &OfferParams) -> Sdp {
    let mut media = stream(params, protocol(&params.protection).into());
    for codec in &params.codecs {
        media.formats.push(codec.payload.to_string());
        describe(&mut media.attributes, codec.payload, codec);
    }
    if params.dtmf {
        for (clock, payload) in EVENTS {
            if params.codecs.iter().any(|codec| codec.clock == clock) {
                media.formats.push(payload.to_string());
                events(&mut media.attributes, payload, clock);
            }
        }
    }
    media.attributes.push(Attribute::valued("ptime", params.ptime.to_string()));
    match &params.protection {
        Protection::None => {}
        Protection::Sdes { keys, .. } => {
            for (index, key) in keys.iter().enumerate() {
                media.attributes.push(Attribute::valued("crypto", key.line(index as u32 + 1)));
            }
        }
        Protection::Dtls { fingerprint, .. } => {
            media.attributes.push(Attribute::valued("fingerprint", fingerprint.clone()));
            media.attributes.push(Attribute::valued("setup", Setup::ActPass.as_str()));
        }
    }
    finish(&mut media, params, params.rtcp_mux, params.direction);
    session(params, vec![media])
}

/// Our answer to an offer, and what is agreed by it.
pub fn answer(offer: &Sdp, params: &AnswerParams) -> Result<(Sdp, Negotiated), SdpError> {
    let mut refused = SdpError::NoAudio;
    let mut chosen = None;
    for (index, media) in offer.media.iter().enumerate().filter(|(_, media)| media.kind == "audio" && media.port != 0) {
        match answer_stream(offer, media, params) {
            // The better protected stream wins where a phone offers both.
            Ok(found) if chosen.is_none() || found.1.srtp.is_some() || found.1.dtls.is_some() => {
                let secure = found.1.srtp.is_some() || found.1.dtls.is_some();
                chosen = Some((index, found));
                if secure {
                    break;
                }
            }
            Ok(_) => {}
            Err(error) => refused = error,
        }
    }
    let Some((chosen, (stream, negotiated))) = chosen else { return Err(refused) };
    let media = offer.media.iter().enumerate().map(|(index, media)| if index == chosen { stream.clone() } else { refuse(media) }).collect();
    Ok((session(params, media), negotiated))
}

/// What our offer and the other side's answer agree on.
pub fn accepted(offer: &Sdp, answer: &Sdp) -> Result<Negotiated, SdpError> {
    let (ours, theirs) = offer
        .media
        .iter()
        .zip(&answer.media)
        .find(|(ours, theirs)| ours.kind == "audio" && ours.port != 0 && theirs.kind == "audio" && theirs.port != 0)
        .ok_or(SdpError::NoAudio)?;
    let mut codec = None;
    for format in &theirs.formats {
        let Some(found) = format_of(theirs, format) else { continue };
        if is_event(&found.name) {
            continue;
        }
        let Some(own) = ours.formats.iter().filter_map(|format| format_of(ours, format)).find(|own| own.same(&found.name, found.clock))
        else {
            continue;
        };
        codec = Some((found, own));
        break;
    }
    let (found, own) = codec.ok_or_else(|| SdpError::NoCodec(names(theirs)))?;
    let dtmf = event_of(theirs, found.clock).and_then(|(send, clock)| {
        let receive =
            ours.formats.iter().filter_map(|format| format_of(ours, format)).find(|own| is_event(&own.name) && own.clock == clock)?;
        Some(TelephoneEvent { send, receive: receive.payload, clock })
    });
    let (srtp, dtls) = accepted_keys(offer, answer, ours, theirs)?;
    let wanted = offer.direction_of(ours);
    let (remote, reachable) = remote_of(answer, theirs)?;
    let (direction, held) = directions(wanted, answer.direction_of(theirs), reachable);
    Ok(Negotiated {
        remote,
        rtcp: rtcp_of(theirs, remote, ours.attribute("rtcp-mux").is_some()),
        codec: AudioFormat {
            send: found.payload,
            receive: own.payload,
            ptime: ptime_of(theirs, PTIME),
            name: own.name,
            clock: found.clock,
            channels: found.channels,
            parameters: found.parameters,
        },
        dtmf,
        direction,
        held,
        srtp,
        dtls,
    })
}

fn answer_stream(offer: &Sdp, media: &Media, params: &AnswerParams) -> Result<(Media, Negotiated), SdpError> {
    let offered: Vec<Codec> = media.formats.iter().filter_map(|format| format_of(media, format)).collect();
    let (ours, theirs) = params
        .codecs
        .iter()
        .find_map(|ours| offered.iter().find(|theirs| ours.same(&theirs.name, theirs.clock)).map(|theirs| (ours, theirs)))
        .ok_or_else(|| SdpError::NoCodec(names(media)))?;
    let (protection, srtp, dtls) = answer_keys(offer, media, &params.protection)?;
    let (remote, reachable) = remote_of(offer, media)?;
    let (direction, held) = directions(params.direction, offer.direction_of(media), reachable);
    let dtmf = if params.dtmf { event_of(media, theirs.clock) } else { None };

    let mut out = stream(params, media.protocol.clone());
    out.formats.push(theirs.payload.to_string());
    describe(&mut out.attributes, theirs.payload, &Codec { parameters: ours.parameters.clone(), ..theirs.clone() });
    if let Some((payload, clock)) = dtmf {
        out.formats.push(payload.to_string());
        events(&mut out.attributes, payload, clock);
    }
    let ptime = ptime_of(media, params.ptime);
    out.attributes.push(Attribute::valued("ptime", ptime.to_string()));
    out.attributes.extend(protection);
    let mux = params.rtcp_mux && media.attribute("rtcp-mux").is_some();
    finish(&mut out, params, mux, direction);
    let negotiated = Negotiated {
        remote,
        rtcp: rtcp_of(media, remote, mux),
        codec: AudioFormat {
            name: ours.name.clone(),
            clock: theirs.clock,
            channels: theirs.channels,
            send: theirs.payload,
            receive: theirs.payload,
            ptime,
            parameters: theirs.parameters.clone(),
        },
        dtmf: dtmf.map(|(payload, clock)| TelephoneEvent { send: payload, receive: payload, clock }),
        direction,
        held,
        srtp,
        dtls,
    };
    Ok((out, negotiated))
}

/// Lines for our answer, with the keys of both directions.
type Answered = (Vec<Attribute>, Option<Keys>, Option<Dtls>);

fn answer_keys(offer: &Sdp, media: &Media, protection: &Protection) -> Result<Answered, SdpError> {
    let tls = media.protocol.starts_with("UDP/TLS/");
    let secure = tls || media.protocol.contains("SAVP");
    match protection {
        Protection::None if secure => Err(SdpError::Encryption("the other side insists on encryption, and this connection has none")),
        Protection::None => Ok((Vec::new(), None, None)),
        Protection::Sdes { keys, required } => {
            if tls {
                return Err(SdpError::Encryption("the other side wants DTLS-SRTP, and this connection has SDES"));
            }
            if !secure {
                let refused = SdpError::Encryption("the other side does not encrypt, and this connection must");
                return if *required { Err(refused) } else { Ok((Vec::new(), None, None)) };
            }
            let offered: Vec<(u32, SdesKey)> = media.values("crypto").filter_map(crypto).collect();
            let (ours, (tag, theirs)) = keys
                .iter()
                .find_map(|ours| offered.iter().find(|(_, theirs)| theirs.suite == ours.suite).map(|found| (ours, found)))
                .ok_or(SdpError::Encryption("no encryption suite in common"))?;
            let keys = Keys { suite: ours.suite, send: ours.clone(), receive: theirs.clone() };
            Ok((vec![Attribute::valued("crypto", ours.line(*tag))], Some(keys), None))
        }
        Protection::Dtls { fingerprint, setup } => {
            if !tls {
                return Err(SdpError::Encryption("the other side does not offer DTLS-SRTP, and this connection must have it"));
            }
            let theirs = fingerprint_of(offer, media).ok_or(SdpError::Encryption("DTLS-SRTP without a SHA-256 fingerprint"))?;
            let ours = match setup_of(offer, media) {
                Setup::Active => Setup::Passive,
                Setup::ActPass if *setup == Setup::Passive => Setup::Passive,
                Setup::Passive | Setup::ActPass => Setup::Active,
            };
            let lines = vec![Attribute::valued("fingerprint", fingerprint.clone()), Attribute::valued("setup", ours.as_str())];
            Ok((lines, None, Some(Dtls { fingerprint: theirs, we_connect: ours == Setup::Active })))
        }
    }
}

fn accepted_keys(offer: &Sdp, answer: &Sdp, ours: &Media, theirs: &Media) -> Result<(Option<Keys>, Option<Dtls>), SdpError> {
    if ours.protocol.starts_with("UDP/TLS/") {
        let fingerprint = fingerprint_of(answer, theirs).ok_or(SdpError::Encryption("the answer has no SHA-256 fingerprint"))?;
        let we_connect = setup_of(answer, theirs) == Setup::Passive;
        debug_assert!(fingerprint_of(offer, ours).is_some());
        return Ok((None, Some(Dtls { fingerprint, we_connect })));
    }
    if !ours.protocol.contains("SAVP") {
        return Ok((None, None));
    }
    if !theirs.protocol.contains("SAVP") {
        return Err(SdpError::Encryption("the answer gives up encryption"));
    }
    let offered: Vec<(u32, SdesKey)> = ours.values("crypto").filter_map(crypto).collect();
    let (tag, receive) = theirs.values("crypto").find_map(crypto).ok_or(SdpError::Encryption("the answer has no key"))?;
    let (_, send) = offered
        .into_iter()
        .find(|(own, key)| *own == tag && key.suite == receive.suite)
        .ok_or(SdpError::Encryption("the answer takes a suite that was not offered"))?;
    Ok((Some(Keys { suite: receive.suite, send, receive }), None))
}

fn protocol(protection: &Protection) -> &'static str {
    match protection {
        Protection::None => "RTP/AVP",
        Protection::Sdes { .. } => "RTP/SAVP",
        Protection::Dtls { .. } => "UDP/TLS/RTP/SAVP",
    }
}

fn session(params: &OfferParams, media: Vec<Media>) -> Sdp {
    let address = params.address.ip().to_string();
    Sdp {
        origin: Origin { user: "-".into(), session: params.session, version: params.version, address: address.clone() },
        name: "-".into(),
        connection: Some(address),
        attributes: Vec::new(),
        media,
        other: Vec::new(),
    }
}

fn stream(params: &OfferParams, protocol: String) -> Media {
    Media {
        kind: "audio".into(),
        port: params.address.port(),
        protocol,
        formats: Vec::new(),
        connection: None,
        attributes: Vec::new(),
        other: Vec::new(),
    }
}

fn finish(media: &mut Media, params: &OfferParams, mux: bool, direction: Direction) {
    if mux {
        media.attributes.push(Attribute::flag("rtcp-mux"));
    } else if let Some(rtcp) = params.rtcp
        && (rtcp.ip() != params.address.ip() || Some(rtcp.port()) != params.address.port().checked_add(1))
    {
        let family = if rtcp.is_ipv4() { "IP4" } else { "IP6" };
        media.attributes.push(Attribute::valued("rtcp", format!("{} IN {family} {}", rtcp.port(), rtcp.ip())));
    }
    media.attributes.push(Attribute::flag(direction.as_str()));
}

/// An offered stream that we do not take: the same line with port 0.
fn refuse(media: &Media) -> Media {
    Media { port: 0, connection: None, attributes: Vec::new(), other: Vec::new(), ..media.clone() }
}

fn describe(attributes: &mut Vec<Attribute>, payload: u8, codec: &Codec) {
    let channels = if codec.channels > 1 { format!("/{}", codec.channels) } else { String::new() };
    attributes.push(Attribute::valued("rtpmap", format!("{payload} {}/{}{channels}", codec.name, codec.clock)));
    if let Some(parameters) = &codec.parameters {
        attributes.push(Attribute::valued("fmtp", format!("{payload} {parameters}")));
    }
}

fn events(attributes: &mut Vec<Attribute>, payload: u8, clock: u32) {
    attributes.push(Attribute::valued("rtpmap", format!("{payload} telephone-event/{clock}")));
    attributes.push(Attribute::valued("fmtp", format!("{payload} 0-15")));
}

fn is_event(name: &str) -> bool {
    name.eq_ignore_ascii_case("telephone-event")
}

/// What a payload type of a stream means: its `rtpmap`, or the fixed meaning of RFC 3551.
fn format_of(media: &Media, format: &str) -> Option<Codec> {
    let payload: u8 = format.parse().ok().filter(|payload| *payload < 128)?;
    let value_of = |name| {
        media.values(name).find_map(|value| {
            let (number, rest) = value.split_once(char::is_whitespace)?;
            (number == format).then(|| rest.trim().to_owned())
        })
    };
    let (name, clock, channels) = match value_of("rtpmap") {
        Some(map) => {
            let mut parts = map.split('/');
            let name = parts.next()?.trim().to_owned();
            let clock = parts.next()?.trim().parse().ok()?;
            (name, clock, parts.next().and_then(|text| text.trim().parse().ok()).unwrap_or(1))
        }
        None => match payload {
            0 => ("PCMU".to_owned(), 8000, 1),
            3 => ("GSM".to_owned(), 8000, 1),
            8 => ("PCMA".to_owned(), 8000, 1),
            9 => ("G722".to_owned(), 8000, 1),
            18 => ("G729".to_owned(), 8000, 1),
            _ => return None,
        },
    };
    Some(Codec { name, clock, channels, payload, parameters: value_of("fmtp") })
}

/// The telephone-event of a stream that fits a codec: at its clock, else at 8000 Hz.
fn event_of(media: &Media, clock: u32) -> Option<(u8, u32)> {
    let all: Vec<Codec> =
        media.formats.iter().filter_map(|format| format_of(media, format)).filter(|codec| is_event(&codec.name)).collect();
    let fitting = all.iter().find(|codec| codec.clock == clock).or_else(|| all.iter().find(|codec| codec.clock == 8000))?;
    Some((fitting.payload, fitting.clock))
}

fn names(media: &Media) -> String {
    let names: Vec<String> =
        media.formats.iter().take(16).map(|format| format_of(media, format).map_or_else(|| format.clone(), |codec| codec.name)).collect();
    names.join(", ")
}

fn ptime_of(media: &Media, ours: u16) -> u16 {
    let of = |name| media.attribute(name).and_then(|text| text.trim().parse::<u16>().ok()).filter(|ms| PTIMES.contains(ms));
    let wanted = of("ptime").unwrap_or(ours);
    of("maxptime").map_or(wanted, |longest| wanted.min(longest))
}

/// Where the other side gets voice, and whether it can at all: `c=0.0.0.0` is the old way to say hold.
fn remote_of(sdp: &Sdp, media: &Media) -> Result<(SocketAddr, bool), SdpError> {
    let ip = sdp.address_of(media)?;
    if ip.is_multicast() || ip == IpAddr::V4(Ipv4Addr::BROADCAST) {
        return Err(SdpError::Address(ip.to_string()));
    }
    Ok((SocketAddr::new(ip, media.port), !ip.is_unspecified()))
}

fn rtcp_of(media: &Media, remote: SocketAddr, mux: bool) -> Rtcp {
    if mux && media.attribute("rtcp-mux").is_some() {
        return Rtcp::Mux;
    }
    let named = media.attribute("rtcp").and_then(|value| {
        let mut parts = value.split_whitespace();
        let port: u16 = parts.next()?.parse().ok().filter(|port| *port != 0)?;
        let ip = parts.nth(2).and_then(|text| text.parse().ok()).unwrap_or(remote.ip());
        Some(SocketAddr::new(ip, port))
    });
    Rtcp::At(named.unwrap_or_else(|| SocketAddr::new(remote.ip(), remote.port().saturating_add(1))))
}

/// Our direction and whether the other side holds us, from what we want and what it says.
fn directions(ours: Direction, theirs: Direction, reachable: bool) -> (Direction, bool) {
    let hears = theirs.receives() && reachable;
    (Direction::of(ours.sends() && hears, ours.receives() && theirs.sends()), !hears)
}

fn fingerprint_of(sdp: &Sdp, media: &Media) -> Option<String> {
    // Several hashes may be told; SHA-256 is the one that everybody must know (RFC 8122).
    let own = media.attributes.iter().chain(&sdp.attributes).filter(|attribute| attribute.name == "fingerprint");
    own.filter_map(|attribute| attribute.value.as_deref())
        .find(|value| value.get(..8).is_some_and(|hash| hash.eq_ignore_ascii_case("sha-256 ")))
        .map(str::to_owned)
}

fn setup_of(sdp: &Sdp, media: &Media) -> Setup {
    let session = || sdp.attributes.iter().find(|attribute| attribute.name == "setup").and_then(|attribute| attribute.value.as_deref());
    media.attribute("setup").or_else(session).and_then(Setup::parse).unwrap_or(Setup::ActPass)
}
