//! A browser with a microphone, played by str0m on a thread of its own.

use okno_media::{
    Codec,
    codec::{Decoder, Encoder, MAX_ENCODED, Rate},
};
use std::{
    io::ErrorKind,
    net::UdpSocket,
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::{Duration, Instant},
};
use str0m::{
    Candidate, Event, Input, Output, Rtc,
    change::{SdpAnswer, SdpPendingOffer},
    media::{Direction, MediaKind, Mid},
    net::{Protocol, Receive},
    rtp::RtpWrite,
};

/// A browser that offered and waits for an answer.
pub(crate) struct Browser {
    rtc: Rtc,
    socket: UdpSocket,
    mid: Mid,
    pending: SdpPendingOffer,
}

/// A browser that talks.
pub(crate) struct Talking {
    shared: Arc<Mutex<Shared>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    /// What was heard since the last look, at 8 kHz.
    heard: Vec<i16>,
    /// Tone that is sent.
    hz: f64,
    stop: bool,
}

impl Browser {
    /// A browser and its offer.
    pub(crate) fn offer() -> (Self, String) {
        let mut rtc = Rtc::builder().set_rtp_mode(true).clear_codecs().enable_pcmu(true, false).build(Instant::now());
        let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
        rtc.add_local_candidate(Candidate::host(socket.local_addr().unwrap(), "udp").unwrap());
        let mut change = rtc.sdp_api();
        let mid = change.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
        let (offer, pending) = change.apply().unwrap();
        (Self { rtc, socket, mid, pending }, offer.to_sdp_string())
    }

    /// Takes the answer, connects and sends a tone.
    pub(crate) fn talk(mut self, answer: &str, hz: f64) -> Talking {
        self.rtc.sdp_api().accept_answer(self.pending, SdpAnswer::from_sdp_string(answer).unwrap()).unwrap();
        let shared = Arc::new(Mutex::new(Shared { hz, ..Shared::default() }));
        let inner = Arc::clone(&shared);
        let (rtc, socket, mid) = (self.rtc, self.socket, self.mid);
        let thread = std::thread::spawn(move || live(rtc, &socket, mid, &inner));
        Talking { shared, thread: Some(thread) }
    }
}

impl Talking {
    /// What was heard since the last look.
    pub(crate) fn heard(&self) -> Vec<i16> {
        std::mem::take(&mut self.shared.lock().unwrap().heard)
    }
}

impl Drop for Talking {
    /// The page is closed.
    fn drop(&mut self) {
        self.shared.lock().unwrap().stop = true;
        let _ = self.thread.take().unwrap().join();
    }
}

fn live(mut rtc: Rtc, socket: &UdpSocket, mid: Mid, shared: &Mutex<Shared>) {
    let mut decoder = Decoder::new(Codec::Pcmu, Rate::Narrow).unwrap();
    let mut encoder = Encoder::new(Codec::Pcmu, Rate::Narrow).unwrap();
    let (mut connected, mut next, mut sent) = (false, Instant::now(), 0_u32);
    loop {
        let due = loop {
            match rtc.poll_output().unwrap() {
                Output::Timeout(due) => break due,
                Output::Transmit(packet) => {
                    let _ = socket.send_to(&packet.contents, packet.destination);
                }
                Output::Event(Event::Connected) => {
                    connected = true;
                    next = Instant::now();
                }
                Output::Event(Event::RtpPacket(packet)) => {
                    let mut pcm = [0; 960];
                    let count = decoder.decode(&packet.payload, &mut pcm).unwrap_or(0);
                    shared.lock().unwrap().heard.extend_from_slice(&pcm[..count]);
                }
                Output::Event(_) => {}
            }
        };
        let hz = {
            let shared = shared.lock().unwrap();
            if shared.stop {
                return;
            }
            shared.hz
        };
        let now = Instant::now();
        if connected && now >= next {
            let pcm: Vec<i16> =
                (0..160).map(|n| ((std::f64::consts::TAU * hz * f64::from(sent * 160 + n) / 8_000.0).sin() * 8_000.0) as i16).collect();
            let mut bytes = [0; MAX_ENCODED];
            let length = encoder.encode(&pcm, &mut bytes).unwrap();
            let mut api = rtc.direct_api();
            let stream = api.stream_tx_by_mid(mid, None).expect("it may send");
            stream.write_rtp(RtpWrite::new(0.into(), u64::from(sent).into(), sent * 160, now, &bytes[..length]));
            (sent, next) = (sent + 1, next + Duration::from_millis(20));
            rtc.handle_input(Input::Timeout(now)).unwrap();
            continue;
        }
        let wait = due.min(next.max(now)).saturating_duration_since(now).clamp(Duration::from_millis(1), Duration::from_millis(10));
        socket.set_read_timeout(Some(wait)).unwrap();
        let mut bytes = [0; 2048];
        match socket.recv_from(&mut bytes) {
            Ok((length, source)) => {
                let to = socket.local_addr().unwrap();
                if let Ok(receive) = Receive::new(Protocol::Udp, source, to, &bytes[..length]) {
                    rtc.handle_input(Input::Receive(Instant::now(), receive)).unwrap();
                }
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                rtc.handle_input(Input::Timeout(Instant::now())).unwrap();
            }
            Err(error) => panic!("{error}"),
        }
    }
}
