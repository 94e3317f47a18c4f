//! The public page of a case.

use crate::{
    Answer, Problem,
    extract::{Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::cases::page;
use okno_model::CaseId;
use serde::Serialize;
use utoipa::ToSchema;

/// The address of a public page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseLinkAddress {
    /// Whoever has it can read the page, until it is closed.
    url: String,
}

/// Open the public page of a case and show its address
#[utoipa::path(post, path = "/cases/{id}/page", tag = "cases", operation_id = "open_case_page", params(("id" = CaseId, Path)),
    responses((status = 200, body = CaseLinkAddress), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn open(signed: Signed, Path(id): Path<CaseId>) -> Answer<Json<CaseLinkAddress>> {
    Ok(Json(CaseLinkAddress { url: page::open(&signed.ctx, &signed.actor, id).await? }))
}

/// Close the public page of a case: every link to it is worthless from now on
#[utoipa::path(delete, path = "/cases/{id}/page", tag = "cases", operation_id = "close_case_page", params(("id" = CaseId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn close(signed: Signed, Path(id): Path<CaseId>) -> Answer<StatusCode> {
    page::close(&signed.ctx, &signed.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
