//! Who need not wait: what was offered, who wanted it, and whether it was kept (behaviour.md B7).
//!
//! * CB-1 Every wish has one row from the moment it is made, and ends in exactly one way: kept, late, failed, canceled, joined.
//! * CB-2 Kept is reached by when he was told; an answer by any other way, or the customer himself, who comes first, cancels.
//!
//! Whoever reaches a customer, gives him up or cancels writes the end in the transaction of his act; [`settle`] finds what a crash or a way that
//! nobody thought of left open.

pub(crate) mod recovery;
#[cfg(test)]
mod tests;

use crate::{
    AppError, Ctx,
    access::Actor,
    act::Act,
    ledger::rows::{hours_of, replied_since},
    promise, promises,
};
use jiff::tz::TimeZone;
use okno_engine::routing::answered_by;
use okno_model::{
    InteractionId, Medium, QueueId, Timestamp,
    doc::{CallbackCountsDoc, Closed, InteractionDoc, InteractionState, QueueDoc},
    right::Right,
};
use okno_store::{
    Tx,
    callbacks::{self as rows, CallbackRow},
};
use std::{collections::BTreeMap, time::Duration};

/// Facts are kept for so long.
const KEPT: Duration = Duration::from_secs(400 * 24 * 3600);
/// Rows of one report or one look.
const REPORTED: usize = 100_000;
const SETTLED: usize = 500;

/// Why somebody is called or written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// He wants to be called.
    Asked,
    /// He wants to be written to.
    Write,
    /// He left before anybody answered.
    Owed,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Write => "write",
            Self::Owed => "owed",
        }
    }
}

/// By when he is told that he is reached who wants it now: as he was promised before if that is still to come, else as whoever comes now.
pub(crate) fn due(tx: &mut Tx<'_>, doc: &InteractionDoc, now: Timestamp) -> Result<Timestamp, AppError> {
    let told = doc.promise.map(|promise| promise.due).or(doc.due).filter(|&due| due > now);
    if let Some(told) = told {
        return Ok(told);
    }
    let queue = tx.get::<QueueDoc>(doc.queue)?.ok_or(AppError::not_found("queue"))?;
    let hours = hours_of(tx, &queue)?;
    Ok(answered_by(hours.as_ref(), now, queue.answer_within_seconds))
}

/// The customer of `doc` was told that he need not wait. A repeat changes nothing.
pub(crate) fn offered(act: &mut Act<'_, '_>, doc: &InteractionDoc) -> Result<(), AppError> {
    let now = act.now;
    Ok(rows::offered(act.tx, doc.id, doc.queue, doc.medium, now)?)
}

/// A wish, or what we owe: `carrier` waits for the customer of `doc` from now on.
pub(crate) fn accepted(
    act: &mut Act<'_, '_>,
    doc: &InteractionDoc,
    carrier: InteractionId,
    kind: Kind,
    due: Timestamp,
) -> Result<(), AppError> {
    let row = row(act.now, doc, carrier, kind, Some(due), None);
    rows::accepted(act.tx, &row)?;
    promises::follow::callback(act, doc)
}

/// A wish of somebody who waits to be called already, in `known`.
pub(crate) fn joined(act: &mut Act<'_, '_>, doc: &InteractionDoc, known: InteractionId) -> Result<(), AppError> {
    let row = row(act.now, doc, known, Kind::Asked, None, Some("joined"));
    Ok(rows::accepted(act.tx, &row)?)
}

fn row(
    now: Timestamp,
    doc: &InteractionDoc,
    carrier: InteractionId,
    kind: Kind,
    due: Option<Timestamp>,
    outcome: Option<&str>,
) -> CallbackRow {
    CallbackRow {
        interaction: doc.id,
        carrier,
        queue: doc.queue,
        medium: doc.medium,
        at: now,
        offered: None,
        accepted: Some(now),
        kind: Some(kind.word().to_owned()),
        due,
        outcome: outcome.map(str::to_owned),
        ended: outcome.map(|_| now),
    }
}

/// Ends what nobody has ended: whose interaction has another answer by now, or is closed and waits for nobody. Idempotent; run every minute.
pub(crate) fn settle(act: &mut Act<'_, '_>) -> Result<(), AppError> {
    let now = act.now;
    for row in rows::open(act.tx, SETTLED)? {
        let Some(doc) = act.tx.get::<InteractionDoc>(row.carrier)? else {
            rows::ended(act.tx, row.carrier, "failed", now)?;
            continue;
        };
        let InteractionState::Closed { at, how } = doc.state else { continue };
        let waits = doc.callback.is_some() && !matches!(how, Closed::Refused | Closed::Joined);
        if waits {
            continue;
        }
        match how {
            Closed::Finished | Closed::CustomerLeft | Closed::Abandoned => {
                // A reply that is on its way tells by itself when it has come.
                if !replied_since(act.tx, &doc, row.at)? {
                    rows::ended(act.tx, row.carrier, "failed", at)?;
                }
            }
            Closed::Joined | Closed::Refused => rows::ended(act.tx, row.carrier, "canceled", at)?,
        }
    }
    Ok(rows::expire(act.tx, now - KEPT)?)
}

/// What was offered, wanted and kept in the last days (1 to 366): by queue, medium and day, newest day first.
///
/// # Errors
/// [`AppError::Forbidden`] without `routing.configure` or `ledger.read`; [`AppError::Invalid`] for other days.
pub async fn report(ctx: &Ctx, actor: &Actor, days: u32) -> Result<Vec<CallbackCountsDoc>, AppError> {
    actor.require_any(&[Right::RoutingConfigure, Right::LedgerRead])?;
    crate::config::within("days", days, 1..=366)?;
    let since = ctx.now() - Duration::from_secs(u64::from(days) * 24 * 3600);
    let (found, zones) = ctx
        .read(move |tx| {
            let mut zones: BTreeMap<QueueId, TimeZone> = BTreeMap::new();
            for queue in tx.list::<QueueDoc>()? {
                let zone = promise::zone_of(tx, &queue)?;
                zones.insert(queue.id, TimeZone::get(&zone).unwrap_or(TimeZone::UTC));
            }
            Ok((rows::since(tx, since, REPORTED)?, zones))
        })
        .await?;
    let mut counts: BTreeMap<(std::cmp::Reverse<String>, QueueId, Medium), CallbackCountsDoc> = BTreeMap::new();
    for row in found {
        let day = day(row.at, zones.get(&row.queue).cloned().unwrap_or(TimeZone::UTC));
        let counts = counts.entry((std::cmp::Reverse(day.clone()), row.queue, row.medium)).or_insert_with(|| none(&row, day));
        count(counts, &row);
    }
    Ok(counts.into_values().collect())
}

fn none(row: &CallbackRow, day: String) -> CallbackCountsDoc {
    CallbackCountsDoc {
        queue: row.queue,
        medium: row.medium,
        day,
        offered: 0,
        accepted: 0,
        owed: 0,
        kept: 0,
        late: 0,
        failed: 0,
        canceled: 0,
        joined: 0,
        open: 0,
    }
}

fn count(counts: &mut CallbackCountsDoc, row: &CallbackRow) {
    counts.offered += u32::from(row.offered.is_some());
    match row.kind.as_deref() {
        Some("owed") => counts.owed += 1,
        Some(_) => counts.accepted += 1,
        None => return,
    }
    let of = match row.outcome.as_deref() {
        Some("kept") => &mut counts.kept,
        Some("late") => &mut counts.late,
        Some("canceled") => &mut counts.canceled,
        Some("joined") => &mut counts.joined,
        Some(_) => &mut counts.failed,
        None => &mut counts.open,
    };
    *of += 1;
}

/// `2027-01-18`, where the queue is.
fn day(at: Timestamp, zone: TimeZone) -> String {
    let at = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    at.to_zoned(zone).date().to_string()
}
