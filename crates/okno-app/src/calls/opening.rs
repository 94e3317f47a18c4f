//! When a queue opens, for callers.

use crate::{AppError, Ctx, promise};
use okno_model::{QueueId, Timestamp, doc::QueueDoc};

/// An opening as callers are told it: weekday (0 is Monday), hour and minute where the queue is.
///
/// # Errors
/// [`AppError::NotFound`], or the store's.
pub async fn opening(ctx: &Ctx, queue: QueueId, at: Timestamp) -> Result<Option<(u8, u8, u8)>, AppError> {
    ctx.read(move |tx| {
        let queue = tx.get::<QueueDoc>(queue)?.ok_or(AppError::not_found("queue"))?;
        Ok(promise::spoken(at, &promise::zone_of(tx, &queue)?))
    })
    .await
}
