//! One interaction.

use crate::{
    Answer, Problem,
    extract::{Page, Path, Signed},
};
use axum::Json;
use okno_app::interactions;
use okno_model::{
    InteractionId,
    doc::{CustomerDoc, DecisionDoc, InteractionDoc, MatchDoc, SegmentDoc},
};
use serde::Serialize;
use utoipa::ToSchema;

/// An interaction with what stands around it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InteractionDetail {
    interaction: InteractionDoc,
    /// Oldest first.
    segments: Vec<SegmentDoc>,
    /// Null if unknown or not to be seen.
    customer: Option<CustomerDoc>,
    /// Open suggestions that the customer is also another one.
    matches: Vec<MatchDoc>,
}

/// Show an interaction with its segments, customer and open matches
#[utoipa::path(get, path = "/interactions/{id}", tag = "interactions", operation_id = "show_interaction", params(("id" = InteractionId, Path)),
    responses((status = 200, body = InteractionDetail), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<InteractionId>) -> Answer<Json<InteractionDetail>> {
    let interactions::Detail { interaction, segments, customer, matches } = interactions::detail(&signed.ctx, &signed.actor, id).await?;
    Ok(Json(InteractionDetail { interaction, segments, customer, matches }))
}

/// Tell why it was routed as it was, newest first
#[utoipa::path(get, path = "/interactions/{id}/decisions", tag = "interactions", operation_id = "list_decisions",
    params(("id" = InteractionId, Path)), responses((status = 200, body = Page<DecisionDoc>), (status = 404, body = Problem)))]
pub(crate) async fn decisions(signed: Signed, Path(id): Path<InteractionId>) -> Answer<Json<Page<DecisionDoc>>> {
    Ok(Json(Page::whole(interactions::decisions(&signed.ctx, &signed.actor, id).await?)))
}
