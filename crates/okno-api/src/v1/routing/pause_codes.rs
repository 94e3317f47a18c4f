//! Pause codes, archived ones too.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::routing_config;
use okno_model::{PauseCodeId, doc::PauseCodeDoc, input::PauseCodeInput};

/// List the pause codes, archived ones too
#[utoipa::path(get, path = "/pause-codes", tag = "routing", operation_id = "list_pause_codes",
    responses((status = 200, body = Page<PauseCodeDoc>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(signed: Signed) -> Answer<Json<Page<PauseCodeDoc>>> {
    Ok(Json(Page::whole(routing_config::pause_codes(&signed.ctx, &signed.actor).await?)))
}

/// Show a pause code
#[utoipa::path(get, path = "/pause-codes/{id}", tag = "routing", operation_id = "show_pause_codes", params(("id" = PauseCodeId, Path)),
    responses((status = 200, body = PauseCodeDoc), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<PauseCodeId>) -> Answer<Json<PauseCodeDoc>> {
    Ok(Json(routing_config::pause_code(&signed.ctx, &signed.actor, id).await?))
}

/// Make a pause code
#[utoipa::path(post, path = "/pause-codes", tag = "routing", operation_id = "create_pause_codes", request_body = PauseCodeInput,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = PauseCodeDoc), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(signed: Signed, request: Create<PauseCodeInput>) -> Answer<(StatusCode, Json<PauseCodeDoc>)> {
    let made = routing_config::create_pause_code(&signed.ctx, &signed.actor, request.body, request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change a pause code
#[utoipa::path(patch, path = "/pause-codes/{id}", tag = "routing", operation_id = "update_pause_codes", params(("id" = PauseCodeId, Path)), request_body = PauseCodeInput,
    responses((status = 200, body = PauseCodeDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Path(id): Path<PauseCodeId>, Body(input): Body<PauseCodeInput>) -> Answer<Json<PauseCodeDoc>> {
    Ok(Json(routing_config::update_pause_code(&signed.ctx, &signed.actor, id, input).await?))
}

/// Archive a pause code
#[utoipa::path(delete, path = "/pause-codes/{id}", tag = "routing", operation_id = "delete_pause_codes", params(("id" = PauseCodeId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn delete(signed: Signed, Path(id): Path<PauseCodeId>) -> Answer<StatusCode> {
    routing_config::archive_pause_code(&signed.ctx, &signed.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
