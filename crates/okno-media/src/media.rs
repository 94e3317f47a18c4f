//! The handle of the media engine.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use crate::command::Command;
use crate::config::{MediaConfig, MediaError};
use crate::engine::message::{Door, Message};
use crate::engine::ports::Ports;
use crate::engine::{self, Load};
use crate::event::{MediaEvent, Report};
use crate::id::{LegId, RoomId};
use crate::srtp::{SrtpKey, SrtpProfile};

/// The most media threads; more cores than that are better used by more processes.
const MAX_THREADS: usize = 64;
const _: () = assert!(MAX_THREADS <= crate::id::MAX_THREADS, "a name must be able to carry its thread");

/// The media engine. Clones are the same engine; it ends with the last one.
#[derive(Clone)]
pub struct Media {
    inner: Arc<Inner>,
}

struct Inner {
    advertised: IpAddr,
    ports: Arc<Ports>,
    doors: Arc<[Door]>,
    loads: Vec<Load>,
    webrtc: Vec<SocketAddr>,
    fingerprint: Arc<str>,
    next: AtomicU64,
    turn: AtomicUsize,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// A new RTP leg: what the signaling writes into its SDP.
#[derive(Debug, Clone)]
pub struct RtpPort {
    /// Its name.
    pub leg: LegId,
    /// Where the peer sends RTP.
    pub local: SocketAddr,
    /// Where the peer sends RTCP, unless both sides share the RTP port.
    pub rtcp: SocketAddr,
    /// A fresh key for each profile, for whoever offers or answers SRTP; the chosen one goes into [`crate::RtpRemote::srtp`] as `send`.
    pub srtp_keys: Vec<SrtpKey>,
    /// Our certificate in a DTLS handshake, as `a=fingerprint` tells it.
    pub fingerprint: Arc<str>,
}

impl RtpPort {
    /// Our key of that profile.
    pub fn key(&self, profile: SrtpProfile) -> Option<&SrtpKey> {
        self.srtp_keys.iter().find(|key| key.profile == profile)
    }
}

impl Media {
    /// Starts the media threads and the WebRTC sockets. The receiver gets the events of all legs; who does not read them loses quality
    /// reports first.
    pub fn start(config: MediaConfig) -> Result<(Self, mpsc::Receiver<MediaEvent>), MediaError> {
        if !(1..=MAX_THREADS).contains(&config.threads) {
            return Err(MediaError::Config("threads must be 1 to 64"));
        }
        if config.event_capacity == 0 {
            return Err(MediaError::Config("event_capacity must not be 0"));
        }
        let ports = Arc::new(Ports::new(config.bind, &config.ports, config.quarantine)?);
        let advertised = config.advertised.unwrap_or_else(|| own_address(config.bind));
        let (events, receiver) = mpsc::channel(config.event_capacity);
        let started = engine::start(&config, advertised, &events)?;
        let inner = Inner {
            advertised,
            ports,
            doors: started.doors,
            loads: started.loads,
            webrtc: started.webrtc,
            fingerprint: started.fingerprint,
            next: AtomicU64::new(1),
            turn: AtomicUsize::new(0),
            threads: Mutex::new(started.threads),
        };
        Ok((Self { inner: Arc::new(inner) }, receiver))
    }

    /// The WebRTC address of each thread, as peers are told.
    pub fn webrtc_addresses(&self) -> &[SocketAddr] {
        &self.inner.webrtc
    }

    /// The address that SDP names.
    pub fn advertised(&self) -> IpAddr {
        self.inner.advertised
    }

    /// Opens an RTP leg on the thread that has least to do.
    #[expect(clippy::unused_async, reason = "binding may have to move to a thread that may block; callers must not depend on it")]
    pub async fn open_rtp(&self) -> Result<RtpPort, MediaError> {
        self.open_on(self.idlest())
    }

    /// Opens an RTP leg on the thread of another one, which spares the way between threads when the two talk.
    #[expect(clippy::unused_async, reason = "as above")]
    pub async fn open_rtp_beside(&self, other: LegId) -> Result<RtpPort, MediaError> {
        self.open_on(other.thread() % self.inner.doors.len())
    }

    fn open_on(&self, thread: usize) -> Result<RtpPort, MediaError> {
        let pair = self.inner.ports.take()?;
        let port = pair.rtp.local_addr().map_err(MediaError::io("address"))?.port();
        let leg = self.name(thread);
        let address = |port| SocketAddr::new(self.inner.advertised, port);
        let srtp_keys = SrtpProfile::ALL.into_iter().map(SrtpKey::random).collect();
        self.tell(thread, Message::OpenRtp { leg, pair })?;
        Ok(RtpPort { leg, local: address(port), rtcp: address(port + 1), srtp_keys, fingerprint: Arc::clone(&self.inner.fingerprint) })
    }

    /// Opens a WebRTC leg for a browser's offer and gives the answer. G.711 and G.722 stand before Opus in it, whatever the browser prefers.
    pub async fn open_webrtc(&self, offer_sdp: &str) -> Result<(LegId, String), MediaError> {
        let thread = self.idlest();
        let leg = self.name(thread);
        let (answer, result) = oneshot::channel();
        self.tell(thread, Message::OpenWebRtc { leg, offer: offer_sdp.to_owned(), answer })?;
        let sdp = result.await.map_err(|_| MediaError::Stopped)??;
        Ok((leg, sdp))
    }

    /// Takes another offer for an open WebRTC leg: an ICE restart, a replaced track, or a whole new connection after the page was loaded again.
    /// What the leg hears goes on.
    pub async fn reoffer_webrtc(&self, leg: LegId, offer_sdp: &str) -> Result<String, MediaError> {
        let (answer, result) = oneshot::channel();
        self.tell(leg.thread(), Message::Reoffer { leg, offer: offer_sdp.to_owned(), answer })?;
        result.await.map_err(|_| MediaError::Stopped)?
    }

    /// Tells a leg something. A leg that is closed ignores it.
    pub fn command(&self, leg: LegId, command: Command) {
        let _ = self.tell(leg.thread(), Message::Command(leg, command));
    }

    /// Closes a leg. Who hears it hears silence then. A running recording ends.
    pub async fn close(&self, leg: LegId) -> Report {
        let (report, result) = oneshot::channel();
        if self.tell(leg.thread(), Message::Close(leg, Some(report))).is_err() {
            return Report::default();
        }
        result.await.unwrap_or_default()
    }

    /// Makes a room. Legs enter it by [`crate::Source::Mix`] and leave it by any other source.
    pub fn room(&self) -> RoomId {
        RoomId::new(self.idlest(), self.inner.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Makes a room on the thread of a leg.
    pub fn room_beside(&self, leg: LegId) -> RoomId {
        RoomId::new(leg.thread(), self.inner.next.fetch_add(1, Ordering::Relaxed))
    }

    /// How loud `to` hears `from` in the room: 0 not at all, 1 as it is (what everybody begins with). It may be set before they enter and is
    /// kept until the room is closed.
    pub fn gain(&self, room: RoomId, from: LegId, to: LegId, gain: f32) {
        let _ = self.tell(room.thread(), Message::Gain { room, from, to, gain });
    }

    /// Forgets a room. Legs that are still in it hear silence.
    pub fn close_room(&self, room: RoomId) {
        let _ = self.tell(room.thread(), Message::CloseRoom(room));
    }

    /// How many legs are open.
    pub fn legs(&self) -> usize {
        self.inner.loads.iter().map(Load::legs).sum()
    }

    /// Free and resting port pairs, for the leak test.
    #[cfg(test)]
    pub(crate) fn port_counts(&self) -> (usize, usize) {
        self.inner.ports.count()
    }

    fn name(&self, thread: usize) -> LegId {
        LegId::new(thread, self.inner.next.fetch_add(1, Ordering::Relaxed))
    }

    fn idlest(&self) -> usize {
        let turn = self.inner.turn.fetch_add(1, Ordering::Relaxed);
        let count = self.inner.loads.len();
        (0..count).map(|i| (turn + i) % count).min_by_key(|thread| self.inner.loads[*thread].legs()).unwrap_or(0)
    }

    fn tell(&self, thread: usize, message: Message) -> Result<(), MediaError> {
        let door = self.inner.doors.get(thread).ok_or(MediaError::NoLeg)?;
        if door.send(message) { Ok(()) } else { Err(MediaError::Stopped) }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        for door in self.doors.iter() {
            door.send(Message::Stop);
        }
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // A panic of a media thread has been logged where it happened.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Media").field("threads", &self.inner.doors.len()).field("legs", &self.legs()).finish_non_exhaustive()
    }
}

/// The address that others reach us at, when only "any" is configured: that of the way out. Nothing is sent for that.
fn own_address(bind: IpAddr) -> IpAddr {
    if !bind.is_unspecified() {
        return bind;
    }
    let probe = |from: &str, to: &str| {
        let socket = std::net::UdpSocket::bind(from).ok()?;
        socket.connect(to).ok()?;
        Some(socket.local_addr().ok()?.ip())
    };
    // Addresses of documentation: they are routed like any other, and nobody has them.
    match bind {
        IpAddr::V4(_) => probe("0.0.0.0:0", "192.0.2.1:9").unwrap_or(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)),
        IpAddr::V6(_) => probe("[::]:0", "[2001:db8::1]:9").unwrap_or(IpAddr::V6(std::net::Ipv6Addr::LOCALHOST)),
    }
}
