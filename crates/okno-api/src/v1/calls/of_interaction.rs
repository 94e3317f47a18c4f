//! Calls and recordings of an interaction.

use crate::{
    Answer, Problem,
    extract::{Path, Signed},
};
use axum::Json;
use okno_app::calls;
use okno_model::{
    InteractionId,
    doc::{CallDoc, RecordingDoc},
};
use serde::Serialize;
use utoipa::ToSchema;

/// Calls and recordings of an interaction, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InteractionCalls {
    /// Calls.
    calls: Vec<CallDoc>,
    /// Recordings; none without the right to listen to them.
    recordings: Vec<RecordingDoc>,
}

/// List the calls and recordings of an interaction
#[utoipa::path(get, path = "/interactions/{id}/calls", tag = "calls", operation_id = "list_interaction_calls",
    params(("id" = InteractionId, Path)), responses((status = 200, body = InteractionCalls), (status = 404, body = Problem)))]
pub(crate) async fn list(signed: Signed, Path(id): Path<InteractionId>) -> Answer<Json<InteractionCalls>> {
    let calls::OfInteraction { calls, recordings } = calls::of_interaction(&signed.ctx, &signed.actor, id).await?;
    Ok(Json(InteractionCalls { calls, recordings }))
}
