//! By when a customer is answered who cannot be answered soon: the same rule for every channel, and its words.

use crate::{AppError, ledger::rows::hours_of};
use jiff::{civil::Weekday, tz::TimeZone};
use okno_engine::routing::closed_promise;
use okno_model::{
    Timestamp,
    doc::{AnswerPromise, QueueDoc, WorkspaceDoc},
};
use okno_store::Tx;

/// What a customer of a queue is promised who comes now, and the time zone in which he is told; `None` while it is open.
///
/// # Errors
/// The store's.
pub(crate) fn of_queue(tx: &mut Tx<'_>, queue: &QueueDoc, now: Timestamp) -> Result<Option<(AnswerPromise, String)>, AppError> {
    let hours = hours_of(tx, queue)?;
    let Some(promise) = closed_promise(queue, hours.as_ref(), now) else { return Ok(None) };
    Ok(Some((promise, zone_of(tx, queue)?)))
}

/// The time zone in which customers of a queue are told times: that of its hours, else the company's.
///
/// # Errors
/// The store's.
pub(crate) fn zone_of(tx: &mut Tx<'_>, queue: &QueueDoc) -> Result<String, AppError> {
    if let Some(hours) = hours_of(tx, queue)? {
        return Ok(hours.time_zone);
    }
    let ws = tx.ws();
    Ok(tx.get::<WorkspaceDoc>(ws)?.map_or_else(|| "UTC".to_owned(), |workspace| workspace.time_zone))
}

/// The promise in words, for a mail: when it opens, and by when he is answered.
pub(crate) fn words(language: &str, promise: &AnswerPromise, zone: &str) -> String {
    let language = language.split('-').next().unwrap_or(language);
    let (opens, due) = (promise.opens.map(|at| local(language, at, zone)), local(language, promise.due, zone));
    match (language, opens) {
        ("ru", Some(opens)) => format!("Сейчас мы не работаем. Открываемся: {opens}. Мы ответим не позднее: {due}."),
        ("ru", None) => format!("Мы ответим не позднее: {due}."),
        ("pl", Some(opens)) => format!("Teraz mamy zamknięte. Otwieramy: {opens}. Odpowiemy najpóźniej: {due}."),
        ("pl", None) => format!("Odpowiemy najpóźniej: {due}."),
        (_, Some(opens)) => format!("We are closed at the moment. We open on {opens}, and you will have our answer by {due}."),
        (_, None) => format!("You will have our answer by {due}."),
    }
}

/// Weekday (0 is Monday), hour and minute of an instant in a time zone: for announcements.
pub(crate) fn spoken(at: Timestamp, zone: &str) -> Option<(u8, u8, u8)> {
    let at = jiff::Timestamp::from_millisecond(at.millis()).ok()?.to_zoned(TimeZone::get(zone).unwrap_or(TimeZone::UTC));
    let part = |n: i8| u8::try_from(n).unwrap_or_default();
    Some((part(at.weekday().to_monday_zero_offset()), part(at.hour()), part(at.minute())))
}

/// `Monday, 18 January, 09:00`.
pub(crate) fn local(language: &str, at: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let Ok(instant) = jiff::Timestamp::from_millisecond(at.millis()) else { return String::new() };
    let at = instant.to_zoned(zone);
    let month = MONTHS[at.month().clamp(1, 12) as usize - 1];
    let (day, month) = match language {
        "ru" => (weekday(at.weekday())[1], month[1]),
        "pl" => (weekday(at.weekday())[2], month[2]),
        _ => (weekday(at.weekday())[0], month[0]),
    };
    format!("{day}, {} {month}, {:02}:{:02}", at.day(), at.hour(), at.minute())
}

const fn weekday(day: Weekday) -> [&'static str; 3] {
    match day {
        Weekday::Monday => ["Monday", "понедельник", "poniedziałek"],
        Weekday::Tuesday => ["Tuesday", "вторник", "wtorek"],
        Weekday::Wednesday => ["Wednesday", "среда", "środa"],
        Weekday::Thursday => ["Thursday", "четверг", "czwartek"],
        Weekday::Friday => ["Friday", "пятница", "piątek"],
        Weekday::Saturday => ["Saturday", "суббота", "sobota"],
        Weekday::Sunday => ["Sunday", "воскресенье", "niedziela"],
    }
}

const MONTHS: [[&str; 3]; 12] = [
    ["January", "января", "stycznia"],
    ["February", "февраля", "lutego"],
    ["March", "марта", "marca"],
    ["April", "апреля", "kwietnia"],
    ["May", "мая", "maja"],
    ["June", "июня", "czerwca"],
    ["July", "июля", "lipca"],
    ["August", "августа", "sierpnia"],
    ["September", "сентября", "września"],
    ["October", "октября", "października"],
    ["November", "ноября", "listopada"],
    ["December", "декабря", "grudnia"],
];

#[cfg(test)]
mod tests {
    use super::*;
    use okno_model::doc::PromiseWhy;

    #[test]
    fn the_time_is_told_where_the_company_is() {
        let at = |ms| Timestamp::from_millis(ms);
        // 18 January 2027, 8:00 and 8:10 UTC.
        let (opens, due) = (Some(at(1_800_259_200_000)), at(1_800_259_800_000));
        let promise = AnswerPromise { why: PromiseWhy::Closed, made: at(0), opens, due };
        let zone = "Europe/Warsaw";
        let english =
            "We are closed at the moment. We open on Monday, 18 January, 09:00, and you will have our answer by Monday, 18 January, 09:10.";
        assert_eq!(words("en-GB", &promise, zone), english);
        let polish =
            "Teraz mamy zamknięte. Otwieramy: poniedziałek, 18 stycznia, 09:00. Odpowiemy najpóźniej: poniedziałek, 18 stycznia, 09:10.";
        assert_eq!(words("pl", &promise, zone), polish);
        let later = AnswerPromise { opens: None, ..promise };
        assert_eq!(words("ru", &later, "Europe/Moscow"), "Мы ответим не позднее: понедельник, 18 января, 11:10.");
    }
}
