//! What looks after promises by itself: those that follow from something are read again, and what is due happens.

use super::{
    acts, follow,
    rows::{self, BREACH, OWNER, SUPERVISOR},
    words,
};
use crate::{
    AppError, Ctx,
    act::{self, Act},
};
use okno_engine::promises::{Input, step};
use okno_model::{
    PromiseId,
    doc::{InteractionDoc, PromiseDoc, PromiseState},
    event::Actor,
};
use okno_store::{deadlines::Deadline, promises};

pub(crate) use super::rows::ABOUT;

/// Rows of one transaction.
const PAGE: usize = 200;

/// Reads again what promises follow from. Idempotent.
///
/// # Errors
/// The store's.
pub(crate) async fn refresh(ctx: &Ctx) -> Result<(), AppError> {
    let mut after = None;
    loop {
        let next = act::run(ctx, Actor::System, move |act| page(act, after)).await?;
        if next.is_none() {
            return Ok(());
        }
        after = next;
    }
}

/// One page of it; answers where the next one begins.
fn page(act: &mut Act<'_, '_>, after: Option<PromiseId>) -> Result<Option<PromiseId>, AppError> {
    let page = promises::derived(act.tx, after, PAGE)?;
    for (before, key) in &page {
        if let Some(after) = follow::now(act, before, key)? {
            rows::save(act, before, &after)?;
        }
    }
    Ok(if page.len() == PAGE { page.last().map(|(doc, _)| doc.id) } else { None })
}

/// A deadline of a promise is reached.
pub(crate) fn fire(act: &mut Act<'_, '_>, deadline: &Deadline) -> Result<(), AppError> {
    let Some(mut before) = act.tx.get::<PromiseDoc>(PromiseId::new(deadline.subject))? else { return Ok(()) };
    if let Some(key) = follow::key_of(act, &before)?
        && let Some(fresh) = follow::now(act, &before, &key)?
    {
        rows::save(act, &before, &fresh)?;
        before = fresh;
    }
    let PromiseState::Open { .. } = before.state else { return Ok(()) };
    let mut after = before.clone();
    match deadline.point.as_str() {
        OWNER => after.nudged_owner = Some(act.now),
        SUPERVISOR => after.nudged_supervisor = Some(act.now),
        BREACH => after.state = step(before.state, before.first_due, act.now, Input::Tick).map_err(acts::refused)?,
        other => return Err(AppError::Internal(format!("a promise has no deadline `{other}`"))),
    }
    rows::save(act, &before, &after)?;
    if deadline.point == BREACH
        && let Some(id) = after.interaction
        && let Some(doc) = act.tx.get::<InteractionDoc>(id)?
    {
        acts::note(act, doc, "promise_broken", words::broken(&after))?;
    }
    Ok(())
}
