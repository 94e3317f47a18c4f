//! When a queue is open, as far as routing asks. The rules are in [`crate::hours`].

use crate::hours::Calendar;
use jiff::tz::TimeZone;
use okno_model::{Timestamp, doc::HoursDoc};
use std::time::Duration;

/// Business hours with their calendar, which is made once for each version of the document.
#[derive(Debug, Clone)]
pub(super) struct Hours {
    pub(super) doc: HoursDoc,
    /// Hours that cannot be read (their time zone is gone from this machine) shut nobody out.
    calendar: Option<Calendar>,
}

impl From<HoursDoc> for Hours {
    fn from(doc: HoursDoc) -> Self {
        Self { calendar: Calendar::of(&doc).ok(), doc }
    }
}

impl Hours {
    /// Where the queue is.
    pub(super) fn zone(&self) -> Option<&TimeZone> {
        self.calendar.as_ref().map(Calendar::zone)
    }
}

fn calendar(hours: Option<&Hours>) -> Option<&Calendar> {
    hours?.calendar.as_ref()
}

/// Whether it is open at an instant. Without hours it always is.
pub(super) fn is_open(hours: Option<&Hours>, at: Timestamp) -> bool {
    calendar(hours).is_none_or(|calendar| calendar.is_open(at))
}

/// The first instant after `at` at which it opens or closes.
pub(super) fn turns(hours: Option<&Hours>, at: Timestamp) -> Option<Timestamp> {
    calendar(hours)?.next_change(at)
}

/// Since when it is closed; `None` if it is open, or always was closed.
pub(super) fn closed_since(hours: Option<&Hours>, at: Timestamp) -> Option<Timestamp> {
    calendar(hours)?.last_change(at).filter(|_| !is_open(hours, at))
}

/// When it opens: `at` itself if it is open. `None` if it never does.
pub(super) fn opens(hours: Option<&Hours>, at: Timestamp) -> Option<Timestamp> {
    match calendar(hours) {
        Some(calendar) => calendar.opens_next(at),
        None => Some(at),
    }
}

/// The instant at which so much open time has passed since `from`. What never opens counts by the wall clock.
pub(super) fn open_time_after(hours: Option<&Hours>, from: Timestamp, time: Duration) -> Timestamp {
    calendar(hours).and_then(|calendar| calendar.add_open_time(from, time)).unwrap_or(from + time)
}
