//! How people write promises, and what becomes of them.

use super::{Input, Parsed, PromiseError, Trouble, nudges, parse, step};
use crate::hours::Calendar;
use jiff::tz::TimeZone;
use okno_model::{
    HoursId, Timestamp,
    doc::{HoursDoc, OpenInterval, PromiseState as S},
};
use proptest::{prelude::*, test_runner::RngSeed};

/// Monday 23 November 2026, 10:20 in Warsaw.
const NOW: &str = "2026-11-23T10:20+01:00";

fn at(text: &str) -> Timestamp {
    Timestamp::from_millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

fn office() -> Calendar {
    let day = vec![OpenInterval { from_minute: 9 * 60, to_minute: 17 * 60 }];
    let week = std::array::from_fn(|n| if n < 5 { day.clone() } else { Vec::new() });
    let doc = HoursDoc {
        id: HoursId::from_u128(1),
        name: "office".into(),
        time_zone: "Europe/Warsaw".into(),
        week,
        holidays: Vec::new(),
        exceptions: Vec::new(),
        archived: false,
    };
    Calendar::of(&doc).unwrap()
}

fn read(text: &str) -> Result<Parsed, Trouble> {
    parse(text, at(NOW), &TimeZone::get("Europe/Warsaw").unwrap(), Some(&office()))
}

/// `Tue 24 Nov 12:00 | what`, as somebody in Warsaw sees it.
fn shown(text: &str) -> String {
    match read(text) {
        Ok(Parsed { due, what, closed }) => {
            let due = jiff::Timestamp::from_millisecond(due.millis()).unwrap().to_zoned(TimeZone::get("Europe/Warsaw").unwrap());
            format!("{}{} | {what}", due.strftime("%a %d %b %H:%M"), if closed { " (closed)" } else { "" })
        }
        Err(trouble) => format!("{trouble:?}"),
    }
}

#[test]
fn times_as_people_write_them() {
    let mut wrong = Vec::new();
    for (text, wanted) in [
        // English.
        ("tomorrow 12:00 call about refund", "Tue 24 Nov 12:00 | call about refund"),
        ("Tomorrow at 12 call", "Tue 24 Nov 12:00 | call"),
        ("by tomorrow 5pm send the invoice", "Tue 24 Nov 17:00 | send the invoice"),
        ("tomorrow at 5 pm send the invoice", "Tue 24 Nov 17:00 | send the invoice"),
        ("today call back", "Mon 23 Nov 17:00 | call back"),
        ("end of day answer", "Mon 23 Nov 17:00 | answer"),
        ("by the end of the day answer", "Mon 23 Nov 17:00 | answer"),
        ("eod answer", "Mon 23 Nov 17:00 | answer"),
        ("friday write", "Fri 27 Nov 17:00 | write"),
        ("monday 9:30 write", "Mon 30 Nov 09:30 | write"),
        ("monday 11:30 write", "Mon 23 Nov 11:30 | write"),
        ("day after tomorrow noon call", "Wed 25 Nov 12:00 | call"),
        ("in 2 hours call", "Mon 23 Nov 12:20 | call"),
        ("in 2h call", "Mon 23 Nov 12:20 | call"),
        ("within 30 minutes call", "Mon 23 Nov 10:50 | call"),
        ("in an hour call", "Mon 23 Nov 11:20 | call"),
        ("in half an hour call", "Mon 23 Nov 10:50 | call"),
        ("in 8 working hours call", "Tue 24 Nov 10:20 | call"),
        ("in 2 business days send it", "Wed 25 Nov 17:00 | send it"),
        ("in 5 working days send it", "Mon 30 Nov 17:00 | send it"),
        ("in 2 days call", "Wed 25 Nov 10:20 | call"),
        ("14:00 call", "Mon 23 Nov 14:00 | call"),
        ("09:00 call", "Tue 24 Nov 09:00 | call"),
        ("24 November 12:00 call", "Tue 24 Nov 12:00 | call"),
        ("November 24 call", "Tue 24 Nov 17:00 | call"),
        ("2026-12-01 10:00 call", "Tue 01 Dec 10:00 | call"),
        ("3 january call", "Sun 03 Jan 18:00 (closed) | call"),
        ("tomorrow 20:00 call", "Tue 24 Nov 20:00 (closed) | call"),
        ("call about refund tomorrow 12:00", "Tue 24 Nov 12:00 | call about refund"),
        ("send 3 copies by friday", "Fri 27 Nov 17:00 | send 3 copies"),
        ("tomorrow 3 copies are sent", "Tue 24 Nov 17:00 | 3 copies are sent"),
        // Russian.
        ("завтра в 12:00 позвонить насчёт возврата", "Tue 24 Nov 12:00 | позвонить насчёт возврата"),
        ("Завтра до 12 позвонить", "Tue 24 Nov 12:00 | позвонить"),
        ("завтра в 5 вечера позвонить", "Tue 24 Nov 17:00 | позвонить"),
        ("сегодня ответить", "Mon 23 Nov 17:00 | ответить"),
        ("до конца дня ответить", "Mon 23 Nov 17:00 | ответить"),
        ("послезавтра в полдень ответить", "Wed 25 Nov 12:00 | ответить"),
        ("в пятницу написать", "Fri 27 Nov 17:00 | написать"),
        ("к четвергу 10:00 прислать счёт", "Thu 26 Nov 10:00 | прислать счёт"),
        ("через 2 часа позвонить", "Mon 23 Nov 12:20 | позвонить"),
        ("через час позвонить", "Mon 23 Nov 11:20 | позвонить"),
        ("через полчаса позвонить", "Mon 23 Nov 10:50 | позвонить"),
        ("через 3 рабочих часа позвонить", "Mon 23 Nov 13:20 | позвонить"),
        ("через 2 рабочих дня прислать", "Wed 25 Nov 17:00 | прислать"),
        ("через неделю позвонить", "Mon 30 Nov 10:20 | позвонить"),
        ("24 ноября в 15:00 позвонить", "Tue 24 Nov 15:00 | позвонить"),
        ("24.11 15:00 позвонить", "Tue 24 Nov 15:00 | позвонить"),
        ("позвонить завтра в 12 часов", "Tue 24 Nov 12:00 | позвонить"),
        // Polish.
        ("jutro 12:00 zadzwonić w sprawie zwrotu", "Tue 24 Nov 12:00 | zadzwonić w sprawie zwrotu"),
        ("jutro o 12 zadzwonić", "Tue 24 Nov 12:00 | zadzwonić"),
        ("jutro do godz. 14 zadzwonić", "Tue 24 Nov 14:00 | zadzwonić"),
        ("dziś odpowiedzieć", "Mon 23 Nov 17:00 | odpowiedzieć"),
        ("do końca dnia odpowiedzieć", "Mon 23 Nov 17:00 | odpowiedzieć"),
        ("pojutrze odpowiedzieć", "Wed 25 Nov 17:00 | odpowiedzieć"),
        ("w piątek napisać", "Fri 27 Nov 17:00 | napisać"),
        ("w środę o 9:30 napisać", "Wed 25 Nov 09:30 | napisać"),
        ("za 2 godziny zadzwonić", "Mon 23 Nov 12:20 | zadzwonić"),
        ("za godzinę zadzwonić", "Mon 23 Nov 11:20 | zadzwonić"),
        ("za pół godziny zadzwonić", "Mon 23 Nov 10:50 | zadzwonić"),
        ("za 2 godziny robocze zadzwonić", "Mon 23 Nov 12:20 | zadzwonić"),
        ("za 3 dni robocze wysłać", "Thu 26 Nov 17:00 | wysłać"),
        ("24 listopada zadzwonić", "Tue 24 Nov 17:00 | zadzwonić"),
        ("zadzwonic w poniedzialek", "Mon 23 Nov 17:00 | zadzwonic"),
        // What is no promise.
        ("", "NoTime"),
        ("call about refund", "NoTime"),
        ("tomorrow", "Nothing"),
        ("tomorrow 12:00", "Nothing"),
        ("today 9:00 call", "Past"),
        ("20.11 call", "Past"),
        ("2020-01-01 call", "Past"),
        ("31.02 call", "NoSuchTime"),
        ("2029-01-01 call", "Far"),
        ("in 5000 working hours call", "Far"),
        ("in 2 apples call", "NoTime"),
    ] {
        let shown = shown(text);
        if shown != wanted {
            wrong.push(format!("{text}: {shown}, not {wanted}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, rng_seed: RngSeed::Fixed(3), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_does_harm(text in ".{0,60}") {
        if let Ok(parsed) = read(&text) {
            prop_assert!(parsed.due > at(NOW) && !parsed.what.is_empty());
        }
    }

    #[test]
    fn words_of_times_in_any_order_do_no_harm(words in prop::collection::vec(prop::sample::select(vec![
        "in", "2", "hours", "working", "tomorrow", "12:00", "at", "24.11", "november", "31", "half", "an", "end", "of", "day", "pm", "call", "через", "za",
    ]), 0..8)) {
        if let Ok(parsed) = read(&words.join(" ")) {
            prop_assert!(parsed.due > at(NOW) && !parsed.what.is_empty());
        }
    }

    #[test]
    fn reminders_come_in_order_and_before_the_end(minutes in 1_u64..20_000, offset in 0_u64..10_000) {
        let office = office();
        for calendar in [None, Some(&office)] {
            let from = Timestamp(at(NOW).0 + offset as i64 * 60_000);
            let due = Timestamp(from.0 + minutes as i64 * 60_000);
            let nudges = nudges(calendar, from, due);
            prop_assert!(from <= nudges.owner && nudges.owner <= nudges.supervisor && nudges.supervisor <= due, "{:?}", nudges);
        }
    }
}

#[test]
fn reminders_count_in_open_time() {
    let office = office();
    // Due when it opens on Tuesday and a bit: the hour before that lies on Monday.
    let found = nudges(Some(&office), at(NOW), at("2026-11-24T09:30+01:00"));
    assert_eq!((found.owner, found.supervisor), (at("2026-11-23T16:30+01:00"), at("2026-11-24T09:15+01:00")));
}

#[test]
fn a_promise_has_one_end() {
    let t = Timestamp;
    let open = S::Open { due: t(100) };
    for (state, now, input, wanted) in [
        (open, 100, Input::Keep, Ok(S::Kept { at: t(100) })),
        (open, 101, Input::Keep, Ok(S::Broken { at: t(100), over: Some(t(101)) })),
        (open, 100, Input::Tick, Ok(open)),
        (open, 101, Input::Tick, Ok(S::Broken { at: t(100), over: None })),
        (open, 50, Input::Update { due: t(200) }, Ok(S::Open { due: t(200) })),
        (open, 50, Input::Update { due: t(50) }, Err(PromiseError::Past)),
        (open, 150, Input::Update { due: t(200) }, Ok(S::Broken { at: t(100), over: None })),
        (open, 50, Input::Cancel, Ok(S::Canceled { at: t(50) })),
        (open, 150, Input::Cancel, Ok(S::Broken { at: t(100), over: None })),
        (S::Open { due: t(200) }, 150, Input::Keep, Ok(S::KeptLateWarned { at: t(150) })),
        (S::Open { due: t(200) }, 90, Input::Keep, Ok(S::Kept { at: t(90) })),
        (S::Broken { at: t(100), over: None }, 300, Input::Keep, Ok(S::Broken { at: t(100), over: Some(t(300)) })),
        (S::Broken { at: t(100), over: None }, 300, Input::Cancel, Ok(S::Broken { at: t(100), over: Some(t(300)) })),
        (S::Kept { at: t(90) }, 95, Input::Keep, Err(PromiseError::Over)),
        (S::Kept { at: t(90) }, 500, Input::Tick, Ok(S::Kept { at: t(90) })),
        (S::Canceled { at: t(90) }, 95, Input::Update { due: t(200) }, Err(PromiseError::Over)),
    ] {
        assert_eq!(step(state, t(100), t(now), input), wanted, "{state:?} {input:?} at {now}");
    }
}
