//! Who waited for an agent and went away without a word.

use super::acts::{abandon, set_online};
use crate::{AppError, Ctx, act};
use okno_model::event::Actor;
use okno_store::interactions;
use std::time::Duration;

/// How long a gone browser keeps its place in the queue: a page change, a tunnel, a dead battery.
pub(crate) const ABANDONED_AFTER: Duration = Duration::from_secs(300);
/// Chats of one sweep; the next one takes the rest.
const LIMIT: usize = 500;

/// Takes chats out of their queues whose customers have been gone for too long. Idempotent; run every minute.
///
/// # Errors
/// The store's.
pub async fn sweep(ctx: &Ctx) -> Result<(), AppError> {
    let since = ctx.now() - ABANDONED_AFTER;
    for interaction in ctx.read(move |tx| Ok(interactions::deserted(tx, since, LIMIT)?)).await? {
        abandon(ctx, interaction).await?;
    }
    Ok(())
}

/// At the start of the process no browser is connected yet, whatever the rows say.
pub(crate) async fn started(ctx: &Ctx) -> Result<(), AppError> {
    act::run(ctx, Actor::System, |act| {
        for doc in interactions::online(act.tx)? {
            set_online(act, Some(doc.id), false)?;
            if let Some(mut row) = okno_store::visitors::of_interaction(act.tx, doc.id)? {
                row.seen = act.now;
                okno_store::visitors::update(act.tx, &row)?;
            }
        }
        Ok(())
    })
    .await
}
