//! What a leg sends: one stream from whatever it hears.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use super::play::Piece;
use super::{Hears, Leg, Link};
use crate::bridge::{FRAME_MS, Frame, Transcoder};
use crate::codec::{Codec, Encoder, MAX_ENCODED, Rate};
use crate::dtmf::{self, Event, Sender, Step};
use crate::engine::io::{Events, Io};
use crate::event::MediaEvent;
use crate::id::LegId;
use crate::record::Side;
use crate::rewrite::{Numbers, Rewriter, SourceKey};
use crate::rtcp;

/// Sources that are no leg, in the place of an SSRC in a [`SourceKey`].
const OWN: u32 = 0;
const MIXED: u32 = 1;
/// A transcoded stream has numbers of its own, although it comes from the same SSRC.
const TRANSCODED: u32 = 1 << 31;
/// After this long without a packet a silent one is sent, for NATs and for far ends that hang up after 10 s or more of nothing.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// Milliseconds of comfort noise that are repeated.
const COMFORT_MS: usize = 2000;
/// The peak of comfort noise: about -62 dBFS.
const COMFORT_PEAK: i32 = 40;

/// The sending side of a leg.
pub(crate) struct Output {
    pub(crate) rewriter: Rewriter,
    /// Counts changes of the source.
    pub(crate) epoch: u32,
    pub(crate) keys: Sender,
    /// Signaling and transport allow sending.
    pub(crate) open: bool,
    key_timestamp: u32,
    /// A key of another leg that is passed on: its timestamp there and here.
    passed_key: Option<(LegId, u32, u32)>,
    encoder: Option<Box<Encoder>>,
    transcoder: Option<Box<Transcoder>>,
    pub(crate) packets: u64,
    pub(crate) octets: u64,
    /// When something was sent last, or might have been for the first time.
    pub(crate) last: Instant,
    pub(crate) far_lost: Option<u64>,
    pub(crate) round_trip: Option<Duration>,
    /// The far end's last sender report, and when it came.
    pub(crate) far_report: Option<(u32, Instant)>,
    pub(crate) next_report: Instant,
}

impl Output {
    pub(crate) fn new(now: Instant) -> Self {
        // Reports of many legs must not fall into one moment.
        let first = Duration::from_millis(2500 + u64::from(crate::random::u32() % 2500));
        Self {
            rewriter: Rewriter::new(8000),
            epoch: 0,
            keys: Sender::default(),
            open: false,
            key_timestamp: 0,
            passed_key: None,
            encoder: None,
            transcoder: None,
            packets: 0,
            octets: 0,
            last: now,
            far_lost: None,
            round_trip: None,
            far_report: None,
            next_report: now + first,
        }
    }

    /// A packet of the source is not passed on as audio.
    fn skip(&mut self, key: SourceKey, seq: u16) {
        self.rewriter.skip(key, seq);
        if let Some(transcoder) = &mut self.transcoder {
            transcoder.skip(seq);
        }
    }

    /// Another source begins.
    pub(crate) fn turn(&mut self) {
        self.epoch = self.epoch.wrapping_add(1);
        self.transcoder = None;
        self.passed_key = None;
    }
}

impl Leg {
    /// The codec that is sent when we make the audio.
    pub(crate) fn own_codec(&self) -> Option<(Codec, u8)> {
        self.formats.send.first().copied()
    }

    /// Sends one packet of audio, and records that it was heard.
    fn send_audio(&mut self, io: &mut Io, numbers: Numbers, codec: Codec, payload_type: u8, payload: &[u8], now: Instant) {
        if let Some(tap) = &mut self.tap {
            tap.tap(Side::Heard, codec, numbers.timestamp, payload, now);
        }
        self.send(io, numbers, payload_type, payload, now);
    }

    fn send(&mut self, io: &mut Io, numbers: Numbers, payload_type: u8, payload: &[u8], now: Instant) {
        let ssrc = self.output.rewriter.ssrc();
        let sent = match &mut self.link {
            Link::Rtp(link) => link.send(io, ssrc, numbers, payload_type, payload),
            Link::WebRtc(peer) => peer.send(io, numbers, payload_type, payload, now),
        };
        self.output.last = now;
        if sent {
            self.output.packets += 1;
            self.output.octets += payload.len() as u64;
        }
    }

    /// Passes on a piece of audio of another leg.
    pub(crate) fn relay(&mut self, io: &mut Io, frame: Frame<'_>, now: Instant) {
        if !self.output.open {
            return;
        }
        let key = (self.output.epoch, frame.ssrc & !TRANSCODED);
        if self.output.keys.busy() {
            self.output.skip(key, frame.seq);
            return;
        }
        if let Some(payload_type) = self.formats.send_as(frame.codec) {
            if let Some(numbers) = self.output.rewriter.relay(key, frame.seq, frame.timestamp, frame.marker, now) {
                self.send_audio(io, numbers, frame.codec, payload_type, frame.payload, now);
            }
            return;
        }
        let Some((to, payload_type)) = self.own_codec() else { return };
        let key = (key.0, key.1 | TRANSCODED);
        let serving = self.output.transcoder.take().filter(|own| own.serves(key, frame.codec, to));
        let Some(mut transcoder) = serving.or_else(|| Transcoder::new(key, frame.codec, to).map(Box::new)) else { return };
        transcoder.run(frame, |seq, timestamp, payload| {
            if let Some(numbers) = self.output.rewriter.relay(key, seq, timestamp, false, now) {
                self.send_audio(io, numbers, to, payload_type, payload, now);
            }
        });
        self.output.transcoder = Some(transcoder);
    }

    /// Passes on a packet of a key that another leg pressed.
    pub(crate) fn relay_key(&mut self, io: &mut Io, key: &PassedKey, now: Instant) {
        if !self.output.open {
            return;
        }
        self.output.skip((self.output.epoch, key.ssrc & !TRANSCODED), key.seq);
        let Some((payload_type, clock)) = self.formats.keys else {
            if let (true, Some(digit)) = (key.begins, key.event.key()) {
                self.output.keys.push(digit.encode_utf8(&mut [0; 4]));
            }
            return;
        };
        let known = self.output.passed_key.filter(|(from, theirs, _)| (*from, *theirs) == (key.from, key.timestamp));
        let timestamp = known.map_or_else(|| self.output.rewriter.timestamp(now), |(_, _, ours)| ours);
        self.output.passed_key = Some((key.from, key.timestamp, timestamp));
        let numbers = self.output.rewriter.inject(timestamp, known.is_none(), now);
        self.send(io, numbers, payload_type, &key.event.in_clock(key.clock, clock).bytes(), now);
    }

    /// Sends 20 ms that were made here.
    fn send_own(&mut self, io: &mut Io, kind: u32, payload: &[u8], now: Instant) {
        let Some((codec, payload_type)) = self.own_codec() else { return };
        let key: SourceKey = (self.output.epoch, kind);
        let numbers = self.output.rewriter.generate(key, codec.ticks(FRAME_MS as u32), now);
        self.send_audio(io, numbers, codec, payload_type, payload, now);
    }

    /// Encodes and sends 20 ms of samples.
    fn send_samples(&mut self, io: &mut Io, kind: u32, samples: &[i16], rate: Rate, now: Instant) {
        let Some((codec, _)) = self.own_codec() else { return };
        let fits = self.output.encoder.take().filter(|own| (own.codec(), own.rate()) == (codec, rate));
        let Some(mut encoder) = fits.or_else(|| Encoder::new(codec, rate).ok().map(Box::new)) else { return };
        let mut bytes = [0; MAX_ENCODED];
        if let Ok(length) = encoder.encode(samples, &mut bytes) {
            self.send_own(io, kind, &bytes[..length], now);
        }
        self.output.encoder = Some(encoder);
    }

    /// Sends what a room mixed for it.
    pub(crate) fn hear_mixed(&mut self, io: &mut Io, samples: &[i16], rate: Rate, now: Instant) {
        if self.output.open && !self.output.keys.busy() {
            self.send_samples(io, MIXED, samples, rate, now);
        }
    }

    /// Sends what is due in a tick of 20 ms.
    pub(crate) fn on_tick(&mut self, io: &mut Io, events: &mut Events, now: Instant) {
        let Some((codec, _)) = self.own_codec() else { return };
        if self.output.open
            && let Some(step) = self.output.keys.tick(FRAME_MS as u32, self.formats.keys.map(|(_, clock)| clock))
        {
            self.send_step(io, step, now);
            return;
        }
        match &mut self.hears {
            Hears::Silence | Hears::Relay(_) | Hears::Room(_) => {}
            Hears::Comfort { at } => {
                let noise = &comfort()[place(codec)];
                let payload = &noise[*at % noise.len()];
                *at += 1;
                if self.output.open {
                    self.send_own(io, OWN, payload, now);
                }
            }
            Hears::Play(player) => {
                let id = self.id;
                let played = player.next(codec, |token| events.tell(MediaEvent::Played { leg: id, token }));
                match played {
                    Some(piece) if self.output.open => self.send_piece(io, &piece, now),
                    Some(_) => {}
                    None => self.hears = Hears::Silence,
                }
            }
        }
    }

    fn send_piece(&mut self, io: &mut Io, piece: &Piece, now: Instant) {
        match piece {
            Piece::Encoded(frames, at) => self.send_own(io, OWN, frames.frame(*at).unwrap_or_default(), now),
            Piece::Samples(samples, at, rate) => {
                let rest = &samples[*at..];
                let mut frame = [0; Rate::Full.samples(FRAME_MS)];
                let (size, count) = (rate.samples(FRAME_MS), rest.len().min(rate.samples(FRAME_MS)));
                frame[..count].copy_from_slice(&rest[..count]);
                self.send_samples(io, OWN, &frame[..size], *rate, now);
            }
        }
    }

    fn send_step(&mut self, io: &mut Io, step: Step, now: Instant) {
        match step {
            Step::Event { event, begins } => {
                let Some((payload_type, _)) = self.formats.keys else { return };
                if begins {
                    self.output.key_timestamp = self.output.rewriter.timestamp(now);
                }
                let numbers = self.output.rewriter.inject(self.output.key_timestamp, begins, now);
                self.send(io, numbers, payload_type, &event.bytes(), now);
            }
            Step::Tone { key, at } => {
                let mut samples = [0; Rate::Narrow.samples(FRAME_MS)];
                dtmf::tone(key, at, Rate::Narrow, &mut samples);
                self.send_samples(io, OWN, &samples, Rate::Narrow, now);
            }
            Step::Pause => {}
        }
    }

    /// Keeps the path alive when nothing has been sent for long.
    pub(crate) fn keep_alive(&mut self, io: &mut Io, now: Instant) {
        let quiet = now.saturating_duration_since(self.output.last) >= KEEP_ALIVE;
        if self.output.open
            && quiet
            && let Some((codec, _)) = self.own_codec()
        {
            self.send_own(io, OWN, silence(codec), now);
        }
    }

    /// Sends an RTCP report, if this leg's reports are ours to send.
    pub(crate) fn send_report(&mut self, io: &mut Io, now: Instant) {
        let Link::Rtp(link) = &mut self.link else { return };
        let rewriter = &self.output.rewriter;
        let ntp = io.ntp.at(now);
        let sent = (self.output.packets > 0).then(|| rtcp::Sent {
            ntp,
            timestamp: rewriter.timestamp(now),
            packets: self.output.packets as u32,
            octets: self.output.octets as u32,
        });
        let block = self.input.ssrc.map(|ssrc| {
            let since = self.output.far_report.map(|(report, at)| (report, now.saturating_duration_since(at)));
            rtcp::Block {
                ssrc,
                fraction: self.input.reception.fraction_lost(),
                lost: self.input.reception.lost().min(u64::from(u32::MAX)) as u32,
                highest: self.input.reception.extended(),
                jitter: self.input.reception.jitter_ticks(),
                last_report: since.map_or(0, |(report, _)| report),
                delay: since.map_or(0, |(_, passed)| (passed.as_micros() as u64 * 65_536 / 1_000_000) as u32),
            }
        });
        if sent.is_some() || block.is_some() {
            rtcp::write(&mut io.packet, rewriter.ssrc(), sent, block);
            link.send_rtcp(io);
        }
    }
}

/// A packet of a key on its way from one leg to another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PassedKey {
    pub(crate) from: LegId,
    pub(crate) event: Event,
    pub(crate) ssrc: u32,
    pub(crate) seq: u16,
    pub(crate) timestamp: u32,
    pub(crate) clock: u32,
    /// It is the first packet of its key.
    pub(crate) begins: bool,
}

fn place(codec: Codec) -> usize {
    Codec::ALL.iter().position(|own| *own == codec).unwrap_or(0)
}

/// 20 ms of silence.
pub(crate) fn silence(codec: Codec) -> &'static [u8] {
    static SILENCE: LazyLock<Vec<Vec<u8>>> =
        LazyLock::new(|| Codec::ALL.into_iter().map(|codec| encode(codec, 100, || 0).pop().unwrap_or_default()).collect());
    &SILENCE[place(codec)]
}

/// Silence that takes the place of a payload: as long as it, where length is time.
pub(crate) fn silence_for(codec: Codec, length: usize) -> &'static [u8] {
    static LONG: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| Codec::ALL.into_iter().map(|codec| silence(codec).repeat(10)).collect());
    if codec == Codec::Opus {
        return silence(codec);
    }
    let all = &LONG[place(codec)];
    &all[..length.min(all.len())]
}

/// Frames of comfort noise, one list per codec.
fn comfort() -> &'static [Vec<Vec<u8>>] {
    static COMFORT: LazyLock<Vec<Vec<Vec<u8>>>> = LazyLock::new(|| {
        let mut state = 0x2545_f491_4f6c_dd1d_u64; // noise needs no secret: the same each time
        let mut noise = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            ((state >> 32) as i32 % (2 * COMFORT_PEAK + 1) - COMFORT_PEAK) as i16
        };
        Codec::ALL.into_iter().map(|codec| encode(codec, COMFORT_MS, &mut noise)).collect()
    });
    &COMFORT
}

/// Makes frames of a signal.
fn encode(codec: Codec, ms: usize, mut signal: impl FnMut() -> i16) -> Vec<Vec<u8>> {
    let rate = codec.rate();
    let Ok(mut encoder) = Encoder::new(codec, rate) else { return vec![Vec::new()] };
    let mut bytes = [0; MAX_ENCODED];
    let frames = (0..ms / FRAME_MS).map(|_| {
        let samples: Vec<i16> = (0..rate.samples(FRAME_MS)).map(|_| signal()).collect();
        let length = encoder.encode(&samples, &mut bytes).unwrap_or(0);
        bytes[..length].to_vec()
    });
    frames.collect()
}

/// Makes silence and comfort noise now, so that no call waits for it.
pub(crate) fn prepare() {
    comfort();
    silence_for(Codec::Pcmu, 0);
}
