//! The reconciler of cases: holds that end, what was resolved long ago, and departments that are silent. It looks at rows only, so that a stop of the process delays
//! what is due and never loses or repeats it.

use super::{forwards, rows, settings};
use crate::{AppError, Ctx, act};
use okno_engine::cases::Input;
use okno_model::event::Actor;
use okno_store::cases as store;
use std::{future::Future, time::Duration};
use tokio::time::sleep;

/// Looks at least this often.
const EVERY: Duration = Duration::from_secs(30);
/// Rows of one transaction.
const PAGE: usize = 100;

/// Runs until `stop`. A failure is logged and tried again.
pub(crate) async fn run(ctx: Ctx, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    loop {
        if let Err(error) = reconcile(&ctx).await {
            tracing::error!(%error, "cases could not be looked after; it is tried again");
        }
        let wait = match ctx.read(|tx| Ok(store::next_wake(tx)?)).await {
            Ok(Some(at)) => (at.since(ctx.now()) + Duration::from_millis(1)).min(EVERY),
            Ok(None) | Err(_) => EVERY,
        };
        tokio::select! {
            () = &mut stop => return,
            () = sleep(wait) => {}
        }
    }
}

/// One pass. Idempotent.
///
/// # Errors
/// The store's.
pub async fn reconcile(ctx: &Ctx) -> Result<(), AppError> {
    while act::run(ctx, Actor::System, |act| {
        let held = store::woken(act.tx, act.now, PAGE)?;
        let full = held.len() == PAGE;
        for before in held {
            let mut after = before.clone();
            rows::advance(act, &mut after, Input::Tick)?;
            rows::save(act, &before, after)?;
        }
        let days = settings::read(act.tx)?.close_days;
        let mut closed = 0;
        if days > 0 {
            for before in store::resolved_before(act.tx, act.now - Duration::from_secs(u64::from(days) * 86_400), PAGE)? {
                let mut after = before.clone();
                rows::advance(act, &mut after, Input::Close)?;
                rows::save(act, &before, after)?;
                closed += 1;
            }
        }
        let silent = store::silent(act.tx, act.now, PAGE)?;
        let more = full || closed == PAGE || silent.len() == PAGE;
        for forward in silent {
            forwards::tick(act, forward)?;
        }
        Ok(more)
    })
    .await?
    {}
    Ok(())
}
