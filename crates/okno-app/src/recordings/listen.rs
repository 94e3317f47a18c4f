//! Listening to recordings, and deleting them.

use super::{
    RecordingChunk,
    door::{KEY, open_key},
    work,
};
use crate::{
    AppError, Ctx,
    access::{self, Actor},
    act::{self},
    audit,
};
use okno_model::{
    RecordingId, Timestamp, UserId,
    doc::RecordingDoc,
    right::{Right, Scope},
};
use okno_store::recordings as rows;
use serde_json::json;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Requests of one player within this time are one listening.
const ONE_LISTENING: Duration = Duration::from_secs(15 * 60);
/// Listenings that are remembered; with more, the oldest is audited again.
const REMEMBERED: usize = 10_000;

/// Who listens to what now: a player asks for a recording in many parts, which are one listening.
#[derive(Debug, Default)]
pub struct Listenings(Mutex<BTreeMap<(UserId, RecordingId), Timestamp>>);

impl Listenings {
    /// Whether this request begins a listening.
    fn begins(&self, user: UserId, recording: RecordingId, now: Timestamp) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, last| now.since(*last) < ONE_LISTENING);
        if all.len() >= REMEMBERED
            && let Some(oldest) = all.iter().min_by_key(|(_, last)| **last).map(|(key, _)| *key)
        {
            all.remove(&oldest);
        }
        all.insert((user, recording), now).is_none()
    }

    /// Nothing was heard after all.
    fn forget(&self, user: UserId, recording: RecordingId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&(user, recording));
    }
}

/// The sound of a recording, sealed, with its key.
#[derive(Clone, PartialEq, Eq)]
pub struct Sound {
    /// The recording.
    pub doc: RecordingDoc,
    /// Its key.
    pub key: [u8; KEY],
    /// Its chunks, in order.
    pub chunks: Vec<RecordingChunk>,
}

impl std::fmt::Debug for Sound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sound").field("doc", &self.doc).field("chunks", &self.chunks.len()).finish_non_exhaustive()
    }
}

/// One recording.
///
/// # Errors
/// 404 by `interaction.read` on its interaction, then 403 by `recording.listen`.
pub async fn show(ctx: &Ctx, actor: &Actor, id: RecordingId) -> Result<RecordingDoc, AppError> {
    Ok(access::access_recording(ctx, actor, id, Right::RecordingListen).await?.into_inner())
}

/// The sound of a recording. Audited once per listening, before the first byte is given away.
///
/// # Errors
/// As [`show`]; 404 `sound` when it is deleted.
pub async fn sound(ctx: &Ctx, actor: &Actor, id: RecordingId) -> Result<Sound, AppError> {
    let sound = load(ctx, actor, id).await?;
    if ctx.app.listenings.begins(actor.user, id, ctx.now()) {
        let (who, call) = (actor.clone(), sound.doc.call);
        let audited = act::run(ctx, actor.event(), move |act| {
            audit::record(act.tx, act.now, &who, "recording.listened", &id.to_string(), &json!({"call": call}))
        })
        .await;
        if let Err(error) = audited {
            ctx.app.listenings.forget(actor.user, id);
            return Err(error);
        }
    }
    Ok(sound)
}

/// The sound for the picture of its waveform, which lets nobody hear a word: not audited.
///
/// # Errors
/// As [`sound`].
pub async fn waveform(ctx: &Ctx, actor: &Actor, id: RecordingId) -> Result<Sound, AppError> {
    load(ctx, actor, id).await
}

async fn load(ctx: &Ctx, actor: &Actor, id: RecordingId) -> Result<Sound, AppError> {
    let (who, inner) = (actor.clone(), ctx.clone());
    ctx.read(move |tx| {
        let doc = access::recording(tx, &who, id, Right::RecordingListen)?.into_inner();
        let sealed = rows::secret(tx, id)?.unwrap_or_default();
        let key = open_key(&inner, id, &sealed)?.ok_or(AppError::not_found("sound"))?;
        let chunks = rows::chunks(tx, id)?.into_iter().map(RecordingChunk::from).collect();
        Ok(Sound { doc, key, chunks })
    })
    .await
}

/// Deletes the sound of a recording; the record of it stays. Audited.
///
/// # Errors
/// As [`show`]; 403 without `recording.control` over everything: nobody removes the record of his own talks.
pub async fn delete(ctx: &Ctx, actor: &Actor, id: RecordingId) -> Result<RecordingDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let recording = access::recording(act.tx, &who, id, Right::RecordingListen)?.into_inner();
        who.require(Right::RecordingControl, Scope::All)?;
        if recording.deleted {
            return Ok(recording);
        }
        let gone = work::destroy(act, &recording)?;
        audit::record(act.tx, act.now, &who, "recording.deleted", &id.to_string(), &json!({"call": recording.call}))?;
        Ok(gone)
    })
    .await
}
