//! One case.

use super::Seen;
use crate::{
    Answer, Problem,
    extract::{Body, Path, Signed},
};
use axum::{Json, http::HeaderMap, http::header};
use okno_app::cases;
use okno_model::{
    CaseId, InteractionId,
    doc::{CaseDoc, InteractionDoc},
    input::CaseInput,
};
use serde::Serialize;
use utoipa::ToSchema;

/// A case with what stands around it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseDetail {
    /// The case.
    case: CaseDoc,
    /// Its conversations that the caller may see.
    interactions: Vec<InteractionDoc>,
    /// The others: they are, and he may not see them.
    hidden: Vec<InteractionId>,
}

/// Show a case with its conversations; `ETag` is its version
#[utoipa::path(get, path = "/cases/{id}", tag = "cases", operation_id = "show_case", params(("id" = CaseId, Path)),
    responses((status = 200, body = CaseDetail), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<CaseId>) -> Answer<(HeaderMap, Json<CaseDetail>)> {
    let view = cases::get(&signed.ctx, &signed.actor, id).await?;
    let headers = tagged(&view.case);
    Ok((headers, Json(CaseDetail { case: view.case, interactions: view.interactions, hidden: view.hidden })))
}

/// The version as an `ETag`.
pub(super) fn tagged(case: &CaseDoc) -> HeaderMap {
    let tag = format!("\"{}\"", case.version).parse().ok();
    tag.map(|tag| (header::ETAG, tag)).into_iter().collect()
}

/// Change a case. With `If-Match` only the version that the caller has seen; 409 `changed` if somebody else was faster
#[utoipa::path(patch, path = "/cases/{id}", tag = "cases", operation_id = "update_case",
    params(("id" = CaseId, Path), ("If-Match" = Option<String>, Header)), request_body = CaseInput,
    responses((status = 200, body = CaseDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn update(
    signed: Signed,
    Path(id): Path<CaseId>,
    Seen(version): Seen,
    Body(input): Body<CaseInput>,
) -> Answer<(HeaderMap, Json<CaseDoc>)> {
    let case = cases::update(&signed.ctx, &signed.actor, id, version, input).await?;
    Ok((tagged(&case), Json(case)))
}
