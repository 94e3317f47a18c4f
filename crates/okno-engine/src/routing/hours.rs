//! When a queue is open, as far as routing asks.

use jiff::{Span, civil::Date, tz::TimeZone};
use okno_model::{
    Timestamp,
    doc::{HolidayDay, HoursDoc, OpenInterval},
};
use std::time::Duration;

/// Days that are looked at for the next opening: longer than any holidays of a company that still answers.
const HORIZON_DAYS: i64 = 400;
/// Yesterday, a week, and the day on which it begins anew.
const WEEK_DAYS: i64 = 9;

/// Hours with their time zone.
struct Calendar<'a> {
    doc: &'a HoursDoc,
    zone: TimeZone,
}

impl<'a> Calendar<'a> {
    /// `None` for a time zone that is not known: nobody is shut out by a mistake.
    fn new(doc: &'a HoursDoc) -> Option<Self> {
        Some(Self { doc, zone: TimeZone::get(&doc.time_zone).ok()? })
    }

    fn date(&self, at: Timestamp) -> Option<Date> {
        Some(jiff::Timestamp::from_millisecond(at.millis()).ok()?.to_zoned(self.zone.clone()).date())
    }

    fn intervals(&self, date: Date) -> &[OpenInterval] {
        let holiday = |dated: bool| {
            self.doc.holidays.iter().find(|holiday| match holiday.day {
                HolidayDay::Date { year, month, day } => {
                    dated && (i32::from(year), month, day) == (i32::from(date.year()), date.month() as u8, date.day() as u8)
                }
                HolidayDay::Yearly { month, day } => !dated && (month, day) == (date.month() as u8, date.day() as u8),
            })
        };
        match holiday(true).or_else(|| holiday(false)) {
            Some(holiday) => &holiday.intervals,
            None => &self.doc.week[date.weekday().to_monday_zero_offset() as usize],
        }
    }

    /// The instant of a local minute of a day; a minute that the clocks leave out is the instant at which they jump.
    fn instant(&self, date: Date, minute: u16) -> Option<Timestamp> {
        let day = date.checked_add(Span::new().days(i64::from(minute / 1440))).ok()?;
        let minute = minute % 1440;
        let time = day.at((minute / 60) as i8, (minute % 60) as i8, 0, 0);
        Some(Timestamp::from_millis(self.zone.to_timestamp(time).ok()?.as_millisecond()))
    }

    fn is_open(&self, at: Timestamp) -> bool {
        if let Some(exception) = self.doc.exceptions.iter().rev().find(|e| e.from <= at && at < e.to) {
            return exception.open;
        }
        let Some(today) = self.date(at) else { return true };
        // An interval may have begun yesterday and reach into today.
        let days = [today.yesterday().ok(), Some(today)];
        days.into_iter().flatten().any(|day| {
            self.intervals(day).iter().any(|interval| {
                let (from, to) = (self.instant(day, interval.from_minute), self.instant(day, interval.to_minute));
                from.is_some_and(|from| from <= at) && to.is_some_and(|to| at < to)
            })
        })
    }

    /// The first instant after `at` at which it opens or closes.
    fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        let open = self.is_open(at);
        let mut edges: Vec<Timestamp> = self.doc.exceptions.iter().flat_map(|e| [e.from, e.to]).filter(|&edge| edge > at).collect();
        let first = self.date(at)?.yesterday().ok()?;
        // Without holidays every week is alike, once the last exception is over.
        let last = edges.iter().max().map_or(0, |&last| last.since(at).as_secs() as i64 / 86_400);
        let days = if self.doc.holidays.is_empty() { (last + WEEK_DAYS).min(HORIZON_DAYS) } else { HORIZON_DAYS };
        for n in 0..days {
            let day = first.checked_add(Span::new().days(n)).ok()?;
            for interval in self.intervals(day) {
                edges.extend(self.instant(day, interval.from_minute).filter(|&edge| edge > at));
                edges.extend(self.instant(day, interval.to_minute).filter(|&edge| edge > at));
            }
            // What begins on a later day cannot change anything before that day.
            let known = self.instant(day.tomorrow().ok()?, 0)?;
            edges.sort_unstable();
            let now = edges.partition_point(|&edge| edge < known);
            if let Some(edge) = edges.drain(..now).find(|&edge| self.is_open(edge) != open) {
                return Some(edge);
            }
        }
        edges.into_iter().find(|&edge| self.is_open(edge) != open)
    }
}

/// Whether it is open at an instant. Without hours it always is.
pub(super) fn is_open(hours: Option<&HoursDoc>, at: Timestamp) -> bool {
    hours.and_then(Calendar::new).is_none_or(|calendar| calendar.is_open(at))
}

/// The first instant after `at` at which it opens or closes.
pub(super) fn turns(hours: Option<&HoursDoc>, at: Timestamp) -> Option<Timestamp> {
    Calendar::new(hours?)?.next_change(at)
}

/// Since when it is closed; `None` if it is open, or nobody knows.
pub(super) fn closed_since(hours: Option<&HoursDoc>, at: Timestamp) -> Option<Timestamp> {
    let calendar = Calendar::new(hours?)?;
    let today = calendar.date(at)?;
    let mut edges: Vec<Timestamp> = calendar.doc.exceptions.iter().flat_map(|e| [e.from, e.to]).filter(|&edge| edge <= at).collect();
    let days = if calendar.doc.holidays.is_empty() { WEEK_DAYS } else { HORIZON_DAYS };
    for n in 0..=days {
        let day = today.checked_sub(Span::new().days(n)).ok()?;
        for interval in calendar.intervals(day) {
            edges.extend(calendar.instant(day, interval.from_minute).filter(|&edge| edge <= at));
            edges.extend(calendar.instant(day, interval.to_minute).filter(|&edge| edge <= at));
        }
        if n > 1 && !edges.is_empty() {
            break;
        }
    }
    edges.sort_unstable();
    let before = |edge: Timestamp| Timestamp::from_millis(edge.millis() - 1);
    edges.into_iter().rev().find(|&edge| calendar.is_open(before(edge))).filter(|_| !calendar.is_open(at))
}

/// When it opens: `at` itself if it is open. `None` if that is not known.
pub(super) fn opens(hours: Option<&HoursDoc>, at: Timestamp) -> Option<Timestamp> {
    if is_open(hours, at) { Some(at) } else { turns(hours, at) }
}

/// The instant at which so much open time has passed since `from`. What never opens counts by the wall clock.
pub(super) fn open_time_after(hours: Option<&HoursDoc>, from: Timestamp, time: Duration) -> Timestamp {
    let (mut at, mut left) = (from, time);
    loop {
        let Some(open) = opens(hours, at) else { return from + time };
        let Some(closes) = turns(hours, open) else { return open + left };
        let stretch = closes.since(open);
        if stretch >= left {
            return open + left;
        }
        left -= stretch;
        at = closes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use okno_model::{
        HoursId,
        doc::{Holiday, HoursException},
    };

    fn office() -> HoursDoc {
        let day = vec![OpenInterval { from_minute: 540, to_minute: 1020 }];
        let week = [day.clone(), day.clone(), day.clone(), day.clone(), day, Vec::new(), Vec::new()];
        let (id, name, time_zone) = (HoursId::from_u128(1), "Office".into(), "Europe/Warsaw".into());
        HoursDoc { id, name, time_zone, week, holidays: Vec::new(), exceptions: Vec::new(), archived: false }
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::from_millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn days_holidays_and_exceptions() {
        let mut office = office();
        // Friday 17:00 in Warsaw (UTC+1) closes until Monday 9:00.
        assert!(is_open(Some(&office), at("2026-11-20T15:59:59Z")) && !is_open(Some(&office), at("2026-11-20T16:00:00Z")));
        assert_eq!(opens(Some(&office), at("2026-11-20T16:00:00Z")), Some(at("2026-11-23T08:00:00Z")));
        assert_eq!(open_time_after(Some(&office), at("2026-11-20T15:00:00Z"), Duration::from_secs(7200)), at("2026-11-23T09:00:00Z"));
        office.holidays.push(Holiday { day: HolidayDay::Yearly { month: 11, day: 23 }, name: "x".into(), intervals: Vec::new() });
        assert_eq!(opens(Some(&office), at("2026-11-20T16:00:00Z")), Some(at("2026-11-24T08:00:00Z")));
        let (from, to) = (at("2026-11-24T08:00:00Z"), at("2026-11-24T10:00:00Z"));
        office.exceptions.push(HoursException { from, to, open: false, name: "fire drill".into() });
        assert_eq!(opens(Some(&office), at("2026-11-20T16:00:00Z")), Some(to));
    }

    #[test]
    fn clocks_that_change_move_the_opening_with_them() {
        let office = office();
        // 29 March 2026: from UTC+1 to UTC+2. Friday the 27th opens at 8:00 UTC, Monday the 30th at 7:00 UTC.
        assert_eq!(opens(Some(&office), at("2026-03-27T00:00:00Z")), Some(at("2026-03-27T08:00:00Z")));
        assert_eq!(opens(Some(&office), at("2026-03-28T12:00:00Z")), Some(at("2026-03-30T07:00:00Z")));
    }

    #[test]
    fn around_the_clock_has_no_edge_at_midnight() {
        let mut always = office();
        always.week.fill(vec![OpenInterval { from_minute: 0, to_minute: 1440 }]);
        assert_eq!(turns(Some(&always), at("2026-11-20T15:00:00Z")), None);
        let mut never = office();
        never.week.fill(Vec::new());
        assert_eq!(opens(Some(&never), at("2026-11-20T15:00:00Z")), None);
        assert_eq!(open_time_after(Some(&never), Timestamp::from_millis(0), Duration::from_secs(9)), Timestamp::from_millis(9000));
    }
}
