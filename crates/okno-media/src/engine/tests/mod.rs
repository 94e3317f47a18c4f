//! The engine with real sockets on loopback. Tests wait for packets and events, never for time.

mod hostile;
mod keys;
mod leaks;
mod loss;
mod play;
mod relay;
mod rooms;
mod sealed;
mod webrtc;

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::mpsc::Receiver;

use crate::rtp::{self, Packet};
use crate::{Codec, Command, Direction, DtmfFormat, LegId, Media, MediaConfig, MediaEvent, RtpPort, RtpRemote, Source};

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// An engine and its events.
struct Stage {
    runtime: Runtime,
    media: Media,
    events: Receiver<MediaEvent>,
}

impl Stage {
    fn new() -> Self {
        Self::with(|_| ())
    }

    fn with(change: impl FnOnce(&mut MediaConfig)) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut config = MediaConfig {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            ports: 20_000..=30_999,
            quarantine: Duration::ZERO,
            ..MediaConfig::default()
        };
        change(&mut config);
        let (media, events) = Media::start(config).unwrap();
        Self { runtime, media, events }
    }

    fn open(&self) -> RtpPort {
        self.runtime.block_on(self.media.open_rtp()).unwrap()
    }

    /// A leg whose far end is a phone of ours, with 8 kHz events on 101.
    fn phone(&self, codec: Codec) -> Phone {
        let port = self.open();
        let phone = Phone::new(port, codec);
        self.media.command(phone.leg, Command::Remote(Box::new(phone.remote())));
        phone
    }

    /// Two legs that hear each other.
    fn bridge(&self, a: LegId, b: LegId) {
        self.media.command(a, Command::Source(Source::Relay(b)));
        self.media.command(b, Command::Source(Source::Relay(a)));
    }

    fn source(&self, leg: LegId, source: Source) {
        self.media.command(leg, Command::Source(source));
    }

    /// Waits until the leg's thread has carried out all commands and read all packets so far. Two rounds: in the first one the thread may
    /// have looked at its sockets before they had the packets.
    fn settle(&mut self, leg: LegId) -> crate::QualityReport {
        self.probe(leg);
        self.probe(leg)
    }

    fn probe(&mut self, leg: LegId) -> crate::QualityReport {
        self.media.command(leg, Command::Probe);
        self.wait(|event| if let MediaEvent::Quality { leg: own, report } = event { (*own == leg).then_some(*report) } else { None })
    }

    fn event(&mut self) -> MediaEvent {
        self.runtime.block_on(async { tokio::time::timeout(PATIENCE, self.events.recv()).await }).expect("an event in time").unwrap()
    }

    /// The next event that is wanted; others are left out.
    fn wait<T>(&mut self, mut wanted: impl FnMut(&MediaEvent) -> Option<T>) -> T {
        loop {
            if let Some(found) = wanted(&self.event()) {
                return found;
            }
        }
    }
}

/// A telephone: one socket, and a stream of its own.
struct Phone {
    leg: LegId,
    /// Where the engine listens.
    to: SocketAddr,
    socket: UdpSocket,
    rtcp: UdpSocket,
    codec: Codec,
    payload_type: u8,
    ssrc: u32,
    seq: u16,
    timestamp: u32,
}

/// A packet as a phone received it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Heard {
    marker: bool,
    payload_type: u8,
    seq: u16,
    timestamp: u32,
    ssrc: u32,
    payload: Vec<u8>,
}

impl Phone {
    fn new(port: RtpPort, codec: Codec) -> Self {
        let socket = || {
            let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
            socket.set_read_timeout(Some(PATIENCE)).unwrap();
            socket
        };
        let payload_type = codec.payload_type().unwrap_or(96);
        let start = port.leg.get() as u32 * 1_000_003;
        Self {
            leg: port.leg,
            to: port.local,
            socket: socket(),
            rtcp: socket(),
            codec,
            payload_type,
            ssrc: start | 1,
            seq: start as u16,
            timestamp: start.wrapping_mul(7),
        }
    }

    fn remote(&self) -> RtpRemote {
        RtpRemote {
            addr: self.socket.local_addr().unwrap(),
            rtcp: self.rtcp.local_addr().unwrap(),
            codec: self.codec,
            pt_send: self.payload_type,
            pt_receive: self.payload_type,
            dtmf: Some(DtmfFormat { send: 101, receive: 101, clock: 8000 }),
            srtp: None,
            direction: Direction::Both,
            dtls: None,
            symmetric: None,
        }
    }

    fn raw(&self, bytes: &[u8]) {
        self.socket.send_to(bytes, self.to).unwrap();
    }

    /// The next packet of 20 ms.
    fn packet(&mut self, payload: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let Self { payload_type, ssrc, seq, timestamp, .. } = *self;
        rtp::write(&mut out, Packet { marker: false, payload_type, seq, timestamp, ssrc, payload });
        self.seq = self.seq.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(self.codec.ticks(20));
        out
    }

    fn say(&mut self, payload: &[u8]) {
        let packet = self.packet(payload);
        self.raw(&packet);
    }

    /// Sends event packets of one key: three that grow, three ends.
    fn press(&mut self, event: u8, payload_type: u8, clock: u32) {
        let step = clock / 50;
        for n in 1..=6u32 {
            let event = crate::dtmf::Event { event, end: n > 3, volume: 10, duration: (step * n.min(4)) as u16 };
            let mut out = Vec::new();
            let Self { ssrc, seq, timestamp, .. } = *self;
            rtp::write(&mut out, Packet { marker: n == 1, payload_type, seq, timestamp, ssrc, payload: &event.bytes() });
            self.seq = self.seq.wrapping_add(1);
            self.raw(&out);
        }
        self.timestamp = self.timestamp.wrapping_add(step * 6);
    }

    /// The next packet, whatever it is.
    fn hear(&self) -> Heard {
        let mut bytes = [0; 2048];
        let (length, from) = self.socket.recv_from(&mut bytes).expect("a packet in time");
        assert_eq!(from, self.to, "the engine answers from the port that it listens on");
        let packet = rtp::parse(&bytes[..length]).expect("RTP");
        Heard {
            marker: packet.marker,
            payload_type: packet.payload_type,
            seq: packet.seq,
            timestamp: packet.timestamp,
            ssrc: packet.ssrc,
            payload: packet.payload.to_vec(),
        }
    }

    /// Whether nothing waits to be heard.
    fn hears_nothing(&self) -> bool {
        self.socket.set_nonblocking(true).unwrap();
        let nothing = self.socket.recv_from(&mut [0; 2048]).is_err();
        self.socket.set_nonblocking(false).unwrap();
        nothing
    }
}
