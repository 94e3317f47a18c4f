//! Questions to departments: asked, accepted, answered, given back, recalled, and heard when nobody reacts.

use super::{acts::own, notices, rows};
use crate::{
    AppError, Ctx,
    access::{self, Actor, Permitted},
    act::{self, Act},
    config,
};
use okno_engine::{
    cases::{ForwardInput, Heard, Input, step_forward},
    hours::Calendar,
};
use okno_model::{
    CaseId, ForwardId, TeamId, Timestamp, UserId,
    doc::{CaseDoc, CaseEntry, DepartmentDoc, ForwardClock, ForwardDoc, ForwardState, HoursDoc, NoticeKind, TeamDoc, UserDoc},
    event::What,
    limits,
    right::{Right, Scope},
};
use okno_store::{Tx, cases as store};
use std::time::Duration;

/// Characters of a question and of an answer.
const TEXT_CHARS: usize = limits::MESSAGE_CHARS;
/// A department without members or head would be asked by nobody: then all hear at once, this long after.
const MINUTE: u64 = 60;

/// Asks a department about a case. Another department that was asked before is recalled.
///
/// # Errors
/// 404 and 403 by `case.write`; [`AppError::Conflict`] `changed`, `wrong_state`; [`AppError::Invalid`] with the field.
pub async fn forward(
    ctx: &Ctx,
    actor: &Actor,
    id: CaseId,
    version: Option<i64>,
    department: TeamId,
    text: String,
) -> Result<CaseDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let mut case = own(act, &who, id, version)?.into_inner();
        let text = text_of("text", &text)?;
        let rules = department_of(act.tx, department)?.ok_or_else(|| {
            AppError::invalid("department", "no_department", "this team is not a department; an administrator can make it one")
        })?;
        if case.forward.is_some() {
            let open = case.forward.and_then(|id| act.tx.get::<ForwardDoc>(id).transpose()).transpose()?;
            if open.is_some_and(|open| open.department == department) {
                return Err(AppError::conflict(
                    "already_asked",
                    "this department is asked already; write a comment, or recall the question first",
                ));
            }
        }
        rows::advance(act, &mut case, Input::Forward { department })?;
        let clock = clock(act.tx, act.now, &rules, rules.accept_minutes)?;
        let doc = ForwardDoc {
            id: act.id(ForwardId::new),
            case: id,
            department,
            text: text.clone(),
            by: Some(who.user),
            at: act.now,
            state: ForwardState::Waiting { clock },
        };
        save(act, &doc)?;
        case.forward = Some(doc.id);
        if !case.departments.contains(&department) {
            case.departments.push(department);
        }
        case.version += 1;
        rows::enter(act, &mut case, CaseEntry::Forwarded { forward: doc.id, department, text: text.clone(), accept_by: clock.due })?;
        rows::store_case(act, &case, What::CaseChanged)?;
        for person in members(act.tx, department)? {
            notices::tell(act, &case, person, NoticeKind::Asked, &text)?;
        }
        Ok(case)
    })
    .await
}

/// What somebody of the department does with a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reaction {
    /// He takes it.
    Accept,
    /// He answers.
    Answer(String),
    /// He gives it back.
    Decline(String),
}

/// Reacts to a question.
///
/// # Errors
/// 404 and 403 by `case.answer` over the department; [`AppError::Conflict`] `taken`, `over`; [`AppError::Invalid`] with the field.
pub async fn react(ctx: &Ctx, actor: &Actor, id: ForwardId, reaction: Reaction) -> Result<ForwardDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let mut doc = permitted(act.tx, &who, id)?.into_inner();
        let mut case = act.tx.get::<CaseDoc>(doc.case)?.ok_or(AppError::not_found("case"))?;
        let by = who.user;
        let input = match reaction {
            Reaction::Accept => {
                let rules = department_of(act.tx, doc.department)?.unwrap_or(FALLBACK);
                ForwardInput::Accept { by, clock: clock(act.tx, act.now, &rules, rules.answer_minutes)? }
            }
            Reaction::Answer(text) => ForwardInput::Answer { by, text: text_of("text", &text)? },
            Reaction::Decline(reason) => ForwardInput::Decline { by, reason: text_of("reason", &reason)? },
        };
        let before = doc.state.clone();
        doc.state = step_forward(before.clone(), act.now, input, &mut Vec::new()).map_err(refused)?;
        if doc.state == before {
            return Ok(doc);
        }
        let (forward, department) = (doc.id, doc.department);
        let entry = match doc.state.clone() {
            ForwardState::Accepted { clock, .. } => CaseEntry::Accepted { forward, department, answer_by: clock.due },
            ForwardState::Answered { text, .. } => CaseEntry::Answered { forward, department, text },
            ForwardState::Declined { reason, .. } => CaseEntry::Declined { forward, department, reason },
            ForwardState::Waiting { .. } | ForwardState::Recalled { .. } => {
                return Err(AppError::Internal("a reaction ends otherwise".to_owned()));
            }
        };
        if !doc.state.is_open() {
            case.forward = None;
            // The case may have gone on meanwhile; then the answer is only history.
            if matches!(case.state, okno_model::doc::CaseState::WaitingDepartment { .. }) {
                rows::advance(act, &mut case, Input::Returned { department })?;
            }
        }
        save(act, &doc)?;
        case.version += 1;
        rows::enter(act, &mut case, entry)?;
        rows::store_case(act, &case, What::CaseChanged)?;
        Ok(doc)
    })
    .await
}

fn refused(why: okno_engine::cases::ForwardRefused) -> AppError {
    let code = match why {
        okno_engine::cases::ForwardRefused::Taken => "taken",
        okno_engine::cases::ForwardRefused::Over => "over",
    };
    AppError::conflict(code, why.to_string())
}

/// A question, for who may answer for its department.
fn permitted(tx: &mut Tx<'_>, who: &Actor, id: ForwardId) -> Result<Permitted<ForwardDoc>, AppError> {
    access::forward(tx, who, id, Right::CaseAnswer)
}

/// Recalls the open question of a case: it is not needed any more. The case is not stored.
pub(super) fn recall(act: &mut Act<'_, '_>, case: &mut CaseDoc) -> Result<(), AppError> {
    let Some(id) = case.forward.take() else { return Ok(()) };
    let Some(mut doc) = act.tx.get::<ForwardDoc>(id)? else { return Ok(()) };
    if !doc.state.is_open() {
        return Ok(());
    }
    doc.state = step_forward(doc.state, act.now, ForwardInput::Recall, &mut Vec::new()).map_err(refused)?;
    save(act, &doc)?;
    rows::enter(act, case, CaseEntry::Recalled { forward: id, department: doc.department })?;
    Ok(())
}

/// Time has passed for a question: whoever has not heard of its silence yet hears of it, in the same transaction that says so.
pub(super) fn tick(act: &mut Act<'_, '_>, mut doc: ForwardDoc) -> Result<(), AppError> {
    let mut heard = Vec::new();
    doc.state = step_forward(doc.state, act.now, ForwardInput::Tick, &mut heard).map_err(refused)?;
    save(act, &doc)?;
    let Some(mut case) = act.tx.get::<CaseDoc>(doc.case)? else { return Ok(()) };
    for who in heard {
        let (level, kind, told) = match who {
            Heard::Department => (1, NoticeKind::Nudge, reminded(act.tx, &doc)?),
            Heard::Head => (2, NoticeKind::Silent, head(act.tx, doc.department)?),
            Heard::Supervisors => (3, NoticeKind::Silent, supervisors(act.tx)?),
        };
        for person in &told {
            notices::tell(act, &case, *person, kind, &doc.text)?;
        }
        rows::enter(act, &mut case, CaseEntry::Escalated { forward: doc.id, department: doc.department, level, told })?;
    }
    rows::store_case(act, &case, What::CaseChanged)
}

/// Who accepted it; the whole department as long as nobody has.
fn reminded(tx: &mut Tx<'_>, doc: &ForwardDoc) -> Result<Vec<UserId>, AppError> {
    match &doc.state {
        ForwardState::Accepted { by, .. } => Ok(vec![*by]),
        ForwardState::Waiting { .. } | ForwardState::Answered { .. } | ForwardState::Declined { .. } | ForwardState::Recalled { .. } => {
            members(tx, doc.department)
        }
    }
}

/// The head; supervisors where a department has none, so that nobody is passed over.
fn head(tx: &mut Tx<'_>, department: TeamId) -> Result<Vec<UserId>, AppError> {
    match department_of(tx, department)?.and_then(|rules| rules.head) {
        Some(head) => Ok(vec![head]),
        None => supervisors(tx),
    }
}

/// Everybody who manages all cases.
fn supervisors(tx: &mut Tx<'_>) -> Result<Vec<UserId>, AppError> {
    let mut found = Vec::new();
    for user in tx.list::<UserDoc>()?.into_iter().filter(|user| !user.disabled) {
        let grants = access::grants_of(tx, &user)?;
        if grants.iter().any(|grant| grant.right == Right::CaseManage && grant.scope == Scope::All) {
            found.push(user.id);
        }
    }
    Ok(found)
}

fn members(tx: &mut Tx<'_>, department: TeamId) -> Result<Vec<UserId>, AppError> {
    Ok(tx.list::<UserDoc>()?.into_iter().filter(|user| !user.disabled && user.team == Some(department)).map(|user| user.id).collect())
}

fn save(act: &mut Act<'_, '_>, doc: &ForwardDoc) -> Result<(), AppError> {
    act.tx.put(doc)?;
    act.tell(What::ForwardChanged(doc.clone()))
}

/// A team that is a department no more still answers what it was asked.
const FALLBACK: DepartmentDoc = DepartmentDoc { head: None, accept_minutes: 60, answer_minutes: 24 * 60, hours: None };

pub(crate) fn department_of(tx: &mut Tx<'_>, id: TeamId) -> Result<Option<DepartmentDoc>, AppError> {
    Ok(tx.get::<TeamDoc>(id)?.and_then(|team| team.department))
}

/// Three instants in the department's hours: half of the time, all of it, half again.
fn clock(tx: &mut Tx<'_>, now: Timestamp, rules: &DepartmentDoc, minutes: u32) -> Result<ForwardClock, AppError> {
    let hours = match rules.hours {
        Some(id) => tx.get::<HoursDoc>(id)?,
        None => None,
    };
    // Hours that cannot be read any more count day and night: a clock that never ends would be silence for ever.
    let calendar = hours.and_then(|hours| Calendar::of(&hours).ok());
    let whole = Duration::from_secs(u64::from(minutes.max(1)) * MINUTE);
    let after = |time: Duration| calendar.as_ref().and_then(|calendar| calendar.add_open_time(now, time)).unwrap_or(now + time);
    Ok(ForwardClock { nudge: after(whole / 2), due: after(whole), last: after(whole + whole / 2), level: 0 })
}

fn text_of(field: &'static str, text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AppError::invalid(field, "required", "say in words what it is about"));
    }
    config::limited(field, text, TEXT_CHARS)?;
    Ok(text.to_owned())
}

/// Questions to departments about a case, oldest first.
///
/// # Errors
/// 404 by `case.read`.
pub async fn forwards(ctx: &Ctx, actor: &Actor, id: CaseId) -> Result<Vec<ForwardDoc>, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        access::case(tx, &who, id, Right::CaseRead)?;
        Ok(store::forwards(tx, id)?)
    })
    .await
}
