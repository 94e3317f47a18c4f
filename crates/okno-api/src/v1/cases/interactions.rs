//! The conversations about a case.

use crate::{
    Answer, Problem,
    extract::{Path, Signed},
};
use axum::Json;
use okno_app::cases;
use okno_model::{CaseId, InteractionId, doc::CaseDoc};

/// Add a conversation to a case
#[utoipa::path(put, path = "/cases/{id}/interactions/{interaction}", tag = "cases", operation_id = "link_case_interaction",
    params(("id" = CaseId, Path), ("interaction" = InteractionId, Path)),
    responses((status = 200, body = CaseDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn link(signed: Signed, Path((id, interaction)): Path<(CaseId, InteractionId)>) -> Answer<Json<CaseDoc>> {
    Ok(Json(cases::link(&signed.ctx, &signed.actor, id, interaction).await?))
}

/// Take a conversation away from a case
#[utoipa::path(delete, path = "/cases/{id}/interactions/{interaction}", tag = "cases", operation_id = "unlink_case_interaction",
    params(("id" = CaseId, Path), ("interaction" = InteractionId, Path)),
    responses((status = 200, body = CaseDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn unlink(signed: Signed, Path((id, interaction)): Path<(CaseId, InteractionId)>) -> Answer<Json<CaseDoc>> {
    Ok(Json(cases::unlink(&signed.ctx, &signed.actor, id, interaction).await?))
}
