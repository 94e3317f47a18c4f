//! Promises that follow from something else: what routing told a customer, and callbacks. They are made in the transaction of that, and their state is
//! read from it, so that there is one truth.

use super::rows;
use crate::{AppError, act::Act};
use okno_model::{
    InteractionId, Timestamp,
    doc::{Closed, InteractionDoc, InteractionState, PromiseDoc, PromiseSource, PromiseState, PromiseWhy},
};
use okno_store::{
    callbacks::{self, CallbackRow},
    promises,
};

/// The customer of an interaction was told by when he is answered. A repeat changes nothing.
pub(crate) fn told(act: &mut Act<'_, '_>, doc: &InteractionDoc) -> Result<(), AppError> {
    let Some(promise) = doc.promise else { return Ok(()) };
    let source = match promise.why {
        PromiseWhy::Closed | PromiseWhy::Closing => PromiseSource::AutoReply,
        PromiseWhy::Full | PromiseWhy::Empty => PromiseSource::Wait,
        // His wish to be written to is a callback.
        PromiseWhy::Asked => return Ok(()),
    };
    let mut made = rows::new(act, doc, source, String::new(), promise.due);
    made.made = promise.made;
    rows::insert(act, &made, Some(&format!("told:{}:{}", doc.id, promise.made.millis()))).map(drop)
}

/// Somebody is called or written to, who waited in this interaction. A repeat changes nothing.
pub(crate) fn callback(act: &mut Act<'_, '_>, doc: &InteractionDoc) -> Result<(), AppError> {
    let Some(row) = callbacks::of(act.tx, doc.id)?.filter(|row| row.outcome.as_deref() != Some("joined")) else { return Ok(()) };
    let Some(due) = row.due else { return Ok(()) };
    let mut made = rows::new(act, doc, PromiseSource::Callback, String::new(), due);
    made.interaction = Some(row.carrier);
    rows::insert(act, &made, Some(&format!("callback:{}", doc.id))).map(drop)
}

/// A promise as it stands by what it follows from; `None` where that is gone.
pub(super) fn now(act: &mut Act<'_, '_>, before: &PromiseDoc, key: &str) -> Result<Option<PromiseDoc>, AppError> {
    let mut after = before.clone();
    if let Some(id) = key.strip_prefix("callback:").and_then(|id| id.parse::<InteractionId>().ok()) {
        let Some(row) = callbacks::of(act.tx, id)? else { return Ok(None) };
        after.interaction = Some(row.carrier);
        after.state = of_callback(&row, before.due, act.now);
    } else {
        let Some(doc) = (match before.interaction {
            Some(id) => act.tx.get::<InteractionDoc>(id)?,
            None => None,
        }) else {
            return Ok(None);
        };
        after.state = of_answer(&doc, before.due, act.now);
        after.owner = doc.agent.map(Into::into);
        after.queue = Some(doc.queue);
    }
    Ok(Some(after))
}

const fn by(due: Timestamp, now: Timestamp) -> PromiseState {
    if now.0 > due.0 { PromiseState::Broken { at: due, over: None } } else { PromiseState::Open { due } }
}

const fn done(due: Timestamp, at: Timestamp) -> PromiseState {
    if at.0 > due.0 { PromiseState::Broken { at: due, over: Some(at) } } else { PromiseState::Kept { at } }
}

const fn needless(due: Timestamp, at: Timestamp) -> PromiseState {
    if at.0 > due.0 { PromiseState::Broken { at: due, over: Some(at) } } else { PromiseState::Canceled { at } }
}

fn of_callback(row: &CallbackRow, due: Timestamp, now: Timestamp) -> PromiseState {
    let Some(ended) = row.ended else { return by(due, now) };
    match row.outcome.as_deref() {
        Some("kept" | "late") => done(due, ended),
        // Given up before its time is no kept promise either.
        Some("failed") => PromiseState::Broken { at: due.min(ended), over: Some(ended) },
        Some(_) => needless(due, ended),
        None => by(due, now),
    }
}

fn of_answer(doc: &InteractionDoc, due: Timestamp, now: Timestamp) -> PromiseState {
    match (doc.answered, &doc.state) {
        (Some(at), _) => done(due, at),
        (None, &InteractionState::Closed { at, how: Closed::Abandoned | Closed::CustomerLeft | Closed::Joined | Closed::Refused }) => {
            needless(due, at)
        }
        // Closing is no answer.
        (None, &InteractionState::Closed { at, how: Closed::Finished }) => PromiseState::Broken { at: due.min(at), over: Some(at) },
        (
            None,
            InteractionState::New
            | InteractionState::Queued
            | InteractionState::Offered { .. }
            | InteractionState::Active { .. }
            | InteractionState::Wrapup { .. },
        ) => by(due, now),
    }
}

/// The one that follows from something, by its key.
pub(super) fn key_of(act: &mut Act<'_, '_>, promise: &PromiseDoc) -> Result<Option<String>, AppError> {
    Ok(promises::key(act.tx, promise.id)?)
}
