//! Questions to departments.

use super::{Seen, show::tagged};
use crate::{
    Answer, Problem,
    extract::{Body, Page, Path, Signed},
};
use axum::{
    Json,
    http::{HeaderMap, StatusCode},
};
use okno_app::cases::{self, Reaction};
use okno_model::{
    CaseId, ForwardId, TeamId,
    doc::{CaseDoc, ForwardDoc},
};
use serde::Deserialize;
use utoipa::ToSchema;

/// List what departments were asked about a case, oldest first
#[utoipa::path(get, path = "/cases/{id}/forwards", tag = "cases", operation_id = "list_forwards", params(("id" = CaseId, Path)),
    responses((status = 200, body = Page<ForwardDoc>), (status = 404, body = Problem)))]
pub(crate) async fn list(signed: Signed, Path(id): Path<CaseId>) -> Answer<Json<Page<ForwardDoc>>> {
    Ok(Json(Page::whole(cases::forwards(&signed.ctx, &signed.actor, id).await?)))
}

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewForward {
    /// Who is asked: a team that is a department.
    department: TeamId,
    /// What.
    text: String,
}

/// Ask a department about a case
#[utoipa::path(post, path = "/cases/{id}/forwards", tag = "cases", operation_id = "forward_case",
    params(("id" = CaseId, Path), ("If-Match" = Option<String>, Header)), request_body = NewForward,
    responses((status = 201, body = CaseDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn forward(
    signed: Signed,
    Path(id): Path<CaseId>,
    Seen(version): Seen,
    Body(new): Body<NewForward>,
) -> Answer<(StatusCode, HeaderMap, Json<CaseDoc>)> {
    let case = cases::forward(&signed.ctx, &signed.actor, id, version, new.department, new.text).await?;
    Ok((StatusCode::CREATED, tagged(&case), Json(case)))
}

/// Accept a question: its answer has a clock from now on
#[utoipa::path(post, path = "/forwards/{id}/accept", tag = "cases", operation_id = "accept_forward", params(("id" = ForwardId, Path)),
    responses((status = 200, body = ForwardDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn accept(signed: Signed, Path(id): Path<ForwardId>) -> Answer<Json<ForwardDoc>> {
    Ok(Json(cases::react(&signed.ctx, &signed.actor, id, Reaction::Accept).await?))
}

/// An answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForwardAnswer {
    /// What.
    text: String,
}

/// Answer a question; it need not have been accepted before
#[utoipa::path(post, path = "/forwards/{id}/answer", tag = "cases", operation_id = "answer_forward", params(("id" = ForwardId, Path)),
    request_body = ForwardAnswer,
    responses((status = 200, body = ForwardDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn answer(signed: Signed, Path(id): Path<ForwardId>, Body(said): Body<ForwardAnswer>) -> Answer<Json<ForwardDoc>> {
    Ok(Json(cases::react(&signed.ctx, &signed.actor, id, Reaction::Answer(said.text)).await?))
}

/// Why it is given back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForwardDecline {
    /// Why.
    reason: String,
}

/// Give a question back
#[utoipa::path(post, path = "/forwards/{id}/decline", tag = "cases", operation_id = "decline_forward", params(("id" = ForwardId, Path)),
    request_body = ForwardDecline,
    responses((status = 200, body = ForwardDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn decline(signed: Signed, Path(id): Path<ForwardId>, Body(said): Body<ForwardDecline>) -> Answer<Json<ForwardDoc>> {
    Ok(Json(cases::react(&signed.ctx, &signed.actor, id, Reaction::Decline(said.reason)).await?))
}
