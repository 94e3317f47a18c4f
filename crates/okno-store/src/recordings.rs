//! Rows of recordings and their chunks.

use crate::{StoreError, Tx, params};
use okno_model::{CallId, InteractionId, RecordingId, Timestamp, doc::RecordingDoc};

/// A part of a recording, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Number: 0, 1, ...
    pub n: i64,
    /// Where it begins within the recording, milliseconds.
    pub started_ms: i64,
    /// Length, milliseconds.
    pub ms: i64,
    /// The sound, sealed.
    pub bytes: Vec<u8>,
}

/// Stores a new recording with its sealed key.
pub fn insert(tx: &mut Tx<'_>, recording: &RecordingDoc, sealed_key: Vec<u8>) -> Result<bool, StoreError> {
    tx.insert_with(recording, &[("secret", sealed_key.into())])
}

/// The sealed key; `None` if there is no such recording, empty if it was destroyed.
pub fn secret(tx: &mut Tx<'_>, id: RecordingId) -> Result<Option<Vec<u8>>, StoreError> {
    let ws = tx.ws();
    tx.query_opt("SELECT secret FROM recordings WHERE ws = $1 AND id = $2", params![ws, id], |row| row.get(0))
}

/// Recordings of a call, oldest first.
pub fn of_call(tx: &mut Tx<'_>, call: CallId) -> Result<Vec<RecordingDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs("SELECT doc FROM recordings WHERE ws = $1 AND call = $2 ORDER BY started, id", params![ws, call])
}

/// Recordings of an interaction, oldest first.
pub fn of_interaction(tx: &mut Tx<'_>, interaction: InteractionId) -> Result<Vec<RecordingDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs("SELECT doc FROM recordings WHERE ws = $1 AND interaction = $2 ORDER BY started, id", params![ws, interaction])
}

/// Keeps a chunk; `false` if it was there already.
pub fn add_chunk(tx: &mut Tx<'_>, id: RecordingId, chunk: &Chunk) -> Result<bool, StoreError> {
    let ws = tx.ws();
    let kept = tx.exec(
        "INSERT INTO recording_chunks (ws, recording, n, started_ms, ms, bytes) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        params![ws, id, chunk.n, chunk.started_ms, chunk.ms, chunk.bytes.clone()],
    )?;
    Ok(kept > 0)
}

/// The chunks of a recording, in their order.
pub fn chunks(tx: &mut Tx<'_>, id: RecordingId) -> Result<Vec<Chunk>, StoreError> {
    let ws = tx.ws();
    tx.query("SELECT n, started_ms, ms, bytes FROM recording_chunks WHERE ws = $1 AND recording = $2 ORDER BY n", params![ws, id], |row| {
        Ok(Chunk { n: row.get(0)?, started_ms: row.get(1)?, ms: row.get(2)?, bytes: row.get(3)? })
    })
}

/// How many chunks are kept, and where the last one ends, milliseconds.
pub fn kept(tx: &mut Tx<'_>, id: RecordingId) -> Result<(i64, i64), StoreError> {
    let ws = tx.ws();
    tx.query_one(
        "SELECT COUNT(*), COALESCE(MAX(started_ms + ms), 0) FROM recording_chunks WHERE ws = $1 AND recording = $2",
        params![ws, id],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Destroys the sound: its key and its chunks. Stores the record that stays.
pub fn destroy(tx: &mut Tx<'_>, recording: &RecordingDoc) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.replace(recording, &[("secret", Vec::new().into())])?;
    tx.exec("DELETE FROM recording_chunks WHERE ws = $1 AND recording = $2", params![ws, recording.id])?;
    Ok(())
}

/// Recordings whose time is over, oldest first.
pub fn expired(tx: &mut Tx<'_>, now: Timestamp, limit: usize) -> Result<Vec<RecordingDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs(
        "SELECT doc FROM recordings WHERE ws = $1 AND expires IS NOT NULL AND expires <= $2 ORDER BY expires, id LIMIT $3",
        params![ws, now, limit as i64],
    )
}
