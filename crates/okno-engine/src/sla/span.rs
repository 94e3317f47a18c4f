//! Open time of a policy: its calendar's, or all the time.

use crate::hours::Calendar;
use okno_model::{Timestamp, doc::Because};
use std::time::Duration;

/// Closed stretches that a clock names; more are counted.
const NAMED: usize = 6;
/// Closed stretches that are counted at most: nobody reads more, and a target of years has thousands.
const COUNTED: usize = 400;

/// The open time between two instants.
pub(super) fn open(calendar: Option<&Calendar>, from: Timestamp, to: Timestamp) -> Duration {
    calendar.map_or_else(|| to.since(from), |calendar| calendar.open_time_between(from, to))
}

/// When so much open time has passed; `None` if it never will.
pub(super) fn after(calendar: Option<&Calendar>, from: Timestamp, time: Duration) -> Option<Timestamp> {
    calendar.map_or_else(|| Some(from + time), |calendar| calendar.add_open_time(from, time))
}

/// When it was closed between two instants.
pub(super) fn shut(calendar: Option<&Calendar>, from: Timestamp, to: Timestamp) -> Vec<Because> {
    let Some(calendar) = calendar else { return Vec::new() };
    let (mut found, mut count, mut at) = (Vec::new(), 0_usize, from);
    while let Some(closes) = calendar.closes_at(at).filter(|&closes| closes < to) {
        count += 1;
        let Some(opens) = calendar.opens_next(closes) else { break };
        if found.len() < NAMED {
            found.push(Because::Shut { from: closes, to: opens });
        }
        if count == COUNTED {
            break;
        }
        at = opens;
    }
    if count > found.len() {
        found.push(Because::ShutMore { count: u32::try_from(count - found.len()).unwrap_or(u32::MAX) });
    }
    found
}
