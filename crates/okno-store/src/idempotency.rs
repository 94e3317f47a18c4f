//! Idempotency keys of the REST API: the same request with the same key gets the same answer, also after a crash.
//! The answer is saved in the transaction of the act itself.

use crate::{StoreError, Tx, params};
use okno_model::{Timestamp, UserId};

/// What is known about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing: do the act.
    New,
    /// The act was done: this is its answer.
    Saved {
        /// HTTP status.
        status: u16,
        /// JSON body.
        body: String,
    },
    /// The key was used for another request.
    Mismatch,
}

/// Looks a key up. `request_hash` is the SHA-256 of method, path and body.
pub fn find(tx: &mut Tx<'_>, user: UserId, key: &str, request_hash: &[u8]) -> Result<Found, StoreError> {
    let sql = "SELECT request_hash, status, body FROM idempotency WHERE ws = $1 AND user_id = $2 AND key = $3";
    let row =
        tx.query_opt(sql, params![tx.ws(), user, key], |row| Ok((row.get::<Vec<u8>>(0)?, row.get::<u16>(1)?, row.get::<String>(2)?)))?;
    Ok(match row {
        None => Found::New,
        Some((hash, status, body)) if hash == request_hash => Found::Saved { status, body },
        Some(_) => Found::Mismatch,
    })
}

/// Saves the answer. [`StoreError::Conflict`] if the key is there already: the act must be rolled back and the key looked up again.
pub fn save(
    tx: &mut Tx<'_>,
    user: UserId,
    key: &str,
    request_hash: &[u8],
    status: u16,
    body: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO idempotency (ws, user_id, key, request_hash, status, body, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    tx.exec(sql, params![tx.ws(), user, key, request_hash, status, body, at])?;
    Ok(())
}

/// Forgets one key.
pub fn forget(tx: &mut Tx<'_>, user: UserId, key: &str) -> Result<(), StoreError> {
    tx.exec("DELETE FROM idempotency WHERE ws = $1 AND user_id = $2 AND key = $3", params![tx.ws(), user, key])?;
    Ok(())
}

/// Forgets keys saved before `at`; returns how many.
pub fn forget_before(tx: &mut Tx<'_>, at: Timestamp) -> Result<u64, StoreError> {
    tx.exec("DELETE FROM idempotency WHERE ws = $1 AND at < $2", params![tx.ws(), at])
}
