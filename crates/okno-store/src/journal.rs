//! The journal: every event of a workspace in a gap-free sequence, written by [`Tx::append`] in the state's own transaction.
//! Readers (sockets, webhooks, exports) keep a cursor and read on from it.

use crate::{StoreError, Tx, params};
use okno_model::event::Event;
use uuid::Uuid;

/// Events after number `seq`, oldest first, at most `limit`.
pub fn after(tx: &mut Tx<'_>, seq: i64, limit: usize) -> Result<Vec<Event>, StoreError> {
    let params = params![tx.ws(), seq, limit as i64];
    tx.query("SELECT body FROM events WHERE ws = $1 AND seq > $2 ORDER BY seq LIMIT $3", params, |row| row.json(0))
}

/// Number of the last event; 0 before the first.
pub fn head(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let seq = tx.query_opt("SELECT seq FROM workspaces WHERE id = $1", params![tx.ws()], |row| row.get(0))?;
    Ok(tx.head_after(seq.unwrap_or(0)))
}

/// Number of the oldest event that is still kept; one more than [`head`] if there is none.
/// A reader whose cursor is below `first - 1` has missed events and needs a snapshot.
pub fn first(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let kept: Option<i64> = tx.query_one("SELECT MIN(seq) FROM events WHERE ws = $1", params![tx.ws()], |row| row.get(0))?;
    match kept {
        Some(seq) => Ok(seq),
        None => Ok(head(tx)? + 1),
    }
}

/// The newest events about one entity, newest first. Events of messages belong to their interaction.
pub fn of_subject(tx: &mut Tx<'_>, subject: Uuid, limit: usize) -> Result<Vec<Event>, StoreError> {
    let params = params![tx.ws(), subject, limit as i64];
    tx.query("SELECT body FROM events WHERE ws = $1 AND subject = $2 ORDER BY seq DESC LIMIT $3", params, |row| row.json(0))
}

/// Forgets events up to and including number `through`; returns how many. Numbers are never used again.
pub fn trim(tx: &mut Tx<'_>, through: i64) -> Result<u64, StoreError> {
    tx.exec("DELETE FROM events WHERE ws = $1 AND seq <= $2", params![tx.ws(), through])
}
