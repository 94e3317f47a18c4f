//! Promises in words: for notes in English, for customers in their language.

use crate::{
    AppError,
    promise::{local, zone_of},
};
use okno_model::{
    Timestamp,
    doc::{InteractionDoc, PromiseDoc, PromiseState, QueueDoc},
};
use okno_store::{Tx, promises};
use std::fmt::Write;

/// Promises that one mail names.
const IN_A_MAIL: usize = 5;

fn short(language: Option<&str>) -> &str {
    language.and_then(|language| language.split('-').next()).unwrap_or("en")
}

/// A line about a new promise.
pub(super) fn made(language: &str, promise: &PromiseDoc, zone: &str) -> String {
    format!("Promised by {}: {}", local(language, promise.due, zone), promise.what)
}

/// A line about a broken one.
pub(super) fn broken(promise: &PromiseDoc) -> String {
    if promise.what.is_empty() {
        "A promise to the customer was not kept in time.".to_owned()
    } else {
        format!("Not kept in time: {}", promise.what)
    }
}

/// What a customer is told whose promise will not be kept in time.
pub(super) fn update(promise: &PromiseDoc, now: Timestamp, due: Timestamp, zone: &str) -> String {
    let language = short(promise.language.as_deref());
    let (old, new) = (local(language, promise.due, zone), local(language, due, zone));
    let what = promise.what.trim();
    let late = now > promise.due;
    match (language, what.is_empty()) {
        ("ru", true) => format!(
            "Мы обещали ответить вам до: {old}. {} Новый срок: {new}. Извините за задержку.",
            if late { "Мы не успели." } else { "Мы не успеваем." }
        ),
        ("ru", false) => {
            format!(
                "Мы обещали вам: {what} (срок: {old}). {} Новый срок: {new}. Извините за задержку.",
                if late { "Мы не успели." } else { "Мы не успеваем." }
            )
        }
        ("pl", true) => format!(
            "Obiecaliśmy odpowiedzieć do: {old}. {} Nowy termin: {new}. Przepraszamy za opóźnienie.",
            if late { "Nie zdążyliśmy." } else { "Nie zdążymy." }
        ),
        ("pl", false) => {
            format!(
                "Obiecaliśmy: {what} (termin: {old}). {} Nowy termin: {new}. Przepraszamy za opóźnienie.",
                if late { "Nie zdążyliśmy." } else { "Nie zdążymy." }
            )
        }
        (_, true) => format!(
            "We promised you an answer by {old}. {} The new time is {new}. We are sorry for the delay.",
            if late { "We did not make it." } else { "We will not make it." }
        ),
        (_, false) => {
            format!(
                "We promised you: {what} (by {old}). {} The new time is {new}. We are sorry for the delay.",
                if late { "We did not make it." } else { "We will not make it." }
            )
        }
    }
}

/// A mail's text with what we still owe its customer.
///
/// # Errors
/// The store's.
pub(crate) fn with_footer(tx: &mut Tx<'_>, doc: &InteractionDoc, mut text: String) -> Result<String, AppError> {
    let filter = promises::Filter { owed: true, interaction: Some(doc.id), ..promises::Filter::default() };
    let mut open = promises::list(tx, &filter, IN_A_MAIL)?;
    open.retain(|promise| matches!(promise.state, PromiseState::Open { .. }) && !promise.what.is_empty());
    if open.is_empty() {
        return Ok(text);
    }
    let zone = match tx.get::<QueueDoc>(doc.queue)? {
        Some(queue) => zone_of(tx, &queue)?,
        None => "UTC".to_owned(),
    };
    let language = short(doc.language.as_deref());
    let title = match language {
        "ru" => "Мы обещали вам:",
        "pl" => "Obiecaliśmy:",
        _ => "What we promised you:",
    };
    let _ = write!(text, "\n\n{title}");
    for promise in open {
        let _ = write!(text, "\n- {} - {}", promise.what, local(language, promise.due, &zone));
    }
    Ok(text)
}
