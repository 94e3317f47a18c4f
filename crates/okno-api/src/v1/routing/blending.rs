//! Work of several media at once.

use crate::{
    Answer, Problem,
    extract::{Body, Signed},
};
use axum::Json;
use okno_app::routing_config;
use okno_model::{doc::BlendingDoc, input::BlendingInput};

/// Show what agents may have at once
#[utoipa::path(get, path = "/blending", tag = "routing", operation_id = "show_blending",
    responses((status = 200, body = BlendingDoc), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn show(signed: Signed) -> Answer<Json<BlendingDoc>> {
    Ok(Json(routing_config::blending(&signed.ctx, &signed.actor).await?))
}

/// Say what agents may have at once
#[utoipa::path(put, path = "/blending", tag = "routing", operation_id = "put_blending", request_body = BlendingInput,
    responses((status = 200, body = BlendingDoc), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn put(signed: Signed, Body(input): Body<BlendingInput>) -> Answer<Json<BlendingDoc>> {
    Ok(Json(routing_config::put_blending(&signed.ctx, &signed.actor, input).await?))
}
