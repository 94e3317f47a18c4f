//! Writing of promises: row, deadlines and event in one transaction.

use crate::{AppError, act::Act, ledger::rows::hours_of};
use okno_engine::{hours::Calendar, promises::nudges};
use okno_model::{
    QueueId, Timestamp,
    doc::{InteractionDoc, PromiseDoc, PromiseSource, PromiseState, QueueDoc},
    event::What,
};
use okno_store::{
    Tx,
    deadlines::{self, Deadline},
};

/// What the deadlines of promises are about.
pub(crate) const ABOUT: &str = "promise";
/// Its owner is reminded.
pub(super) const OWNER: &str = "owner";
/// Those who run the floor are told.
pub(super) const SUPERVISOR: &str = "supervisor";
/// Its time is over.
pub(super) const BREACH: &str = "breach";

/// The business hours of a queue, ready to compute with.
///
/// # Errors
/// The store's.
pub(super) fn calendar_of(tx: &mut Tx<'_>, queue: Option<QueueId>) -> Result<Option<Calendar>, AppError> {
    let Some(queue) = queue else { return Ok(None) };
    let Some(queue) = tx.get::<QueueDoc>(queue)? else { return Ok(None) };
    // Hours with a time zone that this machine does not know count as always open, as they do for routing.
    Ok(hours_of(tx, &queue)?.and_then(|hours| Calendar::of(&hours).ok()))
}

/// A promise in an interaction, not stored yet.
pub(super) fn new(act: &Act<'_, '_>, doc: &InteractionDoc, source: PromiseSource, what: String, due: Timestamp) -> PromiseDoc {
    PromiseDoc {
        id: act.id(okno_model::PromiseId::new),
        interaction: Some(doc.id),
        customer: doc.customer,
        customer_name: doc.customer_name.clone(),
        language: doc.language.clone(),
        what,
        first_due: due,
        due,
        source,
        made: act.now,
        by: None,
        owner: None,
        queue: Some(doc.queue),
        state: PromiseState::Open { due },
        nudged_owner: None,
        nudged_supervisor: None,
        updates: Vec::new(),
    }
}

/// Stores a new one; `key` is from what it follows. Tells whether it was new.
pub(super) fn insert(act: &mut Act<'_, '_>, doc: &PromiseDoc, key: Option<&str>) -> Result<bool, AppError> {
    if !act.tx.insert_with(doc, &[("key", key.map(str::to_owned).into())])? {
        return Ok(false);
    }
    schedule(act, doc)?;
    act.tell(What::PromiseMade(doc.clone()))?;
    Ok(true)
}

/// Stores a change and tells it by what became of the promise.
pub(super) fn save(act: &mut Act<'_, '_>, before: &PromiseDoc, after: &PromiseDoc) -> Result<(), AppError> {
    if before == after {
        return Ok(());
    }
    act.tx.put(after)?;
    if before.due != after.due || before.state.is_owed() != after.state.is_owed() || before.state.word() != after.state.word() {
        schedule(act, after)?;
    }
    let what = match (before.state, after.state) {
        (PromiseState::Open { .. }, PromiseState::Broken { .. }) => What::PromiseBroken,
        (PromiseState::Open { .. }, PromiseState::Kept { .. } | PromiseState::KeptLateWarned { .. }) => What::PromiseKept,
        (_, _) if nudged(before.nudged_owner, after.nudged_owner) || nudged(before.nudged_supervisor, after.nudged_supervisor) => {
            What::PromiseNudged
        }
        (_, _) => What::PromiseChanged,
    };
    act.tell(what(after.clone()))
}

/// A reminder that has come; one that was taken back for a new time is none.
fn nudged(before: Option<Timestamp>, after: Option<Timestamp>) -> bool {
    after.is_some() && before != after
}

/// Sets its deadlines, or takes them away when it is over.
fn schedule(act: &mut Act<'_, '_>, doc: &PromiseDoc) -> Result<(), AppError> {
    deadlines::clear(act.tx, doc.id.0)?;
    let PromiseState::Open { due } = doc.state else { return Ok(()) };
    let calendar = calendar_of(act.tx, doc.queue)?;
    let nudges = nudges(calendar.as_ref(), act.now, due);
    for (point, at) in [(OWNER, nudges.owner), (SUPERVISOR, nudges.supervisor), (BREACH, due)] {
        deadlines::set(act.tx, &Deadline { about: ABOUT.to_owned(), subject: doc.id.0, point: point.to_owned(), due: at })?;
    }
    Ok(())
}
