//! What was foretold about waits, what came of it, and what was learned from that.

use crate::{StoreError, Tx, params};
use okno_model::{InteractionId, Medium, QueueId, Timestamp};

/// A wait that was foretold.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitRow {
    /// Whose.
    pub interaction: InteractionId,
    /// When.
    pub at: Timestamp,
    /// In which queue.
    pub queue: QueueId,
    /// Medium.
    pub medium: Medium,
    /// How long he had waited by then, ms.
    pub waited: i64,
    /// What was foretold, as JSON.
    pub estimate: String,
    /// `answered`, `gave_up`, `other`; `None` while he waits.
    pub outcome: Option<String>,
    /// How long he waited in all, ms.
    pub total: Option<i64>,
}

const COLUMNS: &str = "interaction, at, queue, medium, waited, estimate, outcome, total";

/// Writes down what was foretold; a repeat changes nothing.
pub fn said(tx: &mut Tx<'_>, row: &WaitRow) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec(
        "INSERT INTO waits (ws, interaction, at, queue, medium, waited, estimate) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        params![ws, row.interaction, row.at, row.queue, row.medium, row.waited, row.estimate.as_str()],
    )?;
    Ok(())
}

/// Writes down what came of it.
pub fn ended(tx: &mut Tx<'_>, interaction: InteractionId, outcome: &str, total: i64) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec(
        "UPDATE waits SET outcome = $3, total = $4 WHERE ws = $1 AND interaction = $2 AND outcome IS NULL",
        params![ws, interaction, outcome, total],
    )?;
    Ok(())
}

/// What was foretold to those who wait still.
pub fn open(tx: &mut Tx<'_>) -> Result<Vec<WaitRow>, StoreError> {
    let ws = tx.ws();
    tx.query(&format!("SELECT {COLUMNS} FROM waits WHERE ws = $1 AND outcome IS NULL ORDER BY at"), params![ws], read)
}

/// What came of predictions since an instant, oldest first, at most so many.
pub fn outcomes(tx: &mut Tx<'_>, since: Timestamp, limit: usize) -> Result<Vec<WaitRow>, StoreError> {
    let ws = tx.ws();
    let sql = format!("SELECT {COLUMNS} FROM waits WHERE ws = $1 AND at >= $2 AND outcome IN ('answered', 'gave_up') ORDER BY at LIMIT $3");
    tx.query(&sql, params![ws, since, limit as i64], read)
}

/// Forgets what is older than an instant.
pub fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec("DELETE FROM waits WHERE ws = $1 AND at < $2", params![ws, before])?;
    Ok(())
}

/// The parts of what was learned.
pub fn parts(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let ws = tx.ws();
    tx.query("SELECT state FROM wait_parts WHERE ws = $1 ORDER BY part", params![ws], |row| row.get(0))
}

/// Keeps one part of what was learned.
pub fn keep(tx: &mut Tx<'_>, now: Timestamp, part: &str, state: &str) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec(
        "INSERT INTO wait_parts (ws, part, saved, state) VALUES ($1, $2, $3, $4)
         ON CONFLICT (ws, part) DO UPDATE SET saved = excluded.saved, state = excluded.state",
        params![ws, part, now, state],
    )?;
    Ok(())
}

/// What was learned as earlier versions kept it, in one piece.
pub fn state(tx: &mut Tx<'_>) -> Result<Option<String>, StoreError> {
    let ws = tx.ws();
    tx.query_opt("SELECT state FROM wait_state WHERE ws = $1", params![ws], |row| row.get(0))
}

fn read(row: &crate::Row<'_>) -> Result<WaitRow, StoreError> {
    Ok(WaitRow {
        interaction: row.get(0)?,
        at: row.get(1)?,
        queue: row.get(2)?,
        medium: row.get(3)?,
        waited: row.get(4)?,
        estimate: row.get(5)?,
        outcome: row.get(6)?,
        total: row.get(7)?,
    })
}
