//! One local day as stretches of open time.

use super::Calendar;
use jiff::{
    civil::{Date, DateTime},
    tz::{AmbiguousOffset, TimeZone},
};
use okno_model::{Timestamp, doc::HolidayDay, doc::OpenInterval};

/// A stretch of open time: from the first instant to before the second.
pub(super) type Stretch = (Timestamp, Timestamp);

/// Which occurrence of a local time counts when the clocks are set back over it.
#[derive(Clone, Copy)]
enum Fold {
    First,
    Second,
}

impl Calendar {
    /// The local day of an instant: the last one that has begun.
    pub(super) fn day_of(&self, at: Timestamp) -> Date {
        let day = local(&self.zone, at).date();
        // Where clocks are set back over midnight, the day before seems to come again.
        match day.tomorrow() {
            Ok(tomorrow) if self.begins(tomorrow) <= at => tomorrow,
            _ => day,
        }
    }

    /// The instant at which a day begins.
    pub(super) fn begins(&self, day: Date) -> Timestamp {
        self.instant(day, 0, Fold::First)
    }

    /// The open stretches of a day, in order, not touching: what begins on it or on the day before, cut at its ends, then
    /// the exceptions.
    pub(super) fn stretches(&self, day: Date) -> Vec<Stretch> {
        let (begin, end) = (self.begins(day), day.tomorrow().map_or(Timestamp(i64::MAX), |next| self.begins(next)));
        let mut open: Vec<Stretch> = Vec::new();
        for day in [day.yesterday().ok(), Some(day)].into_iter().flatten() {
            for interval in self.intervals(day) {
                let from = self.instant(day, interval.from_minute, Fold::First).max(begin);
                let to = self.instant(day, interval.to_minute, Fold::Second).min(end);
                add(&mut open, (from, to));
            }
        }
        for exception in &self.doc.exceptions {
            let (from, to) = (exception.from.max(begin), exception.to.min(end));
            if from >= to {
                continue;
            }
            if exception.open {
                add(&mut open, (from, to));
            } else {
                open = open.into_iter().flat_map(|(a, b)| [(a, b.min(from)), (a.max(to), b)]).filter(|(a, b)| a < b).collect();
            }
        }
        open
    }

    fn intervals(&self, day: Date) -> &[OpenInterval] {
        let (of_year, of_month, of_day) = (day.year(), day.month() as u8, day.day() as u8);
        let mut yearly = None;
        for holiday in &self.doc.holidays {
            match holiday.day {
                HolidayDay::Date { year, month, day } if (year, month, day) == (of_year, of_month, of_day) => return &holiday.intervals,
                HolidayDay::Yearly { month, day } if (month, day) == (of_month, of_day) => yearly = Some(holiday),
                HolidayDay::Date { .. } | HolidayDay::Yearly { .. } => {}
            }
        }
        yearly.map_or(&self.doc.week[day.weekday().to_monday_zero_offset() as usize], |holiday| &holiday.intervals)
    }

    /// The instant at which the clock shows a minute of a day. If the clocks are set forward over it: when they are. If it
    /// comes twice: as `fold` says.
    fn instant(&self, day: Date, minute: u16, fold: Fold) -> Timestamp {
        let mut day = day;
        for _ in 0..minute / 1440 {
            day = day.tomorrow().unwrap_or(day);
        }
        let minute = minute % 1440;
        let local = day.at((minute / 60) as i8, (minute % 60) as i8, 0, 0);
        let ambiguous = self.zone.to_ambiguous_timestamp(local);
        let instant = match (ambiguous.offset(), fold) {
            (AmbiguousOffset::Unambiguous { .. }, _) => ambiguous.compatible(),
            // With the offset of after the jump it is before the jump.
            (AmbiguousOffset::Gap { .. }, _) => {
                ambiguous.earlier().map(|before| self.zone.following(before).next().map_or(before, |jump| jump.timestamp()))
            }
            (AmbiguousOffset::Fold { .. }, Fold::First) => ambiguous.earlier(),
            (AmbiguousOffset::Fold { .. }, Fold::Second) => ambiguous.later(),
        };
        Timestamp::from_millis(instant.map_or(i64::MAX, jiff::Timestamp::as_millisecond))
    }
}

/// Adds a stretch to ordered ones that don't touch, and keeps them so.
fn add(open: &mut Vec<Stretch>, (mut from, mut to): Stretch) {
    if from >= to {
        return;
    }
    open.retain(|&(a, b)| {
        let apart = b < from || a > to;
        if !apart {
            from = from.min(a);
            to = to.max(b);
        }
        apart
    });
    let place = open.partition_point(|&(a, _)| a < from);
    open.insert(place, (from, to));
}

/// What the clock shows at an instant; what is out of range becomes the nearest instant that is in it.
pub(super) fn local(zone: &TimeZone, at: Timestamp) -> DateTime {
    let nearest = if at.millis() < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
    zone.to_datetime(jiff::Timestamp::from_millisecond(at.millis()).unwrap_or(nearest))
}
