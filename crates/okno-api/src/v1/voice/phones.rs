//! SIP phones of agents.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::voice_config;
use okno_model::{PhoneId, doc::PhoneDoc, input::PhoneInput};

/// List the SIP phones
#[utoipa::path(get, path = "/phones", tag = "voice", operation_id = "list_phones",
    responses((status = 200, body = Page<PhoneDoc>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(signed: Signed) -> Answer<Json<Page<PhoneDoc>>> {
    Ok(Json(Page::whole(voice_config::phones(&signed.ctx, &signed.actor).await?)))
}

/// Show a phone
#[utoipa::path(get, path = "/phones/{id}", tag = "voice", operation_id = "show_phones", params(("id" = PhoneId, Path)),
    responses((status = 200, body = PhoneDoc), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<PhoneId>) -> Answer<Json<PhoneDoc>> {
    Ok(Json(voice_config::phone(&signed.ctx, &signed.actor, id).await?))
}

/// Make a phone. Its password is never returned
#[utoipa::path(post, path = "/phones", tag = "voice", operation_id = "create_phones", request_body = PhoneInput,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = PhoneDoc), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(signed: Signed, request: Create<PhoneInput>) -> Answer<(StatusCode, Json<PhoneDoc>)> {
    let made = voice_config::create_phone(&signed.ctx, &signed.actor, request.body, request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change a phone
#[utoipa::path(patch, path = "/phones/{id}", tag = "voice", operation_id = "update_phones", params(("id" = PhoneId, Path)), request_body = PhoneInput,
    responses((status = 200, body = PhoneDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Path(id): Path<PhoneId>, Body(input): Body<PhoneInput>) -> Answer<Json<PhoneDoc>> {
    Ok(Json(voice_config::update_phone(&signed.ctx, &signed.actor, id, input).await?))
}

/// Remove a phone
#[utoipa::path(delete, path = "/phones/{id}", tag = "voice", operation_id = "delete_phones", params(("id" = PhoneId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn delete(signed: Signed, Path(id): Path<PhoneId>) -> Answer<StatusCode> {
    voice_config::delete_phone(&signed.ctx, &signed.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
