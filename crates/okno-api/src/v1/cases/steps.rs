//! The life of a case.

use super::{Seen, show::tagged};
use crate::{
    Answer, Problem,
    extract::{Body, Path, Signed},
};
use axum::{Json, http::HeaderMap};
use okno_app::cases;
use okno_model::{CaseId, doc::CaseDoc, input::CaseStep};

/// Take the next step with a case
#[utoipa::path(post, path = "/cases/{id}/step", tag = "cases", operation_id = "step_case",
    params(("id" = CaseId, Path), ("If-Match" = Option<String>, Header)), request_body = CaseStep,
    responses((status = 200, body = CaseDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn step(
    signed: Signed,
    Path(id): Path<CaseId>,
    Seen(version): Seen,
    Body(step): Body<CaseStep>,
) -> Answer<(HeaderMap, Json<CaseDoc>)> {
    let case = cases::move_on(&signed.ctx, &signed.actor, id, version, step).await?;
    Ok((tagged(&case), Json(case)))
}
