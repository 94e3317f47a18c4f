//! The one way to store a case: document, seats, history and journal in one transaction.

use super::{forwards, history, input, notices, settings};
use crate::{AppError, act::Act};
use okno_engine::cases::{Effect, Input, step};
use okno_model::{
    CaseEntryId, CaseId, CustomerId,
    doc::{
        CaseDoc, CaseEntry, CaseEntryDoc, CaseLink, CaseLinkKind, CasePage, CaseState, CustomerDoc, InteractionDoc, InteractionState,
        NoticeKind, WorkspaceDoc,
    },
    event::What,
};
use okno_store::cases as store;
use std::{collections::BTreeSet, time::Duration};

/// Stores a changed case with the entry that says what differs; nothing if nothing does.
pub(crate) fn save(act: &mut Act<'_, '_>, before: &CaseDoc, mut after: CaseDoc) -> Result<CaseDoc, AppError> {
    let changes = history::changes(before, &after)?;
    if changes.is_empty() {
        return Ok(after);
    }
    after.version = before.version + 1;
    enter(act, &mut after, CaseEntry::Changed { changes })?;
    store_case(act, &after, What::CaseChanged)?;
    notices::watched(act, &after, "", &[])?;
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
    let teams = teams(case).map(|team| team.0);
    let seats: BTreeSet<_> = people.chain(teams).collect();
    store::set_seats(act.tx, case.id, &seats)?;
    act.tell(what(case.clone()))
}

/// To whom a case belongs, besides teams and queues.
pub(crate) fn people(case: &CaseDoc) -> impl Iterator<Item = okno_model::UserId> {
    case.assignee.into_iter().chain(case.created_by).chain(case.watchers.iter().copied())
}

/// Its team, and the departments that were asked.
pub(crate) fn teams(case: &CaseDoc) -> impl Iterator<Item = okno_model::TeamId> {
    case.team.into_iter().chain(case.departments.iter().copied())
}

/// One step of the machine, with what follows from it; answers whether a new case is to begin. The case is not stored.
pub(crate) fn advance(act: &mut Act<'_, '_>, case: &mut CaseDoc, input: Input) -> Result<bool, AppError> {
    let mut effects = Vec::new();
    let refused = |why: okno_engine::cases::Refused| AppError::conflict("wrong_state", why.to_string());
    case.state = step(case.state.clone(), act.now, input, &mut effects).map_err(refused)?;
    let mut begins = false;
    for effect in effects {
        match effect {
            Effect::CountReopened => case.reopened += 1,
            Effect::Recall { .. } => forwards::recall(act, case)?,
            Effect::TellAssignee => {
                if let Some(person) = case.assignee.or(case.created_by) {
                    notices::tell(act, case, person, NoticeKind::Next, "")?;
                }
            }
            Effect::BeginNext => begins = true,
        }
    }
    Ok(begins)
}

/// The customer wrote: his case hears it, and says to which case the conversation belongs from now on. What is over for too long
/// begins a case of its own that is linked. The interaction is not stored.
pub(crate) fn heard(act: &mut Act<'_, '_>, doc: &mut InteractionDoc, fresh: bool) -> Result<(), AppError> {
    if matches!(doc.state, InteractionState::Closed { .. }) {
        return Ok(());
    }
    let wanted = match doc.case {
        Some(case) => Some(case),
        None if fresh => inherited(act, doc)?,
        None => None,
    };
    let Some(before) = wanted.map(|id| root(act, id)).transpose()?.flatten() else { return Ok(()) };
    let days = u64::from(settings::read(act.tx)?.reopen_days);
    let mut after = before.clone();
    let begins = advance(act, &mut after, Input::CustomerWrote { reopens_within: Duration::from_secs(days * 86_400) })?;
    let mut case = save(act, &before, after)?;
    if begins {
        case = next(act, &case)?;
    }
    if doc.case == Some(case.id) {
        return Ok(());
    }
    if let Some(mut old) = doc.case.map(|id| act.tx.get::<CaseDoc>(id)).transpose()?.flatten() {
        old.interactions.retain(|id| *id != doc.id);
        enter(act, &mut old, CaseEntry::Unlinked { interaction: doc.id })?;
        store_case(act, &old, What::CaseChanged)?;
    }
    if case.interactions.len() < input::INTERACTIONS {
        case.interactions.push(doc.id);
        enter(act, &mut case, CaseEntry::Linked { interaction: doc.id })?;
        doc.case = Some(case.id);
        store_case(act, &case, What::CaseChanged)?;
    }
    Ok(())
}

/// The case of a new interaction: that of the one it goes on from, or the one whose number its subject names. Only a customer's own.
fn inherited(act: &mut Act<'_, '_>, doc: &InteractionDoc) -> Result<Option<CaseId>, AppError> {
    let previous = doc.previous.map(|id| act.tx.get::<InteractionDoc>(id)).transpose()?.flatten();
    if let Some(case) = previous.filter(|previous| previous.customer == doc.customer).and_then(|previous| previous.case) {
        return Ok(Some(case));
    }
    Ok(named(act, &doc.subject, doc.customer)?.map(|case| case.id))
}

/// The case whose number stands in a subject, if it is this customer's. Whoever guesses a number gets no way in.
pub(crate) fn named(act: &mut Act<'_, '_>, subject: &str, customer: Option<CustomerId>) -> Result<Option<CaseDoc>, AppError> {
    let Some(number) = number_in(subject) else { return Ok(None) };
    let found = store::by_number(act.tx, &number)?.map(|case| root(act, case.id)).transpose()?.flatten();
    Ok(found.filter(|case| case.customer.is_some() && case.customer == customer))
}

/// `Re: Lamp [2026-000123]` names `2026-000123`.
pub(crate) fn number_in(subject: &str) -> Option<String> {
    let candidates = subject.split('[').skip(1).filter_map(|rest| rest.split_once(']')).map(|(inside, _)| inside.trim_start_matches('#'));
    let number = |text: &&str| {
        text.split_once('-').is_some_and(|(year, count)| {
            year.len() == 4 && (6..=12).contains(&count.len()) && year.chars().chain(count.chars()).all(|c| c.is_ascii_digit())
        })
    };
    candidates.filter(number).last().map(str::to_owned)
}

/// The case that has a life of its own: what a merged one became a part of.
pub(crate) fn root(act: &mut Act<'_, '_>, id: CaseId) -> Result<Option<CaseDoc>, AppError> {
    let mut found = act.tx.get::<CaseDoc>(id)?;
    // Merges of merges are rare, and a circle is impossible: what is a part cannot take another one in.
    while let Some(CaseState::Merged { into, .. }) = found.as_ref().map(|case| case.state.clone()) {
        found = act.tx.get::<CaseDoc>(into)?;
    }
    Ok(found)
}

/// A new case of the same customer about the same, linked to the old one.
fn next(act: &mut Act<'_, '_>, old: &CaseDoc) -> Result<CaseDoc, AppError> {
    let mut case = CaseDoc {
        id: act.id(CaseId::new),
        number: number(act)?,
        version: 1,
        state: CaseState::New,
        assignee: None,
        interactions: Vec::new(),
        created: act.now,
        created_by: None,
        last_entry: 0,
        reopened: 0,
        forward: None,
        departments: Vec::new(),
        watchers: Vec::new(),
        links: vec![CaseLink { kind: CaseLinkKind::Follows, case: old.id }],
        checklist: Vec::new(),
        complaint: Vec::new(),
        page: CasePage::Never,
        ..old.clone()
    };
    enter(act, &mut case, CaseEntry::Created)?;
    store_case(act, &case, What::CaseCreated)?;
    Ok(case)
}

/// `2026-000123`, with the year of the workspace's clock.
pub(crate) fn number(act: &mut Act<'_, '_>) -> Result<String, AppError> {
    let ws = act.tx.ws();
    let zone = act.tx.get::<WorkspaceDoc>(ws)?.map(|workspace| workspace.time_zone).unwrap_or_default();
    let zone = jiff::tz::TimeZone::get(&zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let at = jiff::Timestamp::from_millisecond(act.now.millis()).unwrap_or_default();
    let year = at.to_zoned(zone).year();
    let count = store::next_number(act.tx, year.into())?;
    Ok(format!("{year}-{count:06}"))
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
