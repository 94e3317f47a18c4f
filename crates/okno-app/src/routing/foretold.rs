//! The log of predictions: written with the decisions, read as a report.

use super::waits::{Log, Written};
use crate::{AppError, Ctx, access::Actor, ledger::rows::hours_of};
use okno_engine::{
    routing::opens_at,
    wait::{WaitKey, WaitModel},
};
use okno_model::{
    InteractionId, QueueId, Timestamp,
    doc::{AnnounceRule, CalibrationDoc, InteractionDoc, QueueDoc, QueueWaitDoc},
    right::Right,
};
use okno_store::{StoreError, Tx, waits};
use std::{collections::BTreeSet, time::Duration};

/// Predictions are kept for so long.
const KEPT: Duration = Duration::from_secs(90 * 24 * 3600);
/// Predictions of one report.
const REPORTED: usize = 100_000;

/// Writes what was foretold and learned, in the transaction of the decisions.
pub(super) fn write(tx: &mut Tx<'_>, now: Timestamp, learned: Written) -> Result<(), StoreError> {
    for line in learned.log {
        match line {
            Log::Said(row) => waits::said(tx, &row)?,
            Log::Ended(interaction, outcome, total) => waits::ended(tx, interaction, outcome, total)?,
        }
    }
    for (part, state) in learned.parts {
        waits::keep(tx, now, &part, &state)?;
    }
    if learned.kept {
        waits::expire(tx, now - KEPT)?;
    }
    Ok(())
}

/// The waits of a queue now: by medium for who would come, and for everybody in line.
///
/// # Errors
/// [`AppError::Forbidden`] for a user without any right; [`AppError::NotFound`]; [`AppError::Unavailable`] while routing restarts.
pub async fn queue_wait(ctx: &Ctx, actor: &Actor, queue: QueueId) -> Result<QueueWaitDoc, AppError> {
    actor.require_any(Right::ALL)?;
    let now = ctx.now();
    let opens = ctx
        .read(move |tx| {
            let queue = tx.get::<QueueDoc>(queue)?.ok_or(AppError::not_found("queue"))?;
            let hours = hours_of(tx, &queue)?;
            Ok(opens_at(hours.as_ref(), now))
        })
        .await?;
    super::handle::queue_wait(ctx, queue, opens).await?.ok_or(AppError::not_found("queue"))
}

/// What the queue of a waiting interaction wants to be said of places and waits.
///
/// # Errors
/// The store's.
pub async fn announce_rule(ctx: &Ctx, interaction: InteractionId) -> Result<AnnounceRule, AppError> {
    ctx.read(move |tx| {
        let doc = tx.get::<InteractionDoc>(interaction)?;
        let queue = match doc {
            Some(doc) => tx.get::<QueueDoc>(doc.queue)?,
            None => None,
        };
        Ok(queue.map(|queue| queue.announce).unwrap_or_default())
    })
    .await
}

/// How honest the estimates were in the last days (1 to 90), by queue and medium. Queues without a prediction are left out.
///
/// # Errors
/// [`AppError::Forbidden`] without `routing.configure` or `ledger.read`; [`AppError::Invalid`] for other days.
pub async fn calibration(ctx: &Ctx, actor: &Actor, days: u32) -> Result<Vec<CalibrationDoc>, AppError> {
    actor.require_any(&[Right::RoutingConfigure, Right::LedgerRead])?;
    crate::config::within("days", days, 1..=90)?;
    let since = ctx.now() - Duration::from_secs(u64::from(days) * 24 * 3600);
    let rows = ctx.read(move |tx| Ok(waits::outcomes(tx, since, REPORTED)?)).await?;
    let mut model = WaitModel::default();
    let mut keys: BTreeSet<WaitKey> = BTreeSet::new();
    for row in rows {
        let (Ok(estimate), Some(total)) = (serde_json::from_str(&row.estimate), row.total) else { continue };
        let key = WaitKey { queue: row.queue, medium: row.medium };
        keys.insert(key);
        let seconds = |ms: i64| ms as f64 / 1000.0;
        let said = Some((&estimate, seconds(row.waited)));
        if row.outcome.as_deref() == Some("gave_up") {
            model.gave_up(key, seconds(total), said);
        } else {
            model.answered(key, row.at, seconds(total), said);
        }
    }
    let report = |key: WaitKey| {
        let report = model.calibration(key)?.report()?;
        Some(CalibrationDoc {
            queue: key.queue,
            medium: key.medium,
            answered: report.answered,
            gave_up: report.gave_up,
            coverage_p50: report.coverage_p50,
            coverage_p80: report.coverage_p80,
            coverage_p90: report.coverage_p90,
            in_band: report.in_band,
            mean_absolute_error: report.mean_absolute_error,
            bias: report.bias,
        })
    };
    Ok(keys.into_iter().filter_map(report).collect())
}
