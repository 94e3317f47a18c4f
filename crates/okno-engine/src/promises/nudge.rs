//! When whoever made a promise is reminded of it, and when those who run the floor are.

use crate::hours::Calendar;
use okno_model::Timestamp;
use std::time::Duration;

/// Open time before the end at which the owner is reminded.
const OWNER: Duration = Duration::from_secs(60 * 60);
/// The same for supervisors: time enough to do it in his stead, or to tell the customer.
const SUPERVISOR: Duration = Duration::from_secs(15 * 60);

/// The two points before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nudges {
    /// Its owner is reminded.
    pub owner: Timestamp,
    /// Those who run the floor are told.
    pub supervisor: Timestamp,
}

/// When somebody is reminded of what was promised at `from` by `due`: an hour and a quarter of an hour of open time before; of short promises when half
/// and three quarters of their time are over. What is due while it is closed counts from the last open time before.
pub fn nudges(calendar: Option<&Calendar>, from: Timestamp, due: Timestamp) -> Nudges {
    let whole = calendar.map_or_else(|| due.since(from), |calendar| calendar.open_time_between(from, due));
    if whole.is_zero() {
        // Promised and due while it is closed: real time is all there is.
        let whole = due.since(from);
        return Nudges { owner: due - OWNER.min(whole / 2), supervisor: due - SUPERVISOR.min(whole / 4) };
    }
    let at = |before: Duration| {
        let time = whole.saturating_sub(before);
        let at = calendar.map_or(Some(from + time), |calendar| calendar.add_open_time(from, time));
        at.unwrap_or(due).min(due)
    };
    Nudges { owner: at(OWNER.min(whole / 2)), supervisor: at(SUPERVISOR.min(whole / 4)) }
}
