//! A WebRTC leg: str0m without its sockets. ICE-lite, one audio line, RTP as it is.
//!
//! str0m's contract: after each change, `poll_output` is asked until it names a time. [`Peer::drain`] does that; every function here that
//! changes the peer ends with it.

pub(crate) mod demux;
pub(crate) mod sdp;

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::change::SdpOffer;
use str0m::config::{CryptoProvider, DtlsCert};
use str0m::format::{Codec as RtcCodec, FormatParams};
use str0m::media::{Frequency, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{RtpPacket, RtpWrite};
use str0m::{Candidate, Event, IceConnectionState, Input, Output, Rtc};

use crate::codec::Codec;
use crate::config::MediaError;
use crate::engine::io::Io;
use crate::leg::{Formats, Kind};
use crate::rewrite::Numbers;

/// How long a peer rests after str0m has reported an error.
const REST: Duration = Duration::from_millis(100);
/// How often str0m tells its figures.
const STATS: Duration = Duration::from_secs(5);
/// The longest offer that is read; Chrome's are below 10 kB.
const MAX_OFFER: usize = 64 * 1024;
/// Outputs of one call after which a peer is taken for broken: a flight of DTLS and a few reports are below 50.
const MAX_OUTPUTS: usize = 4096;

/// What is the same for all peers of the process.
#[derive(Clone)]
pub(crate) struct Shared {
    provider: Arc<CryptoProvider>,
    certificate: DtlsCert,
}

impl Shared {
    pub(crate) fn new() -> Result<Self, MediaError> {
        let provider = Arc::new(str0m::crypto::from_feature_flags());
        let certificate = provider.dtls_provider.generate_certificate().ok_or(MediaError::Config("no DTLS certificate could be made"))?;
        Ok(Self { provider, certificate })
    }
}

/// What a peer tells while it is driven.
#[expect(clippy::large_enum_variant, reason = "packets are nearly all of it, and boxing them would allocate for each")]
#[derive(Debug)]
pub(crate) enum PeerEvent {
    Packet(RtpPacket),
    Connected,
    Disconnected,
    RoundTrip(Duration),
    FarLost(u64),
}

/// Where the connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Not yet connected, since then.
    New(Instant),
    Connected,
    /// Interrupted since then.
    Interrupted(Instant),
    /// Given up.
    Lost,
}

/// One browser's connection.
pub(crate) struct Peer {
    rtc: Rtc,
    mid: Option<Mid>,
    fingerprint: Option<String>,
    slot: u32,
    pub(crate) state: State,
    /// Addresses that it has proven.
    pub(crate) addresses: Vec<SocketAddr>,
    /// When it wants to be driven.
    pub(crate) due: Instant,
    /// The earliest time for which the thread's timer knows it.
    pub(crate) timed: Option<Instant>,
}

impl Peer {
    /// Takes an offer and gives the answer.
    pub(crate) fn open(slot: u32, offer: &str, shared: &Shared, io: &mut Io, now: Instant) -> Result<(Self, String), MediaError> {
        let parsed = parse(offer)?;
        let mut config = Rtc::builder()
            .set_crypto_provider(Arc::clone(&shared.provider))
            .set_dtls_cert(shared.certificate.clone())
            .set_ice_lite(true)
            .set_rtp_mode(true)
            .set_stats_interval(Some(STATS))
            .clear_codecs()
            .enable_pcmu(true, false)
            .enable_pcma(true, false)
            .enable_g722(true, false)
            .enable_opus(true, false);
        for (payload_type, clock) in [(126, Frequency::EIGHT_KHZ), (110, Frequency::FORTY_EIGHT_KHZ)] {
            config.codec_config().add_config(payload_type.into(), None, RtcCodec::Tele, clock, None, FormatParams::default());
        }
        let mut rtc = config.build(now);
        let candidate = Candidate::host(io.address, "udp").map_err(|error| MediaError::Offer(error.to_string()))?;
        rtc.add_local_candidate(candidate);
        let fingerprint = sdp::fingerprint(offer);
        let mut peer = Self { rtc, mid: None, fingerprint, slot, state: State::New(now), addresses: Vec::new(), due: now, timed: None };
        peer.drain(io, now);
        let answer = peer.accept(parsed, io, now)?;
        Ok((peer, answer))
    }

    /// Takes another offer of the same connection. `None`: it is of another connection, or this one is dead; open it anew.
    pub(crate) fn reoffer(&mut self, offer: &str, io: &mut Io, now: Instant) -> Option<Result<String, MediaError>> {
        if !self.rtc.is_alive() || sdp::fingerprint(offer) != self.fingerprint {
            return None;
        }
        Some(parse(offer).and_then(|parsed| self.accept(parsed, io, now)))
    }

    fn accept(&mut self, offer: SdpOffer, io: &mut Io, now: Instant) -> Result<String, MediaError> {
        let answer = catch_unwind(AssertUnwindSafe(|| self.rtc.sdp_api().accept_offer(offer)));
        let answer = match answer {
            Ok(Ok(answer)) => answer.to_sdp_string(),
            Ok(Err(error)) => {
                self.drain(io, now);
                return Err(MediaError::Offer(error.to_string()));
            }
            Err(_) => {
                self.rtc.disconnect();
                return Err(MediaError::Offer("the description cannot be understood".to_owned()));
            }
        };
        self.drain(io, now);
        self.time(io, now);
        self.mid = sdp::audio_mid(&answer).map(Mid::from);
        if self.mid.is_none() || self.formats().send.is_empty() {
            return Err(MediaError::Offer("it has no audio in PCMU, PCMA, G722 or opus".to_owned()));
        }
        Ok(sdp::prefer(&answer))
    }

    /// Our half of its ICE user name.
    pub(crate) fn name(&mut self) -> String {
        self.rtc.direct_api().local_ice_credentials().ufrag
    }

    /// What was agreed.
    pub(crate) fn formats(&self) -> Formats {
        let Some(media) = self.mid.and_then(|mid| self.rtc.media(mid)) else { return Formats::default() };
        let agreed = |payload_type| media.remote_pts().contains(&payload_type);
        let mut audio = Vec::new();
        let mut keys = Vec::new();
        for params in self.rtc.codec_config().params().iter().filter(|params| agreed(params.pt())) {
            match codec(params.spec().codec) {
                Some(codec) => audio.push((codec, *params.pt())),
                None if params.spec().codec == RtcCodec::Tele => keys.push((*params.pt(), params.spec().clock_rate.get())),
                None => {}
            }
        }
        audio.sort_unstable();
        let clock = audio.first().map_or(8000, |(codec, _)| codec.clock());
        let receive = audio.iter().map(|(codec, payload_type)| (*payload_type, Kind::Audio(*codec)));
        let receive = receive.chain(keys.iter().map(|(payload_type, clock)| (*payload_type, Kind::Keys(*clock)))).collect();
        Formats {
            send: audio.iter().copied().filter(|(codec, _)| codec.clock() == clock).collect(),
            keys: keys.iter().copied().find(|(_, own)| *own == clock).or_else(|| keys.first().copied()),
            receive,
        }
    }

    /// Whether the description lets us send and receive.
    pub(crate) fn direction(&self) -> (bool, bool) {
        let direction = self.mid.and_then(|mid| self.rtc.media(mid)).map(str0m::media::Media::direction);
        direction.map_or((false, false), |direction| (direction.is_sending(), direction.is_receiving()))
    }

    /// Whether a datagram is really for this peer: its STUN check carries the peer's secret.
    pub(crate) fn proves(&self, datagram: &[u8], from: SocketAddr, io: &Io, now: Instant) -> bool {
        let Ok(receive) = Receive::new(Protocol::Udp, from, io.address, datagram) else { return false };
        catch_unwind(AssertUnwindSafe(|| self.rtc.accepts(&Input::Receive(now, receive)))).unwrap_or(false)
    }

    /// Takes a datagram from an address that the peer has proven. Damaged ones change nothing.
    pub(crate) fn receive(&mut self, datagram: &[u8], from: SocketAddr, io: &mut Io, now: Instant) {
        let Ok(receive) = Receive::new(Protocol::Udp, from, io.address, datagram) else { return };
        self.input(Input::Receive(now, receive), io, now);
    }

    /// Lets time pass.
    pub(crate) fn time(&mut self, io: &mut Io, now: Instant) {
        self.input(Input::Timeout(now), io, now);
    }

    fn input(&mut self, input: Input<'_>, io: &mut Io, now: Instant) {
        match catch_unwind(AssertUnwindSafe(|| self.rtc.handle_input(input))) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "a WebRTC peer sent something that is not valid"),
            Err(_) => self.broke(io),
        }
        self.drain(io, now);
    }

    /// A panic inside of str0m costs this connection and nothing else; a re-offer makes a new one.
    fn broke(&mut self, io: &mut Io) {
        tracing::warn!("a WebRTC connection broke and is given up");
        self.rtc.disconnect();
        io.told.push_back((self.slot, PeerEvent::Disconnected));
    }

    /// Sends a packet; false when it did not leave.
    pub(crate) fn send(&mut self, io: &mut Io, numbers: Numbers, payload_type: u8, payload: &[u8], now: Instant) -> bool {
        let Some(mid) = self.mid.filter(|_| self.state == State::Connected) else { return false };
        let written = catch_unwind(AssertUnwindSafe(|| {
            let mut api = self.rtc.direct_api();
            let Some(stream) = api.stream_tx_by_mid(mid, None) else { return false };
            let packet = RtpWrite::new(payload_type.into(), numbers.seq.into(), numbers.timestamp, now, payload);
            stream.write_rtp(packet.marker(numbers.marker));
            true
        }));
        match written {
            Ok(true) => {
                self.drain(io, now);
                self.time(io, now);
                true
            }
            Ok(false) => false,
            Err(_) => {
                self.broke(io);
                false
            }
        }
    }

    /// Asks for everything that wants to leave, until a time is named.
    fn drain(&mut self, io: &mut Io, now: Instant) {
        self.due = now + REST;
        for _ in 0..MAX_OUTPUTS {
            match catch_unwind(AssertUnwindSafe(|| self.rtc.poll_output())) {
                Ok(Ok(Output::Timeout(due))) => {
                    self.due = due;
                    return;
                }
                Ok(Ok(Output::Transmit(packet))) => io.transmit(&packet.contents, packet.destination),
                Ok(Ok(Output::Event(event))) => self.told(event, io),
                Ok(Err(error)) => {
                    tracing::debug!(%error, "a WebRTC peer is in trouble");
                    return;
                }
                Err(_) => {
                    self.broke(io);
                    return;
                }
            }
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "str0m's events will grow, and what is not named here is of no use to a leg")]
    fn told(&mut self, event: Event, io: &mut Io) {
        let told = match event {
            Event::RtpPacket(packet) => PeerEvent::Packet(packet),
            Event::Connected | Event::IceConnectionStateChange(IceConnectionState::Connected | IceConnectionState::Completed)
                if self.rtc.is_connected() =>
            {
                PeerEvent::Connected
            }
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) | Event::Closed => PeerEvent::Disconnected,
            Event::MediaEgressStats(stats) => {
                if let Some(trip) = stats.rtt {
                    io.told.push_back((self.slot, PeerEvent::RoundTrip(trip)));
                }
                let Some(remote) = stats.remote else { return };
                PeerEvent::FarLost(remote.packets_lost)
            }
            _ => return,
        };
        io.told.push_back((self.slot, told));
    }

    /// Says goodbye to the browser.
    pub(crate) fn close(&mut self, io: &mut Io, now: Instant) {
        if self.rtc.close().is_ok() {
            self.drain(io, now);
            self.time(io, now);
        }
        self.rtc.disconnect();
    }
}

fn parse(offer: &str) -> Result<SdpOffer, MediaError> {
    if offer.len() > MAX_OFFER {
        return Err(MediaError::Offer("it is longer than 64 kB".to_owned()));
    }
    let parsed = catch_unwind(|| SdpOffer::from_sdp_string(offer));
    parsed.map_err(|_| MediaError::Offer("it is no SDP".to_owned()))?.map_err(|error| MediaError::Offer(error.to_string()))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "str0m knows many video codecs, and will know more")]
fn codec(codec: RtcCodec) -> Option<Codec> {
    match codec {
        RtcCodec::PCMU => Some(Codec::Pcmu),
        RtcCodec::PCMA => Some(Codec::Pcma),
        RtcCodec::G722 => Some(Codec::G722),
        RtcCodec::Opus => Some(Codec::Opus),
        _ => None,
    }
}
