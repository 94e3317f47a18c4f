//! Policies of service levels.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::sla::{self, Question};
use okno_model::{
    PolicyId, QueueId, Timestamp,
    doc::{PolicyDoc, PolicyPreviewDoc, SlaKind},
    input::PolicyInput,
};
use serde::Deserialize;
use utoipa::ToSchema;

/// List the policies
#[utoipa::path(get, path = "/policies", tag = "sla", operation_id = "list_policies",
    responses((status = 200, body = Page<PolicyDoc>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(signed: Signed) -> Answer<Json<Page<PolicyDoc>>> {
    Ok(Json(Page::whole(sla::list(&signed.ctx, &signed.actor).await?)))
}

/// Show a policy
#[utoipa::path(get, path = "/policies/{id}", tag = "sla", operation_id = "show_policy", params(("id" = PolicyId, Path)),
    responses((status = 200, body = PolicyDoc), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<PolicyId>) -> Answer<Json<PolicyDoc>> {
    Ok(Json(sla::get(&signed.ctx, &signed.actor, id).await?))
}

/// Make a policy
#[utoipa::path(post, path = "/policies", tag = "sla", operation_id = "create_policy", request_body = PolicyInput,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = PolicyDoc), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(signed: Signed, request: Create<PolicyInput>) -> Answer<(StatusCode, Json<PolicyDoc>)> {
    let made = sla::create(&signed.ctx, &signed.actor, request.body, request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change a policy: the clocks of all its matters are computed by the new rule
#[utoipa::path(patch, path = "/policies/{id}", tag = "sla", operation_id = "update_policy", params(("id" = PolicyId, Path)), request_body = PolicyInput,
    responses((status = 200, body = PolicyDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Path(id): Path<PolicyId>, Body(input): Body<PolicyInput>) -> Answer<Json<PolicyDoc>> {
    Ok(Json(sla::update(&signed.ctx, &signed.actor, id, input).await?))
}

/// Take a policy out of use
#[utoipa::path(delete, path = "/policies/{id}", tag = "sla", operation_id = "delete_policy", params(("id" = PolicyId, Path)),
    responses((status = 200, body = PolicyDoc), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn delete(signed: Signed, Path(id): Path<PolicyId>) -> Answer<Json<PolicyDoc>> {
    Ok(Json(sla::archive(&signed.ctx, &signed.actor, id).await?))
}

/// A matter that somebody imagines.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyQuestion {
    /// What it is.
    kind: SlaKind,
    /// Its queue.
    queue: Option<QueueId>,
    /// Its priority, 0 to 9; 0 without.
    priority: Option<u8>,
    /// Its tags and those of the customer's organization.
    #[serde(default)]
    tags: Vec<String>,
    /// The customer's language.
    language: Option<String>,
    /// When it comes in; now, without.
    at: Option<Timestamp>,
}

/// Say which policy a matter would get, and why what would be due when
#[utoipa::path(post, path = "/policies/preview", tag = "sla", operation_id = "preview_policy", request_body = PolicyQuestion,
    responses((status = 200, body = PolicyPreviewDoc), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn preview(signed: Signed, Body(question): Body<PolicyQuestion>) -> Answer<Json<PolicyPreviewDoc>> {
    let PolicyQuestion { kind, queue, priority, tags, language, at } = question;
    let question = Question { kind, queue, priority: priority.unwrap_or_default(), tags, language, at };
    Ok(Json(sla::preview(&signed.ctx, &signed.actor, question).await?))
}
