//! Prompts.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::voice_config;
use okno_model::{PromptId, doc::PromptDoc, input::PromptInput};

/// List the prompts
#[utoipa::path(get, path = "/prompts", tag = "voice", operation_id = "list_prompts",
    responses((status = 200, body = Page<PromptDoc>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(signed: Signed) -> Answer<Json<Page<PromptDoc>>> {
    Ok(Json(Page::whole(voice_config::prompts(&signed.ctx, &signed.actor).await?)))
}

/// Show a prompt
#[utoipa::path(get, path = "/prompts/{id}", tag = "voice", operation_id = "show_prompts", params(("id" = PromptId, Path)),
    responses((status = 200, body = PromptDoc), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<PromptId>) -> Answer<Json<PromptDoc>> {
    Ok(Json(voice_config::prompt(&signed.ctx, &signed.actor, id).await?))
}

/// Make a prompt without any sound yet
#[utoipa::path(post, path = "/prompts", tag = "voice", operation_id = "create_prompts", request_body = PromptInput,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = PromptDoc), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(signed: Signed, request: Create<PromptInput>) -> Answer<(StatusCode, Json<PromptDoc>)> {
    let made = voice_config::create_prompt(&signed.ctx, &signed.actor, request.body, request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change a prompt
#[utoipa::path(patch, path = "/prompts/{id}", tag = "voice", operation_id = "update_prompts", params(("id" = PromptId, Path)), request_body = PromptInput,
    responses((status = 200, body = PromptDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Path(id): Path<PromptId>, Body(input): Body<PromptInput>) -> Answer<Json<PromptDoc>> {
    Ok(Json(voice_config::update_prompt(&signed.ctx, &signed.actor, id, input).await?))
}

/// Remove a prompt
#[utoipa::path(delete, path = "/prompts/{id}", tag = "voice", operation_id = "delete_prompts", params(("id" = PromptId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn delete(signed: Signed, Path(id): Path<PromptId>) -> Answer<StatusCode> {
    voice_config::delete_prompt(&signed.ctx, &signed.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
