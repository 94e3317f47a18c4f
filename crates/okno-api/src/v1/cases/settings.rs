//! What happens in cases because of time.

use crate::{
    Answer, Problem,
    extract::{Body, Signed},
};
use axum::Json;
use okno_app::cases;
use okno_model::doc::CaseSettings;

/// Show what happens in cases because of time
#[utoipa::path(get, path = "/case-settings", tag = "cases", operation_id = "show_case_settings",
    responses((status = 200, body = CaseSettings), (status = 403, body = Problem)))]
pub(crate) async fn show(signed: Signed) -> Answer<Json<CaseSettings>> {
    Ok(Json(cases::settings(&signed.ctx, &signed.actor).await?))
}

/// Replace what happens in cases because of time
#[utoipa::path(put, path = "/case-settings", tag = "cases", operation_id = "replace_case_settings", request_body = CaseSettings,
    responses((status = 200, body = CaseSettings), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn replace(signed: Signed, Body(new): Body<CaseSettings>) -> Answer<Json<CaseSettings>> {
    Ok(Json(cases::set_settings(&signed.ctx, &signed.actor, new).await?))
}
