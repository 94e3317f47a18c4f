use super::*;

fn payload(n: u16) -> Vec<u8> {
    (0..160u16).map(|i| (n.wrapping_mul(31).wrapping_add(i) % 251) as u8).collect()
}

#[test]
fn payloads_pass_bit_exact_with_continuous_numbers() {
    let mut stage = Stage::new();
    let (mut a, mut b) = (stage.phone(Codec::Pcma), stage.phone(Codec::Pcma));
    stage.bridge(a.leg, b.leg);
    stage.settle(b.leg);
    let mut last: Option<Heard> = None;
    for n in 0..200 {
        a.say(&payload(n));
        let heard = b.hear();
        assert_eq!(heard.payload, payload(n));
        if let Some(last) = &last {
            assert_eq!((heard.seq, heard.timestamp), (last.seq.wrapping_add(1), last.timestamp.wrapping_add(160)));
            assert_eq!((heard.ssrc, heard.marker), (last.ssrc, false));
        } else {
            assert!(heard.marker);
            assert_ne!(heard.ssrc, a.ssrc, "the far end sees our stream");
        }
        last = Some(heard);
        b.say(&payload(n + 1000));
        assert_eq!(a.hear().payload, payload(n + 1000));
    }
    let report = stage.settle(a.leg);
    assert_eq!((report.received, report.sent, report.lost, report.refused), (200, 200, 0, 0));
    assert!(report.mos > 4.0);
}

#[test]
fn loss_and_order_of_the_source_are_kept() {
    let mut stage = Stage::new();
    let (mut a, b) = (stage.phone(Codec::Pcmu), stage.phone(Codec::Pcmu));
    stage.bridge(a.leg, b.leg);
    stage.settle(b.leg);
    let packets: Vec<_> = (0..6).map(|n| a.packet(&payload(n))).collect();
    for n in [0, 1, 4, 3, 5] {
        a.raw(&packets[n]);
    }
    let heard: Vec<_> = (0..5).map(|_| b.hear()).collect();
    let offsets: Vec<_> = heard.iter().map(|h| h.seq.wrapping_sub(heard[0].seq)).collect();
    assert_eq!(offsets, [0, 1, 4, 3, 5]);
    assert_eq!(stage.settle(a.leg).lost, 1);
}

#[test]
fn strangers_are_ignored_and_cannot_take_over() {
    let mut stage = Stage::new();
    let (mut a, b) = (stage.phone(Codec::Pcmu), stage.phone(Codec::Pcmu));
    stage.bridge(a.leg, b.leg);
    stage.settle(b.leg);
    let mut stranger = Phone {
        socket: UdpSocket::bind(("127.0.0.1", 0)).unwrap(),
        ssrc: 99,
        seq: a.seq,
        timestamp: a.timestamp,
        ..Phone::new(stage.open(), Codec::Pcmu)
    };
    stranger.to = a.to;
    for n in 0..20 {
        stranger.say(&payload(n)); // before the first valid packet
    }
    assert_eq!(stage.settle(a.leg).refused, 20);
    a.say(&payload(500));
    assert_eq!(b.hear().payload, payload(500));
    for n in 0..20 {
        stranger.ssrc = if n % 2 == 0 { a.ssrc } else { 7 };
        stranger.say(&payload(n));
        a.say(&payload(600 + n));
        assert_eq!(b.hear().payload, payload(600 + n));
    }
    // The right address with another SSRC, while the pinned one is heard.
    let own = a.ssrc;
    a.ssrc = 12_345;
    a.say(&payload(3));
    a.ssrc = own;
    a.seq = a.seq.wrapping_sub(1);
    a.say(&payload(700));
    assert_eq!(b.hear().payload, payload(700));
    let report = stage.settle(a.leg);
    assert_eq!((report.received, report.refused), (22, 41));
}

#[test]
fn a_far_end_behind_a_nat_is_found_by_its_first_packet() {
    let mut stage = Stage::new();
    let (port, b) = (stage.open(), stage.phone(Codec::Pcmu));
    let mut a = Phone::new(port, Codec::Pcmu);
    let private = "127.0.0.99:4000".parse().unwrap();
    let remote = RtpRemote { addr: private, symmetric: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)), ..a.remote() };
    stage.media.command(a.leg, Command::Remote(Box::new(remote)));
    stage.bridge(a.leg, b.leg);
    a.say(&payload(1));
    assert_eq!(b.hear().payload, payload(1));
    let mut b = b;
    b.say(&payload(2));
    assert_eq!(a.hear().payload, payload(2), "what we send goes to where it came from");
    // Another port of the same address is a stranger now, until the signaling agrees anew.
    let mut moved = Phone { to: a.to, ..Phone::new(stage.open(), Codec::Pcmu) };
    moved.say(&payload(3));
    assert_eq!(stage.settle(a.leg).refused, 1);
    let remote = RtpRemote { addr: private, symmetric: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)), ..a.remote() };
    stage.media.command(a.leg, Command::Remote(Box::new(remote)));
    stage.settle(a.leg);
    moved.say(&payload(4));
    assert_eq!(b.hear().payload, payload(4));
}

/// A phone of the same office that had our port in its last call and has not heard of its end.
fn stray(stage: &mut Stage, of: &Phone) -> Phone {
    Phone { to: of.to, ..Phone::new(stage.open(), Codec::Pcmu) }
}

#[test]
fn the_far_end_that_was_named_goes_before_another_of_its_address() {
    let mut stage = Stage::new();
    let (port, b) = (stage.open(), stage.phone(Codec::Pcmu));
    let mut a = Phone::new(port, Codec::Pcmu);
    let mut stray = stray(&mut stage, &a);
    let remote = RtpRemote { symmetric: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)), ..a.remote() };
    stage.media.command(a.leg, Command::Remote(Box::new(remote)));
    stage.bridge(a.leg, b.leg);
    stray.say(&payload(1));
    assert_eq!(b.hear().payload, payload(1), "it may be one behind a NAT");
    for n in 2..10 {
        a.say(&payload(n));
        assert_eq!(b.hear().payload, payload(n), "who was named is heard at once");
        stray.say(&payload(100 + n));
    }
    assert_eq!(stage.settle(a.leg).refused, 8, "and nobody else from then on");
}

#[test]
fn behind_a_nat_the_silence_of_one_port_lets_another_speak() {
    let mut stage = Stage::new();
    let (port, b) = (stage.open(), stage.phone(Codec::Pcmu));
    let mut a = Phone::new(port, Codec::Pcmu);
    let mut stray = stray(&mut stage, &a);
    let private = "127.0.0.99:4000".parse().unwrap();
    let remote = RtpRemote { addr: private, symmetric: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)), ..a.remote() };
    stage.media.command(a.leg, Command::Remote(Box::new(remote)));
    stage.bridge(a.leg, b.leg);
    stray.say(&payload(1));
    assert_eq!(b.hear().payload, payload(1));
    let until = Instant::now() + PATIENCE;
    while stage.settle(a.leg).received < 2 {
        assert!(Instant::now() < until, "never heard");
        a.say(&payload(2));
    }
    assert_eq!(b.hear().payload, payload(2));
    a.say(&payload(3));
    stray.say(&payload(4));
    while b.hear().payload != payload(3) {}
    stage.settle(a.leg);
    assert!(b.hears_nothing(), "the other one has lost its right");
}

#[test]
fn a_change_of_the_source_makes_no_jump() {
    let mut stage = Stage::new();
    let mut talkers: Vec<_> = (0..3).map(|_| stage.phone(Codec::Pcmu)).collect();
    let listener = stage.phone(Codec::Pcmu);
    let mut last: Option<Heard> = None;
    for round in 0..30u16 {
        let talker = &mut talkers[usize::from(round) % 3];
        stage.source(listener.leg, Source::Relay(talker.leg));
        stage.settle(listener.leg);
        for n in 0..5u16 {
            talker.say(&payload(round * 5 + n));
            let heard = listener.hear();
            assert_eq!(heard.payload, payload(round * 5 + n));
            if let Some(last) = &last {
                assert_eq!((heard.seq, heard.ssrc), (last.seq.wrapping_add(1), last.ssrc));
                let step = heard.timestamp.wrapping_sub(last.timestamp);
                assert!((160..80_000).contains(&step), "timestamp jumps by {step}");
                assert_eq!(heard.marker, n == 0);
            }
            last = Some(heard);
        }
    }
}

#[test]
fn a_muted_leg_is_heard_as_silence() {
    let mut stage = Stage::new();
    let (mut a, b) = (stage.phone(Codec::Pcmu), stage.phone(Codec::Pcmu));
    stage.bridge(a.leg, b.leg);
    stage.media.command(a.leg, Command::Mute(true));
    stage.settle(a.leg);
    a.say(&payload(1));
    assert_eq!(b.hear().payload, [0xff; 160]);
    a.press(5, 101, 8000);
    assert_eq!(stage.wait(|event| if let MediaEvent::Dtmf { digit, .. } = event { Some(*digit) } else { None }), '5');
    stage.media.command(a.leg, Command::Mute(false));
    stage.settle(a.leg);
    a.say(&payload(2));
    let heard = std::iter::repeat_with(|| b.hear()).find(|heard| heard.payload_type == 0).unwrap();
    assert_eq!(heard.payload, payload(2));
}

#[test]
fn a_hold_stops_what_we_send() {
    let mut stage = Stage::new();
    let (a, mut b) = (stage.phone(Codec::Pcmu), stage.phone(Codec::Pcmu));
    stage.bridge(a.leg, b.leg);
    stage.media.command(a.leg, Command::Remote(Box::new(RtpRemote { direction: Direction::Inactive, ..a.remote() })));
    stage.settle(a.leg);
    b.say(&payload(1));
    while stage.settle(b.leg).received == 0 {}
    assert!(a.hears_nothing());
    stage.media.command(a.leg, Command::Remote(Box::new(a.remote())));
    stage.settle(a.leg);
    b.say(&payload(2));
    assert_eq!(a.hear().payload, payload(2));
}

#[test]
fn legs_of_different_threads_hear_each_other() {
    let mut stage = Stage::with(|config| config.threads = 2);
    let (mut a, mut b) = (stage.phone(Codec::Pcmu), stage.phone(Codec::Pcmu));
    assert_ne!(a.leg.thread(), b.leg.thread());
    stage.bridge(a.leg, b.leg);
    stage.settle(a.leg);
    stage.settle(b.leg);
    // The subscription travels between the threads: the first packets may come before it.
    b.socket.set_nonblocking(true).unwrap();
    a.socket.set_nonblocking(true).unwrap();
    let mut buffer = [0; 2048];
    while b.socket.recv(&mut buffer).is_err() {
        a.say(&payload(1));
        std::thread::yield_now();
    }
    while a.socket.recv(&mut buffer).is_err() {
        b.say(&payload(1));
        std::thread::yield_now();
    }
    b.socket.set_nonblocking(false).unwrap();
    a.say(&payload(77));
    assert!(std::iter::repeat_with(|| b.hear()).any(|heard| heard.payload == payload(77)));
    a.press(9, 101, 8000);
    let first = std::iter::repeat_with(|| b.hear()).find(|heard| heard.payload_type == 101).unwrap();
    assert_eq!(first.payload[0], 9);
}

#[test]
fn reports_measure_the_round_trip_and_silence_is_told() {
    let mut stage = Stage::with(|config| config.silent_after = Duration::from_millis(100));
    let mut a = stage.phone(Codec::Pcmu);
    stage.source(a.leg, Source::Relay(a.leg));
    stage.wait(|event| matches!(event, MediaEvent::Silent { .. }).then_some(()));
    a.say(&payload(1));
    assert_eq!(a.hear().payload, payload(1), "a leg may hear itself");
    stage.wait(|event| matches!(event, MediaEvent::First { .. }).then_some(()));
    stage.wait(|event| matches!(event, MediaEvent::Silent { .. }).then_some(()));
    // Its first report comes within 5 s; answered at once it gives a round trip near zero.
    let mut bytes = [0; 2048];
    let (length, from) = a.rtcp.recv_from(&mut bytes).unwrap();
    let report = crate::rtcp::parse(&bytes[..length], a.ssrc).unwrap();
    assert!(report.about_us.is_some_and(|about| about.lost == 0));
    let ssrc = u32::from_be_bytes(*bytes[4..].first_chunk().unwrap());
    let block = crate::rtcp::Block { ssrc, fraction: 0, lost: 3, highest: 1, jitter: 0, last_report: report.report.unwrap(), delay: 0 };
    let mut answer = Vec::new();
    crate::rtcp::write(&mut answer, a.ssrc, None, Some(block));
    a.rtcp.send_to(&answer, from).unwrap();
    loop {
        let report = stage.settle(a.leg);
        if let Some(trip) = report.rtt_ms {
            assert!(trip < 2000.0);
            assert_eq!(report.far_lost, Some(3));
            break;
        }
    }
}

#[test]
fn codecs_are_translated_where_they_differ() {
    use crate::codec::{Decoder, Encoder, MAX_ENCODED};
    use crate::signal::{power_at, sine};
    for (from, to) in [
        (Codec::Pcmu, Codec::G722),
        (Codec::G722, Codec::Pcmu),
        (Codec::Pcmu, Codec::Opus),
        (Codec::Opus, Codec::Pcma),
        (Codec::Pcma, Codec::Pcmu),
    ] {
        let mut stage = Stage::new();
        let (mut a, b) = (stage.phone(from), stage.phone(to));
        stage.bridge(a.leg, b.leg);
        stage.settle(b.leg);
        let mut encoder = Encoder::new(from, from.rate()).unwrap();
        let mut decoder = Decoder::new(to, to.rate()).unwrap();
        let (mut bytes, mut samples, mut pcm) = ([0; MAX_ENCODED], vec![0; 2000], Vec::new());
        let mut last: Option<Heard> = None;
        for frame in sine(from.rate().hz(), 800.0, 0.3, 1000).chunks_exact(from.rate().samples(20)) {
            let length = encoder.encode(frame, &mut bytes).unwrap();
            a.say(&bytes[..length]);
            let heard = b.hear();
            assert_eq!(heard.payload_type, b.payload_type);
            if let Some(last) = last {
                assert_eq!((heard.seq, heard.timestamp.wrapping_sub(last.timestamp)), (last.seq.wrapping_add(1), to.ticks(20)));
            }
            let count = decoder.decode(&heard.payload, &mut samples).unwrap();
            pcm.extend_from_slice(&samples[..count]);
            last = Some(heard);
        }
        let power = power_at(&pcm[to.rate().samples(300)..], to.rate().hz(), 800.0);
        assert!(power > -17.0, "{from:?} to {to:?}: {power} dB");
    }
}
