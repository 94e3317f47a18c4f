use super::{Calendar, HoursError, check, hour_of_week};
use okno_model::{
    HoursId, Timestamp,
    doc::{Holiday, HolidayDay, HoursDoc, HoursException, OpenInterval},
};
use proptest::{prelude::*, test_runner::RngSeed};
use std::time::Duration;

const HOUR: u64 = 3600;

/// A day from intervals as `h:mm` are read: `[(9, 0, 17, 0)]`.
fn day(intervals: &[(u16, u16, u16, u16)]) -> Vec<OpenInterval> {
    intervals.iter().map(|&(a, b, c, d)| OpenInterval { from_minute: a * 60 + b, to_minute: c * 60 + d }).collect()
}

fn hours(zone: &str, workday: &[(u16, u16, u16, u16)], weekend: &[(u16, u16, u16, u16)]) -> HoursDoc {
    let (work, free) = (day(workday), day(weekend));
    HoursDoc {
        id: HoursId::from_u128(1),
        name: "office".into(),
        time_zone: zone.into(),
        week: [work.clone(), work.clone(), work.clone(), work.clone(), work, free.clone(), free],
        holidays: Vec::new(),
        exceptions: Vec::new(),
        archived: false,
    }
}

fn always(zone: &str) -> HoursDoc {
    hours(zone, &[(0, 0, 24, 0)], &[(0, 0, 24, 0)])
}

fn holiday(day: HolidayDay, intervals: Vec<OpenInterval>) -> Holiday {
    Holiday { day, name: "holiday".into(), intervals }
}

fn exception(from: Timestamp, to: Timestamp, open: bool) -> HoursException {
    HoursException { from, to, open, name: "exception".into() }
}

/// `2026-11-20T15:00+01`: an instant with its offset written out.
fn at(text: &str) -> Timestamp {
    Timestamp::from_millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

fn of(doc: &HoursDoc) -> Calendar {
    Calendar::of(doc).unwrap()
}

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

#[test]
fn an_office_with_a_lunch_break() {
    let office = of(&hours("Europe/Warsaw", &[(9, 0, 12, 0), (13, 0, 17, 0)], &[]));
    // Friday 20 November 2026.
    let friday = at("2026-11-20T11:30+01");
    assert!(office.is_open(friday));
    assert_eq!(office.opens_next(friday), Some(friday));
    assert_eq!(office.closes_at(friday), Some(at("2026-11-20T12:00+01")));
    assert!(!office.is_open(at("2026-11-20T12:00+01")), "closing is the first instant that is closed");
    assert!(office.is_open(at("2026-11-20T13:00+01")), "opening is the first instant that is open");
    assert_eq!(office.opens_next(at("2026-11-20T17:00+01")), Some(at("2026-11-23T09:00+01")));
    assert_eq!(office.next_change(at("2026-11-20T12:10+01")), Some(at("2026-11-20T13:00+01")));
    assert_eq!(office.last_change(at("2026-11-22T12:10+01")), Some(at("2026-11-20T17:00+01")));
    assert_eq!(office.last_change(friday), Some(at("2026-11-20T09:00+01")));
    assert_eq!(office.open_time_between(friday, at("2026-11-23T09:30+01")), seconds(5 * HOUR));
    assert_eq!(office.add_open_time(friday, seconds(HOUR)), Some(at("2026-11-20T13:30+01")));
    assert_eq!(office.add_open_time(friday, seconds(HOUR / 2)), Some(at("2026-11-20T12:00+01")), "due when it closes");
    assert_eq!(office.add_open_time(friday, seconds(HOUR / 2 + 1)), Some(at("2026-11-20T13:00:01+01")));
    assert_eq!(office.add_open_time(friday, seconds(5 * HOUR)), Some(at("2026-11-23T09:30+01")));
    assert_eq!(office.open_time_between(friday, friday), Duration::ZERO);
    assert_eq!(office.open_time_between(friday, at("2026-11-20T09:00+01")), Duration::ZERO);
}

#[test]
fn the_day_of_23_hours_and_the_day_of_25() {
    for (zone, spring, spring_ends, autumn, autumn_ends) in [
        ("Europe/Warsaw", "2026-03-29T00:00+01", "2026-03-30T00:00+02", "2026-10-25T00:00+02", "2026-10-26T00:00+01"),
        ("America/New_York", "2026-03-08T00:00-05", "2026-03-09T00:00-04", "2026-11-01T00:00-04", "2026-11-02T00:00-05"),
    ] {
        let always = of(&always(zone));
        assert_eq!(always.open_time_between(at(spring), at(spring_ends)), seconds(23 * HOUR), "{zone}");
        assert_eq!(always.open_time_between(at(autumn), at(autumn_ends)), seconds(25 * HOUR), "{zone}");
        assert_eq!(always.closes_at(at(spring)), None);
        assert_eq!(always.next_change(at(spring)), None);
        assert_eq!(always.last_change(at(spring)), None);
        assert_eq!(always.add_open_time(at(spring), seconds(23 * HOUR)), Some(at(spring_ends)));
    }
    // Moscow has had no such days since 2014, when it went back to +03 for good.
    let moscow = of(&always("Europe/Moscow"));
    assert_eq!(moscow.open_time_between(at("2026-03-29T00:00+03"), at("2026-03-30T00:00+03")), seconds(24 * HOUR));
    assert_eq!(moscow.open_time_between(at("2014-10-26T00:00+04"), at("2014-10-27T00:00+03")), seconds(25 * HOUR));
}

#[test]
fn a_boundary_that_the_clocks_leave_out_is_at_the_jump() {
    // 29 March 2026 in Warsaw: 02:00 becomes 03:00. A Sunday.
    let jump = at("2026-03-29T01:00Z");
    let from = of(&hours("Europe/Warsaw", &[], &[(2, 30, 6, 0)]));
    assert_eq!(from.opens_next(at("2026-03-29T00:00+01")), Some(jump));
    assert_eq!(from.open_time_between(at("2026-03-29T00:00+01"), at("2026-03-30T00:00+02")), seconds(3 * HOUR));
    let until = of(&hours("Europe/Warsaw", &[], &[(1, 0, 2, 30)]));
    assert_eq!(until.closes_at(at("2026-03-29T01:30+01")), Some(jump));
    let inside = of(&hours("Europe/Warsaw", &[], &[(2, 10, 2, 50)]));
    assert_eq!(inside.opens_next(at("2026-03-29T00:00+01")), Some(at("2026-04-04T02:10+02")), "it does not exist on that day");
}

#[test]
fn a_boundary_that_comes_twice_opens_the_first_time_and_closes_the_second() {
    // 25 October 2026 in Warsaw: 03:00 becomes 02:00. A Sunday.
    let from = of(&hours("Europe/Warsaw", &[], &[(2, 30, 6, 0)]));
    assert_eq!(from.opens_next(at("2026-10-25T00:00+02")), Some(at("2026-10-25T02:30+02")));
    assert_eq!(from.closes_at(at("2026-10-25T02:30+02")), Some(at("2026-10-25T06:00+01")), "one stretch");
    let until = of(&hours("Europe/Warsaw", &[], &[(1, 0, 2, 30)]));
    assert_eq!(until.closes_at(at("2026-10-25T01:00+02")), Some(at("2026-10-25T02:30+01")));
    assert_eq!(until.open_time_between(at("2026-10-25T00:00+02"), at("2026-10-26T00:00+01")), seconds(9000));
    let both = of(&hours("Europe/Warsaw", &[], &[(1, 0, 2, 30), (2, 30, 5, 0)]));
    assert_eq!(both.open_time_between(at("2026-10-25T00:00+02"), at("2026-10-26T00:00+01")), seconds(5 * HOUR), "nothing counts twice");
}

#[test]
fn where_midnight_itself_moves() {
    // Havana sets the clocks forward at midnight (8 March 2026: 00:00 becomes 01:00) and back from 01:00 to 00:00.
    let havana = of(&always("America/Havana"));
    let (from, to) = (at("2026-03-07T12:00-05"), at("2026-03-09T12:00-04"));
    assert_eq!(havana.open_time_between(from, to), seconds(47 * HOUR));
    assert_eq!(havana.closes_at(from), None, "no hole at the midnight that is left out");
    let (from, to) = (at("2026-10-31T12:00-04"), at("2026-11-02T12:00-05"));
    assert_eq!(havana.open_time_between(from, to), seconds(49 * HOUR));
    let day = of(&hours("America/Havana", &[(0, 0, 8, 0)], &[(0, 0, 8, 0)]));
    assert_eq!(day.opens_next(at("2026-03-07T12:00-05")), Some(at("2026-03-08T05:00Z")), "at the jump");
    assert_eq!(day.opens_next(at("2026-10-31T12:00-04")), Some(at("2026-11-01T00:00-04")), "the first midnight");
}

#[test]
fn over_midnight() {
    let night = of(&hours("Europe/Warsaw", &[(22, 0, 30, 0)], &[]));
    // Friday's night ends on Saturday; Sunday's does not begin.
    assert!(night.is_open(at("2026-11-21T05:59+01")) && !night.is_open(at("2026-11-21T06:00+01")));
    assert!(!night.is_open(at("2026-11-21T22:30+01")) && !night.is_open(at("2026-11-23T05:00+01")));
    assert_eq!(night.closes_at(at("2026-11-20T23:00+01")), Some(at("2026-11-21T06:00+01")), "midnight is no end");
    assert_eq!(night.last_change(at("2026-11-21T01:00+01")), Some(at("2026-11-20T22:00+01")), "nor a beginning");
    assert_eq!(night.open_time_between(at("2026-11-16T00:00+01"), at("2026-11-23T00:00+01")), seconds(40 * HOUR));
    // Over the midnight of the day with 25 hours: Sunday 25 October is not open, so take Saturday.
    let nights = of(&hours("Europe/Warsaw", &[], &[(22, 0, 30, 0)]));
    assert_eq!(nights.open_time_between(at("2026-10-24T12:00+02"), at("2026-10-25T12:00+01")), seconds(9 * HOUR));
    // A closed holiday does not cut the night before it; an exception would.
    let mut doc = hours("Europe/Warsaw", &[(22, 0, 30, 0)], &[]);
    doc.holidays.push(holiday(HolidayDay::Date { year: 2026, month: 11, day: 11 }, Vec::new()));
    let with = of(&doc);
    assert!(
        with.is_open(at("2026-11-11T05:00+01")) && !with.is_open(at("2026-11-11T23:00+01")) && !with.is_open(at("2026-11-12T05:00+01"))
    );
    doc.exceptions.push(exception(at("2026-11-11T00:00+01"), at("2026-11-12T00:00+01"), false));
    assert!(!of(&doc).is_open(at("2026-11-11T05:00+01")));
}

#[test]
fn holidays_by_date_by_year_and_on_leap_days() {
    let mut doc = hours("Europe/Warsaw", &[(9, 0, 17, 0)], &[]);
    doc.holidays.push(holiday(HolidayDay::Yearly { month: 12, day: 24 }, day(&[(9, 0, 13, 0)])));
    doc.holidays.push(holiday(HolidayDay::Date { year: 2026, month: 12, day: 24 }, Vec::new()));
    doc.holidays.push(holiday(HolidayDay::Yearly { month: 2, day: 29 }, Vec::new()));
    let office = of(&doc);
    assert_eq!(office.opens_next(at("2026-12-23T17:00+01")), Some(at("2026-12-25T09:00+01")), "the dated one goes before");
    assert_eq!(office.closes_at(at("2027-12-24T10:00+01")), Some(at("2027-12-24T13:00+01")), "special hours every year");
    // 29 February 2028 is a Tuesday.
    assert_eq!(office.opens_next(at("2028-02-28T17:00+01")), Some(at("2028-03-01T09:00+01")));
    assert_eq!(office.opens_next(at("2027-02-28T17:00+01")), Some(at("2027-03-01T09:00+01")));
    // Open on leap days only.
    let mut leap = hours("Europe/Warsaw", &[], &[]);
    leap.holidays.push(holiday(HolidayDay::Yearly { month: 2, day: 29 }, day(&[(9, 0, 17, 0)])));
    let leap = of(&leap);
    assert_eq!(leap.opens_next(at("2096-03-01T00:00Z")), Some(at("2104-02-29T09:00+01")), "2100 is no leap year");
    assert_eq!(leap.last_change(at("2026-01-01T00:00Z")), Some(at("2024-02-29T17:00+01")));
}

#[test]
fn exceptions_open_and_close() {
    let mut doc = hours("Europe/Warsaw", &[(9, 0, 17, 0)], &[]);
    let (ten, noon, two) = (at("2026-11-20T10:00+01"), at("2026-11-20T12:00+01"), at("2026-11-20T14:00+01"));
    doc.exceptions.push(exception(ten, two, false));
    let office = of(&doc);
    assert_eq!(office.closes_at(at("2026-11-20T09:30+01")), Some(ten));
    assert_eq!(office.opens_next(ten), Some(two));
    // The later one goes before the earlier.
    doc.exceptions.push(exception(ten, noon, true));
    assert_eq!(of(&doc).closes_at(at("2026-11-20T09:30+01")), Some(noon));
    // On a Saturday.
    doc.exceptions.push(exception(at("2026-11-21T10:00+01"), at("2026-11-21T11:00+01"), true));
    assert_eq!(of(&doc).opens_next(at("2026-11-20T17:00+01")), Some(at("2026-11-21T10:00+01")));
    // An always open line that is closed once, and a closed one that opens once.
    let mut line = always("Europe/Warsaw");
    line.exceptions.push(exception(ten, two, false));
    let line = of(&line);
    assert_eq!((line.closes_at(at("2026-11-01T00:00+01")), line.closes_at(two)), (Some(ten), None));
    let mut once = hours("Europe/Warsaw", &[], &[]);
    once.exceptions.push(exception(ten, two, true));
    let once = of(&once);
    assert_eq!((once.opens_next(at("2026-11-01T00:00+01")), once.closes_at(ten), once.opens_next(two)), (Some(ten), Some(two), None));
    assert_eq!(once.add_open_time(at("2026-11-01T00:00+01"), seconds(5 * HOUR)), None, "there are only four");
}

#[test]
fn what_never_opens() {
    let never = of(&hours("Europe/Warsaw", &[], &[]));
    let now = at("2026-11-20T10:00+01");
    assert!(!never.is_open(now));
    assert_eq!((never.opens_next(now), never.next_change(now), never.last_change(now)), (None, None, None));
    assert_eq!(never.closes_at(now), Some(now), "it is closed");
    assert_eq!(never.add_open_time(now, seconds(1)), None);
    assert_eq!(never.add_open_time(now, Duration::ZERO), Some(now));
}

#[test]
fn far_away_instants_are_no_panic() {
    let office = of(&hours("America/New_York", &[(9, 0, 17, 0)], &[]));
    for far in [i64::MIN, -377_705_023_201_000, 0, 253_402_207_200_000, i64::MAX] {
        let far = Timestamp::from_millis(far);
        let _ = (office.is_open(far), office.opens_next(far), office.closes_at(far), office.last_change(far));
        let _ = office.add_open_time(far, seconds(1));
    }
}

#[test]
fn the_hour_of_the_week_is_local() {
    let warsaw = of(&always("Europe/Warsaw"));
    assert_eq!(hour_of_week(warsaw.zone(), at("2026-11-16T00:00+01")), 0);
    assert_eq!(hour_of_week(warsaw.zone(), at("2026-11-22T23:59+01")), 167);
    assert_eq!(hour_of_week(warsaw.zone(), at("2026-07-08T10:30+02")), 58);
}

#[test]
fn mistakes_are_said_in_words() {
    let good = hours("Europe/Warsaw", &[(9, 0, 17, 0)], &[]);
    assert!(check(&good).is_ok());
    let said = |change: &dyn Fn(&mut HoursDoc)| {
        let mut doc = good.clone();
        change(&mut doc);
        check(&doc).unwrap_err().to_string()
    };
    assert_eq!(said(&|doc| doc.time_zone = "Mars/Olympus".into()), "`Mars/Olympus` is not a time zone; write it as `Europe/Warsaw`");
    assert_eq!(
        said(&|doc| doc.week[5] = day(&[(17, 0, 9, 0)])),
        "saturday: 1020 to 540 is not an interval; begin at minute 0-1439 of the day and end later, at most a day after"
    );
    assert!(
        said(&|doc| doc.week[0] = day(&[(9, 0, 12, 0), (11, 0, 17, 0)])).starts_with("monday: give at most 12 intervals, in their order")
    );
    assert!(said(&|doc| doc.week[0] = vec![OpenInterval { from_minute: 1440, to_minute: 1500 }]).contains("1440 to 1500"));
    let bad = |day| move |doc: &mut HoursDoc| doc.holidays.push(holiday(day, Vec::new()));
    assert_eq!(said(&bad(HolidayDay::Date { year: 2026, month: 2, day: 29 })), "holiday `holiday`: there is no such day");
    assert_eq!(said(&bad(HolidayDay::Yearly { month: 13, day: 1 })), "holiday `holiday`: there is no such day");
    assert_eq!(said(&bad(HolidayDay::Date { year: 2026, month: 200, day: 200 })), "holiday `holiday`: there is no such day");
    let mut twice = good.clone();
    twice.holidays = vec![holiday(HolidayDay::Yearly { month: 5, day: 1 }, Vec::new()); 2];
    assert_eq!(check(&twice).unwrap_err(), HoursError::Twice("holiday".into()));
    assert!(said(&|doc| doc.exceptions.push(exception(Timestamp(5), Timestamp(5), true))).contains("must end after it begins"));
    assert!(said(&|doc| doc.exceptions = vec![exception(Timestamp(5), Timestamp(6), true); 201]).starts_with("at most 200 exceptions"));
}

#[test]
fn documents_read_their_json() {
    let json = r#"{"id":"00000000-0000-0000-0000-000000000001","name":"office","time_zone":"Europe/Warsaw",
        "week":[[{"from_minute":540,"to_minute":1020}],[],[],[],[],[],[]],
        "holidays":[{"day":{"kind":"yearly","month":12,"day":25},"name":"Christmas"}]}"#;
    let doc: HoursDoc = serde_json::from_str(json).unwrap();
    assert_eq!((doc.week[0].len(), doc.holidays[0].day, doc.archived), (1, HolidayDay::Yearly { month: 12, day: 25 }, false));
    assert_eq!(serde_json::from_str::<HoursDoc>(&serde_json::to_string(&doc).unwrap()).unwrap(), doc);
}

/// Intervals of a day from random cuts, some of them over midnight.
fn some_day() -> impl Strategy<Value = Vec<OpenInterval>> {
    (prop::collection::btree_set(0_u16..1440, 0..6), 0_u16..600).prop_map(|(cuts, over)| {
        let cuts: Vec<u16> = cuts.into_iter().collect();
        let mut day: Vec<_> = cuts.chunks_exact(2).map(|two| OpenInterval { from_minute: two[0], to_minute: two[1] }).collect();
        if let (1, Some(&last)) = (cuts.len() % 2, cuts.last()) {
            day.push(OpenInterval { from_minute: last, to_minute: (last + 1).max(1440 + over).min(last + 1440) });
        }
        day
    })
}

fn some_hours() -> impl Strategy<Value = Calendar> {
    let zones =
        prop::sample::select(vec!["Europe/Warsaw", "Europe/Moscow", "America/New_York", "America/Havana", "Australia/Lord_Howe", "UTC"]);
    let exceptions = prop::collection::vec((0_i64..400, 1_i64..200, any::<bool>()), 0..4);
    (zones, prop::collection::vec(some_day(), 7), some_day(), exceptions).prop_map(|(zone, week, special, exceptions)| {
        let mut doc = hours(zone, &[], &[]);
        doc.week = week.try_into().unwrap();
        doc.holidays.push(holiday(HolidayDay::Yearly { month: 3, day: 29 }, special));
        let begin = at("2026-03-25T00:00Z");
        doc.exceptions = exceptions
            .into_iter()
            .map(|(after, hours, open)| {
                exception(begin + seconds(after as u64 * 1800), begin + seconds((after * 1800 + hours * 600) as u64), open)
            })
            .collect();
        of(&doc)
    })
}

/// An instant around the changes of spring or of autumn.
fn some_instant() -> impl Strategy<Value = Timestamp> {
    (prop::sample::select(vec!["2026-03-05T00:00Z", "2026-03-26T00:00Z", "2026-10-22T00:00Z", "2026-10-30T00:00Z"]), 0_u64..6 * 86_400_000)
        .prop_map(|(from, ms)| at(from) + Duration::from_millis(ms))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    /// Adding open time and measuring it are inverse.
    #[test]
    fn adding_and_measuring_are_inverse(calendar in some_hours(), from in some_instant(), ms in 0_u64..400_000_000) {
        let time = Duration::from_millis(ms);
        if let Some(due) = calendar.add_open_time(from, time) {
            prop_assert_eq!(calendar.open_time_between(from, due), time);
            // And it is the first such instant.
            if ms > 0 {
                prop_assert!(calendar.is_open(Timestamp(due.millis() - 1)));
            }
        }
        let to = from + time;
        let open = calendar.open_time_between(from, to);
        prop_assert!(open <= time);
        let due = calendar.add_open_time(from, open);
        prop_assert!(due.is_some_and(|due| due <= to && calendar.open_time_between(due, to).is_zero()), "{due:?}");
    }

    /// Time adds up, and it is open time exactly while it is open.
    #[test]
    fn measuring_is_additive(calendar in some_hours(), a in some_instant(), b in 0_u64..500_000_000, c in 0_u64..500_000_000) {
        let b = a + Duration::from_millis(b);
        let c = b + Duration::from_millis(c);
        prop_assert_eq!(calendar.open_time_between(a, b) + calendar.open_time_between(b, c), calendar.open_time_between(a, c));
        let next = a + Duration::from_millis(1);
        prop_assert_eq!(calendar.open_time_between(a, next), Duration::from_millis(u64::from(calendar.is_open(a))));
    }

    /// Between two changes nothing changes, and at a change it does.
    #[test]
    fn changes_are_changes(calendar in some_hours(), now in some_instant()) {
        let open = calendar.is_open(now);
        if let Some(next) = calendar.next_change(now) {
            prop_assert!(next > now && calendar.is_open(next) != open && calendar.is_open(Timestamp(next.millis() - 1)) == open);
            let whole = calendar.open_time_between(now, next);
            prop_assert_eq!(whole, if open { next.since(now) } else { Duration::ZERO });
            prop_assert_eq!(calendar.last_change(next), Some(next));
        }
        if let Some(last) = calendar.last_change(now) {
            prop_assert!(last <= now && calendar.is_open(last) == open && calendar.is_open(Timestamp(last.millis() - 1)) != open, "{last:?}");
        }
        prop_assert_eq!(calendar.opens_next(now), if open { Some(now) } else { calendar.next_change(now) });
    }
}
