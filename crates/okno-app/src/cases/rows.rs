//! The one way to store a case: document, seats, history and journal in one transaction.

use super::history;
use crate::{AppError, act::Act};
use okno_engine::cases::{Effect, Input, step};
use okno_model::{
    CaseEntryId,
    doc::{CaseDoc, CaseEntry, CaseEntryDoc, CustomerDoc},
    event::What,
};
use okno_store::cases as store;
use std::collections::BTreeSet;

/// Stores a changed case with the entry that says what differs; nothing if nothing does.
pub(crate) fn save(act: &mut Act<'_, '_>, before: &CaseDoc, mut after: CaseDoc) -> Result<CaseDoc, AppError> {
    let changes = history::changes(before, &after)?;
    if changes.is_empty() {
        return Ok(after);
    }
    after.version = before.version + 1;
    enter(act, &mut after, CaseEntry::Changed { changes })?;
    store_case(act, &after, What::CaseChanged)?;
    Ok(after)
}

/// Writes the next line of the history. The case is not stored yet.
pub(crate) fn enter(act: &mut Act<'_, '_>, case: &mut CaseDoc, what: CaseEntry) -> Result<CaseEntryDoc, AppError> {
    case.last_entry += 1;
    case.updated = act.now;
    let entry = CaseEntryDoc {
        id: act.id(CaseEntryId::new),
        case: case.id,
        number: case.last_entry,
        at: act.now,
        by: act.by.clone(),
        version: case.version,
        what,
        undone: None,
    };
    act.tx.put(&entry)?;
    Ok(entry)
}

/// Stores the case, says whose it is, and tells the journal.
pub(crate) fn store_case(act: &mut Act<'_, '_>, case: &CaseDoc, what: fn(CaseDoc) -> What) -> Result<(), AppError> {
    act.tx.put(case)?;
    let people = people(case).map(|user| user.0);
    let teams = case.team.map(|team| team.0);
    let seats: BTreeSet<_> = people.chain(teams).collect();
    store::set_seats(act.tx, case.id, &seats)?;
    act.tell(&what(case.clone()))
}

/// To whom a case belongs, besides teams and queues.
pub(crate) fn people(case: &CaseDoc) -> impl Iterator<Item = okno_model::UserId> {
    case.assignee.into_iter().chain(case.created_by)
}

/// One step of the machine, with what follows inside the case itself.
pub(crate) fn advance(act: &Act<'_, '_>, case: &mut CaseDoc, input: Input) -> Result<Vec<Effect>, AppError> {
    let mut effects = Vec::new();
    let refused = |why: okno_engine::cases::Refused| AppError::conflict("wrong_state", why.to_string());
    case.state = step(case.state.clone(), act.now, input, &mut effects).map_err(refused)?;
    if effects.contains(&Effect::CountReopened) {
        case.reopened += 1;
    }
    Ok(effects)
}

/// The customer's cases show his new name and language.
pub(crate) fn renamed(act: &mut Act<'_, '_>, customer: &CustomerDoc) -> Result<(), AppError> {
    for mut case in store::of_customer(act.tx, customer.id)? {
        if case.customer_name == customer.name && case.language == customer.language {
            continue;
        }
        case.customer_name.clone_from(&customer.name);
        case.language.clone_from(&customer.language);
        store_case(act, &case, What::CaseChanged)?;
    }
    Ok(())
}
