//! Which interaction: the orders of work, and the one scale on which all queues compete.
//!
//! Within a queue an interaction has a *place* that never changes while it waits, so that waiting costs nothing. Where the
//! order of two interactions may turn over time (points that grow at different rates, promises that become overdue, costs), the
//! place holds a *band* within which it cannot turn, and only the first of each band is weighed.
//!
//! Across queues everything has an *urgency* in steps of priority:
//! - `priority_then_age`: its priority, and a step more for each `ageing_seconds` of waiting;
//! - `fifo`: the priority of the queue, and the same gain; `lifo`: the priority of the queue;
//! - `score`: a tenth of its points;
//! - `due_first`: 10 less one for each minute of slack (time until the promise is due, less the usual handle time), at least
//!   -1; once overdue -2, rising again by a step for each `ageing_seconds`;
//! - `gc_mu`: 10 x weight x (priority + 1) / 6 x (waited / promised) x (5 min / usual handle time).
//!
//! The order of a queue is this order restricted to it, so an agent of many queues and one of a single queue see the same.

use super::{QueueProfile, Work, stage::secs};
use okno_model::{Timestamp, doc::Ordering};

/// Place of an interaction in its queue; the lowest is first within its band.
pub type QueueOrder = (i64, i64);

/// Thousandths of a step.
const STEP: i64 = 1000;
/// Urgency at which a promise becomes due, in steps.
const DUE: i64 = 10;
/// The lowest urgency of a promise that can still be kept, in steps.
const KEPT_FLOOR: i64 = -1;
/// Urgency of a promise that has just been broken, in steps.
const BROKEN: i64 = -2;
/// Handle time that costs nothing extra and saves nothing under `gc_mu`, milliseconds.
const USUAL_HANDLE: i128 = 300_000;

/// Whether the order of two interactions of a queue may turn while both wait.
pub(super) const fn turns(order: Ordering) -> bool {
    match order {
        Ordering::PriorityThenAge | Ordering::Fifo | Ordering::Lifo => false,
        Ordering::Score | Ordering::DueFirst | Ordering::GcMu => true,
    }
}

/// When the promise of an interaction is due.
pub(super) fn due(profile: &QueueProfile, work: &Work) -> Timestamp {
    work.due.unwrap_or_else(|| work.enqueued + secs(profile.answer_within_seconds))
}

/// Place of an interaction within its queue.
pub fn queue_order(profile: &QueueProfile, work: &Work) -> QueueOrder {
    let (priority, enqueued) = (i64::from(work.priority), work.enqueued.millis());
    match profile.order {
        Ordering::PriorityThenAge => match i64::from(profile.ageing_seconds) * 1000 {
            0 => (-priority, enqueued),
            step => (enqueued - priority * step, enqueued),
        },
        Ordering::Fifo => (enqueued, enqueued),
        Ordering::Lifo => (-enqueued, -enqueued),
        Ordering::Score | Ordering::GcMu => (-priority, enqueued),
        Ordering::DueFirst => (due(profile, work).millis(), enqueued),
    }
}

/// Place of an interaction in the one order over all queues at one instant; the lowest goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkRank {
    /// Negated urgency, in thousandths of a step.
    behind: i64,
    /// Since when it waits; when it is due; or for `lifo` the negated time of its coming.
    then: i64,
}

/// Ranks an interaction among those of all queues. `handle` is the usual handle time in milliseconds.
pub fn work_rank(profile: &QueueProfile, now: Timestamp, place: QueueOrder, handle: u32) -> WorkRank {
    let then = if profile.order == Ordering::DueFirst { place.0 } else { place.1 };
    WorkRank { behind: -urgency(profile, now, place, handle), then }
}

/// Urgency in thousandths of a step, without an upper end, so that with any ageing every wait is bounded whatever comes later.
pub fn urgency(profile: &QueueProfile, now: Timestamp, place: QueueOrder, handle: u32) -> i64 {
    let ageing = i64::from(profile.ageing_seconds) * 1000;
    let gained = |since: i64| if ageing == 0 { 0 } else { (now.millis() - since).saturating_mul(STEP) / ageing };
    match profile.order {
        Ordering::PriorityThenAge if ageing == 0 => -place.0 * STEP,
        Ordering::PriorityThenAge => gained(place.0),
        Ordering::Fifo => i64::from(profile.priority) * STEP + gained(place.0),
        Ordering::Lifo => i64::from(profile.priority) * STEP,
        Ordering::Score => {
            let rate = usize::try_from(-place.0).ok().and_then(|p| profile.score.per_minute_by_priority.get(p)).copied().unwrap_or(1);
            let waited = (now.millis() - place.1).max(0);
            // A point is a tenth of a step: 100 thousandths.
            i64::from(profile.score.base) * 100 + waited.saturating_mul(i64::from(rate) * 100) / 60_000
        }
        Ordering::DueFirst if place.0 >= now.millis() => {
            let slack = place.0 - now.millis() - i64::from(handle);
            (DUE * STEP - slack.saturating_mul(STEP) / 60_000).max(KEPT_FLOOR * STEP)
        }
        Ordering::DueFirst => BROKEN * STEP + gained(place.0),
        Ordering::GcMu => {
            let waited = i128::from((now.millis() - place.1).max(0));
            let promised = i128::from(profile.answer_within_seconds.max(1)) * 1000;
            let cost = i128::from(profile.weight) * i128::from(1 - place.0);
            let urgency = i128::from(DUE * STEP) * cost * waited * USUAL_HANDLE / (6 * promised * i128::from(handle.max(1000)));
            i64::try_from(urgency).unwrap_or(i64::MAX)
        }
    }
}
