//! What the telephone door records.

use super::work;
use crate::{
    AppError, Ctx,
    act::{self},
    calls::rows as call_rows,
    secrets,
};
use okno_model::{
    CallId, RecordingId,
    doc::{CallDoc, ChannelDoc, RecordingDoc},
    event::{self, What},
};
use okno_store::recordings::{self as rows, Chunk};
use std::time::Duration;

/// Largest chunk: 5 s of two channels at 48 kHz and 16 bit are 960 kB; what is larger is a mistake.
const CHUNK_BYTES: usize = 1024 * 1024;
/// Bytes of a key.
pub(super) const KEY: usize = 32;
const DAY: Duration = Duration::from_secs(24 * 3600);

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

impl From<Chunk> for RecordingChunk {
    fn from(chunk: Chunk) -> Self {
        Self { n: chunk.n, started_ms: chunk.started_ms, ms: chunk.ms, bytes: chunk.bytes }
    }
}

/// What a recording's key is sealed for.
pub(super) fn sealed_for(id: RecordingId) -> String {
    format!("recording {id}")
}

/// Opens the sealed key of a recording; `None` if it was destroyed.
pub(super) fn open_key(ctx: &Ctx, id: RecordingId, sealed: &[u8]) -> Result<Option<[u8; KEY]>, AppError> {
    if sealed.is_empty() {
        return Ok(None);
    }
    let key = ctx.app.secrets.open(&sealed_for(id), sealed)?;
    let key = key.try_into().map_err(|_| AppError::Internal(format!("the key of recording {id} has a wrong length")))?;
    Ok(Some(key))
}

/// Begins a recording of a call; the key seals its chunks. A recording of the same kind that goes on is gone on with.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown call; the store's.
pub async fn recording_started(ctx: &Ctx, call: CallId, voicemail: bool) -> Result<(RecordingId, [u8; 32]), AppError> {
    let inner = ctx.clone();
    act::run(ctx, event::Actor::System, move |act| {
        let call: CallDoc = call_rows::get(act.tx, call)?;
        if let Some(open) = rows::of_call(act.tx, call.id)?.into_iter().find(|r| r.ended.is_none() && r.voicemail == voicemail)
            && let Some(key) = open_key(&inner, open.id, &rows::secret(act.tx, open.id)?.unwrap_or_default())?
        {
            return Ok((open.id, key));
        }
        let channel = act.tx.get::<ChannelDoc>(call.channel)?.ok_or(AppError::not_found("channel"))?;
        let days = call_rows::settings_of(&channel)?.record_days;
        let doc = RecordingDoc {
            id: act.id(RecordingId::new),
            call: call.id,
            interaction: call.interaction,
            started: act.now,
            ended: None,
            ms: 0,
            chunks: 0,
            voicemail,
            cut: false,
            expires: (days > 0).then(|| act.now + DAY * days),
            deleted: false,
        };
        let mut key = [0; KEY];
        secrets::random(&mut key);
        if !rows::insert(act.tx, &doc, inner.app.secrets.seal(&sealed_for(doc.id), &key))? {
            return Err(AppError::Internal(format!("recording {} is there already", doc.id)));
        }
        act.tell(What::RecordingChanged(doc.clone()))?;
        Ok((doc.id, key))
    })
    .await
}

/// Keeps a part of a recording. A repeat changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] for a recording that is unknown or deleted; [`AppError::Invalid`] for a part that is too large; the store's.
pub async fn recording_chunk(ctx: &Ctx, id: RecordingId, chunk: RecordingChunk) -> Result<(), AppError> {
    if chunk.bytes.len() > CHUNK_BYTES || chunk.ms < 0 || chunk.started_ms < 0 || chunk.n < 0 {
        return Err(AppError::invalid("chunk", "bad_chunk", format!("a chunk has at most {CHUNK_BYTES} bytes and no negative number")));
    }
    // No event: the desk learns the length at the end, and a thousand calls would write hundreds of events in a second.
    ctx.app
        .store
        .write(ctx.ws, move |tx| {
            let recording = tx.get::<RecordingDoc>(id)?.filter(|r| !r.deleted).ok_or(AppError::not_found("recording"))?;
            rows::add_chunk(tx, recording.id, &Chunk { n: chunk.n, started_ms: chunk.started_ms, ms: chunk.ms, bytes: chunk.bytes })?;
            Ok(())
        })
        .await
}

/// Ends a recording.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown recording; the store's.
pub async fn recording_ended(ctx: &Ctx, id: RecordingId) -> Result<RecordingDoc, AppError> {
    act::run(ctx, event::Actor::System, move |act| {
        let recording = act.tx.get::<RecordingDoc>(id)?.ok_or(AppError::not_found("recording"))?;
        work::end(act, recording, false)?;
        act.tx.get::<RecordingDoc>(id)?.ok_or(AppError::not_found("recording"))
    })
    .await
}
