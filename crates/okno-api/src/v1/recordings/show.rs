//! The record of a recording, and the end of its sound.

use crate::{
    Answer, Problem,
    extract::{Path, Signed},
};
use axum::Json;
use okno_app::recordings;
use okno_model::{RecordingId, doc::RecordingDoc};

/// Show a recording
#[utoipa::path(get, path = "/recordings/{id}", tag = "calls", operation_id = "show_recording", params(("id" = RecordingId, Path)),
    responses((status = 200, body = RecordingDoc), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<RecordingId>) -> Answer<Json<RecordingDoc>> {
    Ok(Json(recordings::show(&signed.ctx, &signed.actor, id).await?))
}

/// Delete the sound of a recording; the record of it stays
#[utoipa::path(delete, path = "/recordings/{id}", tag = "calls", operation_id = "delete_recording", params(("id" = RecordingId, Path)),
    responses((status = 200, body = RecordingDoc), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn delete(signed: Signed, Path(id): Path<RecordingId>) -> Answer<Json<RecordingDoc>> {
    Ok(Json(recordings::delete(&signed.ctx, &signed.actor, id).await?))
}
