//! Who was offered a way not to wait, who took it, and whether it was kept: one row per interaction in which a customer waited.

use crate::{Row, StoreError, Tx, params};
use okno_model::{InteractionId, Medium, QueueId, Timestamp};

/// One customer who was offered to be called or written to, or who is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallbackRow {
    /// In which he waited.
    pub interaction: InteractionId,
    /// Which waits for him now.
    pub carrier: InteractionId,
    /// Queue in which he waited.
    pub queue: QueueId,
    /// Medium by which he waited.
    pub medium: Medium,
    /// When it was offered, or began without an offer.
    pub at: Timestamp,
    /// When it was offered.
    pub offered: Option<Timestamp>,
    /// When he wanted it, or we began it.
    pub accepted: Option<Timestamp>,
    /// `asked`, `write`, `owed`; `None` as long as it is only offered.
    pub kind: Option<String>,
    /// By when he was told that he is reached.
    pub due: Option<Timestamp>,
    /// `kept`, `late`, `failed`, `canceled`, `joined`; `None` while he waits.
    pub outcome: Option<String>,
    /// When it was over.
    pub ended: Option<Timestamp>,
}

const COLUMNS: &str = "interaction, carrier, queue, medium, at, offered, accepted, kind, due, outcome, ended";

/// He was told that he need not wait. A repeat changes nothing.
pub fn offered(tx: &mut Tx<'_>, interaction: InteractionId, queue: QueueId, medium: Medium, now: Timestamp) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec(
        "INSERT INTO callbacks (ws, interaction, carrier, queue, medium, at, offered) VALUES ($1, $2, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING",
        params![ws, interaction, queue, medium, now],
    )?;
    Ok(())
}

/// He wants it, or we begin it by ourselves. What was wanted before in this interaction stays as it is.
pub fn accepted(tx: &mut Tx<'_>, row: &CallbackRow) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec(
        "INSERT INTO callbacks (ws, interaction, carrier, queue, medium, at, accepted, kind, due, outcome, ended)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10)
         ON CONFLICT (ws, interaction) DO UPDATE SET carrier = excluded.carrier, accepted = excluded.accepted, kind = excluded.kind,
             due = excluded.due, outcome = excluded.outcome, ended = excluded.ended
         WHERE callbacks.accepted IS NULL",
        params![
            ws,
            row.interaction,
            row.carrier,
            row.queue,
            row.medium,
            row.at,
            row.kind.as_deref(),
            row.due,
            row.outcome.as_deref(),
            row.ended
        ],
    )?;
    Ok(())
}

/// Another interaction waits for him from now on: the next try.
pub fn moved(tx: &mut Tx<'_>, from: InteractionId, to: InteractionId) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec(
        "UPDATE callbacks SET carrier = $3 WHERE ws = $1 AND carrier = $2 AND accepted IS NOT NULL AND outcome IS NULL",
        params![ws, from, to],
    )?;
    Ok(())
}

/// He was reached: in time, or late.
pub fn reached(tx: &mut Tx<'_>, carrier: InteractionId, now: Timestamp) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec(
        "UPDATE callbacks SET outcome = CASE WHEN due IS NOT NULL AND due < $3 THEN 'late' ELSE 'kept' END, ended = $3
         WHERE ws = $1 AND carrier = $2 AND accepted IS NOT NULL AND outcome IS NULL",
        params![ws, carrier, now],
    )?;
    Ok(())
}

/// It ended otherwise: `failed`, `canceled`.
pub fn ended(tx: &mut Tx<'_>, carrier: InteractionId, outcome: &str, now: Timestamp) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec(
        "UPDATE callbacks SET outcome = $3, ended = $4 WHERE ws = $1 AND carrier = $2 AND accepted IS NOT NULL AND outcome IS NULL",
        params![ws, carrier, outcome, now],
    )?;
    Ok(())
}

/// Who seemed to be reached was not: it is open again.
pub fn reopened(tx: &mut Tx<'_>, carrier: InteractionId) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec(
        "UPDATE callbacks SET outcome = NULL, ended = NULL WHERE ws = $1 AND carrier = $2 AND outcome IN ('kept', 'late')",
        params![ws, carrier],
    )?;
    Ok(())
}

/// Those that are waited for, oldest first, at most so many.
pub fn open(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<CallbackRow>, StoreError> {
    let ws = tx.ws();
    let sql = format!("SELECT {COLUMNS} FROM callbacks WHERE ws = $1 AND accepted IS NOT NULL AND outcome IS NULL ORDER BY at LIMIT $2");
    tx.query(&sql, params![ws, limit as i64], read)
}

/// The one of an interaction in which somebody waited.
pub fn of(tx: &mut Tx<'_>, interaction: InteractionId) -> Result<Option<CallbackRow>, StoreError> {
    let ws = tx.ws();
    tx.query_opt(&format!("SELECT {COLUMNS} FROM callbacks WHERE ws = $1 AND interaction = $2"), params![ws, interaction], read)
}

/// Those since an instant, oldest first, at most so many.
pub fn since(tx: &mut Tx<'_>, since: Timestamp, limit: usize) -> Result<Vec<CallbackRow>, StoreError> {
    let ws = tx.ws();
    let sql = format!("SELECT {COLUMNS} FROM callbacks WHERE ws = $1 AND at >= $2 ORDER BY at LIMIT $3");
    tx.query(&sql, params![ws, since, limit as i64], read)
}

/// Forgets what is older than an instant and over.
pub fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec("DELETE FROM callbacks WHERE ws = $1 AND at < $2 AND (accepted IS NULL OR outcome IS NOT NULL)", params![ws, before])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<CallbackRow, StoreError> {
    Ok(CallbackRow {
        interaction: row.get(0)?,
        carrier: row.get(1)?,
        queue: row.get(2)?,
        medium: row.get(3)?,
        at: row.get(4)?,
        offered: row.get(5)?,
        accepted: row.get(6)?,
        kind: row.get(7)?,
        due: row.get(8)?,
        outcome: row.get(9)?,
        ended: row.get(10)?,
    })
}
