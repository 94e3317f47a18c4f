//! What a packet costs: CPU time of the media thread for each relayed and each played packet, and allocations while it relays.
//!
//! `cargo bench -p okno-media --bench media [streams ...]`. Callers and engine share the machine; only the engine's thread is measured. What
//! limits it: one `recvfrom`, one that finds nothing (edge-triggered epoll) and one `sendto` for each packet.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(unsafe_code, reason = "counting allocations needs an allocator, whose trait is unsafe")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use okno_media::audio::Audio;
use okno_media::{Codec, Command, Direction, Media, MediaConfig, RtpRemote, Source};

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call goes to the system's allocator unchanged; counting has no influence on memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`, which is that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from `System` by `alloc` above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Seconds that are measured. Reports begin after 2.5 s; before that a thread does nothing but relay.
const RELAY: Duration = Duration::from_millis(1900);
const PLAY: Duration = Duration::from_secs(4);
const TICK: Duration = Duration::from_millis(20);

/// Nanoseconds on a CPU of the thread `media-0`.
fn engine_time() -> u64 {
    let tasks = std::fs::read_dir("/proc/self/task").expect("Linux");
    tasks
        .filter_map(|task| {
            let path = task.ok()?.path();
            let name = std::fs::read_to_string(path.join("comm")).ok()?;
            (name.trim() == "media-0").then(|| std::fs::read_to_string(path.join("schedstat")).ok())?
        })
        .filter_map(|line| line.split(' ').next()?.parse::<u64>().ok())
        .sum()
}

fn remote(addr: SocketAddr) -> RtpRemote {
    RtpRemote {
        addr,
        rtcp: addr,
        codec: Codec::Pcmu,
        pt_send: 0,
        pt_receive: 0,
        dtmf: None,
        srtp: None,
        direction: Direction::Both,
        dtls: None,
        symmetric: None,
    }
}

/// Many callers behind a few sockets.
struct Callers {
    sockets: Vec<UdpSocket>,
    legs: Vec<(SocketAddr, u32)>,
    /// The next packet's number, the same for all.
    round: u32,
    packet: [u8; 172],
    buffer: [u8; 2048],
}

impl Callers {
    fn open(runtime: &tokio::runtime::Runtime, media: &Media, streams: usize) -> (Self, Vec<okno_media::LegId>) {
        let sockets: Vec<_> = (0..16)
            .map(|_| {
                let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
                socket.set_nonblocking(true).expect("a socket option");
                socket
            })
            .collect();
        let mut ids = Vec::new();
        let legs = (0..streams).map(|n| {
            let port = runtime.block_on(media.open_rtp()).expect("a port");
            let addr = sockets[n % sockets.len()].local_addr().expect("an address");
            media.command(port.leg, Command::Remote(Box::new(remote(addr))));
            ids.push(port.leg);
            (port.local, 1000 + n as u32)
        });
        let legs = legs.collect();
        let mut packet = [0xd5; 172];
        packet[..2].copy_from_slice(&[0x80, 0]);
        (Self { sockets, legs, round: 0, packet, buffer: [0; 2048] }, ids)
    }

    /// Reads what has come. Gives how many packets.
    fn drain(&mut self) -> u64 {
        let mut count = 0;
        for socket in &self.sockets {
            while socket.recv_from(&mut self.buffer).is_ok() {
                count += 1;
            }
        }
        count
    }

    /// Everybody sends 50 packets a second, spread over the tick. Gives how many were sent and received.
    fn talk(&mut self, for_time: Duration, send: bool) -> (u64, u64) {
        const PARTS: usize = 20;
        let (mut sent, mut received) = (0, 0);
        let start = Instant::now();
        let mut next = start;
        while start.elapsed() < for_time {
            let round = self.round;
            self.round += 1;
            for part in 0..PARTS {
                for n in (part..self.legs.len()).step_by(PARTS).take_while(|_| send) {
                    let (to, ssrc) = self.legs[n];
                    self.packet[2..4].copy_from_slice(&(round as u16).to_be_bytes());
                    self.packet[4..8].copy_from_slice(&(round * 160).to_be_bytes());
                    self.packet[8..12].copy_from_slice(&ssrc.to_be_bytes());
                    sent += u64::from(self.sockets[n % self.sockets.len()].send_to(&self.packet, to).is_ok());
                }
                received += self.drain();
                next += TICK / PARTS as u32;
                std::thread::sleep(next.saturating_duration_since(Instant::now()));
            }
        }
        std::thread::sleep(TICK);
        received += self.drain();
        (sent, received)
    }
}

fn engine() -> (Media, tokio::sync::mpsc::Receiver<okno_media::MediaEvent>) {
    let config =
        MediaConfig { bind: IpAddr::V4(Ipv4Addr::LOCALHOST), ports: 10_000..=19_999, quarantine: Duration::ZERO, ..MediaConfig::default() };
    Media::start(config).expect("the engine starts")
}

fn relay(runtime: &tokio::runtime::Runtime, streams: usize) {
    let (media, events) = engine();
    let (mut callers, legs) = Callers::open(runtime, &media, streams);
    for pair in legs.chunks(2) {
        media.command(pair[0], Command::Source(Source::Relay(pair[1])));
        media.command(pair[1], Command::Source(Source::Relay(pair[0])));
    }
    callers.talk(TICK * 10, true); // latched and warm
    let (time, allocations) = (engine_time(), ALLOCATIONS.load(Ordering::Relaxed));
    let (sent, received) = callers.talk(RELAY, true);
    let allocations = ALLOCATIONS.load(Ordering::Relaxed) - allocations;
    let cpu = engine_time() - time;
    println!(
        "relay {streams} streams: {:.2} us per packet, {:.3} ms per second and bridged call, {received} of {sent} arrived, {allocations} allocations",
        cpu as f64 / 1000.0 / sent as f64,
        cpu as f64 / 1e6 / RELAY.as_secs_f64() / (streams as f64 / 2.0),
    );
    drop(events);
}

fn play(runtime: &tokio::runtime::Runtime, listeners: usize) {
    let (media, events) = engine();
    let (mut callers, legs) = Callers::open(runtime, &media, listeners);
    let music = Arc::new(Audio::from_pcm(&vec![1000; 16_000 * 10]));
    music.encoded(Codec::Pcmu).expect("G.711");
    for leg in legs {
        media.command(leg, Command::Source(Source::Play { audio: Arc::clone(&music), repeat: true, token: 1 }));
    }
    callers.talk(TICK * 10, false);
    let time = engine_time();
    let (_, received) = callers.talk(PLAY, false);
    let cpu = engine_time() - time;
    println!(
        "music to {listeners} callers: {:.2} us per packet, {:.3} ms per second and caller, {received} packets",
        cpu as f64 / 1000.0 / received as f64,
        cpu as f64 / 1e6 / PLAY.as_secs_f64() / listeners as f64,
    );
    drop(events);
}

fn main() {
    let wanted: Vec<usize> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let sizes = if wanted.is_empty() { vec![500, 1000] } else { wanted };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for streams in sizes {
        relay(&runtime, streams);
        play(&runtime, streams);
    }
}
