//! The steps of handling a complaint.

use crate::{
    Answer, Problem,
    extract::{Body, Path, Signed},
};
use axum::Json;
use okno_app::cases;
use okno_model::{
    CaseId,
    doc::{CaseDoc, ComplaintStage},
};
use serde::Deserialize;
use utoipa::ToSchema;

/// A step that was done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewComplaintStep {
    /// Which: the next one.
    stage: ComplaintStage,
    /// What was done, found or said.
    text: String,
}

/// Record the next step of handling a complaint
#[utoipa::path(post, path = "/cases/{id}/complaint", tag = "cases", operation_id = "complaint_step", params(("id" = CaseId, Path)),
    request_body = NewComplaintStep,
    responses((status = 200, body = CaseDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn step(signed: Signed, Path(id): Path<CaseId>, Body(done): Body<NewComplaintStep>) -> Answer<Json<CaseDoc>> {
    Ok(Json(cases::complain(&signed.ctx, &signed.actor, id, done.stage, done.text).await?))
}
