//! Times of a query: periods of the calendar, and instants relative to now.

use jiff::{
    Span as Length, ToSpan, Zoned,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use okno_model::Timestamp;

/// A time as typed; what it means depends on now and on the time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    /// So many of this unit from now; an instant.
    Offset { count: i32, unit: Unit },
    /// The day so many days from today; a period.
    Day { offset: i32 },
    /// These days, the second exclusive; a period.
    Dates { from: Date, until: Date, written: Written },
    /// A minute on a wall clock; an instant.
    Clock(DateTime),
}

/// How a period of the calendar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Day,
    Month,
    Year,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Minutes,
    Hours,
    Days,
    Weeks,
}

/// Most of one unit: about a century of the longest.
const MOST: i32 = 5_000;

/// Reads a time; `None` if it is none.
pub(super) fn parse(word: &str) -> Option<Time> {
    match word.to_lowercase().as_str() {
        "now" | "сейчас" | "teraz" => return Some(Time::Offset { count: 0, unit: Unit::Minutes }),
        "today" | "сегодня" | "dzisiaj" | "dziś" => return Some(Time::Day { offset: 0 }),
        "yesterday" | "вчера" | "wczoraj" => return Some(Time::Day { offset: -1 }),
        "tomorrow" | "завтра" | "jutro" => return Some(Time::Day { offset: 1 }),
        _ => {}
    }
    offset(word).or_else(|| calendar(word))
}

fn offset(word: &str) -> Option<Time> {
    let unit = match word.chars().next_back()? {
        'm' => Unit::Minutes,
        'h' => Unit::Hours,
        'd' => Unit::Days,
        'w' => Unit::Weeks,
        _ => return None,
    };
    let count: i32 = word[..word.len() - 1].parse().ok()?;
    (count.abs() <= MOST).then_some(Time::Offset { count, unit })
}

fn calendar(word: &str) -> Option<Time> {
    if let Some((_, clock)) = word.split_once('T') {
        // Jiff would also take hours alone, or seconds with nine places.
        return (clock.len() == 5).then(|| word.parse().ok().map(Time::Clock)).flatten();
    }
    let parts: Vec<&str> = word.split('-').collect();
    let numbers: Vec<i16> = parts.iter().map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let (from, length, written) = match (numbers[..].to_vec().as_slice(), lengths.as_slice()) {
        ([year], [4]) => (day(*year, 1, 1)?, 1.year(), Written::Year),
        ([year, month], [4, 2]) => (day(*year, *month, 1)?, 1.month(), Written::Month),
        ([year, month, number], [4, 2, 2]) => (day(*year, *month, *number)?, 1.day(), Written::Day),
        _ => return None,
    };
    Some(Time::Dates { from, until: from.checked_add(length).ok()?, written })
}

fn day(year: i16, month: i16, number: i16) -> Option<Date> {
    Date::new(year, month.try_into().ok()?, number.try_into().ok()?).ok()
}

impl Time {
    /// Whether it has no length.
    pub(super) const fn is_moment(self) -> bool {
        matches!(self, Self::Offset { .. } | Self::Clock(_))
    }

    /// The first millisecond of it and the first after it; the same for an instant. `None` if the calendar ends before it.
    pub(super) fn bounds(self, now: Timestamp, zone: &TimeZone) -> Option<(i64, i64)> {
        let here = jiff::Timestamp::from_millisecond(now.millis()).ok()?.to_zoned(zone.clone());
        let start = |date: Date| date.to_zoned(zone.clone()).ok().map(|at: Zoned| at.timestamp().as_millisecond());
        match self {
            Self::Offset { count, unit } => {
                let at = here.checked_add(unit.length(count)).ok()?.timestamp().as_millisecond();
                Some((at, at))
            }
            Self::Day { offset } => {
                let from = here.date().checked_add(offset.days()).ok()?;
                Some((start(from)?, start(from.tomorrow().ok()?)?))
            }
            Self::Dates { from, until, .. } => Some((start(from)?, start(until)?)),
            Self::Clock(at) => {
                let at = at.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond();
                Some((at, at))
            }
        }
    }
}

impl Unit {
    /// Days and weeks are of the calendar: a day ago is the same time of day, also over a change of the clocks.
    fn length(self, count: i32) -> Length {
        match self {
            Self::Minutes => count.minutes(),
            Self::Hours => count.hours(),
            Self::Days => count.days(),
            Self::Weeks => count.weeks(),
        }
    }

    const fn letter(self) -> char {
        match self {
            Self::Minutes => 'm',
            Self::Hours => 'h',
            Self::Days => 'd',
            Self::Weeks => 'w',
        }
    }
}

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Offset { count: 0, .. } => f.write_str("now"),
            Self::Offset { count, unit } => write!(f, "{count}{}", unit.letter()),
            Self::Day { offset: -1 } => f.write_str("yesterday"),
            Self::Day { offset: 1 } => f.write_str("tomorrow"),
            Self::Day { .. } => f.write_str("today"),
            Self::Dates { from, written: Written::Day, .. } => write!(f, "{from}"),
            Self::Dates { from, written: Written::Month, .. } => write!(f, "{:04}-{:02}", from.year(), from.month()),
            Self::Dates { from, written: Written::Year, .. } => write!(f, "{:04}", from.year()),
            Self::Clock(at) => write!(f, "{}T{:02}:{:02}", at.date(), at.hour(), at.minute()),
        }
    }
}
