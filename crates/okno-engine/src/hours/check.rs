//! What business hours must be before anybody computes with them.

use jiff::{civil::Date, tz::TimeZone};
use okno_model::{
    doc::{HolidayDay, HoursDoc, OpenInterval},
    limits::{HOURS_EXCEPTIONS, HOURS_HOLIDAYS, HOURS_INTERVALS_PER_DAY},
};
use std::collections::BTreeSet;

/// What is wrong with business hours; an administrator reads it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Not in the time zone database.
    #[error("`{0}` is not a time zone; write it as `Europe/Warsaw`")]
    Zone(String),
    /// An interval that begins or ends where no day does.
    #[error("{day}: {from_minute} to {to_minute} is not an interval; begin at minute 0-1439 of the day and end later, at most a day after")]
    Interval {
        /// Which day.
        day: String,
        /// Where it begins.
        from_minute: u16,
        /// Where it ends.
        to_minute: u16,
    },
    /// Intervals of one day that overlap, touch in the wrong order, or are too many.
    #[error("{0}: give at most {HOURS_INTERVALS_PER_DAY} intervals, in their order, each beginning when the one before has ended")]
    Order(String),
    /// A day that no year has.
    #[error("holiday `{0}`: there is no such day")]
    Day(String),
    /// Two holidays of one day.
    #[error("holiday `{0}`: the same day is there twice; keep one")]
    Twice(String),
    /// An exception that ends before it begins.
    #[error("exception `{0}`: it must end after it begins")]
    Exception(String),
    /// More than the limit.
    #[error("at most {limit} {what} fit into one calendar; archive or delete old ones")]
    Many {
        /// Holidays or exceptions.
        what: &'static str,
        /// How many fit.
        limit: usize,
    },
}

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Says what is wrong with business hours; their time zone, if nothing is.
pub fn check(doc: &HoursDoc) -> Result<TimeZone, HoursError> {
    let zone = TimeZone::get(&doc.time_zone).map_err(|_| HoursError::Zone(doc.time_zone.clone()))?;
    check_days(doc)?;
    Ok(zone)
}

/// All but the time zone.
pub(super) fn check_days(doc: &HoursDoc) -> Result<(), HoursError> {
    for (day, intervals) in WEEKDAYS.iter().zip(&doc.week) {
        check_intervals(day, intervals)?;
    }
    for (what, limit, many) in [("holidays", HOURS_HOLIDAYS, doc.holidays.len()), ("exceptions", HOURS_EXCEPTIONS, doc.exceptions.len())] {
        if many > limit {
            return Err(HoursError::Many { what, limit });
        }
    }
    let mut seen = BTreeSet::new();
    for holiday in &doc.holidays {
        let (yearly, year, month, day) = match holiday.day {
            HolidayDay::Date { year, month, day } => (false, year, month, day),
            // 2000 was a leap year.
            HolidayDay::Yearly { month, day } => (true, 2000, month, day),
        };
        let exists = (1970..=9998).contains(&year) && month <= 12 && day <= 31 && Date::new(year, month as i8, day as i8).is_ok();
        if !exists {
            return Err(HoursError::Day(holiday.name.clone()));
        }
        if !seen.insert((yearly, year, month, day)) {
            return Err(HoursError::Twice(holiday.name.clone()));
        }
        check_intervals(&holiday.name, &holiday.intervals)?;
    }
    match doc.exceptions.iter().find(|exception| exception.to <= exception.from) {
        Some(exception) => Err(HoursError::Exception(exception.name.clone())),
        None => Ok(()),
    }
}

fn check_intervals(day: &str, intervals: &[OpenInterval]) -> Result<(), HoursError> {
    for interval in intervals {
        let OpenInterval { from_minute, to_minute } = *interval;
        if from_minute >= 1440 || to_minute <= from_minute || to_minute - from_minute > 1440 {
            return Err(HoursError::Interval { day: day.to_owned(), from_minute, to_minute });
        }
    }
    let ordered = intervals.windows(2).all(|two| two[0].to_minute <= two[1].from_minute);
    if ordered && intervals.len() <= HOURS_INTERVALS_PER_DAY { Ok(()) } else { Err(HoursError::Order(day.to_owned())) }
}
