//! What people do with cases.

use super::{history, input, merge, notices, rows};
use crate::{
    AppError, Ctx,
    access::{self, Actor, Once, Permitted},
    act::{self, Act},
    config,
    interactions::thread,
};
use okno_engine::cases::Input;
use okno_model::{
    CaseEntryId, CaseId, InteractionId, Timestamp, UserId,
    doc::{CaseDoc, CaseEntry, CaseEntryDoc, CasePage, CaseState, InteractionDoc, NoticeKind, UserDoc},
    event::What,
    input::{CaseInput, CaseStep, NewCase},
    right::Right,
};
use okno_store::cases as store;

/// Priority of a case of which nobody says more.
const PRIORITY: u8 = 5;
/// Characters of the reason of a hold.
const REASON_CHARS: usize = 200;

/// Makes a case. What comes from a conversation takes its customer and its queue from there.
///
/// # Errors
/// [`AppError::Forbidden`] without `case.write`; [`AppError::Invalid`] with the field; what [`link`] returns.
pub async fn create(ctx: &Ctx, actor: &Actor, new: NewCase, once: Option<Once>) -> Result<CaseDoc, AppError> {
    let (who, inner) = (actor.clone(), ctx.clone());
    act::run(ctx, actor.event(), move |act| {
        let (now, by) = (act.now, act.by.clone());
        Once::run(once.as_ref(), act.tx, who.user, now, |tx| make(&mut Act::new(&inner, tx, now, by), &who, new))
    })
    .await
}

fn make(act: &mut Act<'_, '_>, who: &Actor, new: NewCase) -> Result<CaseDoc, AppError> {
    who.require_any(&[Right::CaseWrite])?;
    let from = match new.interaction {
        Some(id) => Some(access::interaction(act.tx, who, id, Right::InteractionRead)?.into_inner()),
        None => None,
    };
    if let Some(customer) = new.customer {
        access::customer(act.tx, who, customer, Right::CustomerRead)?;
    }
    let mut case = CaseDoc {
        id: act.id(CaseId::new),
        number: String::new(),
        version: 1,
        kind: new.kind,
        title: input::title_of(&new.title)?,
        topic: new.topic,
        customer: None,
        customer_name: String::new(),
        language: None,
        state: CaseState::New,
        assignee: new.assignee,
        team: new.team,
        queue: new.queue.or_else(|| from.as_ref().map(|from| from.queue)),
        priority: new.priority.unwrap_or(PRIORITY),
        tags: input::tags_of(new.tags)?,
        interactions: Vec::new(),
        created: act.now,
        created_by: Some(who.user),
        updated: act.now,
        last_entry: 0,
        reopened: 0,
        forward: None,
        departments: Vec::new(),
        watchers: Vec::new(),
        links: Vec::new(),
        checklist: Vec::new(),
        complaint: Vec::new(),
        page: CasePage::Never,
    };
    let customer = new.customer.or_else(|| from.as_ref().and_then(|from| from.customer));
    input::set_customer(act.tx, &mut case, customer)?;
    input::check(act.tx, &case)?;
    if case.assignee.is_some() {
        rows::advance(act, &mut case, Input::Take)?;
    }
    case.number = rows::number(act)?;
    rows::enter(act, &mut case, CaseEntry::Created)?;
    if let Some(text) = new.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        let text = input::comment_of(text)?;
        rows::enter(act, &mut case, CaseEntry::Comment { text, mentions: Vec::new() })?;
    }
    if let Some(from) = from {
        join(act, &mut case, from)?;
    }
    rows::store_case(act, &case, What::CaseCreated)?;
    assigned(act, &case)?;
    Ok(case)
}

/// Changes what a case says. `version` is the one that the caller has seen; `None` overwrites whatever is there.
///
/// # Errors
/// 404 and 403 by `case.write`; [`AppError::Conflict`] `changed` for an old version; [`AppError::Invalid`] with the field.
pub async fn update(ctx: &Ctx, actor: &Actor, id: CaseId, version: Option<i64>, change: CaseInput) -> Result<CaseDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let before = own(act, &who, id, version)?.into_inner();
        if let Some(Some(customer)) = change.customer {
            access::customer(act.tx, &who, customer, Right::CustomerRead)?;
        }
        let mut after = before.clone();
        for link in change.links.iter().flatten() {
            access::case(act.tx, &who, link.case, Right::CaseRead)?;
        }
        input::apply(act.tx, change, &mut after)?;
        if after.assignee.is_some() && after.assignee != before.assignee && after.state == CaseState::New {
            rows::advance(act, &mut after, Input::Take)?;
        }
        let after = rows::save(act, &before, after)?;
        if after.assignee != before.assignee {
            assigned(act, &after)?;
        }
        Ok(after)
    })
    .await
}

/// Whoever is to see to a case learns of it.
fn assigned(act: &mut Act<'_, '_>, case: &CaseDoc) -> Result<(), AppError> {
    case.assignee.map_or(Ok(()), |person| notices::tell(act, case, person, NoticeKind::Assigned, ""))
}

/// A case that he may change, in the version that he has seen, and that has a life of its own.
pub(super) fn own(act: &mut Act<'_, '_>, who: &Actor, id: CaseId, version: Option<i64>) -> Result<Permitted<CaseDoc>, AppError> {
    let case = access::case(act.tx, who, id, Right::CaseWrite)?;
    if version.is_some_and(|seen| seen != case.version) {
        return Err(AppError::conflict(
            "changed",
            format!("somebody else changed this case meanwhile (version {}); look at what is new and try again", case.version),
        ));
    }
    if let CaseState::Merged { .. } = case.state {
        return Err(AppError::conflict("wrong_state", okno_engine::cases::Refused::Part.to_string()));
    }
    Ok(case)
}

/// Takes the next step with a case.
///
/// # Errors
/// As [`update`]; [`AppError::Conflict`] `wrong_state` for a step that does not fit.
pub async fn move_on(ctx: &Ctx, actor: &Actor, id: CaseId, version: Option<i64>, to: CaseStep) -> Result<CaseDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let before = own(act, &who, id, version)?.into_inner();
        let mut after = before.clone();
        let input = match to {
            CaseStep::Take => {
                after.assignee = Some(who.user);
                Input::Take
            }
            CaseStep::AwaitCustomer => Input::AwaitCustomer,
            CaseStep::Hold { until, reason } => {
                config::limited("reason", &reason, REASON_CHARS)?;
                Input::Hold { until, reason: reason.trim().to_owned() }
            }
            CaseStep::Resume => Input::Resume,
            CaseStep::Resolve => Input::Resolve,
            CaseStep::Close => Input::Close,
            CaseStep::Reopen => Input::Reopen,
        };
        rows::advance(act, &mut after, input)?;
        rows::save(act, &before, after)
    })
    .await
}

/// People that one comment names.
const MENTIONS: u32 = 50;

/// What somebody says to colleagues.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// Text.
    pub text: String,
    /// Whom it names: they learn of it, and watch the case from then on.
    pub mentions: Vec<UserId>,
}

/// Writes something for colleagues.
///
/// # Errors
/// 404 and 403 by `case.write`; [`AppError::Invalid`] for nothing or too much.
pub async fn comment(ctx: &Ctx, actor: &Actor, id: CaseId, said: Said, once: Option<Once>) -> Result<CaseEntryDoc, AppError> {
    let (who, inner) = (actor.clone(), ctx.clone());
    act::run(ctx, actor.event(), move |act| {
        let (now, by) = (act.now, act.by.clone());
        Once::run(once.as_ref(), act.tx, who.user, now, |tx| {
            let act = &mut Act::new(&inner, tx, now, by);
            let mut case = own(act, &who, id, None)?.into_inner();
            let text = input::comment_of(&said.text)?;
            for person in &said.mentions {
                let user = act.tx.get::<UserDoc>(*person)?.filter(|user| !user.disabled);
                user.ok_or_else(|| AppError::invalid("mentions", "unknown", "somebody who is named does not work here"))?;
                // Who is asked has to see what it is about.
                if !case.watchers.contains(person) {
                    case.watchers.push(*person);
                }
            }
            config::within("mentions", said.mentions.len().try_into().unwrap_or(u32::MAX), 0..=MENTIONS)?;
            let entry = rows::enter(act, &mut case, CaseEntry::Comment { text: text.clone(), mentions: said.mentions.clone() })?;
            rows::store_case(act, &case, What::CaseChanged)?;
            for person in &said.mentions {
                notices::tell(act, &case, *person, NoticeKind::Mention, &text)?;
            }
            notices::watched(act, &case, &text, &said.mentions)?;
            Ok(entry)
        })
    })
    .await
}

/// Adds a conversation to a case. One that is about another case has to be taken away there first.
///
/// # Errors
/// 404 and 403 by `case.write` and `interaction.read`; [`AppError::Conflict`] `has_case`.
pub async fn link(ctx: &Ctx, actor: &Actor, id: CaseId, interaction: InteractionId) -> Result<CaseDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let mut case = own(act, &who, id, None)?.into_inner();
        let from = access::interaction(act.tx, &who, interaction, Right::InteractionRead)?.into_inner();
        if from.case == Some(id) {
            return Ok(case);
        }
        join(act, &mut case, from)?;
        rows::store_case(act, &case, What::CaseChanged)?;
        Ok(case)
    })
    .await
}

pub(super) fn join(act: &mut Act<'_, '_>, case: &mut CaseDoc, mut from: InteractionDoc) -> Result<(), AppError> {
    if let Some(other) = from.case {
        let number = act.tx.get::<CaseDoc>(other)?.map(|case| case.number).unwrap_or_default();
        return Err(AppError::conflict("has_case", format!("this conversation is about case {number} already; take it away there first")));
    }
    if case.interactions.len() >= input::INTERACTIONS {
        return Err(AppError::invalid("interaction", "too_many", format!("a case has at most {} conversations", input::INTERACTIONS)));
    }
    case.interactions.push(from.id);
    rows::enter(act, case, CaseEntry::Linked { interaction: from.id })?;
    from.case = Some(case.id);
    thread::save(act, &from, What::InteractionChanged)
}

/// Takes a conversation away from a case.
///
/// # Errors
/// 404 and 403 by `case.write`; 404 for a conversation that is not there.
pub async fn unlink(ctx: &Ctx, actor: &Actor, id: CaseId, interaction: InteractionId) -> Result<CaseDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let mut case = own(act, &who, id, None)?.into_inner();
        part(act, &mut case, interaction)?;
        rows::store_case(act, &case, What::CaseChanged)?;
        Ok(case)
    })
    .await
}

fn part(act: &mut Act<'_, '_>, case: &mut CaseDoc, interaction: InteractionId) -> Result<(), AppError> {
    let missing = || AppError::not_found("interaction");
    let at = case.interactions.iter().position(|id| *id == interaction).ok_or_else(missing)?;
    case.interactions.remove(at);
    rows::enter(act, case, CaseEntry::Unlinked { interaction })?;
    let mut doc = act.tx.get::<InteractionDoc>(interaction)?.ok_or_else(missing)?;
    doc.case = None;
    thread::save(act, &doc, What::InteractionChanged)
}

/// For how long everybody may take back what he did himself; after that it needs `case.manage`.
const OWN_UNDO: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

/// Takes back what an entry did, by an entry of its own.
///
/// # Errors
/// 404 and 403 by `case.write`, for what others did or what is older than a day by `case.manage`; [`AppError::Conflict`] `changed_since` if
/// the same was changed again, `already_undone`, `not_undoable` for comments and beginnings, `wrong_state` by the machine.
pub async fn undo(ctx: &Ctx, actor: &Actor, id: CaseId, entry: CaseEntryId) -> Result<CaseDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let before = own(act, &who, id, None)?.into_inner();
        let found = act.tx.get::<CaseEntryDoc>(entry)?.filter(|entry| entry.case == id);
        let mut found = found.ok_or(AppError::not_found("entry"))?;
        let own_and_new = found.by == who.event() && fresh(found.at, act.now);
        if !own_and_new {
            access::case(act.tx, &who, id, Right::CaseManage)?;
        }
        if found.undone.is_some() {
            return Err(AppError::conflict("already_undone", "this was taken back already"));
        }
        let after = match found.what.clone() {
            CaseEntry::Changed { changes } | CaseEntry::Undone { changes, .. } => {
                let mut after = history::taken_back(&before, &changes)?;
                if after.state != before.state {
                    let to = std::mem::replace(&mut after.state, before.state.clone());
                    rows::advance(act, &mut after, Input::TakeBack { to })?;
                }
                let customer = after.customer;
                input::set_customer(act.tx, &mut after, customer)?;
                input::check(act.tx, &after)?;
                let changes = history::changes(&before, &after)?;
                after.version += 1;
                let done = rows::enter(act, &mut after, CaseEntry::Undone { entry, changes })?;
                found.undone = Some(done.id);
                after
            }
            CaseEntry::Linked { interaction } => {
                let mut after = before;
                part(act, &mut after, interaction)?;
                found.undone = last_entry(act, &after)?;
                after
            }
            CaseEntry::Unlinked { interaction } => {
                let mut after = before;
                let from = access::interaction(act.tx, &who, interaction, Right::InteractionRead)?.into_inner();
                join(act, &mut after, from)?;
                found.undone = last_entry(act, &after)?;
                after
            }
            CaseEntry::Forwarded { forward, .. } if before.forward == Some(forward) => {
                let mut after = before.clone();
                rows::advance(act, &mut after, Input::Resume)?;
                found.undone = last_entry(act, &after)?;
                rows::save(act, &before, after)?
            }
            CaseEntry::Merged { edge, .. } | CaseEntry::Split { edge, .. } => {
                access::case(act.tx, &who, id, Right::CaseManage)?;
                let (whole, done) = merge::take_back(act, before, edge)?;
                found.undone = Some(done);
                whole
            }
            CaseEntry::MergedInto { .. }
            | CaseEntry::SplitFrom { .. }
            | CaseEntry::Rejoined { .. }
            | CaseEntry::Complaint { .. }
            | CaseEntry::Created
            | CaseEntry::Comment { .. }
            | CaseEntry::Forwarded { .. }
            | CaseEntry::Accepted { .. }
            | CaseEntry::Answered { .. }
            | CaseEntry::Declined { .. }
            | CaseEntry::Recalled { .. }
            | CaseEntry::Escalated { .. } => {
                return Err(AppError::conflict(
                    "not_undoable",
                    "what was said stays said, and what others have answered too; write a comment",
                ));
            }
        };
        act.tx.put(&found)?;
        rows::store_case(act, &after, What::CaseChanged)?;
        Ok(after)
    })
    .await
}

fn fresh(at: Timestamp, now: Timestamp) -> bool {
    now.since(at) <= OWN_UNDO
}

fn last_entry(act: &mut Act<'_, '_>, case: &CaseDoc) -> Result<Option<CaseEntryId>, AppError> {
    Ok(store::entries(act.tx, case.id, None, 1)?.first().map(|entry| entry.id))
}
