//! What a leg has received: whether it may count, and how it came.

use std::time::{Duration, Instant};

use crate::dtmf::Receiver;
use crate::quality::Reception;
use crate::rewrite::ticks;

/// The old SSRC must have been silent for so long before another one may take its place.
const SILENT_BEFORE_CHANGE: Duration = Duration::from_millis(200);
/// So many packets in a row must have the new SSRC.
const PACKETS_BEFORE_CHANGE: u8 = 5;

/// The receiving side of a leg.
pub(crate) struct Input {
    pub(crate) reception: Reception,
    pub(crate) keys: Receiver,
    /// The one SSRC that counts.
    pub(crate) ssrc: Option<u32>,
    /// Another SSRC from the right source: its number, its last sequence number, and how many came in a row.
    newcomer: Option<(u32, u16, u8)>,
    pub(crate) last: Option<Instant>,
    /// The first packet has been told.
    pub(crate) first: bool,
    pub(crate) silent: bool,
    /// The far end should send.
    pub(crate) expects: bool,
    /// Since when it should.
    pub(crate) since: Instant,
    pub(crate) refused: u64,
    pub(crate) clock: u32,
    opened: Instant,
}

impl Input {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            reception: Reception::default(),
            keys: Receiver::default(),
            ssrc: None,
            newcomer: None,
            last: None,
            first: false,
            silent: false,
            expects: false,
            since: now,
            refused: 0,
            clock: 8000,
            opened: now,
        }
    }

    /// Another stream may come: everything that names the old one is forgotten.
    pub(crate) fn unpin(&mut self, now: Instant) {
        (self.ssrc, self.newcomer, self.first, self.silent, self.since) = (None, None, false, false, now);
        self.reception.restart();
        self.keys.reset();
    }

    /// Whether a packet of that SSRC may be looked at further. With another SSRC than the pinned one only while that is silent.
    pub(crate) fn may_be(&self, ssrc: u32, now: Instant) -> bool {
        self.ssrc.is_none_or(|pinned| pinned == ssrc) || self.is_quiet(now)
    }

    /// Whether nothing valid has come for a while.
    pub(crate) fn is_quiet(&self, now: Instant) -> bool {
        self.last.is_none_or(|last| now.saturating_duration_since(last) >= SILENT_BEFORE_CHANGE)
    }

    /// Decides about a packet that is valid in all other ways.
    pub(crate) fn pin(&mut self, ssrc: u32, seq: u16) -> bool {
        match self.ssrc {
            Some(pinned) if pinned == ssrc => {
                self.newcomer = None;
                true
            }
            None => {
                self.ssrc = Some(ssrc);
                true
            }
            Some(_) => {
                let count = match self.newcomer {
                    Some((own, last, count)) if own == ssrc && seq == last.wrapping_add(1) => count + 1,
                    Some(_) | None => 1,
                };
                self.newcomer = Some((ssrc, seq, count));
                if count < PACKETS_BEFORE_CHANGE {
                    return false;
                }
                (self.ssrc, self.newcomer) = (Some(ssrc), None);
                self.reception.restart();
                self.keys.reset();
                true
            }
        }
    }

    /// Counts a valid packet.
    pub(crate) fn count(&mut self, seq: u16, timestamp: u32, clock: u32, now: Instant) {
        self.clock = clock;
        let arrival = ticks(now.saturating_duration_since(self.opened), clock);
        self.reception.packet(seq, timestamp, arrival);
        self.last = Some(now);
        self.silent = false;
    }

    /// Whether the far end has been silent for too long, told once.
    pub(crate) fn fell_silent(&mut self, after: Duration, now: Instant) -> bool {
        let since = self.last.map_or(self.since, |last| last.max(self.since));
        let silent = self.expects && now.saturating_duration_since(since) >= after;
        let fell = silent && !self.silent;
        self.silent = silent;
        fell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_ssrc_needs_silence_and_patience() {
        let start = Instant::now();
        let mut input = Input::new(start);
        assert!(input.may_be(1, start) && input.pin(1, 10));
        input.count(10, 1600, 8000, start);
        assert!(!input.may_be(2, start + Duration::from_millis(100)));
        assert!(input.may_be(2, start + Duration::from_millis(300)));
        let answers: Vec<bool> = [50u16, 51, 52, 60, 61, 62, 63, 64].into_iter().map(|seq| input.pin(2, seq)).collect();
        assert_eq!(answers, [false, false, false, false, false, false, false, true]);
        assert!(input.pin(2, 65) && !input.pin(1, 11));
    }

    #[test]
    fn silence_is_told_once() {
        let start = Instant::now();
        let (mut input, after) = (Input::new(start), Duration::from_secs(30));
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(!input.fell_silent(after, at(60)), "nothing is expected");
        input.expects = true;
        assert!(input.fell_silent(after, at(61)) && !input.fell_silent(after, at(62)));
        input.count(1, 1, 8000, at(63));
        assert!(!input.fell_silent(after, at(90)) && input.fell_silent(after, at(94)));
    }
}
