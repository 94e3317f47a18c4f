//! One outgoing RTP stream made of many sources.
//!
//! The far end sees one SSRC, sequence numbers without a jump and timestamps that follow the clock, whoever is heard. A relayed source keeps
//! its own gaps and its own order behind a constant offset, so that the far end can tell loss from silence. A new source begins at the next
//! sequence number, at the timestamp that the wall clock asks for, with the marker set.

use std::time::{Duration, Instant};

/// A source whose timestamp leaves the wall clock by more than this has begun anew.
const MAX_DRIFT: Duration = Duration::from_secs(2);
/// A jump of the sequence number beyond this is a source that began anew.
const MAX_JUMP: u16 = 1000;
/// Own audio that lags behind the clock by more frames than this skips time, and never hurries.
const MAX_LATE_FRAMES: u64 = 3;

/// Numbers of a packet that may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// Extended sequence number; the low 16 bits are sent.
    pub(crate) seq: u64,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
}

/// What names a source: the leg's count of changes, and the SSRC or kind of what is heard.
pub(crate) type SourceKey = (u32, u32);

#[derive(Debug, Clone, Copy)]
struct Anchor {
    key: SourceKey,
    seq_in: u16,
    seq_out: u64,
    ts_in: u32,
    ts_out: u32,
    at: Instant,
}

/// The state of one outgoing stream.
#[derive(Debug)]
pub(crate) struct Rewriter {
    ssrc: u32,
    clock: u32,
    /// The highest sequence number sent, and one bit for each of the 64 below and it.
    highest: u64,
    used: u64,
    last: Option<(u32, Instant)>,
    first_timestamp: u32,
    anchor: Option<Anchor>,
}

impl Rewriter {
    /// A stream of that clock with random beginnings.
    pub(crate) fn new(clock: u32) -> Self {
        // Below 2^14, so that the first packets cannot wrap before the far end has seen one (SRTP counts wraps).
        let highest = u64::from(crate::random::u32() & 0x3fff) + 64;
        Self { ssrc: crate::random::u32(), clock, highest, used: 0, last: None, first_timestamp: crate::random::u32(), anchor: None }
    }

    pub(crate) fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// Another clock from now on (another codec): the timestamp goes on from where it is.
    pub(crate) fn set_clock(&mut self, clock: u32, now: Instant) {
        if clock != self.clock {
            self.last = self.last.map(|_| (self.timestamp(now), now));
            self.clock = clock;
            self.anchor = None;
        }
    }

    /// A transport that begins anew (another connection): sequence numbers start over.
    pub(crate) fn restart(&mut self) {
        *self = Self { ssrc: self.ssrc, ..Self::new(self.clock) };
    }

    /// The timestamp of this moment.
    pub(crate) fn timestamp(&self, now: Instant) -> u32 {
        match self.last {
            Some((timestamp, at)) => timestamp.wrapping_add(ticks(now.saturating_duration_since(at), self.clock)),
            None => self.first_timestamp,
        }
    }

    /// Where a new source begins: now, but not inside of the frame that was sent last.
    fn begin(&self, now: Instant) -> u32 {
        let Some((last, _)) = self.last else { return self.first_timestamp };
        let passed = self.timestamp(now).wrapping_sub(last);
        last.wrapping_add(passed.max(self.clock / 50))
    }

    /// Numbers for a packet of another stream. `None`: it must not be sent, because its number is used or too old.
    pub(crate) fn relay(&mut self, key: SourceKey, seq: u16, timestamp: u32, marker: bool, now: Instant) -> Option<Numbers> {
        let kept = self.anchor.filter(|anchor| anchor.key == key && self.follows(anchor, seq, timestamp, now));
        let Some(mut anchor) = kept else {
            let (seq_out, ts_out) = (self.highest + 1, self.begin(now));
            self.anchor = Some(Anchor { key, seq_in: seq, seq_out, ts_in: timestamp, ts_out, at: now });
            return self.take(Numbers { seq: seq_out, timestamp: ts_out, marker: true }, now);
        };
        let step = seq.wrapping_sub(anchor.seq_in).cast_signed();
        let seq_out = anchor.seq_out.checked_add_signed(i64::from(step))?;
        let out = Numbers { seq: seq_out, timestamp: anchor.ts_out.wrapping_add(timestamp.wrapping_sub(anchor.ts_in)), marker };
        if step > 0 {
            (anchor.ts_in, anchor.ts_out) = (timestamp, out.timestamp);
            (anchor.seq_in, anchor.seq_out, anchor.at) = (seq, seq_out, now);
            self.anchor = Some(anchor);
        }
        self.take(out, now)
    }

    /// Whether a packet goes on where the anchor is.
    fn follows(&self, anchor: &Anchor, seq: u16, timestamp: u32, now: Instant) -> bool {
        let step = seq.wrapping_sub(anchor.seq_in).cast_signed();
        if step.unsigned_abs() > MAX_JUMP {
            return false;
        }
        let passed = i64::from(timestamp.wrapping_sub(anchor.ts_in).cast_signed());
        let wall = i64::from(ticks(now.saturating_duration_since(anchor.at), self.clock));
        (passed - wall).unsigned_abs() <= u64::from(ticks(MAX_DRIFT, self.clock))
    }

    /// A packet of the source that is not passed on: the next one follows without a gap.
    pub(crate) fn skip(&mut self, key: SourceKey, seq: u16) {
        if let Some(anchor) = &mut self.anchor
            && anchor.key == key
            && (1..=MAX_JUMP).contains(&seq.wrapping_sub(anchor.seq_in))
        {
            anchor.seq_in = anchor.seq_in.wrapping_add(1);
        }
    }

    /// Numbers for a frame of `frame` ticks that we make ourselves.
    pub(crate) fn generate(&mut self, key: SourceKey, frame: u32, now: Instant) -> Numbers {
        let goes_on = self.anchor.is_some_and(|anchor| anchor.key == key);
        let timestamp = match self.last {
            Some((last, at)) if goes_on => {
                let wall = u64::from(ticks(now.saturating_duration_since(at), self.clock));
                let late = wall > (MAX_LATE_FRAMES + 1) * u64::from(frame);
                last.wrapping_add(if late { wall as u32 } else { frame })
            }
            Some(_) | None => self.begin(now),
        };
        let seq = self.highest + 1;
        self.anchor = Some(Anchor { key, seq_in: 0, seq_out: seq, ts_in: 0, ts_out: timestamp, at: now });
        let numbers = Numbers { seq, timestamp, marker: !goes_on };
        self.advance(seq);
        // Not `now`, which is a little late or early each time: the stream keeps its own pace until it lags.
        let pace = self.last.filter(|_| goes_on).map_or(now, |(last, at)| at + duration(timestamp.wrapping_sub(last), self.clock));
        self.last = Some((timestamp, pace));
        numbers
    }

    /// A packet of ours between those of a source (a key event), with a timestamp of its own.
    pub(crate) fn inject(&mut self, timestamp: u32, marker: bool, now: Instant) -> Numbers {
        let seq = self.highest + 1;
        // In a stream that has been silent so far time begins here; else every key would seem to be the first one again.
        self.last.get_or_insert((timestamp, now));
        if let Some(anchor) = &mut self.anchor {
            anchor.seq_out += 1;
        }
        self.advance(seq);
        Numbers { seq, timestamp, marker }
    }

    fn take(&mut self, numbers: Numbers, now: Instant) -> Option<Numbers> {
        if numbers.seq > self.highest {
            self.advance(numbers.seq);
            self.last = Some((numbers.timestamp, now));
            return Some(numbers);
        }
        let behind = self.highest - numbers.seq;
        if behind >= 64 || self.used >> behind & 1 == 1 {
            return None;
        }
        self.used |= 1 << behind;
        Some(numbers)
    }

    fn advance(&mut self, seq: u64) {
        let by = seq - self.highest;
        self.used = if by >= 64 { 0 } else { self.used << by } | 1;
        self.highest = seq;
    }
}

/// Timestamp ticks in a duration.
pub(crate) fn ticks(duration: Duration, clock: u32) -> u32 {
    (duration.as_micros() as u64 * u64::from(clock) / 1_000_000) as u32
}

fn duration(ticks: u32, clock: u32) -> Duration {
    Duration::from_micros(u64::from(ticks) * 1_000_000 / u64::from(clock.max(1)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FRAME: Duration = Duration::from_millis(20);

    #[test]
    fn a_source_keeps_its_gaps_and_its_order() {
        let (mut out, now) = (Rewriter::new(8000), Instant::now());
        let mut at = |seq: u16, ms: u64| out.relay((1, 1), seq, u32::from(seq) * 160, false, now + Duration::from_millis(ms));
        let first = at(100, 0).unwrap();
        assert!(first.marker);
        let third = at(102, 40).unwrap();
        let second = at(101, 41).unwrap();
        assert_eq!((third.seq - first.seq, third.timestamp.wrapping_sub(first.timestamp), third.marker), (2, 320, false));
        assert_eq!((second.seq - first.seq, second.timestamp.wrapping_sub(first.timestamp)), (1, 160));
        assert_eq!(at(101, 60), None, "the same number twice");
    }

    #[test]
    fn a_new_source_makes_no_jump() {
        let (mut out, mut now) = (Rewriter::new(8000), Instant::now());
        let first = out.relay((1, 1), 65_530, 4_000_000_000, false, now).unwrap();
        now += FRAME;
        let second = out.relay((2, 9), 3, 17, false, now).unwrap();
        assert_eq!((second.seq, second.timestamp.wrapping_sub(first.timestamp), second.marker), (first.seq + 1, 160, true));
        now += Duration::from_secs(1);
        let own = out.generate((3, 0), 160, now);
        assert_eq!((own.seq, own.timestamp.wrapping_sub(second.timestamp), own.marker), (second.seq + 1, 8000, true));
        now += FRAME;
        let next = out.generate((3, 0), 160, now);
        assert_eq!((next.seq, next.timestamp.wrapping_sub(own.timestamp), next.marker), (own.seq + 1, 160, false));
        let last = out.relay((4, 1), 900, 5, false, now + Duration::from_millis(3)).unwrap();
        assert_eq!((last.seq, last.timestamp.wrapping_sub(next.timestamp)), (next.seq + 1, 160), "not inside of the last frame");
    }

    #[test]
    fn a_source_that_restarts_makes_no_jump_either() {
        let (mut out, now) = (Rewriter::new(8000), Instant::now());
        let a = out.relay((1, 1), 10, 1600, false, now).unwrap();
        let b = out.relay((1, 1), 11, 4_000_000, false, now + FRAME).unwrap();
        assert_eq!((b.seq, b.timestamp.wrapping_sub(a.timestamp), b.marker), (a.seq + 1, 160, true));
        let c = out.relay((1, 1), 30_000, 4_000_160, false, now + FRAME * 2).unwrap();
        assert_eq!((c.seq, c.timestamp.wrapping_sub(b.timestamp), c.marker), (b.seq + 1, 160, true));
    }

    #[test]
    fn keys_stand_between_and_what_is_left_out_leaves_no_hole() {
        let (mut out, now) = (Rewriter::new(8000), Instant::now());
        let a = out.relay((1, 1), 10, 1600, false, now).unwrap();
        let key = out.inject(77, true, now);
        let b = out.relay((1, 1), 11, 1760, false, now + FRAME).unwrap();
        out.skip((1, 1), 12);
        let c = out.relay((1, 1), 13, 2080, false, now + FRAME * 3).unwrap();
        assert_eq!([key.seq, b.seq, c.seq], [a.seq + 1, a.seq + 2, a.seq + 3]);
        assert_eq!(c.timestamp.wrapping_sub(a.timestamp), 480);
    }

    #[test]
    fn own_audio_keeps_its_pace_and_skips_time_when_late() {
        let (mut out, start) = (Rewriter::new(8000), Instant::now());
        let mut now = start;
        let mut last = out.generate((1, 0), 160, now);
        for i in 1..500u64 {
            now = start + FRAME * i as u32 + Duration::from_millis(i * 7 % 13); // a clock that is never exact
            let next = out.generate((1, 0), 160, now);
            assert_eq!((next.seq, next.timestamp.wrapping_sub(last.timestamp)), (last.seq + 1, 160));
            last = next;
        }
        let next = out.generate((1, 0), 160, now + Duration::from_millis(500));
        let skipped = next.timestamp.wrapping_sub(last.timestamp);
        assert!((3800..=4200).contains(&skipped), "{skipped}");
        assert_eq!(next.seq, last.seq + 1);
    }

    proptest! {
        #[test]
        fn no_number_is_sent_twice(steps in proptest::collection::vec((0u8..4, any::<u16>(), 0u64..400), 1..300)) {
            let (mut out, mut now) = (Rewriter::new(8000), Instant::now());
            let mut seen = std::collections::BTreeSet::new();
            for (kind, seq, ms) in steps {
                now += Duration::from_millis(ms);
                let numbers = match kind {
                    0 => out.relay((1, 1), seq % 64, u32::from(seq) * 160, false, now),
                    1 => out.relay((u32::from(seq % 3), 2), seq, u32::from(seq) * 160, false, now),
                    2 => Some(out.generate((7, 0), 160, now)),
                    _ => { out.skip((1, 1), seq % 64); Some(out.inject(5, true, now)) }
                };
                if let Some(numbers) = numbers {
                    prop_assert!(seen.insert(numbers.seq), "{} twice", numbers.seq);
                }
            }
        }
    }
}
