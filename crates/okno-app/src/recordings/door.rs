//! What the telephone door records.

use crate::{AppError, Ctx};
use okno_model::{CallId, RecordingId};

/// A part of a recording, sealed with its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingChunk {
    /// Number: 0, 1, ...
    pub n: i64,
    /// Where it begins within the recording, milliseconds.
    pub started_ms: i64,
    /// Length, milliseconds.
    pub ms: i64,
    /// The sound, sealed.
    pub bytes: Vec<u8>,
}

/// Begins a recording of a call; the key seals its chunks. A recording of the same kind that goes on is gone on with.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown call; the store's.
pub async fn recording_started(ctx: &Ctx, call: CallId, voicemail: bool) -> Result<(RecordingId, [u8; 32]), AppError> {
    let _ = (ctx, call, voicemail);
    Err(crate::calls::rows::later())
}

/// Keeps a part of a recording. A repeat changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] for a recording that is unknown or deleted; the store's.
pub async fn recording_chunk(ctx: &Ctx, id: RecordingId, chunk: RecordingChunk) -> Result<(), AppError> {
    let _ = (ctx, id, chunk);
    Err(crate::calls::rows::later())
}

/// Ends a recording.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown recording; the store's.
pub async fn recording_ended(ctx: &Ctx, id: RecordingId) -> Result<(), AppError> {
    let _ = (ctx, id);
    Err(crate::calls::rows::later())
}
