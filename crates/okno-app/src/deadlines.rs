//! What has to happen at an instant: the rows of deadlines, worked off exactly once each.
//!
//! A row is marked in the transaction that does what it is for, and the writes of a workspace run one after the other: a restart, a jump of the clock or a
//! second process repeats nothing and leaves nothing out.

use crate::{
    AppError, Ctx,
    act::{self, Act},
    promises, sla,
};
use okno_model::event::Actor;
use okno_store::deadlines as store;

/// Deadlines of one transaction.
const PAGE: usize = 200;

/// One pass: sets what follows from the facts, then does what is due. Idempotent; run at the next deadline and at least every minute.
///
/// # Errors
/// The store's.
pub(crate) async fn sweep(ctx: &Ctx) -> Result<(), AppError> {
    promises::work::refresh(ctx).await?;
    sla::work::refresh(ctx).await?;
    while act::run(ctx, Actor::System, happen).await? {}
    Ok(())
}

/// Does what is due, one page; tells whether there may be more.
fn happen(act: &mut Act<'_, '_>) -> Result<bool, AppError> {
    let now = act.now;
    let page = store::due(act.tx, now, PAGE)?;
    for deadline in &page {
        if !store::fire(act.tx, deadline, now)? {
            continue;
        }
        match deadline.about.as_str() {
            promises::work::ABOUT => promises::work::fire(act, deadline)?,
            sla::work::INTERACTION | sla::work::CASE => sla::work::fire(act, deadline)?,
            other => return Err(AppError::Internal(format!("nobody knows deadlines about `{other}`"))),
        }
    }
    Ok(page.len() == PAGE)
}
