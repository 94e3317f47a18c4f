//! Cases become one, and one becomes two.

use crate::{
    Answer, Problem,
    extract::{Body, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::cases;
use okno_model::{CaseId, InteractionId, doc::CaseDoc};
use serde::Deserialize;
use utoipa::ToSchema;

/// A merge.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Merge {
    /// The case that it becomes a part of.
    into: CaseId,
}

/// Make a case a part of another one; taken back by the undo of the entry in that one
#[utoipa::path(post, path = "/cases/{id}/merge", tag = "cases", operation_id = "merge_case", params(("id" = CaseId, Path)), request_body = Merge,
    responses((status = 200, body = CaseDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn merge(signed: Signed, Path(id): Path<CaseId>, Body(input): Body<Merge>) -> Answer<Json<CaseDoc>> {
    Ok(Json(cases::merge(&signed.ctx, &signed.actor, id, input.into).await?))
}

/// A split.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Split {
    /// The conversations of the new case.
    interactions: Vec<InteractionId>,
    /// Its title.
    title: String,
}

/// Make a case of its own of some conversations of a case
#[utoipa::path(post, path = "/cases/{id}/split", tag = "cases", operation_id = "split_case", params(("id" = CaseId, Path)), request_body = Split,
    responses((status = 201, body = CaseDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn split(signed: Signed, Path(id): Path<CaseId>, Body(input): Body<Split>) -> Answer<(StatusCode, Json<CaseDoc>)> {
    let made = cases::split(&signed.ctx, &signed.actor, id, input.interactions, input.title).await?;
    Ok((StatusCode::CREATED, Json(made)))
}
