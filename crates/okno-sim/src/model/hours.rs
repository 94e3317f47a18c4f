//! Business hours of a model, and the instant at which it opens.

use super::{SpecError, clock, refuse};
use crate::spec::{CalendarSpec, Spec};
use okno_model::{
    HoursId, Timestamp,
    doc::{Holiday, HolidayDay, HoursDoc, HoursException, OpenInterval},
};

/// The id of a calendar by its number.
pub(crate) fn hours_id(n: usize) -> HoursId {
    HoursId::from_u128(1 + n as u128)
}

/// The instant at which the model opens. Without a date it is 1970: no rule asks.
pub(super) fn opening(spec: &Spec, opens_ms: u64) -> Result<Timestamp, SpecError> {
    let Some(date) = &spec.date else {
        if let Some(n) = spec.queues.iter().position(|queue| queue.rules.as_ref().is_some_and(|rules| rules.hours.is_some())) {
            return refuse(
                "date",
                format!("is missing: queues[{n}] has business hours, so say on which day the model opens, as 2026-11-02"),
            );
        }
        return Ok(Timestamp::from_millis(0));
    };
    let zone = jiff::tz::TimeZone::get(&spec.time_zone);
    let zone = zone.or_else(|_| refuse("time_zone", format!("`{}` is not a time zone; write it as Europe/Warsaw", spec.time_zone)))?;
    let wrong = || SpecError::new("date", format!("`{date}` is no day; write it as 2026-11-02"));
    let day: jiff::civil::Date = date.parse().map_err(|_| wrong())?;
    let at = day.at(0, 0, 0, 0).checked_add(jiff::Span::new().milliseconds(opens_ms as i64)).map_err(|_| wrong())?;
    let at = at.to_zoned(zone).map_err(|_| wrong())?;
    Ok(Timestamp::from_millis(at.timestamp().as_millisecond()))
}

/// The calendars as the engine knows them.
pub(super) fn calendars(spec: &Spec) -> Result<Vec<HoursDoc>, SpecError> {
    let mut all: Vec<HoursDoc> = Vec::with_capacity(spec.calendars.len());
    for (n, calendar) in spec.calendars.iter().enumerate() {
        if all.iter().any(|known| known.name == calendar.name) {
            return refuse(format!("calendars[{n}].name"), format!("`{}` is already the name of another calendar", calendar.name));
        }
        let doc = document(calendar, n, &spec.time_zone)?;
        okno_engine::hours::check(&doc).map_err(|error| SpecError::new(format!("calendars[{n}]"), error.to_string()))?;
        all.push(doc);
    }
    Ok(all)
}

fn document(spec: &CalendarSpec, n: usize, time_zone: &str) -> Result<HoursDoc, SpecError> {
    let mut week: [Vec<OpenInterval>; 7] = Default::default();
    for (day, (name, open)) in week.iter_mut().zip(spec.week.days()) {
        *day = intervals(open, &format!("calendars[{n}].week.{name}"))?;
    }
    let mut holidays = Vec::with_capacity(spec.holidays.len());
    for (h, holiday) in spec.holidays.iter().enumerate() {
        let place = format!("calendars[{n}].holidays[{h}]");
        let day = holiday_day(&holiday.day).ok_or_else(|| {
            SpecError::new(format!("{place}.day"), format!("`{}` is no day; write it as 2026-11-11, or 11-11 for every year", holiday.day))
        })?;
        holidays.push(Holiday { day, name: holiday.name.clone(), intervals: intervals(&holiday.open, &format!("{place}.open"))? });
    }
    let exceptions = spec.exceptions.iter().map(|e| HoursException { from: e.from, to: e.to, open: e.open, name: e.name.clone() });
    Ok(HoursDoc {
        id: hours_id(n),
        name: spec.name.clone(),
        time_zone: spec.time_zone.clone().unwrap_or_else(|| time_zone.to_owned()),
        week,
        holidays,
        exceptions: exceptions.collect(),
        archived: false,
    })
}

/// `08:00-18:00`; an end that is not later than the begin is of the next day.
pub(crate) fn interval(text: &str, place: &str) -> Result<OpenInterval, SpecError> {
    let Some((from, to)) = text.split_once('-') else {
        return refuse(place, format!("`{text}` is no span of a day; write it as 08:00-18:00"));
    };
    let minute = |text: &str| clock(text.trim(), place).map(|ms| (ms / 60_000) as u16);
    let (from_minute, to) = (minute(from)?, minute(to)?);
    Ok(OpenInterval { from_minute, to_minute: if to > from_minute { to } else { to + 1440 } })
}

fn intervals(open: &[String], place: &str) -> Result<Vec<OpenInterval>, SpecError> {
    open.iter().enumerate().map(|(i, text)| interval(text, &format!("{place}[{i}]"))).collect()
}

fn holiday_day(text: &str) -> Option<HolidayDay> {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |text: &str| text.parse::<u8>().ok();
    match parts.as_slice() {
        [year, month, day] => Some(HolidayDay::Date { year: year.parse().ok()?, month: number(month)?, day: number(day)? }),
        [month, day] => Some(HolidayDay::Yearly { month: number(month)?, day: number(day)? }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_a_day_are_read() {
        let minutes = |text| interval(text, "x").map(|i| (i.from_minute, i.to_minute));
        assert_eq!(minutes("08:00-18:30"), Ok((480, 1110)));
        assert_eq!(minutes("22:00-06:00"), Ok((1320, 1800)));
        assert_eq!(minutes("00:00-24:00"), Ok((0, 1440)));
        assert_eq!(minutes("8-18").unwrap_err().to_string(), "x: `8` is no time of day; write it as 08:30");
        assert_eq!(minutes("always").unwrap_err().to_string(), "x: `always` is no span of a day; write it as 08:00-18:00");
    }
}
