//! Promises of an interaction.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::promises::{self, NewPromise, Shown};
use okno_model::{
    InteractionId, UserId,
    doc::{PromiseDoc, PromisePreviewDoc},
    limits,
};
use serde::Deserialize;
use utoipa::ToSchema;

/// List the promises of an interaction, whatever became of them
#[utoipa::path(get, path = "/interactions/{id}/promises", tag = "promises", operation_id = "list_promises_of_interaction",
    params(("id" = InteractionId, Path)), responses((status = 200, body = Page<PromiseDoc>), (status = 404, body = Problem)))]
pub(crate) async fn list(signed: Signed, Path(id): Path<InteractionId>) -> Answer<Json<Page<PromiseDoc>>> {
    Ok(Json(Page::whole(promises::list(&signed.ctx, &signed.actor, Shown::Of(id), None, limits::PAGE_DEFAULT).await?)))
}

/// A promise as people write it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PromiseText {
    /// When and what, in English, Russian or Polish: `tomorrow 12:00 call about the refund`.
    text: String,
}

/// Say what a promise would be, before it is made
#[utoipa::path(post, path = "/interactions/{id}/promises/preview", tag = "promises", operation_id = "preview_promise",
    params(("id" = InteractionId, Path)), request_body = PromiseText,
    responses((status = 200, body = PromisePreviewDoc), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn preview(
    signed: Signed,
    Path(id): Path<InteractionId>,
    Body(input): Body<PromiseText>,
) -> Answer<Json<PromisePreviewDoc>> {
    Ok(Json(promises::preview(&signed.ctx, &signed.actor, id, input.text).await?))
}

/// A new promise.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PromiseInput {
    /// When and what, in English, Russian or Polish: `tomorrow 12:00 call about the refund`.
    text: String,
    /// Who has to keep it; the caller, without.
    owner: Option<UserId>,
}

/// Promise something to the customer of an interaction
#[utoipa::path(post, path = "/interactions/{id}/promises", tag = "promises", operation_id = "make_promise",
    params(("id" = InteractionId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = PromiseInput,
    responses((status = 201, body = PromiseDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn make(
    signed: Signed,
    Path(id): Path<InteractionId>,
    request: Create<PromiseInput>,
) -> Answer<(StatusCode, Json<PromiseDoc>)> {
    let new = NewPromise { text: request.body.text, owner: request.body.owner };
    let made = promises::make(&signed.ctx, &signed.actor, id, new, request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}
