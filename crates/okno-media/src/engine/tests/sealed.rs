use super::*;
use crate::srtp::Srtp;
use crate::{DtlsRemote, SrtpKey, SrtpPair, SrtpProfile};

/// A leg with keys, and the phone's own protection.
fn sealed(stage: &Stage, profile: SrtpProfile) -> (Phone, Srtp) {
    let port = stage.open();
    let ours = port.key(profile).unwrap().clone();
    let theirs = SrtpKey::random(profile);
    let phone = Phone::new(port, Codec::Pcmu);
    let remote = RtpRemote { srtp: Some(SrtpPair { send: ours.clone(), receive: theirs.clone() }), ..phone.remote() };
    stage.media.command(phone.leg, Command::Remote(Box::new(remote)));
    (phone, Srtp::new(SrtpPair { send: theirs, receive: ours }).unwrap())
}

fn receive(phone: &Phone, srtp: &mut Srtp) -> Vec<u8> {
    let mut bytes = [0; 2048];
    let length = phone.socket.recv(&mut bytes).expect("a packet in time");
    let mut plain = Vec::new();
    assert!(srtp.open_rtp(&bytes[..length], &mut plain), "sealed with the key that we were told");
    rtp::parse(&plain).unwrap().payload.to_vec()
}

#[test]
fn both_ways_with_every_profile() {
    for profile in SrtpProfile::ALL {
        let mut stage = Stage::new();
        let ((mut a, mut sealing), mut b) = (sealed(&stage, profile), stage.phone(Codec::Pcmu));
        stage.bridge(a.leg, b.leg);
        stage.settle(b.leg);
        for n in 0..20u8 {
            let mut packet = a.packet(&[n; 160]);
            assert!(sealing.seal_rtp(&mut packet));
            a.raw(&packet);
            assert_eq!(b.hear().payload, [n; 160], "{profile:?}");
            b.say(&[n + 100; 160]);
            assert_eq!(receive(&a, &mut sealing), [n + 100; 160]);
        }
    }
}

#[test]
fn garbage_replays_and_plain_packets_change_nothing() {
    let mut stage = Stage::new();
    let ((mut a, mut sealing), b) = (sealed(&stage, SrtpProfile::AesCm128Sha1_80), stage.phone(Codec::Pcmu));
    stage.bridge(a.leg, b.leg);
    stage.settle(b.leg);
    let own = a.ssrc;
    for ssrc in 0..500u32 {
        a.ssrc = ssrc; // forged from the right address, before anything valid came
        a.say(&[1; 160]);
        a.seq = a.seq.wrapping_sub(1);
        if ssrc % 15 == 0 {
            // The socket holds only so many, and a busy machine reads late.
            while stage.settle(a.leg).refused <= u64::from(ssrc) {}
        }
    }
    a.ssrc = own;
    while stage.settle(a.leg).refused < 500 {}
    assert_eq!(stage.settle(a.leg).refused, 500);
    let mut first = a.packet(&[7; 160]);
    sealing.seal_rtp(&mut first);
    a.raw(&first);
    assert_eq!(b.hear().payload, [7; 160]);
    a.raw(&first); // replayed
    let mut damaged = a.packet(&[8; 160]);
    sealing.seal_rtp(&mut damaged);
    damaged[40] ^= 1;
    a.raw(&damaged);
    a.say(&[9; 160]); // not sealed
    let mut good = a.packet(&[10; 160]);
    sealing.seal_rtp(&mut good);
    a.raw(&good);
    assert_eq!(b.hear().payload, [10; 160]);
    let report = stage.settle(a.leg);
    assert_eq!((report.received, report.refused), (2, 503));
}

#[test]
fn nothing_leaves_in_the_clear() {
    let mut stage = Stage::new();
    let ((a, mut sealing), mut b) = (sealed(&stage, SrtpProfile::AeadAes256Gcm), stage.phone(Codec::Pcmu));
    stage.bridge(a.leg, b.leg);
    stage.settle(b.leg);
    b.say(b"a number that everybody could read, 4111 1111");
    let mut bytes = [0; 2048];
    let length = a.socket.recv(&mut bytes).unwrap();
    assert!(!bytes[..length].windows(9).any(|part| part == b"everybody"));
    let mut plain = Vec::new();
    assert!(sealing.open_rtp(&bytes[..length], &mut plain));
    let report = {
        let length = a.rtcp.recv(&mut bytes).unwrap();
        assert!(sealing.open_rtcp(&bytes[..length], &mut plain));
        crate::rtcp::parse(&plain, a.ssrc).unwrap()
    };
    assert!(report.report.is_some());
}

/// Two legs that are each other's far end, with a handshake between them, and a phone behind each.
fn shaken(stage: &Stage, fingerprint: Option<&str>) -> (Phone, Phone, [RtpPort; 2]) {
    let (one, two) = (stage.open(), stage.open());
    let (p, q) = (stage.phone(Codec::Pcmu), stage.phone(Codec::Pcmu));
    for (own, other, active) in [(&two, &one, false), (&one, &two, true)] {
        let fingerprint = fingerprint.unwrap_or(&other.fingerprint).to_owned();
        let remote = RtpRemote { addr: other.local, rtcp: other.local, dtls: Some(DtlsRemote { active, fingerprint }), ..p.remote() };
        stage.media.command(own.leg, Command::Remote(Box::new(remote)));
    }
    stage.bridge(one.leg, p.leg);
    stage.bridge(two.leg, q.leg);
    (p, q, [one, two])
}

#[test]
fn a_handshake_gives_the_keys_and_a_re_offer_keeps_them() {
    let stage = Stage::new();
    // A stranger begins a handshake first, and sends plain sound.
    let (mut p, mut q, [one, two]) = shaken(&stage, None);
    let stranger = UdpSocket::bind("127.0.0.7:0").unwrap();
    for junk in [&[22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0][..], &p.packet(&[9; 160])] {
        stranger.send_to(junk, two.local).unwrap();
    }
    // What is said before the keys are there is not sent at all.
    let talk = |from: &mut Phone, to: &Phone, n: u8| {
        to.socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let mut bytes = [0; 2048];
        for _ in 0..200 {
            from.say(&[n; 160]);
            if let Ok(length) = to.socket.recv(&mut bytes)
                && rtp::parse(&bytes[..length]).unwrap().payload == [n; 160]
            {
                return true;
            }
        }
        false
    };
    assert!(talk(&mut p, &q, 11) && talk(&mut q, &p, 22), "both ways");
    // A re-offer with the same certificates: sound goes on without another handshake.
    let again = DtlsRemote { active: false, fingerprint: two.fingerprint.to_string() };
    let remote = RtpRemote { addr: two.local, rtcp: two.local, dtls: Some(again), ..p.remote() };
    stage.media.command(one.leg, Command::Remote(Box::new(remote)));
    assert!(talk(&mut p, &q, 33) && talk(&mut q, &p, 44), "after the re-offer");
}

#[test]
fn whoever_has_another_certificate_hears_and_says_nothing() {
    let mut stage = Stage::new();
    let wrong = format!("sha-256 {}", ["AB"; 32].join(":"));
    let (mut p, q, [_, two]) = shaken(&stage, Some(&wrong));
    q.socket.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
    for _ in 0..50 {
        p.say(&[11; 160]);
        assert!(q.socket.recv(&mut [0; 2048]).is_err(), "nothing comes");
    }
    assert_eq!(stage.settle(two.leg).received, 0);
}
