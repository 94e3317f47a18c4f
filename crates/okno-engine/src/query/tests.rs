//! Queries as people type them, and what they mean.

use super::*;
use jiff::tz::TimeZone;
use okno_model::{Timestamp, query::Condition};
use proptest::prelude::*;
use std::{convert::Infallible, fmt::Write};
use uuid::Uuid;

fn schema() -> Schema {
    let field = |name: &str, kind| Field { name: name.to_owned(), kind };
    let words = |words: &[&str]| Kind::Choice(words.iter().map(|word| (*word).to_owned()).collect());
    Schema::new(vec![
        field("state", words(&["new", "open", "resolved", "closed"])),
        field("tag", Kind::Text),
        field("title", Kind::Text),
        field("priority", Kind::Number),
        field("due", Kind::Time),
        field("created", Kind::Time),
        field("vip", Kind::Flag),
        field("assignee", Kind::Reference(Reference::User)),
        field("queue", Kind::Reference(Reference::Queue)),
    ])
}

/// Knows Anna and two queues called Billing.
struct People;

impl Names for People {
    type Error = Infallible;

    fn find(&mut self, of: Reference, name: &str) -> Result<Vec<Uuid>, Infallible> {
        Ok(match (of, name.to_lowercase().as_str()) {
            (Reference::User, "me" | "anna") => vec![Uuid::from_u128(1)],
            (Reference::Queue, "billing") => vec![Uuid::from_u128(2), Uuid::from_u128(3)],
            _ => Vec::new(),
        })
    }
}

/// Sunday 2026-11-22 12:00 in Warsaw.
const NOW: Timestamp = Timestamp(1_795_345_200_000);

/// What a query means, in one line; or what is wrong with it, and where.
fn meaning(text: &str) -> String {
    let wrong = |error: QueryError| format!("{}..{} {error}", error.at.start, error.at.end);
    let query = match parse(text, &schema()) {
        Ok(query) => query,
        Err(error) => return wrong(error),
    };
    let again = parse(&query.to_string(), &schema());
    assert_eq!(again.map(|query| query.to_string()), Ok(query.to_string()), "printed and read again");
    let zone = TimeZone::get("Europe/Warsaw").unwrap();
    match query.bind(&mut People, NOW, &zone) {
        Ok(Ok(condition)) => words(&condition),
        Ok(Err(error)) => wrong(error),
        Err(never) => match never {},
    }
}

fn words(condition: &Condition) -> String {
    use okno_model::query::Test;
    let join = |parts: &[Condition], between: &str| {
        let parts: Vec<String> = parts.iter().map(words).collect();
        format!("[{}]", parts.join(between))
    };
    match condition {
        Condition::All(parts) => join(parts, " and "),
        Condition::Any(parts) => join(parts, " or "),
        Condition::Not(inner) => format!("not {}", words(inner)),
        Condition::Text(text) => format!("text '{text}'"),
        Condition::Field { field, test } => match test {
            Test::Absent => format!("{field} absent"),
            Test::Word(word) => format!("{field} is {word}"),
            Test::Contains(part) => format!("{field} has '{part}'"),
            Test::Flag(flag) => format!("{field} {flag}"),
            Test::Ids(ids) => {
                let mut out = format!("{field} in");
                for id in ids {
                    write!(out, " {}", id.as_u128()).unwrap();
                }
                out
            }
            Test::Within { from, until } => {
                let show = |n: &Option<i64>| n.map_or_else(|| "*".to_owned(), instant);
                format!("{field} {} to {}", show(from), show(until))
            }
        },
    }
}

/// An instant as Warsaw's clocks show it; a small number as itself.
fn instant(n: i64) -> String {
    if n.abs() < 1_000_000 {
        return n.to_string();
    }
    let at = jiff::Timestamp::from_millisecond(n).unwrap().to_zoned(TimeZone::get("Europe/Warsaw").unwrap());
    let fraction = if n % 1_000 == 0 { String::new() } else { format!(".{:03}", n % 1_000) };
    format!("{}{fraction}", at.strftime("%m-%d %H:%M"))
}

#[test]
fn queries_mean_what_people_expect() {
    for (text, expected) in [
        ("", "[]"),
        ("state:open", "state is open"),
        ("State:OPEN", "state is open"),
        ("state:open,new", "[state is open or state is new]"),
        ("state:(open, new) refund", "[[state is open or state is new] and text 'refund']"),
        ("-state:closed", "not state is closed"),
        ("state!=closed", "not state is closed"),
        ("NOT state:closed", "not state is closed"),
        ("state:open OR state:new priority>3", "[state is open or [state is new and priority 4 to *]]"),
        ("(state:open OR state:new) priority>=3", "[[state is open or state is new] and priority 3 to *]"),
        ("сломан ИЛИ \"разбитый экран\"", "[text 'сломан' or text 'разбитый экран']"),
        ("tag:vip tag=late", "[tag has 'vip' and tag is late]"),
        ("tag:none", "tag absent"),
        ("tag:\"none\"", "tag has 'none'"),
        ("title:any", "not title absent"),
        ("assignee:me", "assignee in 1"),
        ("assignee:none,anna", "[assignee absent or assignee in 1]"),
        ("queue:Billing", "queue in 2 3"),
        ("priority:3..5", "priority 3 to 6"),
        ("priority:..5", "priority * to 6"),
        ("priority<3", "priority * to 3"),
        ("priority<=3", "priority * to 4"),
        ("vip:да", "vip true"),
        ("vip:no", "vip false"),
        ("created:today", "created 11-22 00:00 to 11-23 00:00"),
        ("created:wczoraj", "created 11-21 00:00 to 11-22 00:00"),
        ("created:2026-11", "created 11-01 00:00 to 12-01 00:00"),
        ("created:2026-11-01..2026-11-05", "created 11-01 00:00 to 11-06 00:00"),
        ("created<2026-11-01", "created * to 11-01 00:00"),
        ("created<=2026-11-01", "created * to 11-02 00:00"),
        ("created>2026-11-01", "created 11-02 00:00 to *"),
        ("created>=2026-11-01", "created 11-01 00:00 to *"),
        ("due<2h", "due * to 11-22 14:00"),
        ("due<now", "due * to 11-22 12:00"),
        ("created>-3d", "created 11-19 12:00.001 to *"),
        ("created:-1w..now", "created 11-15 12:00 to 11-22 12:00.001"),
        ("due<=2026-11-22T14:30", "due * to 11-22 14:30.001"),
        ("e-mail", "text 'e-mail'"),
        ("a - b", "[text 'a' and text '-' and text 'b']"),
        ("12:30", "text '12:30'"),
        ("\"http://example.com\"", "text 'http://example.com'"),
        ("\"say \\\"yes\\\"\"", "text 'say \"yes\"'"),
        ("or and", "[text 'or' and text 'and']"),
    ] {
        assert_eq!(meaning(text), expected, "{text}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (text, expected) in [
        ("stat:open", "0..4 there is no field `stat`; did you mean `state`?; in quotes it is looked for as text"),
        ("http://example.com", "0..4 there is no field `http`; in quotes it is looked for as text"),
        ("state:opn", "6..9 `state` cannot be `opn`; did you mean `open`?; it is one of: new, open, resolved, closed"),
        ("state:", "0..5 `state` needs a value, or `none`, or `any`"),
        ("state:open,", "0..5 `state` needs a value, or `none`, or `any`"),
        ("state>open", "6..10 `state` cannot be compared with >; use : or ="),
        ("priority:high", "9..13 `high` is not a whole number; write 3, or 3..5"),
        ("priority>3..5", "9..13 `3..5` is not a whole number; write 3, or 3..5"),
        ("priority:5..3", "9..13 `5..3` ends before it begins; turn it round"),
        (
            "created:2026-02-30",
            "8..18 `2026-02-30` is not a time; write 2026-11-22, 2026-11, today, 2h (in two hours) or -3d (three days ago)",
        ),
        ("due:2h", "4..6 `2h` is a moment, and nothing is exactly then; use < or >, or a day as `today`"),
        ("vip:maybe", "4..9 `vip` is yes or no"),
        ("assignee:Bob", "9..12 nothing here is called `Bob`"),
        ("я assignee:Bob", "11..14 nothing here is called `Bob`"),
        ("😀 assignee:Bob", "12..15 nothing here is called `Bob`"),
        ("\"no end", "0..7 a quote does not end; close it with \""),
        ("(state:open", "0..1 a parenthesis does not end; close it with )"),
        ("state:open)", "10..11 there is no ( before this ); remove it"),
        ("state:open OR", "13..13 something must follow here: a word or a term as `state:open`"),
        ("OR state:open", "2..2 something must follow here: a word or a term as `state:open`"),
        ("()", "1..1 something must follow here: a word or a term as `state:open`"),
        ("state:open AND", "14..14 something must follow here: a word or a term as `state:open`"),
        ("NOT", "3..3 something must follow here: a word or a term as `state:open`"),
    ] {
        assert_eq!(meaning(text), expected, "{text}");
    }
}

#[test]
fn limits_hold() {
    let fault = |text: &str| parse(text, &schema()).unwrap_err().fault;
    assert_eq!(fault(&"x".repeat(QUERY_CHARS + 1)), Fault::Long);
    assert_eq!(fault(&"x ".repeat(QUERY_TERMS + 1)), Fault::Terms);
    assert_eq!(fault(&format!("priority:{}", vec!["1"; QUERY_TERMS].join(","))), Fault::Terms);
    assert_eq!(fault(&format!("{}x", "(".repeat(QUERY_DEPTH + 1))), Fault::Deep);
    assert_eq!(fault(&format!("{}x", "-".repeat(QUERY_DEPTH + 1))), Fault::Deep);
}

#[test]
fn a_day_is_a_day_over_a_change_of_the_clocks() {
    // Warsaw's clocks go back on 2026-10-25: that day has 25 hours.
    let zone = TimeZone::get("Europe/Warsaw").unwrap();
    let query = parse("created:2026-10-25", &schema()).unwrap();
    let Ok(Ok(Condition::Field { test: okno_model::query::Test::Within { from: Some(from), until: Some(until) }, .. })) =
        query.bind(&mut NoNames, NOW, &zone)
    else {
        panic!("a period");
    };
    assert_eq!(until - from, 25 * 3_600_000);
}

#[test]
fn the_page_is_told_what_fits() {
    let show = |text: &str| {
        let found = complete(text, text.encode_utf16().count(), &schema());
        let proposals: Vec<String> = found
            .proposals
            .iter()
            .map(|proposal| match proposal {
                Proposal::Field(name) => format!("{name}:"),
                Proposal::Value(value) => value.clone(),
            })
            .collect();
        let names = found.names.map(|(of, begins)| format!(" {of:?} '{begins}'")).unwrap_or_default();
        format!("{}..{} {}{names}", found.replace.start, found.replace.end, proposals.join(" "))
    };
    assert_eq!(show("st"), "0..2 state:");
    assert_eq!(show("state:o"), "6..7 open");
    assert_eq!(show("state:open,re"), "11..13 resolved");
    assert_eq!(show("state:(open, re"), "13..15 resolved");
    assert_eq!(show("-vip:"), "5..5 yes no");
    assert_eq!(show("refund assignee:m"), "16..17 me User 'm'");
    assert_eq!(show("queue:\"Bil"), "6..10  Queue 'bil'");
    assert_eq!(show("\"state:"), "7..7 ");
    assert_eq!(show("(created>=to"), "10..12 today tomorrow");
}

proptest! {
    /// No text is too strange, and every place that an error names is in the text.
    #[test]
    fn any_text_is_read_or_refused(text in "[-a-z:=<>!().,\"\\\\ 0-9😀яOR]{0,60}") {
        let length = text.encode_utf16().count();
        if let Err(error) = parse(&text, &schema()) {
            prop_assert!(error.at.start <= error.at.end && error.at.end <= length, "{error:?}");
        }
        for cursor in 0..=length {
            let found = complete(&text, cursor, &schema());
            prop_assert!(found.replace.end <= length);
        }
    }

    /// What is printed means what was read.
    #[test]
    fn printing_keeps_the_meaning(text in "((-|NOT )?(state:open|priority>3|priority:1\\.\\.2|due<2h|created:today|tag:\"a b\"|vip:yes|\\(x OR y\\)|слово|\"q \\\\\" q\")( | OR )){0,6}z") {
        let query = parse(&text, &schema()).unwrap();
        let again = parse(&query.to_string(), &schema()).unwrap();
        let zone = TimeZone::UTC;
        prop_assert_eq!(query.bind(&mut NoNames, NOW, &zone), again.bind(&mut NoNames, NOW, &zone));
    }
}
