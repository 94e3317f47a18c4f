//! The jitter buffer, for streams that are decoded (mixed, transcoded): packets come as the network brings them and leave in order.
//!
//! It is driven by who plays: [`Jitter::pop`] is asked whenever the player needs more audio. The delay follows the stream: it starts at what the
//! measured jitter needs, grows when the buffer runs dry (the player hides the hole and the late packets still play), and shrinks by one packet
//! when during [`WINDOW`] pops there was always more in store than needed. That also absorbs clocks that drift.
//!
//! - J-1: what leaves has rising sequence numbers; no packet leaves twice.
//! - J-2: never more than [`SLOTS`] packets nor more than the configured maximum of audio is held.
//! - J-3: every packet that was put is counted exactly once: played, late, duplicate, dropped or still held.

use std::time::{Duration, Instant};

/// Packets that are held at most.
pub const SLOTS: usize = 64;

/// Bytes of a payload that is held; no telephone's packet is longer.
pub const MAX_PAYLOAD: usize = 1500;

/// Pops over which the smallest store is looked at before a packet is skipped.
const WINDOW: u32 = 100;

/// A jump of the sequence number beyond this is a new stream, once its second packet has come.
const MAX_JUMP: u16 = 500;

/// Pops in a row without a packet after which the buffer fills again before it plays.
const DRY: u32 = 10;

/// How a stream is buffered.
#[derive(Clone, Copy, Debug)]
pub struct JitterConfig {
    /// Ticks per second of the RTP timestamp.
    pub clock: u32,
    /// Audio held before the first packet plays.
    pub min: Duration,
    /// Audio held at most; what is beyond is skipped.
    pub max: Duration,
}

impl JitterConfig {
    /// 40 to 200 ms, for a codec of that clock.
    pub const fn of(clock: u32) -> Self {
        Self { clock, min: Duration::from_millis(40), max: Duration::from_millis(200) }
    }
}

/// What became of a packet that was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is held.
    Held,
    /// Its time has passed.
    Late,
    /// It is here already or was played.
    Duplicate,
    /// It is too long, or the first of an unexpected sequence.
    Refused,
}

/// What the player gets.
#[derive(Debug, PartialEq, Eq)]
pub enum Pop<'a> {
    /// The next packet.
    Frame {
        /// Its encoded audio.
        payload: &'a [u8],
        /// Its timestamp.
        timestamp: u32,
    },
    /// A packet is missing and will not play: hide `ticks` of audio. `next` is the packet behind it, which may hold a copy of it (Opus).
    Lost {
        /// Length of the hole in timestamp ticks.
        ticks: u32,
        /// The packet behind the hole, which stays for the next pop.
        next: Option<&'a [u8]>,
    },
    /// The sender was silent by intent: its timestamps jump while nothing is missing.
    Silence {
        /// How much, in ticks.
        ticks: u32,
    },
    /// Nothing is here in time. Hide it, and ask again.
    Dry,
    /// Not playing (yet): before the first packet, or filling again. Play silence.
    Filling,
}

/// Counts since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JitterStats {
    /// Packets that were handed out.
    pub played: u64,
    /// Packets that never came in time.
    pub lost: u64,
    /// Packets that came after their time.
    pub late: u64,
    /// Packets that came twice.
    pub duplicate: u64,
    /// Packets skipped to shorten the delay or because the buffer was full.
    pub skipped: u64,
    /// Packets that were refused.
    pub refused: u64,
    /// Pops that found nothing.
    pub dry: u64,
}

struct Slot {
    seq: u16,
    timestamp: u32,
    payload: Vec<u8>,
    used: bool,
}

/// One stream's buffer.
pub struct Jitter {
    config: JitterConfig,
    slots: Vec<Slot>,
    held: usize,
    /// Sequence number that plays next, and its expected timestamp; unknown before the first packet.
    next: Option<(u16, u32)>,
    playing: bool,
    /// A packet of this stream was played, so that an earlier one is late.
    begun: bool,
    filling_since: Option<Instant>,
    newest: u16,
    packet_ticks: u32,
    /// RFC 3550 jitter in ticks, times 16.
    spread: u32,
    last: Option<(Instant, u32)>,
    dry: u32,
    spare: u32,
    pops: u32,
    strange: Option<u16>,
    stats: JitterStats,
}

impl Jitter {
    /// An empty buffer. All memory that it will ever use is reserved now.
    pub fn new(config: JitterConfig) -> Self {
        let slot = || Slot { seq: 0, timestamp: 0, payload: Vec::with_capacity(256), used: false };
        Self {
            config,
            slots: std::iter::repeat_with(slot).take(SLOTS).collect(),
            held: 0,
            next: None,
            playing: false,
            begun: false,
            filling_since: None,
            newest: 0,
            packet_ticks: config.clock / 50,
            spread: 0,
            last: None,
            dry: 0,
            spare: u32::MAX,
            pops: 0,
            strange: None,
            stats: JitterStats::default(),
        }
    }

    /// Forgets the stream (a new SSRC, another codec); counts stay.
    pub fn reset(&mut self) {
        self.slots.iter_mut().for_each(|slot| slot.used = false);
        (self.held, self.next, self.playing, self.filling_since, self.last, self.strange) = (0, None, false, None, None, None);
        (self.dry, self.spare, self.pops, self.begun) = (0, u32::MAX, 0, false);
    }

    /// Counts so far.
    pub fn stats(&self) -> JitterStats {
        self.stats
    }

    /// Audio that is held, from the packet that plays next to the newest.
    pub fn depth(&self) -> Duration {
        self.duration(self.depth_ticks())
    }

    /// The measured jitter (RFC 3550).
    pub fn jitter(&self) -> Duration {
        self.duration(self.spread / 16)
    }

    /// Length of a packet as the stream showed it.
    pub fn packet(&self) -> Duration {
        self.duration(self.packet_ticks)
    }

    /// Takes a packet that arrived.
    pub fn put(&mut self, seq: u16, timestamp: u32, payload: &[u8], arrival: Instant) -> Put {
        if payload.len() > MAX_PAYLOAD {
            self.stats.refused += 1;
            return Put::Refused;
        }
        if let Some((next, _)) = self.next {
            let ahead = seq.wrapping_sub(next) as i16;
            if ahead.unsigned_abs() > MAX_JUMP {
                // One strange packet may be forged or broken; two in a row are a sender that began anew.
                if self.strange != Some(seq.wrapping_sub(1)) {
                    self.strange = Some(seq);
                    self.stats.refused += 1;
                    return Put::Refused;
                }
                self.stats.skipped += self.held as u64;
                self.reset();
            } else if ahead < 0 && (self.begun || usize::from(self.newest.wrapping_sub(seq)) >= SLOTS) {
                self.stats.late += 1;
                return Put::Late;
            } else if ahead < 0 {
                // Nothing has played yet: an overtaken packet may still become the first.
                self.next = Some((seq, timestamp));
            }
        }
        self.strange = None;
        let index = usize::from(seq) % SLOTS;
        if self.slots[index].used && self.slots[index].seq == seq {
            self.stats.duplicate += 1;
            return Put::Duplicate;
        }
        self.measure(seq, timestamp, arrival);
        if self.next.is_none() {
            self.next = Some((seq, timestamp));
            self.newest = seq;
            self.filling_since = Some(arrival);
        }
        self.make_room(seq);
        let slot = &mut self.slots[index];
        slot.payload.clear();
        slot.payload.extend_from_slice(payload);
        (slot.seq, slot.timestamp, slot.used) = (seq, timestamp, true);
        self.held += 1;
        if (seq.wrapping_sub(self.newest) as i16) > 0 {
            self.newest = seq;
        }
        self.shed();
        Put::Held
    }

    /// The next piece of audio for the player.
    pub fn pop(&mut self, now: Instant) -> Pop<'_> {
        let Some((seq, expected)) = self.next else { return Pop::Filling };
        if !self.playing && !self.start(now) {
            return Pop::Filling;
        }
        if self.held == 0 {
            return self.run_dry(now);
        }
        self.dry = 0;
        self.adapt();
        let (seq, expected) = self.next.unwrap_or((seq, expected));
        let index = usize::from(seq) % SLOTS;
        if !(self.slots[index].used && self.slots[index].seq == seq) {
            self.next = Some((seq.wrapping_add(1), expected.wrapping_add(self.packet_ticks)));
            self.stats.lost += 1;
            let next = usize::from(seq.wrapping_add(1)) % SLOTS;
            let next = (self.slots[next].used && self.slots[next].seq == seq.wrapping_add(1)).then(|| self.slots[next].payload.as_slice());
            return Pop::Lost { ticks: self.packet_ticks, next };
        }
        let timestamp = self.slots[index].timestamp;
        let gap = timestamp.wrapping_sub(expected);
        if gap > self.packet_ticks / 2 && gap < self.config.clock && (gap as i32) > 0 {
            let ticks = gap.min(self.packet_ticks.max(1));
            self.next = Some((seq, expected.wrapping_add(ticks)));
            return Pop::Silence { ticks };
        }
        self.next = Some((seq.wrapping_add(1), timestamp.wrapping_add(self.packet_ticks)));
        self.slots[index].used = false;
        self.held -= 1;
        self.stats.played += 1;
        Pop::Frame { payload: &self.slots[index].payload, timestamp }
    }

    /// Begins to play when enough is held or the first packet has waited long enough.
    fn start(&mut self, now: Instant) -> bool {
        let target = self.target();
        let waited = self.filling_since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since));
        if self.held == 0 || (self.duration(self.depth_ticks()) < target && waited < target) {
            return false;
        }
        // The hole at the head of what is held was waited for long enough.
        while !self.has_next() {
            let Some((seq, expected)) = self.next else { return false };
            self.next = Some((seq.wrapping_add(1), expected.wrapping_add(self.packet_ticks)));
        }
        if let Some((seq, _)) = self.next {
            self.next = Some((seq, self.slots[usize::from(seq) % SLOTS].timestamp));
        }
        (self.playing, self.begun, self.spare, self.pops) = (true, true, u32::MAX, 0);
        true
    }

    fn run_dry(&mut self, now: Instant) -> Pop<'_> {
        self.stats.dry += 1;
        self.dry += 1;
        (self.spare, self.pops) = (0, 0);
        if self.dry >= DRY {
            (self.playing, self.filling_since, self.dry) = (false, Some(now), 0);
            return Pop::Filling;
        }
        Pop::Dry
    }

    /// Skips one packet when during a whole window more was held than the jitter needs.
    fn adapt(&mut self) {
        self.spare = self.spare.min(self.depth_ticks().saturating_sub(self.packet_ticks));
        self.pops += 1;
        if self.pops < WINDOW {
            return;
        }
        let needed = self.ticks(self.target()).saturating_sub(self.packet_ticks).max(self.packet_ticks);
        if self.spare > needed + self.packet_ticks / 2 {
            self.skip();
        }
        (self.spare, self.pops) = (u32::MAX, 0);
    }

    /// Milliseconds that should be held: three times the jitter, within the configured bounds.
    fn target(&self) -> Duration {
        self.duration(self.spread / 16 * 3).clamp(self.config.min, self.config.max)
    }

    fn measure(&mut self, seq: u16, timestamp: u32, arrival: Instant) {
        if self.held > 0 || self.playing {
            let before = &self.slots[usize::from(seq.wrapping_sub(1)) % SLOTS];
            let step = timestamp.wrapping_sub(before.timestamp);
            if before.seq == seq.wrapping_sub(1) && before.seq == self.newest && step > 0 && step <= self.config.clock / 8 {
                self.packet_ticks = step;
            }
        }
        if let Some((at, before)) = self.last {
            let passed = self.ticks(arrival.saturating_duration_since(at));
            let sent = timestamp.wrapping_sub(before) as i32;
            let difference = (i64::from(passed) - i64::from(sent)).unsigned_abs().min(u64::from(self.config.clock)) as u32;
            self.spread = self.spread - self.spread / 16 + difference;
        }
        self.last = Some((arrival, timestamp));
    }

    /// Frees the slot that `seq` will use and keeps the distance between oldest and newest below [`SLOTS`].
    fn make_room(&mut self, seq: u16) {
        while let Some((next, _)) = self.next
            && usize::from(seq.wrapping_sub(next)) >= SLOTS
        {
            self.skip();
        }
    }

    /// Holds no more audio than configured.
    fn shed(&mut self) {
        while self.held > 1 && self.depth_ticks() > self.ticks(self.config.max) {
            self.skip();
        }
    }

    /// Moves on by one packet without playing it.
    fn skip(&mut self) {
        let Some((seq, expected)) = self.next else { return };
        let slot = &mut self.slots[usize::from(seq) % SLOTS];
        let mut after = expected.wrapping_add(self.packet_ticks);
        if slot.used && slot.seq == seq {
            slot.used = false;
            after = slot.timestamp.wrapping_add(self.packet_ticks);
            self.held -= 1;
            self.stats.skipped += 1;
        } else {
            self.stats.lost += 1;
        }
        self.next = Some((seq.wrapping_add(1), after));
    }

    fn has_next(&self) -> bool {
        self.next.is_some_and(|(seq, _)| {
            let slot = &self.slots[usize::from(seq) % SLOTS];
            slot.used && slot.seq == seq
        })
    }

    fn depth_ticks(&self) -> u32 {
        match self.next {
            Some((next, _)) if self.held > 0 => (u32::from(self.newest.wrapping_sub(next)) + 1) * self.packet_ticks,
            Some(_) | None => 0,
        }
    }

    fn ticks(&self, duration: Duration) -> u32 {
        (duration.as_micros() as u64 * u64::from(self.config.clock) / 1_000_000).min(u64::from(u32::MAX)) as u32
    }

    fn duration(&self, ticks: u32) -> Duration {
        Duration::from_micros(u64::from(ticks) * 1_000_000 / u64::from(self.config.clock.max(1)))
    }
}

#[cfg(test)]
mod tests;
