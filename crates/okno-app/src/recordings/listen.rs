//! Listening to recordings, and deleting them.

use super::RecordingChunk;
use crate::{AppError, Ctx, access::Actor};
use okno_model::{RecordingId, Timestamp, UserId, doc::RecordingDoc};
use std::{collections::BTreeMap, sync::Mutex};

/// Who listens to what now: a player asks for a recording in many parts, which are one listening.
#[derive(Debug, Default)]
pub struct Listenings(Mutex<BTreeMap<(UserId, RecordingId), Timestamp>>);

/// The sound of a recording, sealed, with its key.
pub struct Sound {
    /// The recording.
    pub doc: RecordingDoc,
    /// Its key.
    pub key: [u8; 32],
    /// Its chunks, in order.
    pub chunks: Vec<RecordingChunk>,
}

/// One recording.
///
/// # Errors
/// 404 by `interaction.read` on its interaction, then 403 by `recording.listen`.
pub async fn show(ctx: &Ctx, actor: &Actor, id: RecordingId) -> Result<RecordingDoc, AppError> {
    let _ = (ctx, actor, id);
    Err(crate::calls::rows::later())
}

/// The sound of a recording. Audited.
///
/// # Errors
/// As [`show`]; 404 when it is deleted.
pub async fn sound(ctx: &Ctx, actor: &Actor, id: RecordingId) -> Result<Sound, AppError> {
    let _ = (ctx, actor, id);
    Err(crate::calls::rows::later())
}

/// Deletes the sound of a recording; the record of it stays. Audited.
///
/// # Errors
/// As [`show`]; 403 without `recording.control` over everything: nobody removes the record of his own talks.
pub async fn delete(ctx: &Ctx, actor: &Actor, id: RecordingId) -> Result<RecordingDoc, AppError> {
    let _ = (ctx, actor, id);
    Err(crate::calls::rows::later())
}
