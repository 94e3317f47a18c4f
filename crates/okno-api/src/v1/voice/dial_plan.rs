//! What may be dialed.

use crate::{
    Answer, Problem,
    extract::{Body, Signed},
};
use axum::Json;
use okno_app::voice_config;
use okno_model::{doc::DialPlanDoc, input::DialPlanInput};

/// Show what may be dialed
#[utoipa::path(get, path = "/dial-plan", tag = "voice", operation_id = "show_dial_plan",
    responses((status = 200, body = DialPlanDoc), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn show(signed: Signed) -> Answer<Json<DialPlanDoc>> {
    Ok(Json(voice_config::dial_plan(&signed.ctx, &signed.actor).await?))
}

/// Change what may be dialed
#[utoipa::path(patch, path = "/dial-plan", tag = "voice", operation_id = "update_dial_plan", request_body = DialPlanInput,
    responses((status = 200, body = DialPlanDoc), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Body(input): Body<DialPlanInput>) -> Answer<Json<DialPlanDoc>> {
    Ok(Json(voice_config::update_dial_plan(&signed.ctx, &signed.actor, input).await?))
}
