//! What colleagues say about a case.

use crate::{
    Answer, Problem,
    extract::{Create, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::cases::{self, Said};
use okno_model::{CaseId, UserId, doc::CaseEntryDoc};
use serde::Deserialize;
use utoipa::ToSchema;

/// A comment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewComment {
    /// Its text; customers never see it.
    text: String,
    /// Whom it names: they learn of it, and watch the case from then on.
    #[serde(default)]
    mentions: Vec<UserId>,
}

/// Comment on a case
#[utoipa::path(post, path = "/cases/{id}/comments", tag = "cases", operation_id = "comment_case", request_body = NewComment,
    params(("id" = CaseId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = CaseEntryDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn comment(
    signed: Signed,
    Path(id): Path<CaseId>,
    request: Create<NewComment>,
) -> Answer<(StatusCode, Json<CaseEntryDoc>)> {
    let said = Said { text: request.body.text, mentions: request.body.mentions };
    let entry = cases::comment(&signed.ctx, &signed.actor, id, said, request.once).await?;
    Ok((StatusCode::CREATED, Json(entry)))
}
