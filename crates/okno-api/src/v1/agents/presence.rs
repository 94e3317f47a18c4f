//! Presence: one's own, and that of others.

use crate::{
    Answer, Problem,
    extract::{Body, Path, Signed},
};
use axum::Json;
use okno_app::routing;
use okno_model::{
    AgentId,
    doc::{AgentDoc, Presence},
};
use serde::Deserialize;
use utoipa::ToSchema;

/// A presence.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PresenceInput {
    presence: Presence,
}

/// Set one's own presence
#[utoipa::path(put, path = "/me/presence", tag = "agents", operation_id = "set_my_presence", request_body = PresenceInput,
    responses((status = 200, body = AgentDoc), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn mine(signed: Signed, Body(input): Body<PresenceInput>) -> Answer<Json<AgentDoc>> {
    let agent = signed.actor.agent();
    Ok(Json(routing::set_presence(&signed.ctx, &signed.actor, agent, input.presence).await?))
}

/// A presence for later.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NextPresenceInput {
    /// Null takes it back.
    presence: Option<Presence>,
}

/// Choose the presence that comes into force when the current work ends
#[utoipa::path(put, path = "/me/next-presence", tag = "agents", operation_id = "set_my_next_presence", request_body = NextPresenceInput,
    responses((status = 200, body = AgentDoc), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn next(signed: Signed, Body(input): Body<NextPresenceInput>) -> Answer<Json<AgentDoc>> {
    let agent = signed.actor.agent();
    Ok(Json(routing::set_next_presence(&signed.ctx, &signed.actor, agent, input.presence).await?))
}

/// Set an agent's presence
#[utoipa::path(put, path = "/agents/{id}/presence", tag = "agents", operation_id = "set_presence", params(("id" = AgentId, Path)),
    request_body = PresenceInput,
    responses((status = 200, body = AgentDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn of(signed: Signed, Path(id): Path<AgentId>, Body(input): Body<PresenceInput>) -> Answer<Json<AgentDoc>> {
    Ok(Json(routing::set_presence(&signed.ctx, &signed.actor, id, input.presence).await?))
}
