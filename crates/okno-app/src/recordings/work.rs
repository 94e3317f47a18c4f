//! Recordings that end without a word, and those that have served their time.

use crate::{
    AppError, Ctx,
    act::{self, Act},
    audit,
};
use okno_model::event::What;
use okno_model::{CallId, doc::RecordingDoc, event};
use okno_store::recordings as rows;
use serde_json::json;

/// Recordings of one transaction: each may have many chunks.
const PAGE: usize = 50;

/// A call is over: so are its recordings. `cut` says that nobody ended them.
pub(crate) fn call_ended(act: &mut Act<'_, '_>, call: CallId, cut: bool) -> Result<(), AppError> {
    for recording in rows::of_call(act.tx, call)? {
        end(act, recording, cut)?;
    }
    Ok(())
}

/// Ends a recording with what is kept of it. A repeat changes nothing but its figures, if more was kept since.
pub(super) fn end(act: &mut Act<'_, '_>, had: RecordingDoc, cut: bool) -> Result<(), AppError> {
    if had.deleted {
        return Ok(());
    }
    let (chunks, ms) = rows::kept(act.tx, had.id)?;
    let mut next = RecordingDoc { chunks, ms, ..had.clone() };
    if had.ended.is_none() {
        next.ended = Some(act.now);
        next.cut = cut;
    }
    if next != had {
        act.tx.put(&next)?;
        act.tell(What::RecordingChanged(next))?;
    }
    Ok(())
}

/// Destroys the sound of a recording: the key first of all, without which no copy can be heard.
pub(super) fn destroy(act: &mut Act<'_, '_>, had: &RecordingDoc) -> Result<RecordingDoc, AppError> {
    let gone = RecordingDoc { deleted: true, expires: None, ended: had.ended.or(Some(act.now)), ..had.clone() };
    rows::destroy(act.tx, &gone)?;
    act.tell(What::RecordingChanged(gone.clone()))?;
    Ok(gone)
}

/// Deletes the sound of recordings whose time is over. Idempotent; run every minute.
///
/// # Errors
/// The store's.
pub(crate) async fn expire(ctx: &Ctx) -> Result<(), AppError> {
    loop {
        let deleted = act::run(ctx, event::Actor::System, |act| {
            let page = rows::expired(act.tx, act.now, PAGE)?;
            for recording in &page {
                destroy(act, recording)?;
                let data = json!({"call": recording.call, "expired": recording.expires});
                audit::record_system(act.tx, act.now, "recording.expired", &recording.id.to_string(), &data)?;
            }
            Ok(page.len())
        })
        .await?;
        if deleted < PAGE {
            return Ok(());
        }
    }
}
