//! The media threads: plain threads around an epoll, each the only owner of its legs.
//!
//! A packet is read, checked, rewritten and sent in one go, in buffers that are used again. Commands come through a channel whose sender
//! wakes the thread; events leave through a bounded channel that is never waited for. Whatever a packet does, a panic while it is handled
//! is caught at the top of the loop: it costs that packet.

mod apply;
pub(crate) mod cross;
mod flow;
pub(crate) mod io;
mod legs;
pub(crate) mod message;
mod network;
pub(crate) mod ports;
mod room;
#[cfg(test)]
mod tests;
mod tick;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use mio::net::UdpSocket;
use mio::{Interest, Poll, Token, Waker};
use tokio::sync::mpsc;

use crate::config::{MediaConfig, MediaError};
use crate::dtls::Identity;
use crate::event::MediaEvent;
use crate::id::RoomId;
use crate::webrtc::Shared;
use crate::webrtc::demux::Demux;
use io::{Events, Io};
use legs::Legs;
use message::{Door, Message};
use room::Room;
use tick::PARTS;

/// Tokens of what is no leg's socket.
const WAKE: Token = Token(usize::MAX - 1);
const SHARED: Token = Token(usize::MAX - 2);
/// Readiness that is taken from the kernel at once.
const EVENTS: usize = 1024;
/// Messages that are carried out before packets get their turn.
const MESSAGES: usize = 256;
/// Bytes that the kernel keeps for the WebRTC socket of a thread.
const SHARED_BUFFER: usize = 4 * 1024 * 1024;

/// How many legs a thread has.
#[derive(Clone, Default)]
pub(crate) struct Load(Arc<AtomicUsize>);

impl Load {
    pub(crate) fn legs(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self, legs: usize) {
        self.0.store(legs, Ordering::Relaxed);
    }
}

/// What [`start`] has made.
pub(crate) struct Started {
    pub(crate) doors: Arc<[Door]>,
    pub(crate) loads: Vec<Load>,
    pub(crate) webrtc: Vec<SocketAddr>,
    /// Who we are in DTLS handshakes of RTP legs.
    pub(crate) fingerprint: Arc<str>,
    pub(crate) threads: Vec<JoinHandle<()>>,
}

/// One media thread's state.
pub(crate) struct Engine {
    thread: usize,
    poll: Poll,
    messages: Receiver<Message>,
    doors: Arc<[Door]>,
    load: Load,
    events: Events,
    io: Io,
    shared: Shared,
    identity: Arc<Identity>,
    legs: Legs,
    rooms: HashMap<RoomId, Room>,
    room_count: [usize; PARTS],
    demux: Demux,
    /// When WebRTC peers want to be driven.
    timers: BinaryHeap<Reverse<(Instant, u32)>>,
    /// Legs that tick, by the part of the 20 ms.
    parts: [Vec<u32>; PARTS],
    part: u8,
    phase: u32,
    next_part: Instant,
    /// The packet that was read, and its decrypted form.
    datagram: Vec<u8>,
    plain: Vec<u8>,
    /// Sockets that had more than their turn allowed.
    again: Vec<Token>,
    silent_after: Duration,
    keep_lost: Duration,
    /// Datagrams of nobody on the shared socket, and ticks that came too late.
    strangers: u64,
    late: u64,
    stopped: bool,
}

/// Starts the threads.
pub(crate) fn start(config: &MediaConfig, advertised: IpAddr, events: &mpsc::Sender<MediaEvent>) -> Result<Started, MediaError> {
    crate::leg::output::prepare();
    let shared = Shared::new()?;
    let identity = Arc::new(Identity::new().ok_or(MediaError::Config("no certificate can be made"))?);
    let (mut parts, mut doors) = (Vec::new(), Vec::new());
    for thread in 0..config.threads {
        let poll = Poll::new().map_err(MediaError::io("epoll"))?;
        let waker = Waker::new(poll.registry(), WAKE).map_err(MediaError::io("epoll"))?;
        let port = match config.webrtc_port {
            0 => 0,
            first => u16::try_from(usize::from(first) + thread).map_err(|_| MediaError::Config("webrtc_port is too high"))?,
        };
        let socket = ports::bind(SocketAddr::new(config.bind, port), SHARED_BUFFER).map_err(MediaError::io("WebRTC socket"))?;
        let port = socket.local_addr().map_err(MediaError::io("WebRTC socket"))?.port();
        let (sender, messages) = channel();
        doors.push(Door { sender, waker: Arc::new(waker) });
        parts.push((poll, messages, socket, SocketAddr::new(advertised, port)));
    }
    let doors: Arc<[Door]> = doors.into();
    let mut started = Started {
        doors: Arc::clone(&doors),
        loads: Vec::new(),
        webrtc: Vec::new(),
        fingerprint: identity.fingerprint(),
        threads: Vec::new(),
    };
    for (thread, (poll, messages, socket, address)) in parts.into_iter().enumerate() {
        let mut socket = UdpSocket::from_std(socket);
        poll.registry().register(&mut socket, SHARED, Interest::READABLE).map_err(MediaError::io("epoll"))?;
        let now = Instant::now();
        let load = Load::default();
        let engine = Engine {
            thread,
            poll,
            messages,
            doors: Arc::clone(&doors),
            load: load.clone(),
            events: Events::new(events.clone()),
            io: Io::new(socket, address, now),
            shared: shared.clone(),
            identity: Arc::clone(&identity),
            legs: Legs::default(),
            rooms: HashMap::new(),
            room_count: [0; PARTS],
            demux: Demux::default(),
            timers: BinaryHeap::new(),
            parts: std::array::from_fn(|_| Vec::new()),
            part: 0,
            phase: 0,
            next_part: now,
            datagram: Vec::new(),
            plain: Vec::new(),
            again: Vec::new(),
            silent_after: config.silent_after,
            keep_lost: config.keep_lost,
            strangers: 0,
            late: 0,
            stopped: false,
        };
        let handle = std::thread::Builder::new().name(format!("media-{thread}")).spawn(move || engine.run());
        started.threads.push(handle.map_err(MediaError::io("thread"))?);
        started.loads.push(load);
        started.webrtc.push(address);
    }
    Ok(started)
}

impl Engine {
    fn run(mut self) {
        let mut ready = mio::Events::with_capacity(EVENTS);
        while !self.stopped {
            let timeout = if self.again.is_empty() { self.sleep(Instant::now()) } else { Some(Duration::ZERO) };
            if let Err(error) = self.poll.poll(&mut ready, timeout)
                && error.kind() != std::io::ErrorKind::Interrupted
            {
                tracing::error!(%error, "the media thread cannot wait for packets");
                std::thread::sleep(tick::PART);
            }
            for token in std::mem::take(&mut self.again) {
                self.guarded(token);
            }
            for event in &ready {
                self.guarded(event.token());
            }
            let passed = catch_unwind(AssertUnwindSafe(|| {
                self.carry_out();
                if self.keeps_time() {
                    self.pass_time(Instant::now());
                }
                self.events.flush();
            }));
            if passed.is_err() {
                tracing::error!(thread = self.thread, "a media thread met a fault and goes on");
            }
        }
    }

    /// Deals with one ready socket. A fault there costs what was being read.
    fn guarded(&mut self, token: Token) {
        let more = catch_unwind(AssertUnwindSafe(|| self.ready(token)));
        match more {
            Ok(false) => {}
            Ok(true) => self.again.push(token),
            Err(_) => {
                tracing::error!(thread = self.thread, "a packet met a fault in the media engine and was dropped");
                self.again.push(token);
            }
        }
    }

    fn ready(&mut self, token: Token) -> bool {
        match token {
            WAKE => false,
            SHARED => self.read_shared(),
            Token(number) => {
                let slot = (number / 2) as u32;
                let more = if number % 2 == 0 { self.read_rtp(slot) } else { self.read_rtcp(slot) };
                if !self.io.told.is_empty() {
                    self.settle_peers();
                }
                more
            }
        }
    }

    /// Carries out what has been asked for.
    fn carry_out(&mut self) {
        for _ in 0..MESSAGES {
            let Ok(message) = self.messages.try_recv() else { return };
            // A fault costs the message. Who waits for its answer gets none.
            if catch_unwind(AssertUnwindSafe(|| self.apply(message))).is_err() {
                tracing::error!(thread = self.thread, "a command met a fault in the media engine");
            }
        }
        // More may wait: come back without sleeping.
        self.again.push(WAKE);
    }
}

/// The tokens of a leg's sockets.
fn tokens(slot: u32) -> (Token, Token) {
    (Token(slot as usize * 2), Token(slot as usize * 2 + 1))
}
