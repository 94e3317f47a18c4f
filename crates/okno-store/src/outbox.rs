//! The outbox: work that must leave the house at least once, written in the transaction that decided it.
//!
//! A row is claimed with a lease. Each claim counts an attempt, and the attempt number is the fence: whoever reports a result
//! for an attempt that is no longer the last one (his lease ran out and another took the row) is told so and changes nothing.

use crate::{Row, StoreError, Tx, params};
use okno_model::{ChannelId, OutboxId, Timestamp};
use serde::de::DeserializeOwned;

/// A row to be written.
#[derive(Debug, Clone)]
pub struct NewOutbox {
    /// Id.
    pub id: OutboxId,
    /// What kind of work: `mail`, ...
    pub kind: String,
    /// Channel that does it.
    pub channel: Option<ChannelId>,
    /// Unique in the workspace: a second push with the same key is the same work.
    pub key: String,
    /// Not before.
    pub due: Timestamp,
    /// Now.
    pub created: Timestamp,
    /// JSON.
    pub payload: String,
}

/// A row as it stands.
#[derive(Debug, Clone)]
pub struct OutboxRow {
    /// Id.
    pub id: OutboxId,
    /// Kind.
    pub kind: String,
    /// Channel.
    pub channel: Option<ChannelId>,
    /// Unique key.
    pub key: String,
    /// `pending`, `sending`, `done`, `failed`.
    pub state: String,
    /// Claims so far, this one included.
    pub attempts: i64,
    /// Due.
    pub due: Timestamp,
    /// JSON.
    pub payload: String,
    /// Words of the last failed try.
    pub last_error: String,
    /// Written.
    pub created: Timestamp,
}

impl OutboxRow {
    /// The payload as `T`.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, StoreError> {
        serde_json::from_str(&self.payload).map_err(|e| StoreError::Corrupt(format!("outbox row {}: {e}", self.id)))
    }
}

const COLUMNS: &str = "id, kind, channel, key, state, attempts, due, payload, last_error, created";

fn read(row: &Row<'_>) -> Result<OutboxRow, StoreError> {
    Ok(OutboxRow {
        id: row.get(0)?,
        kind: row.get(1)?,
        channel: row.get(2)?,
        key: row.get(3)?,
        state: row.get(4)?,
        attempts: row.get(5)?,
        due: row.get(6)?,
        payload: row.get(7)?,
        last_error: row.get(8)?,
        created: row.get(9)?,
    })
}

/// Writes a row; `false` if one with this key was there, which then stays as it is.
pub fn push(tx: &mut Tx<'_>, new: &NewOutbox) -> Result<bool, StoreError> {
    let ws = tx.ws();
    let inserted = tx.exec(
        "INSERT INTO outbox (id, ws, kind, channel, key, state, due, payload, created) VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7, $8)
         ON CONFLICT (ws, key) DO NOTHING",
        params![new.id, ws, new.kind.as_str(), new.channel, new.key.as_str(), new.due, new.payload.as_str(), new.created],
    )?;
    Ok(inserted > 0)
}

/// Takes rows that are due, and rows whose lease has run out, oldest due first. They are `owner`'s until `lease_until`.
pub fn claim(
    tx: &mut Tx<'_>,
    kind: &str,
    owner: &str,
    now: Timestamp,
    lease_until: Timestamp,
    limit: usize,
) -> Result<Vec<OutboxRow>, StoreError> {
    let sql = format!(
        "UPDATE outbox SET state = 'sending', attempts = attempts + 1, lease_until = $4, owner = $6 WHERE id IN (
            SELECT id FROM outbox WHERE ws = $1 AND kind = $2 AND (state = 'pending' OR state = 'sending')
            AND ((state = 'pending' AND due <= $3) OR lease_until <= $3) ORDER BY due, id LIMIT $5)
         RETURNING {COLUMNS}"
    );
    let mut rows = tx.query(&sql, params![tx.ws(), kind, now, lease_until, limit as i64, owner], read)?;
    rows.sort_by_key(|row| (row.due, row.id));
    Ok(rows)
}

/// The work is done. `false`: the attempt is no longer the last one.
pub fn done(tx: &mut Tx<'_>, id: OutboxId, attempt: i64, now: Timestamp) -> Result<bool, StoreError> {
    finish(tx, id, attempt, "state = 'done', lease_until = NULL, last_error = '', done_at = $4", params![now])
}

/// Try again at `due`. `false`: the attempt is no longer the last one.
pub fn defer(tx: &mut Tx<'_>, id: OutboxId, attempt: i64, due: Timestamp, why: &str) -> Result<bool, StoreError> {
    finish(tx, id, attempt, "state = 'pending', lease_until = NULL, due = $4, last_error = $5", params![due, why])
}

/// It will never work. `false`: the attempt is no longer the last one.
pub fn fail(tx: &mut Tx<'_>, id: OutboxId, attempt: i64, now: Timestamp, why: &str) -> Result<bool, StoreError> {
    finish(tx, id, attempt, "state = 'failed', lease_until = NULL, done_at = $4, last_error = $5", params![now, why])
}

fn finish(tx: &mut Tx<'_>, id: OutboxId, attempt: i64, set: &str, more: &[crate::Value]) -> Result<bool, StoreError> {
    let sql = format!("UPDATE outbox SET {set} WHERE ws = $1 AND id = $2 AND attempts = $3 AND state = 'sending'");
    let params = [params![tx.ws(), id, attempt], more].concat();
    Ok(tx.exec(&sql, &params)? > 0)
}

/// Puts claimed rows back, as if their lease had run out now: those of `owner`, or with `None` everybody's. Only right when no
/// process can hold such a claim.
pub fn release(tx: &mut Tx<'_>, kind: &str, owner: Option<&str>) -> Result<(), StoreError> {
    let sql = "UPDATE outbox SET state = 'pending', lease_until = NULL WHERE ws = $1 AND kind = $2 AND state = 'sending'
               AND (CAST($3 AS BIGINT) = 1 OR owner = $4)";
    tx.exec(sql, params![tx.ws(), kind, owner.is_none(), owner.unwrap_or_default()]).map(drop)
}

/// A person wants a failed row tried again. `false` if it is not failed.
pub fn requeue(tx: &mut Tx<'_>, id: OutboxId, due: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE outbox SET state = 'pending', due = $3, done_at = NULL WHERE ws = $1 AND id = $2 AND state = 'failed'";
    Ok(tx.exec(sql, params![tx.ws(), id, due])? > 0)
}

/// When [`claim`] will next find something; `None` if nothing waits.
pub fn next_due(tx: &mut Tx<'_>, kind: &str) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT MIN(CASE WHEN state = 'pending' THEN due ELSE lease_until END) FROM outbox
               WHERE ws = $1 AND kind = $2 AND (state = 'pending' OR state = 'sending')";
    tx.query_one(sql, params![tx.ws(), kind], |row| row.get(0))
}

/// One row.
pub fn get(tx: &mut Tx<'_>, id: OutboxId) -> Result<Option<OutboxRow>, StoreError> {
    tx.query_opt(&format!("SELECT {COLUMNS} FROM outbox WHERE ws = $1 AND id = $2"), params![tx.ws(), id], read)
}

/// The row with this unique key.
pub fn by_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<OutboxRow>, StoreError> {
    tx.query_opt(&format!("SELECT {COLUMNS} FROM outbox WHERE ws = $1 AND key = $2"), params![tx.ws(), key], read)
}
