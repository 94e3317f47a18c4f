//! What is said to somebody who waits, and when.

use super::Estimate;
use okno_model::{
    Timestamp,
    doc::{AnnounceRule, PositionRule},
};
use serde::{Deserialize, Serialize};

/// Shortest time between two announcements to one customer, seconds (behaviour.md B6).
pub const MIN_GAP_SECONDS: i64 = 15;

/// What was said to one customer. Plain data: it is kept with his interaction.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Announcer {
    /// When something was said last.
    last: Option<Timestamp>,
    /// The best place that was said, and whether as "more than".
    place: Option<SaidPosition>,
    /// By when the said wait is over: the instants of the band's ends.
    promised: Option<(Timestamp, Timestamp)>,
}

/// A place as it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SaidPosition {
    /// "You are number `place`."
    Exact {
        /// 1 is next.
        place: u32,
    },
    /// "More than `limit` are before you."
    MoreThan {
        /// How many.
        limit: u32,
    },
}

/// A wait as it is said: "4 to 7 minutes".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidWait {
    /// The lower end, seconds, rounded for people; 0 for "less than".
    pub from_seconds: u32,
    /// The upper end, seconds, rounded up for people.
    pub to_seconds: u32,
    /// Why it is said.
    pub reason: Reason,
}

/// Why a wait is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The first time.
    First,
    /// It has become better than was said.
    Better,
    /// A confession: it takes longer than was said, sorry.
    Longer,
}

/// One announcement. At least one part is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// The place.
    pub position: Option<SaidPosition>,
    /// The wait.
    pub wait: Option<SaidWait>,
}

impl Announcer {
    /// What to say at `now`, if anything, and remembers it as said.
    ///
    /// - Nothing within 15 s of the last time.
    /// - Nothing to the first in line while an agent is being called for him (`being_connected`).
    /// - The place as `rule` says; with `only_up` only if it is better than what was said, otherwise every time.
    /// - The wait the first time; then only if it ends earlier than was said by a step of rounding (*better*), or if even
    ///   its middle ends later (*longer*). Otherwise what was said still holds.
    pub fn announce(
        &mut self,
        now: Timestamp,
        estimate: Option<&Estimate>,
        position: u32,
        rule: AnnounceRule,
        being_connected: bool,
    ) -> Option<Announcement> {
        let recent = self.last.is_some_and(|last| now.millis().saturating_sub(last.millis()) < MIN_GAP_SECONDS * 1000);
        if recent || being_connected {
            return None;
        }
        let better = |said: &SaidPosition| !rule.only_up || self.place.is_none_or(|before| is_better(*said, before));
        let position = said_position(position, rule.position).filter(better);
        let wait = estimate.and_then(|estimate| self.wait(now, estimate));
        if position.is_none() && wait.is_none() {
            return None;
        }
        self.last = Some(now);
        self.place = position.or(self.place);
        if let Some(wait) = wait {
            let after = |seconds: u32| Timestamp::from_millis(now.millis() + i64::from(seconds) * 1000);
            self.promised = Some((after(wait.from_seconds), after(wait.to_seconds)));
        }
        Some(Announcement { position, wait })
    }

    /// By when the wait that was said is over, if one was said: a promise.
    pub fn promised_by(&self) -> Option<Timestamp> {
        self.promised.map(|(_, until)| until)
    }

    /// What is left of the wait that was said, seconds: its ends, from now on. Nothing before one was said.
    pub fn left(&self, now: Timestamp) -> Option<(u32, u32)> {
        let left = |at: Timestamp| u32::try_from(at.millis().saturating_sub(now.millis()).max(0) / 1000).unwrap_or(u32::MAX);
        self.promised.map(|(from, until)| (left(from), left(until)))
    }

    fn wait(&self, now: Timestamp, estimate: &Estimate) -> Option<SaidWait> {
        let (from_seconds, to_seconds) = band(estimate);
        let Some((_, until)) = self.promised else { return Some(SaidWait { from_seconds, to_seconds, reason: Reason::First }) };
        let left = until.millis().saturating_sub(now.millis()) as f64 / 1000.0;
        if f64::from(to_seconds) + f64::from(step(to_seconds)) <= left {
            return Some(SaidWait { from_seconds, to_seconds, reason: Reason::Better });
        }
        (estimate.p50 > left.max(0.0)).then_some(SaidWait { from_seconds, to_seconds, reason: Reason::Longer })
    }
}

/// P50 rounded down and P80 rounded up to what people say.
fn band(estimate: &Estimate) -> (u32, u32) {
    let to = seconds(estimate.p80);
    let to = to.div_ceil(step(to)).max(1) * step(to);
    let from = seconds(estimate.p50);
    let from = from / step(from) * step(from);
    // A band of no width would be a promise to the minute.
    (if from >= to { to - step(to) } else { from }, to)
}

/// Half a minute up to two, a minute up to ten, five up to an hour, then a quarter of an hour.
fn step(seconds: u32) -> u32 {
    match seconds {
        0..=120 => 30,
        121..=600 => 60,
        601..=3600 => 300,
        _ => 900,
    }
}

fn seconds(value: f64) -> u32 {
    value.clamp(0.0, 86_400.0 * 30.0).ceil() as u32
}

fn said_position(position: u32, rule: PositionRule) -> Option<SaidPosition> {
    match rule {
        PositionRule::No => None,
        PositionRule::Limit { limit } => (position <= limit).then_some(SaidPosition::Exact { place: position }),
        PositionRule::MoreThan { limit } if position > limit => Some(SaidPosition::MoreThan { limit }),
        PositionRule::Yes | PositionRule::MoreThan { .. } => Some(SaidPosition::Exact { place: position }),
    }
}

/// A place is only said when it is nearer than what was said.
fn is_better(said: SaidPosition, before: SaidPosition) -> bool {
    match (said, before) {
        (SaidPosition::Exact { place }, SaidPosition::Exact { place: before }) => place < before,
        (SaidPosition::Exact { place }, SaidPosition::MoreThan { limit }) => place <= limit,
        (SaidPosition::MoreThan { limit }, SaidPosition::MoreThan { limit: before }) => limit < before,
        (SaidPosition::MoreThan { .. }, SaidPosition::Exact { .. }) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Announcement, Announcer, Reason, SaidPosition, SaidWait};
    use crate::wait::{Basis, Estimate};
    use okno_model::{
        Timestamp,
        doc::{AnnounceRule, PositionRule},
    };

    const fn only_up(position: PositionRule) -> AnnounceRule {
        AnnounceRule { position, only_up: true }
    }

    fn after(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000 + seconds * 1000)
    }

    fn estimate(p50: f64, p80: f64) -> Estimate {
        let basis = Basis { by_queue: p50, by_history: None, history_weight: 0.0, handle: 60.0, give_up_rate: 0.0 };
        Estimate { p50, p80, p90: p80 * 1.3, basis, sample: 100, ahead: 3 }
    }

    fn said(to: &mut Announcer, now: i64, p50: f64, p80: f64) -> Option<(u32, u32, Reason)> {
        let wait = to.announce(after(now), Some(&estimate(p50, p80)), 1, only_up(PositionRule::No), false)?.wait?;
        Some((wait.from_seconds, wait.to_seconds, wait.reason))
    }

    #[test]
    fn a_wait_is_said_once_then_when_it_is_better_then_with_a_confession() {
        let mut to = Announcer::default();
        assert_eq!(said(&mut to, 0, 250.0, 410.0), Some((240, 420, Reason::First)), "4 to 7 minutes");
        assert_eq!(to.promised_by(), Some(after(420)));
        assert_eq!(said(&mut to, 10, 60.0, 90.0), None, "15 seconds between two");
        assert_eq!(said(&mut to, 60, 200.0, 340.0), None, "what was said still holds");
        assert_eq!(said(&mut to, 90, 150.0, 330.0), None, "6 minutes from now is what was said");
        assert_eq!(said(&mut to, 100, 100.0, 170.0), Some((90, 180, Reason::Better)));
        assert_eq!(said(&mut to, 200, 60.0, 120.0), None, "the promise ends at 280");
        assert_eq!(said(&mut to, 250, 29.0, 70.0), None, "its middle is still within");
        assert_eq!(said(&mut to, 265, 61.0, 130.0), Some((60, 180, Reason::Longer)), "longer than we said, sorry");
        assert_eq!(said(&mut to, 270, 500.0, 900.0), None);
        assert_eq!(said(&mut to, 460, 5.0, 9.0), Some((0, 30, Reason::Longer)), "the promise is over, and he still waits");
    }

    #[test]
    fn no_wait_is_said_when_none_is_known() {
        let mut to = Announcer::default();
        assert_eq!(to.announce(after(0), None, 3, only_up(PositionRule::No), false), None);
        let first = to.announce(after(0), None, 3, only_up(PositionRule::Yes), false);
        assert_eq!(first, Some(Announcement { position: Some(SaidPosition::Exact { place: 3 }), wait: None }));
        let wait = Some(SaidWait { from_seconds: 0, to_seconds: 30, reason: Reason::First });
        assert_eq!(
            to.announce(after(20), Some(&estimate(10.0, 20.0)), 3, only_up(PositionRule::Yes), false),
            Some(Announcement { position: None, wait })
        );
    }

    #[test]
    fn places_only_get_better() {
        let mut to = Announcer::default();
        let mut place = |now: i64, position: u32, rule| to.announce(after(now), None, position, only_up(rule), false)?.position;
        let (more, exact) = (|limit| Some(SaidPosition::MoreThan { limit }), |place| Some(SaidPosition::Exact { place }));
        let rule = PositionRule::MoreThan { limit: 5 };
        assert_eq!(place(0, 9, rule), more(5));
        assert_eq!(place(20, 7, rule), None, "still more than five");
        assert_eq!(place(40, 5, rule), exact(5));
        assert_eq!(place(60, 6, rule), None, "somebody with priority came before him; that is not said");
        assert_eq!(place(80, 2, rule), exact(2));
        assert_eq!(place(90, 1, rule), None, "15 seconds");
        assert_eq!(place(95, 1, rule), exact(1));
        let mut to = Announcer::default();
        let mut place =
            |now: i64, position: u32| to.announce(after(now), None, position, only_up(PositionRule::Limit { limit: 3 }), false)?.position;
        assert_eq!((place(0, 4), place(20, 3), place(40, 3)), (None, exact(3), None));
        let mut to = Announcer::default();
        let rule = AnnounceRule { position: PositionRule::Yes, only_up: false };
        let mut place = |now: i64, position: u32| to.announce(after(now), None, position, rule, false)?.position;
        assert_eq!((place(0, 2), place(14, 2), place(15, 3)), (exact(2), None, exact(3)), "every time, whichever way it went");
    }

    #[test]
    fn nobody_is_interrupted_while_he_is_being_connected() {
        let mut to = Announcer::default();
        assert_eq!(to.announce(after(0), Some(&estimate(10.0, 20.0)), 1, only_up(PositionRule::Yes), true), None);
    }
}
