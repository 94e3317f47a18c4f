//! Trunks.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::voice_config;
use okno_model::{TrunkId, doc::TrunkDoc, input::TrunkInput};

/// List the trunks, in the order in which they are tried
#[utoipa::path(get, path = "/trunks", tag = "voice", operation_id = "list_trunks",
    responses((status = 200, body = Page<TrunkDoc>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(signed: Signed) -> Answer<Json<Page<TrunkDoc>>> {
    Ok(Json(Page::whole(voice_config::trunks(&signed.ctx, &signed.actor).await?)))
}

/// Show a trunk
#[utoipa::path(get, path = "/trunks/{id}", tag = "voice", operation_id = "show_trunks", params(("id" = TrunkId, Path)),
    responses((status = 200, body = TrunkDoc), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<TrunkId>) -> Answer<Json<TrunkDoc>> {
    Ok(Json(voice_config::trunk(&signed.ctx, &signed.actor, id).await?))
}

/// Make a trunk. A trunk's password is never returned
#[utoipa::path(post, path = "/trunks", tag = "voice", operation_id = "create_trunks", request_body = TrunkInput,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = TrunkDoc), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(signed: Signed, request: Create<TrunkInput>) -> Answer<(StatusCode, Json<TrunkDoc>)> {
    let made = voice_config::create_trunk(&signed.ctx, &signed.actor, request.body, request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change a trunk
#[utoipa::path(patch, path = "/trunks/{id}", tag = "voice", operation_id = "update_trunks", params(("id" = TrunkId, Path)), request_body = TrunkInput,
    responses((status = 200, body = TrunkDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Path(id): Path<TrunkId>, Body(input): Body<TrunkInput>) -> Answer<Json<TrunkDoc>> {
    Ok(Json(voice_config::update_trunk(&signed.ctx, &signed.actor, id, input).await?))
}

/// Remove a trunk
#[utoipa::path(delete, path = "/trunks/{id}", tag = "voice", operation_id = "delete_trunks", params(("id" = TrunkId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn delete(signed: Signed, Path(id): Path<TrunkId>) -> Answer<StatusCode> {
    voice_config::delete_trunk(&signed.ctx, &signed.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
