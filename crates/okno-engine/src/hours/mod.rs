//! Business hours: whether it is open, when it opens and closes, and how much open time passes between instants.
//!
//! Rules, which tests hold:
//! - An interval belongs to the day on which it begins; it may reach into the next day, and a holiday of the next day does
//!   not cut it. What overlaps or touches is one stretch.
//! - Exceptions go before dated holidays, those before yearly ones, those before the week.
//! - **Clocks set forward** over a boundary: it is at the jump. 02:30-06:00 opens at the jump; 02:10-02:50 does not exist.
//! - **Clocks set back** over a boundary: opening counts the first time the clock shows it, closing the second time. It is
//!   open at least as long as the sign on the door says, in one stretch.
//! - Open time is real time: 00:00-24:00 has 23 or 25 hours on such days.
//!
//! Pure but for one look-up: [`Calendar::of`] asks the system's time zone database (read once per process by jiff);
//! [`Calendar::with_zone`] asks nobody.

mod check;
mod day;
#[cfg(test)]
mod tests;

pub use check::{HoursError, check};

use day::Stretch;
use jiff::{civil::Date, tz::TimeZone};
use okno_model::{Timestamp, doc::HoursDoc};
use std::{iter, time::Duration};

/// Days that are looked at for the next or last change: eight years, the longest time between two days that come every
/// year (29 February around 1900 or 2100), and two.
const HORIZON_DAYS: u32 = 8 * 366 + 2;

/// Business hours, ready to compute with. Build it once per document, not per question.
#[derive(Debug, Clone)]
pub struct Calendar {
    doc: HoursDoc,
    zone: TimeZone,
    /// Every day of week and holidays is open all day.
    always: bool,
    /// No day of week and holidays is ever open.
    never: bool,
}

impl Calendar {
    /// Checks business hours and finds their time zone.
    pub fn of(doc: &HoursDoc) -> Result<Self, HoursError> {
        Ok(Self::new(doc, check(doc)?))
    }

    /// The same with a time zone at hand; the name in `doc` is not looked at.
    pub fn with_zone(doc: &HoursDoc, zone: TimeZone) -> Result<Self, HoursError> {
        check::check_days(doc)?;
        Ok(Self::new(doc, zone))
    }

    fn new(doc: &HoursDoc, zone: TimeZone) -> Self {
        let mut days = doc.week.iter().chain(doc.holidays.iter().map(|holiday| &holiday.intervals));
        let never = days.clone().all(Vec::is_empty);
        let whole = |intervals: &Vec<_>| {
            let mut until = 0;
            intervals.iter().all(|interval: &okno_model::doc::OpenInterval| {
                let joins = interval.from_minute <= until;
                until = interval.to_minute;
                joins
            }) && until >= 1440
        };
        let always = days.all(whole);
        Self { doc: doc.clone(), zone, always, never }
    }

    /// Its time zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The document it was made of.
    pub fn doc(&self) -> &HoursDoc {
        &self.doc
    }

    /// Whether it is open at an instant.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.stretches(self.day_of(at)).iter().any(|&(from, to)| from <= at && at < to)
    }

    /// The first instant from `at` on at which it is open: `at` itself if it is. `None` if it never opens again.
    pub fn opens_next(&self, at: Timestamp) -> Option<Timestamp> {
        self.from(at).next().map(|(from, _)| from)
    }

    /// The first instant from `at` on at which it is closed: `at` itself if it is. `None` if it never closes again.
    pub fn closes_at(&self, at: Timestamp) -> Option<Timestamp> {
        if self.always && !self.doc.exceptions.iter().any(|exception| !exception.open && exception.to > at) {
            return None;
        }
        let mut end = at;
        for (from, to) in self.from(at) {
            if from > end {
                return Some(end);
            }
            end = to;
        }
        // Either the last stretch there is, or the horizon was reached within one.
        (self.day_of(end) <= self.last_day(at)).then_some(end)
    }

    /// The next instant after `at` at which it opens or closes.
    pub fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        if self.is_open(at) { self.closes_at(at) } else { self.opens_next(at) }
    }

    /// The last instant up to `at` at which it opened or closed: since when it is as it is. `None` if it always was.
    pub fn last_change(&self, at: Timestamp) -> Option<Timestamp> {
        if self.is_open(at) {
            if self.always && !self.doc.exceptions.iter().any(|exception| !exception.open && exception.from <= at) {
                return None;
            }
            let mut begin = at;
            for (from, to) in self.back(at) {
                if to < begin {
                    return Some(begin);
                }
                begin = from;
            }
            let first = self.day_of(at).saturating_sub(jiff::Span::new().days(i64::from(HORIZON_DAYS)));
            return (self.day_of(begin) > first).then_some(begin);
        }
        self.back(at).next().map(|(_, to)| to)
    }

    /// How much open time there is from `from` to `to`; none if `to` is not later.
    pub fn open_time_between(&self, from: Timestamp, to: Timestamp) -> Duration {
        if to <= from || self.never_opens_after(from) {
            return Duration::ZERO;
        }
        let days = iter::successors(Some(self.day_of(from)), |day| day.tomorrow().ok());
        days.take_while(|&day| self.begins(day) < to).flat_map(|day| self.stretches(day)).map(|(a, b)| b.min(to).since(a.max(from))).sum()
    }

    /// The first instant at which `time` of open time has passed since `at`: a deadline in business time. Work that fills
    /// the day exactly is due when it closes, not when it opens again. `None` if there is not so much open time within
    /// eight years.
    pub fn add_open_time(&self, at: Timestamp, time: Duration) -> Option<Timestamp> {
        let mut left = time;
        if left.is_zero() {
            return Some(at);
        }
        for (from, to) in self.from(at) {
            let has = to.since(from);
            if has >= left {
                return Some(from + left);
            }
            left -= has;
        }
        None
    }

    /// Open stretches from `at` on, day by day: one that goes on over midnight is two.
    fn from(&self, at: Timestamp) -> impl Iterator<Item = Stretch> {
        let last = self.last_day(at);
        let first = if self.never_opens_after(at) { None } else { Some(self.day_of(at)) };
        iter::successors(first, move |day| day.tomorrow().ok().filter(|day| *day <= last))
            .flat_map(|day| self.stretches(day))
            .map(move |(from, to)| (from.max(at), to))
            .filter(|(from, to)| from < to)
    }

    /// Open stretches up to `at`, backwards.
    fn back(&self, at: Timestamp) -> impl Iterator<Item = Stretch> {
        let first = if self.never && !self.doc.exceptions.iter().any(|e| e.open && e.from <= at) { None } else { Some(self.day_of(at)) };
        let mut days = 0;
        iter::successors(first, move |day| {
            days += 1;
            if days > HORIZON_DAYS { None } else { day.yesterday().ok() }
        })
        .flat_map(|day| self.stretches(day).into_iter().rev())
        .map(move |(from, to)| (from, to.min(at)))
        .filter(|(from, to)| from < to)
    }

    fn last_day(&self, at: Timestamp) -> Date {
        self.day_of(at).saturating_add(jiff::Span::new().days(i64::from(HORIZON_DAYS)))
    }

    fn never_opens_after(&self, at: Timestamp) -> bool {
        self.never && !self.doc.exceptions.iter().any(|exception| exception.open && exception.to > at)
    }
}

/// The local hour of the week of an instant, 0 for Monday 00:00 to 167: what [`crate::wait`] learns by.
pub fn hour_of_week(zone: &TimeZone, at: Timestamp) -> u16 {
    let local = day::local(zone, at);
    u16::from(local.weekday().to_monday_zero_offset() as u8) * 24 + u16::from(local.hour() as u8)
}
