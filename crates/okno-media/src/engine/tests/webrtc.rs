//! A browser is played by str0m on the other side of real sockets.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::time::Instant;

use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::format::{Codec as RtcCodec, FormatParams};
use str0m::media::{Direction as RtcDirection, Frequency, MediaKind, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpWrite;
use str0m::{Candidate, Event, Input, Output, Rtc};

use super::*;
use crate::dtmf::Event as KeyEvent;

/// A browser with one connection.
pub(super) struct Browser {
    rtc: Rtc,
    pub(super) socket: UdpSocket,
    mid: Mid,
    connected: bool,
    heard: VecDeque<Heard>,
    /// What it has sent, for those who want to damage it.
    pub(super) sent: Vec<Vec<u8>>,
    seq: u64,
    timestamp: u32,
    due: Instant,
}

impl Browser {
    /// A browser that knows these codecs, and its offer.
    fn new(codecs: &[RtcCodec]) -> (Self, String, SdpPendingOffer) {
        let now = Instant::now();
        let knows = |codec| codecs.contains(&codec);
        let mut config = Rtc::builder()
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(knows(RtcCodec::Opus), false)
            .enable_g722(knows(RtcCodec::G722), false)
            .enable_pcmu(knows(RtcCodec::PCMU), false)
            .enable_pcma(knows(RtcCodec::PCMA), false);
        for (payload_type, clock) in [(110, Frequency::FORTY_EIGHT_KHZ), (126, Frequency::EIGHT_KHZ)] {
            config.codec_config().add_config(payload_type.into(), None, RtcCodec::Tele, clock, None, FormatParams::default());
        }
        let mut rtc = config.build(now);
        let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
        rtc.add_local_candidate(Candidate::host(socket.local_addr().unwrap(), "udp").unwrap());
        let mut change = rtc.sdp_api();
        let mid = change.add_media(MediaKind::Audio, RtcDirection::SendRecv, None, None, None);
        let (offer, pending) = change.apply().unwrap();
        let browser =
            Self { rtc, socket, mid, connected: false, heard: VecDeque::new(), sent: Vec::new(), seq: 100, timestamp: 5000, due: now };
        (browser, offer.to_sdp_string(), pending)
    }

    /// A browser whose leg is connected.
    pub(super) fn connect(stage: &mut Stage, codecs: &[RtcCodec]) -> (Self, LegId) {
        let (mut browser, offer, pending) = Self::new(codecs);
        let (leg, answer) = stage.runtime.block_on(stage.media.open_webrtc(&offer)).unwrap();
        browser.rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(&answer).unwrap()).unwrap();
        browser.until(|browser| browser.connected);
        stage.wait(|event| matches!(event, MediaEvent::Connected { leg: own } if *own == leg).then_some(()));
        (browser, leg)
    }

    fn drain(&mut self) {
        loop {
            match self.rtc.poll_output().unwrap() {
                Output::Timeout(due) => {
                    self.due = due;
                    return;
                }
                Output::Transmit(packet) => {
                    self.sent.push(packet.contents.to_vec());
                    self.socket.send_to(&packet.contents, packet.destination).unwrap();
                }
                Output::Event(Event::Connected) => self.connected = true,
                Output::Event(Event::IceConnectionStateChange(state)) if state.is_connected() => self.connected = self.rtc.is_connected(),
                Output::Event(Event::RtpPacket(packet)) => self.heard.push_back(Heard {
                    marker: packet.header.marker,
                    payload_type: *packet.header.payload_type,
                    seq: packet.header.sequence_number,
                    timestamp: packet.header.timestamp,
                    ssrc: *packet.header.ssrc,
                    payload: packet.payload.to_vec(),
                }),
                Output::Event(_) => {}
            }
        }
    }

    /// Lives until something is so.
    pub(super) fn until(&mut self, done: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        loop {
            self.drain();
            if done(self) {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "it did not happen in time");
            let wait = self.due.saturating_duration_since(Instant::now()).clamp(Duration::from_millis(1), Duration::from_millis(20));
            self.socket.set_read_timeout(Some(wait)).unwrap();
            let mut bytes = [0; 2048];
            match self.socket.recv_from(&mut bytes) {
                Ok((length, source)) => {
                    let destination = self.socket.local_addr().unwrap();
                    if let Ok(receive) = Receive::new(Protocol::Udp, source, destination, &bytes[..length]) {
                        // What a hostile test provokes may be refused.
                        let _ = self.rtc.handle_input(Input::Receive(Instant::now(), receive));
                    }
                }
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    self.rtc.handle_input(Input::Timeout(Instant::now())).unwrap();
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Takes what has come into its socket so far, which may be full.
    pub(super) fn empty(&mut self) {
        self.socket.set_nonblocking(true).unwrap();
        while self.socket.recv_from(&mut [0; 2048]).is_ok() {}
        self.socket.set_nonblocking(false).unwrap();
    }

    pub(super) fn hear(&mut self) -> Heard {
        self.until(|browser| !browser.heard.is_empty());
        self.heard.pop_front().unwrap()
    }

    fn write(&mut self, payload_type: u8, timestamp: u32, payload: &[u8]) {
        let now = Instant::now();
        let mut api = self.rtc.direct_api();
        let stream = api.stream_tx_by_mid(self.mid, None).expect("it may send");
        stream.write_rtp(RtpWrite::new(payload_type.into(), self.seq.into(), timestamp, now, payload));
        self.seq += 1;
        self.drain();
        self.rtc.handle_input(Input::Timeout(now)).unwrap();
        self.drain();
    }

    pub(super) fn say(&mut self, payload_type: u8, ticks: u32, payload: &[u8]) {
        self.timestamp = self.timestamp.wrapping_add(ticks);
        self.write(payload_type, self.timestamp, payload);
    }

    fn press(&mut self, event: u8, payload_type: u8, clock: u32) {
        let step = clock / 50;
        for n in 1..=6u32 {
            let event = KeyEvent { event, end: n > 3, volume: 10, duration: (step * n.min(4)) as u16 };
            self.write(payload_type, self.timestamp.wrapping_add(step), &event.bytes());
        }
        self.timestamp = self.timestamp.wrapping_add(step * 6);
    }
}

const TELEPHONE: [RtcCodec; 4] = [RtcCodec::Opus, RtcCodec::G722, RtcCodec::PCMU, RtcCodec::PCMA];

#[test]
fn a_browser_and_a_telephone_talk_without_decoding() {
    let mut stage = Stage::new();
    let (mut browser, leg) = Browser::connect(&mut stage, &TELEPHONE);
    let mut phone = stage.phone(Codec::Pcmu);
    stage.bridge(leg, phone.leg);
    stage.settle(leg);
    let mut last: Option<(Heard, Heard)> = None;
    for n in 0..50u8 {
        browser.say(0, 160, &[n; 160]);
        let at_phone = phone.hear();
        assert_eq!(at_phone.payload, [n; 160]);
        phone.say(&[n + 100; 160]);
        let at_browser = browser.hear();
        assert_eq!((at_browser.payload.as_slice(), at_browser.payload_type), ([n + 100; 160].as_slice(), 0));
        if let Some((phone_last, browser_last)) = last {
            assert_eq!(at_phone.seq, phone_last.seq.wrapping_add(1));
            assert_eq!(
                (at_browser.seq, at_browser.timestamp.wrapping_sub(browser_last.timestamp)),
                (browser_last.seq.wrapping_add(1), 160)
            );
        }
        last = Some((at_phone, at_browser));
    }
    browser.press(8, 126, 8000);
    let told = stage.wait(|event| if let MediaEvent::Dtmf { leg, digit, .. } = event { Some((*leg, *digit)) } else { None });
    assert_eq!(told, (leg, '8'));
    let keys: Vec<_> = (0..6).map(|_| phone.hear()).collect();
    assert!(keys.iter().all(|heard| heard.payload_type == 101 && heard.payload[0] == 8));
    stage.media.command(leg, Command::Dtmf("3".to_owned()));
    let key = std::iter::repeat_with(|| browser.hear()).find(|heard| heard.payload_type == 126).unwrap();
    assert_eq!(key.payload[0], 3);
    let report = stage.settle(leg);
    assert_eq!((report.received, report.lost), (56, 0));
}

#[test]
fn the_answer_prefers_what_telephones_speak() {
    let stage = Stage::new();
    let (_, offer, _) = Browser::new(&TELEPHONE);
    let (_, answer) = stage.runtime.block_on(stage.media.open_webrtc(&offer)).unwrap();
    let line = answer.lines().find(|line| line.starts_with("m=audio ")).unwrap();
    assert!(line.contains("SAVPF 0 8 9 "), "{line}");
    assert!(answer.contains("a=ice-lite") && answer.contains("telephone-event/8000"), "{answer}");
    for bad in ["", "v=0", "m=audio", &offer.replace("a=fingerprint", "a=nothing"), &"x".repeat(100_000)] {
        assert!(matches!(stage.runtime.block_on(stage.media.open_webrtc(bad)), Err(crate::MediaError::Offer(_))), "{bad}");
    }
    assert_eq!(stage.media.legs(), 1);
}

#[test]
fn a_browser_with_opus_only_talks_to_a_telephone() {
    use crate::codec::{Decoder, Encoder, MAX_ENCODED, Rate};
    use crate::signal::{power_at, sine};
    let mut stage = Stage::new();
    let (mut browser, leg) = Browser::connect(&mut stage, &[RtcCodec::Opus]);
    let mut phone = stage.phone(Codec::Pcma);
    stage.bridge(leg, phone.leg);
    stage.settle(leg);
    let mut opus = (Encoder::new(Codec::Opus, Rate::Wide).unwrap(), Decoder::new(Codec::Opus, Rate::Wide).unwrap());
    let mut alaw = (Encoder::new(Codec::Pcma, Rate::Wide).unwrap(), Decoder::new(Codec::Pcma, Rate::Wide).unwrap());
    let (mut bytes, mut samples) = ([0; MAX_ENCODED], vec![0; 2000]);
    let (mut at_phone, mut at_browser) = (Vec::new(), Vec::new());
    for frame in sine(16_000, 700.0, 0.3, 1000).chunks_exact(320) {
        let length = opus.0.encode(frame, &mut bytes).unwrap();
        browser.say(111, 960, &bytes[..length]);
        let heard = phone.hear();
        let count = alaw.1.decode(&heard.payload, &mut samples).unwrap();
        at_phone.extend_from_slice(&samples[..count]);
        let length = alaw.0.encode(frame, &mut bytes).unwrap();
        phone.say(&bytes[..length]);
        let heard = browser.hear();
        assert_eq!(heard.payload_type, 111);
        let count = opus.1.decode(&heard.payload, &mut samples).unwrap();
        at_browser.extend_from_slice(&samples[..count]);
    }
    for pcm in [at_phone, at_browser] {
        assert!(power_at(&pcm[6000..], 16_000, 700.0) > -17.0);
    }
    browser.press(6, 110, 48_000);
    let keys: Vec<_> = std::iter::repeat_with(|| phone.hear()).filter(|heard| heard.payload_type == 101).take(6).collect();
    let last = KeyEvent::parse(&keys[5].payload).unwrap();
    assert_eq!((last.event, last.end, last.duration), (6, true, 640));
}

#[test]
fn an_ice_restart_keeps_the_call() {
    let mut stage = Stage::new();
    let (mut browser, leg) = Browser::connect(&mut stage, &TELEPHONE);
    let mut phone = stage.phone(Codec::Pcmu);
    stage.bridge(leg, phone.leg);
    browser.say(0, 160, &[1; 160]);
    phone.hear();
    // Another network: a new socket, new ICE names.
    browser.socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    browser.rtc.add_local_candidate(Candidate::host(browser.socket.local_addr().unwrap(), "udp").unwrap());
    let mut change = browser.rtc.sdp_api();
    change.ice_restart(true);
    let (offer, pending) = change.apply().unwrap();
    let answer = stage.runtime.block_on(stage.media.reoffer_webrtc(leg, &offer.to_sdp_string())).unwrap();
    browser.connected = false;
    browser.rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(&answer).unwrap()).unwrap();
    browser.until(|browser| browser.connected);
    browser.say(0, 160, &[2; 160]);
    let heard = std::iter::repeat_with(|| phone.hear()).find(|heard| heard.payload == [2; 160]);
    assert!(heard.is_some());
    phone.say(&[3; 160]);
    assert_eq!(browser.hear().payload, [3; 160]);
}

#[test]
fn a_page_that_was_loaded_again_takes_its_leg_over() {
    let mut stage = Stage::new();
    let (mut old, leg) = Browser::connect(&mut stage, &TELEPHONE);
    let mut phone = stage.phone(Codec::Pcmu);
    stage.bridge(leg, phone.leg);
    old.say(0, 160, &[1; 160]);
    let before = phone.hear();
    let (mut browser, offer, pending) = Browser::new(&TELEPHONE);
    let answer = stage.runtime.block_on(stage.media.reoffer_webrtc(leg, &offer)).unwrap();
    browser.rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(&answer).unwrap()).unwrap();
    browser.until(|browser| browser.connected);
    stage.wait(|event| matches!(event, MediaEvent::Connected { .. }).then_some(()));
    browser.say(0, 160, &[2; 160]);
    let after = phone.hear();
    assert_eq!((after.payload.as_slice(), after.seq, after.ssrc), ([2; 160].as_slice(), before.seq.wrapping_add(1), before.ssrc));
    phone.say(&[3; 160]);
    assert_eq!(browser.hear().payload, [3; 160]);
    assert_eq!(stage.media.legs(), 2);
}

#[test]
fn a_browser_that_goes_is_told_and_given_up() {
    let mut stage = Stage::with(|config| config.keep_lost = Duration::from_millis(100));
    let (mut browser, leg) = Browser::connect(&mut stage, &TELEPHONE);
    browser.rtc.close().unwrap();
    browser.drain();
    stage.wait(|event| matches!(event, MediaEvent::Disconnected { leg: own } if *own == leg).then_some(()));
    stage.wait(|event| matches!(event, MediaEvent::Lost { leg: own } if *own == leg).then_some(()));
    let report = stage.runtime.block_on(stage.media.close(leg));
    assert_eq!(report.quality.received, 0);
    assert_eq!(stage.media.legs(), 0);
}
