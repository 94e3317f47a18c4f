//! `tomorrow 12:00 call about refund`: a time and what is promised, as people write them in English, Russian and Polish.
//!
//! The time stands first or last. Times are those of the queue's zone; `in 2 working hours` counts open time; a day without a time means until it
//! closes. Nothing is guessed in silence: whoever shows the result before it is kept shows what was understood.

use super::words::{Word, is, parts, plain};
use crate::hours::Calendar;
use jiff::{Span, Zoned, civil::Date, tz::TimeZone};
use okno_model::Timestamp;
use std::time::Duration;

/// How far ahead somebody may promise, days.
const FARTHEST_DAYS: i64 = 400;
/// When a day ends on which nobody works, minutes after midnight.
const EVENING: u16 = 18 * 60;

/// What was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// By when.
    pub due: Timestamp,
    /// What.
    pub what: String,
    /// It is closed then: nobody may be there to keep it.
    pub closed: bool,
}

/// Why a text is no promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// There is no time in it.
    #[error("there is no time in it; begin with one: `tomorrow 12:00 call about the refund`")]
    NoTime,
    /// There is nothing but a time in it.
    #[error("say what is promised: `tomorrow 12:00 call about the refund`")]
    Nothing,
    /// That time has passed.
    #[error("this time has passed; give a later one")]
    Past,
    /// Beyond the limit.
    #[error("this is more than 400 days away; promise something sooner")]
    Far,
    /// There is no such day or time.
    #[error("there is no such day or time; write it as `24.11 12:00`")]
    NoSuchTime,
    /// Its hours don't open so long.
    #[error("there is not so much open time in the business hours")]
    NeverOpen,
}

/// Reads a promise. `now` and `zone` are those of whoever promises; `calendar` is that of the queue, if it has one.
///
/// # Errors
/// [`Trouble`], in words for whoever typed it.
pub fn parse(text: &str, now: Timestamp, zone: &TimeZone, calendar: Option<&Calendar>) -> Result<Parsed, Trouble> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (when, rest) = split(&words).ok_or(Trouble::NoTime)?;
    let what = rest.join(" ");
    if what.is_empty() {
        return Err(Trouble::Nothing);
    }
    let instant = jiff::Timestamp::from_millisecond(now.millis()).map_err(|_| Trouble::NoSuchTime)?;
    let due = Look { now, local: instant.to_zoned(zone.clone()), calendar }.due(when)?;
    if due <= now {
        return Err(Trouble::Past);
    }
    if due > now + Duration::from_secs(FARTHEST_DAYS.unsigned_abs() * 86_400) {
        return Err(Trouble::Far);
    }
    let open = calendar.is_none_or(|calendar| calendar.is_open(due) || calendar.is_open(due - Duration::from_millis(1)));
    Ok(Parsed { due, what, closed: !open })
}

/// What a time says before it is put on a calendar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct When {
    day: Option<Day>,
    minute: Option<u16>,
    length: Option<Length>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Day {
    Ahead(u8),
    Weekday(u8),
    Date { year: Option<i16>, month: u8, day: u8 },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Real(Duration),
    Open(Duration),
    OpenDays(u16),
}

impl When {
    const fn is_empty(self) -> bool {
        self.day.is_none() && self.minute.is_none() && self.length.is_none()
    }
}

/// The time and the rest: the longest time at the beginning, else the longest one that reaches to the end.
fn split<'a>(words: &'a [&'a str]) -> Option<(When, &'a [&'a str])> {
    let (when, used) = read(words);
    if !when.is_empty() {
        return Some((when, &words[used..]));
    }
    (1..words.len()).find_map(|from| {
        let (when, used) = read(&words[from..]);
        (!when.is_empty() && from + used == words.len()).then(|| (when, &words[..from]))
    })
}

/// Reads a time at the beginning of words: it, and how many of them it took.
fn read(words: &[&str]) -> (When, usize) {
    let (mut when, mut at, mut used) = (When::default(), 0, 0);
    while at < words.len() {
        let rest = &words[at..];
        let mut next = when;
        let took =
            length(rest, &mut next).or_else(|| day(rest, &mut next)).or_else(|| clock(rest, &mut next, at > 0 && filler(words[at - 1])));
        if let Some(took) = took {
            (when, at) = (next, at + took);
            used = at;
        } else if filler(words[at]) {
            // Only if something follows.
            at += 1;
        } else {
            break;
        }
    }
    (when, used)
}

fn filler(word: &str) -> bool {
    is(word, Word::Filler)
}

/// `in 2 working hours`, `через полчаса`, `za 3 dni`.
fn length(words: &[&str], when: &mut When) -> Option<usize> {
    if !when.is_empty() || !is(words.first()?, Word::Within) {
        return None;
    }
    let (mut count, mut half, mut working, mut at) = (None, false, false, 1);
    while let Some(word) = words.get(at) {
        at += 1;
        let (number, unit) = number_of(word);
        if let Some(number) = number {
            if count.replace(number).is_some() {
                return None;
            }
            if unit.is_empty() {
                continue;
            }
        }
        let word = if number.is_some() { unit } else { word };
        if is(word, Word::HalfHour) {
            when.length = Some(Length::Real(Duration::from_secs(1800)));
            return Some(at);
        }
        if is(word, Word::Working) {
            working = true;
        } else if is(word, Word::Half) {
            half = true;
        } else if is(word, Word::One) {
            count = count.or(Some(1));
        } else {
            let seconds = [(Word::Minutes, 60), (Word::Hours, 3600), (Word::Days, 86_400), (Word::Weeks, 604_800)]
                .into_iter()
                .find_map(|(unit, seconds)| is(word, unit).then_some(seconds))?;
            // `за 3 рабочих дня`, `za 2 godziny robocze`: the word may follow.
            let after = words.get(at).is_some_and(|word| is(word, Word::Working));
            at += usize::from(after);
            working |= after;
            let whole = Duration::from_secs(seconds * u64::from(count.unwrap_or(1)));
            let time = if half { whole / 2 } else { whole };
            when.length = Some(match (working, seconds) {
                (true, 86_400 | 604_800) => Length::OpenDays(count.unwrap_or(1).saturating_mul(if seconds == 86_400 { 1 } else { 5 })),
                (true, _) => Length::Open(time),
                (false, _) => Length::Real(time),
            });
            return Some(at);
        }
    }
    None
}

/// `2h` is 2 and `h`.
fn number_of(word: &str) -> (Option<u16>, &str) {
    let end = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
    (word[..end].parse().ok(), &word[end..])
}

/// `tomorrow`, `day after tomorrow`, `пятницу`, `24.11`, `24 listopada`, `end of day`.
fn day(words: &[&str], when: &mut When) -> Option<usize> {
    if when.day.is_some() || when.length.is_some() {
        return None;
    }
    let first = *words.first()?;
    let second = words.get(1).copied().unwrap_or_default();
    let third = words.get(2).copied().unwrap_or_default();
    if is(first, Word::Days) && is(second, Word::After) && is(third, Word::Day(1)) {
        when.day = Some(Day::Ahead(2));
        return Some(3);
    }
    if is(first, Word::EndOfDay) {
        when.day = Some(Day::Ahead(0));
        return Some(1);
    }
    if is(first, Word::End) {
        let skip = 1 + words[1..].iter().take_while(|word| filler(word)).count();
        let ends = words.get(skip).is_some_and(|word| is(word, Word::Days));
        when.day = ends.then_some(Day::Ahead(0));
        return ends.then_some(skip + 1);
    }
    let named = parts(first).find_map(|part| match part {
        Word::Day(ahead) => Some(Day::Ahead(ahead)),
        Word::Weekday(day) => Some(Day::Weekday(day)),
        Word::Filler
        | Word::Within
        | Word::Month(_)
        | Word::Minutes
        | Word::Hours
        | Word::Days
        | Word::Weeks
        | Word::Working
        | Word::One
        | Word::Half
        | Word::HalfHour
        | Word::Clock(_)
        | Word::Evening
        | Word::Morning
        | Word::End
        | Word::EndOfDay
        | Word::After => None,
    });
    if named.is_some() {
        when.day = named;
        return Some(1);
    }
    if let Some(date) = date(first) {
        when.day = Some(date);
        return Some(1);
    }
    // `24 November`, `November 24`.
    let month = |word: &str| parts(word).find_map(|part| if let Word::Month(month) = part { Some(month) } else { None });
    let number = |word: &str| plain(word).trim_end_matches(|c: char| c.is_alphabetic()).parse::<u8>().ok().filter(|day| *day > 0);
    let pair = number(first).zip(month(second)).or_else(|| number(second).zip(month(first)))?;
    when.day = Some(Day::Date { year: None, month: pair.1, day: pair.0 });
    Some(2)
}

/// `2026-11-24`, `24.11`, `24.11.2026`, `24/11`.
fn date(word: &str) -> Option<Day> {
    let word = plain(word);
    let parts: Vec<&str> = word.split(['.', '-', '/']).filter(|part| !part.is_empty()).collect();
    let digits = parts.iter().all(|part| part.chars().all(|c| c.is_ascii_digit()));
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => (year.parse().ok(), month, day),
        [day, month, year] if year.len() == 4 => (year.parse().ok(), month, day),
        [day, month] if day.len() <= 2 && month.len() <= 2 && !word.contains('-') => (None, month, day),
        _ => return None,
    };
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    let possible = digits && (1..=12).contains(&month) && (1..=31).contains(&day);
    possible.then_some(Day::Date { year, month, day })
}

/// `12:00`, `12.30`, `5pm`, `17h`, `noon`, `в 5 вечера`, `at 12`.
fn clock(words: &[&str], when: &mut When, announced: bool) -> Option<usize> {
    if when.minute.is_some() || when.length.is_some() {
        return None;
    }
    let first = *words.first()?;
    let second = words.get(1).copied().unwrap_or_default();
    if let Some(minute) = parts(first).find_map(|part| if let Word::Clock(minute) = part { Some(minute) } else { None }) {
        when.minute = Some(minute);
        return Some(1);
    }
    let word = plain(first);
    if let Some((hour, rest)) = word.split_once([':', '.']) {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (minute, half) = rest.split_at(end);
        if minute.len() == 2 && !hour.is_empty() {
            return said(hour.parse().ok()?, minute.parse().ok()?, half, second, 1, when);
        }
        return None;
    }
    let (hour, unit) = number_of(&word);
    let hour = hour?;
    if unit.is_empty() && !announced && !is(second, Word::Evening) && !is(second, Word::Morning) {
        return None;
    }
    if !unit.is_empty() && !is(unit, Word::Evening) && !is(unit, Word::Morning) && !is(unit, Word::Hours) {
        return None;
    }
    // `в 12 часов`.
    let took = 1 + usize::from(unit.is_empty() && (is(second, Word::Hours) || second.eq_ignore_ascii_case("o'clock")));
    said(hour, 0, unit, words.get(took).copied().unwrap_or_default(), took, when)
}

fn said(hour: u16, minute: u16, half: &str, next: &str, took: usize, when: &mut When) -> Option<usize> {
    let apart = half.is_empty() && (is(next, Word::Evening) || is(next, Word::Morning));
    let half = if apart { next } else { half };
    let hour = match (is(half, Word::Evening), is(half, Word::Morning)) {
        (true, _) if hour < 12 => hour + 12,
        (_, true) if hour == 12 => 0,
        (_, _) => hour,
    };
    if hour > 24 || minute > 59 {
        return None;
    }
    when.minute = Some(hour * 60 + minute);
    Some(took + usize::from(apart))
}

/// A time on the calendar of now.
struct Look<'a> {
    now: Timestamp,
    local: Zoned,
    calendar: Option<&'a Calendar>,
}

impl Look<'_> {
    fn due(&self, when: When) -> Result<Timestamp, Trouble> {
        if let Some(length) = when.length {
            return self.after(length);
        }
        let today = self.local.date();
        let Some(day) = when.day else {
            // A time alone: today, or tomorrow if it has passed.
            let due = self.at(today, when.minute)?;
            return if due > self.now { Ok(due) } else { self.at(ahead(today, 1)?, when.minute) };
        };
        match day {
            Day::Ahead(days) => self.at(ahead(today, i64::from(days))?, when.minute),
            Day::Weekday(weekday) => {
                let wait = (i64::from(weekday) - i64::from(today.weekday().to_monday_zero_offset())).rem_euclid(7);
                let due = self.at(ahead(today, wait)?, when.minute)?;
                if due > self.now { Ok(due) } else { self.at(ahead(today, wait + 7)?, when.minute) }
            }
            Day::Date { year: Some(year), month, day } => self.at(civil(year, month, day)?, when.minute),
            Day::Date { year: None, month, day } => {
                let date = civil(today.year(), month, day).or_else(|_| civil(today.year() + 1, month, day))?;
                // A day that has just passed is a slip; one of the first months means the next year.
                let next = date < today && (today - date).get_days() > 180;
                self.at(if next { civil(today.year() + 1, month, day)? } else { date }, when.minute)
            }
        }
    }

    fn after(&self, length: Length) -> Result<Timestamp, Trouble> {
        match (length, self.calendar) {
            (Length::Real(time), _) | (Length::Open(time), None) => Ok(self.now + time),
            (Length::Open(time), Some(calendar)) => calendar.add_open_time(self.now, time).ok_or(Trouble::NeverOpen),
            (Length::OpenDays(days), calendar) => {
                let (mut left, mut day) = (days.max(1), self.local.date());
                for _ in 0..FARTHEST_DAYS {
                    day = ahead(day, 1)?;
                    let works = match calendar {
                        Some(calendar) => self.closes(calendar, day)?.is_some(),
                        None => day.weekday().to_monday_zero_offset() < 5,
                    };
                    if works {
                        left -= 1;
                        if left == 0 {
                            return self.at(day, None);
                        }
                    }
                }
                Err(Trouble::NeverOpen)
            }
        }
    }

    /// A minute of a day; without one when it closes.
    fn at(&self, day: Date, minute: Option<u16>) -> Result<Timestamp, Trouble> {
        let Some(minute) = minute else {
            let closes = match self.calendar {
                Some(calendar) => self.closes(calendar, day)?,
                None => None,
            };
            return closes.map_or_else(|| self.instant(day, EVENING), Ok);
        };
        self.instant(day, minute)
    }

    fn instant(&self, day: Date, minute: u16) -> Result<Timestamp, Trouble> {
        let (day, minute) = if minute >= 1440 { (ahead(day, 1)?, minute - 1440) } else { (day, minute) };
        let (hour, minute) = (i8::try_from(minute / 60), i8::try_from(minute % 60));
        let time = hour.ok().zip(minute.ok()).map(|(hour, minute)| day.at(hour, minute, 0, 0)).ok_or(Trouble::NoSuchTime)?;
        let zoned = time.to_zoned(self.local.time_zone().clone()).map_err(|_| Trouble::NoSuchTime)?;
        Ok(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
    }

    /// When it closes for the last time on a day; `None` if it does not open then.
    fn closes(&self, calendar: &Calendar, day: Date) -> Result<Option<Timestamp>, Trouble> {
        let (mut at, end) = (self.instant(day, 0)?, self.instant(day, 1440)?);
        let mut last = None;
        while let Some(opens) = calendar.opens_next(at).filter(|&opens| opens < end) {
            let closes = calendar.closes_at(opens).unwrap_or(end).min(end);
            last = Some(closes);
            if closes >= end {
                break;
            }
            at = closes;
        }
        Ok(last)
    }
}

fn ahead(day: Date, days: i64) -> Result<Date, Trouble> {
    day.checked_add(Span::new().days(days)).map_err(|_| Trouble::NoSuchTime)
}

fn civil(year: i16, month: u8, day: u8) -> Result<Date, Trouble> {
    let parts = i8::try_from(month).ok().zip(i8::try_from(day).ok());
    parts.and_then(|(month, day)| Date::new(year, month, day).ok()).ok_or(Trouble::NoSuchTime)
}
