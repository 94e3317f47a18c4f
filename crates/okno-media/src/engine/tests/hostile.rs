//! Damaged and forged packets: nothing panics, and the calls go on. The seeds are fixed, so that a failure repeats.

use str0m::format::Codec as RtcCodec;

use super::webrtc::Browser;
use super::*;
use crate::signal::Dice;

/// Damages a packet in one of the ways that networks and attackers do.
fn damage(dice: &mut Dice, packet: &[u8]) -> Vec<u8> {
    let mut out = packet.to_vec();
    for _ in 0..=dice.below(4) {
        match dice.below(6) {
            0 if !out.is_empty() => {
                let at = dice.below(out.len());
                out[at] = dice.next() as u8;
            }
            1 if !out.is_empty() => {
                let at = dice.below(out.len().min(24));
                out[at] ^= 1 << dice.below(8);
            }
            2 => out.truncate(dice.below(out.len() + 1)),
            3 => out.extend((0..dice.below(300)).map(|n| n as u8)),
            4 if out.len() > 4 => {
                let at = dice.below(out.len() - 2);
                out[at..at + 2].copy_from_slice(&[0xff, 0xff]); // lengths
            }
            _ => {
                let by = dice.below(out.len().min(3));
                out.rotate_left(by);
            }
        }
    }
    out
}

#[test]
fn damaged_rtp_and_rtcp_end_no_leg() {
    let mut stage = Stage::new();
    let mut dice = Dice(0x5eed_0001);
    let (mut a, b) = (stage.phone(Codec::Pcmu), stage.phone(Codec::G722)); // transcoding sees the payloads too
    let c = stage.phone(Codec::Pcmu);
    stage.bridge(a.leg, b.leg);
    let room = stage.media.room();
    stage.source(a.leg, Source::Mix(room));
    stage.source(b.leg, Source::Relay(a.leg));
    stage.source(c.leg, Source::Mix(room));
    stage.settle(c.leg);
    let mut report = Vec::new();
    let block = crate::rtcp::Block { ssrc: 1, fraction: 1, lost: 1, highest: 1, jitter: 1, last_report: 1, delay: 1 };
    let sent = crate::rtcp::Sent { ntp: 1, timestamp: 1, packets: 1, octets: 1 };
    crate::rtcp::write(&mut report, a.ssrc, Some(sent), Some(block));
    let rtcp_to = SocketAddr::new(a.to.ip(), a.to.port() + 1);
    a.say(&[0x55; 160]);
    for n in 0..20_000u32 {
        let good = a.packet(&[n as u8; 160]);
        a.raw(&damage(&mut dice, &good));
        if n % 3 == 0 {
            a.rtcp.send_to(&damage(&mut dice, &report), rtcp_to).unwrap();
        }
        if n % 500 == 0 {
            a.press((n / 500) as u8 % 16, 101, 8000);
            stage.settle(a.leg);
        }
    }
    stage.settle(a.leg);
    // A packet that goes on where a damaged one left off may wait for its turn; in the end the leg is heard.
    b.socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let heard = (0..500).any(|n| {
        a.say(&[0x33; 160]);
        let mut bytes = [0; 2048];
        n > 20 && b.socket.recv(&mut bytes).is_ok_and(|length| rtp::parse(&bytes[..length]).is_some_and(|packet| packet.payload_type == 9))
    });
    assert!(heard);
    assert_eq!(stage.media.legs(), 3);
}

#[test]
fn damaged_srtp_ends_no_leg() {
    use crate::srtp::Srtp;
    use crate::{SrtpKey, SrtpPair, SrtpProfile};
    for profile in [SrtpProfile::AesCm128Sha1_80, SrtpProfile::AeadAes128Gcm] {
        let mut stage = Stage::new();
        let mut dice = Dice(0x5eed_0002);
        let port = stage.open();
        let pair = SrtpPair { send: port.key(profile).unwrap().clone(), receive: SrtpKey::random(profile) };
        let mut a = Phone::new(port, Codec::Pcmu);
        let b = stage.phone(Codec::Pcmu);
        let remote = RtpRemote { srtp: Some(pair.clone()), ..a.remote() };
        stage.media.command(a.leg, Command::Remote(Box::new(remote)));
        stage.bridge(a.leg, b.leg);
        stage.settle(a.leg);
        let mut sealing = Srtp::new(SrtpPair { send: pair.receive, receive: pair.send }).unwrap();
        let mut report = Vec::new();
        crate::rtcp::write(&mut report, a.ssrc, Some(crate::rtcp::Sent { ntp: 1, timestamp: 1, packets: 1, octets: 1 }), None);
        sealing.seal_rtcp(&mut report);
        let rtcp_to = SocketAddr::new(a.to.ip(), a.to.port() + 1);
        for n in 0..5000u32 {
            let mut packet = a.packet(&[n as u8; 160]);
            sealing.seal_rtp(&mut packet);
            a.raw(&damage(&mut dice, &packet));
            a.rtcp.send_to(&damage(&mut dice, &report), rtcp_to).unwrap();
            if n % 500 == 0 {
                stage.settle(a.leg);
            }
        }
        stage.settle(a.leg);
        let mut packet = a.packet(&[0xaa; 160]);
        sealing.seal_rtp(&mut packet);
        a.raw(&packet);
        assert!(std::iter::repeat_with(|| b.hear()).any(|heard| heard.payload == [0xaa; 160]), "{profile:?}");
    }
}

#[test]
fn damaged_and_foreign_stun_dtls_and_srtp_end_no_browser() {
    let mut stage = Stage::new();
    let mut dice = Dice(0x5eed_0003);
    let (mut browser, leg) = Browser::connect(&mut stage, &[RtcCodec::PCMU, RtcCodec::Opus]);
    let mut phone = stage.phone(Codec::Pcmu);
    stage.bridge(leg, phone.leg);
    for n in 0..20u8 {
        browser.say(0, 160, &[n; 160]);
        phone.hear();
    }
    let to = stage.media.webrtc_addresses()[0];
    let corpus = browser.sent.clone();
    assert!(corpus.iter().any(|packet| packet[0] < 4) && corpus.iter().any(|packet| (20..64).contains(&packet[0])));
    let stranger = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    for n in 0..20_000 {
        let whole = &corpus[dice.below(corpus.len())];
        let packet = damage(&mut dice, whole);
        let socket = if n % 2 == 0 { &stranger } else { &browser.socket };
        socket.send_to(&packet, to).unwrap();
        if n % 200 == 0 {
            stage.settle(leg);
        }
    }
    // Whole packets of the browser from elsewhere: replayed checks and handshakes.
    for packet in &corpus {
        stranger.send_to(packet, to).unwrap();
    }
    stage.settle(leg);
    browser.empty();
    for n in 0..20u8 {
        browser.say(0, 160, &[n + 50; 160]);
        let heard = std::iter::repeat_with(|| phone.hear()).find(|heard| heard.payload == [n + 50; 160]);
        assert!(heard.is_some());
        phone.say(&[n + 90; 160]);
        let heard = std::iter::repeat_with(|| browser.hear()).find(|heard| heard.payload == [n + 90; 160]);
        assert!(heard.is_some());
    }
    assert_eq!(stage.media.legs(), 2);
}
