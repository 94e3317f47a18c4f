//! One interaction.

use crate::{
    Answer, Problem,
    extract::{Page, Path, Signed},
};
use axum::Json;
use okno_app::interactions;
use okno_model::{
    AgentId, InteractionId,
    doc::{CustomerDoc, DecisionDoc, InteractionDoc, MatchDoc, ReasonDoc, SegmentDoc},
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

/// Ask why it is where it is now: who is weighed, who is kept away and by what, which place it has
#[utoipa::path(get, path = "/interactions/{id}/why", tag = "interactions", operation_id = "why_interaction",
    params(("id" = InteractionId, Path)),
    responses((status = 200, body = DecisionDoc), (status = 404, body = Problem), (status = 409, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn why(signed: Signed, Path(id): Path<InteractionId>) -> Answer<Json<DecisionDoc>> {
    Ok(Json(okno_app::routing::why(&signed.ctx, &signed.actor, id).await?))
}

/// Ask why an agent does not have or get it now
#[utoipa::path(get, path = "/interactions/{id}/why-not/{agent}", tag = "interactions", operation_id = "why_not_agent",
    params(("id" = InteractionId, Path), ("agent" = AgentId, Path)),
    responses((status = 200, body = ReasonDoc), (status = 404, body = Problem), (status = 409, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn why_not(signed: Signed, Path((id, agent)): Path<(InteractionId, AgentId)>) -> Answer<Json<ReasonDoc>> {
    Ok(Json(okno_app::routing::why_not(&signed.ctx, &signed.actor, id, agent).await?))
}
