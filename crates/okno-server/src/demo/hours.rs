//! When the made-up company is open: chats and calls around the clock, so that the demo lives at any hour; advice and complaints in office
//! hours with the Polish holidays, so that closing, opening and promises can be seen.

use okno_model::Timestamp;
use serde_json::{Value, json};

/// Holidays of Poland that are the same day every year.
const YEARLY: [(u8, u8, &str); 10] = [
    (1, 1, "Nowy Rok"),
    (1, 6, "Święto Trzech Króli"),
    (5, 1, "Święto Pracy"),
    (5, 3, "Święto Konstytucji 3 Maja"),
    (8, 15, "Wniebowzięcie Najświętszej Maryi Panny"),
    (11, 1, "Wszystkich Świętych"),
    (11, 11, "Narodowe Święto Niepodległości"),
    (12, 24, "Wigilia"),
    (12, 25, "Boże Narodzenie"),
    (12, 26, "Drugi dzień Bożego Narodzenia"),
];
/// Years whose movable holidays the demo knows, from this one on.
const YEARS: i64 = 3;

/// Open on every minute of the week.
pub(super) fn always() -> Value {
    let day = json!([{"from_minute": 0, "to_minute": 1440}]);
    json!({"name": "Around the clock", "week": vec![day; 7], "holidays": []})
}

/// Monday to Friday from nine to five, but not on holidays; Christmas Eve until noon where it is a working day.
pub(super) fn office(now: Timestamp) -> Value {
    let day = json!([{"from_minute": 9 * 60, "to_minute": 17 * 60}]);
    let none = json!([]);
    let week = [&day, &day, &day, &day, &day, &none, &none];
    json!({"name": "Office hours", "week": week, "holidays": holidays(now)})
}

fn holidays(now: Timestamp) -> Vec<Value> {
    let yearly = YEARLY.iter().map(|(month, day, name)| json!({"name": name, "day": {"kind": "yearly", "month": month, "day": day}}));
    // A year more or less at New Year's Eve makes no difference here.
    let this = 1970 + now.millis() / 31_556_952_000;
    let movable = (this..this + YEARS).flat_map(|year| {
        let easter = easter(year);
        [(easter + 1, "Poniedziałek Wielkanocny"), (easter + 60, "Boże Ciało")].map(|(at, name)| {
            let (month, day) = from_march(at);
            json!({"name": format!("{name} {year}"), "day": {"kind": "date", "year": year, "month": month, "day": day}})
        })
    });
    yearly.chain(movable).collect()
}

/// Easter Sunday of a year of the Gregorian calendar, as a day of March (32 is 1 April), by the rule of Gauss as Lichtenberg corrected it.
fn easter(year: i64) -> i64 {
    let century = year / 100;
    let secular = 15 + (3 * century + 3) / 4 - (8 * century + 13) / 25;
    let sundays = 2 - (3 * century + 3) / 4;
    let cycle = year % 19;
    let seed = (19 * cycle + secular) % 30;
    let full_moon = 21 + seed - (seed + cycle / 11) / 29;
    let first_sunday = 7 - (year + year / 4 + sundays).rem_euclid(7);
    let distance = 7 - (full_moon - first_sunday).rem_euclid(7);
    full_moon + distance
}

/// Month and day of a day that is counted from 1 March.
fn from_march(day: i64) -> (i64, i64) {
    let mut left = day;
    for (month, days) in [(3, 31), (4, 30), (5, 31)] {
        if left <= days {
            return (month, left);
        }
        left -= days;
    }
    (6, left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_is_where_the_calendars_have_it() {
        let known = [(2000, 4, 23), (2008, 3, 23), (2019, 4, 21), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25)];
        for (year, month, day) in known {
            assert_eq!(from_march(easter(year)), (month, day), "{year}");
        }
        // Corpus Christi of 2026 and 2027.
        assert_eq!((from_march(easter(2026) + 60), from_march(easter(2027) + 60)), ((6, 4), (5, 27)));
    }
}
