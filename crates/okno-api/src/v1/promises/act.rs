//! What becomes of a promise.

use crate::{
    Answer, Problem,
    extract::{Body, Path, Signed},
};
use axum::Json;
use okno_app::promises::{self, NewTime};
use okno_model::{
    PromiseId,
    doc::{PromiseDoc, PromiseDraftDoc},
};
use serde::Deserialize;
use utoipa::ToSchema;

/// What was promised is done
#[utoipa::path(post, path = "/promises/{id}/keep", tag = "promises", operation_id = "keep_promise", params(("id" = PromiseId, Path)),
    responses((status = 200, body = PromiseDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn keep(signed: Signed, Path(id): Path<PromiseId>) -> Answer<Json<PromiseDoc>> {
    Ok(Json(promises::keep(&signed.ctx, &signed.actor, id).await?))
}

/// What was promised is not needed any more
#[utoipa::path(post, path = "/promises/{id}/cancel", tag = "promises", operation_id = "cancel_promise", params(("id" = PromiseId, Path)),
    responses((status = 200, body = PromiseDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn cancel(signed: Signed, Path(id): Path<PromiseId>) -> Answer<Json<PromiseDoc>> {
    Ok(Json(promises::cancel(&signed.ctx, &signed.actor, id).await?))
}

/// Draft an honest word for the customer: it takes longer
#[utoipa::path(get, path = "/promises/{id}/draft", tag = "promises", operation_id = "draft_promise_update", params(("id" = PromiseId, Path)),
    responses((status = 200, body = PromiseDraftDoc), (status = 404, body = Problem)))]
pub(crate) async fn draft(signed: Signed, Path(id): Path<PromiseId>) -> Answer<Json<PromiseDraftDoc>> {
    Ok(Json(promises::draft(&signed.ctx, &signed.actor, id).await?))
}

/// A new time for a promise.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PromiseUpdateInput {
    /// When: `tomorrow 12:00`, `2026-11-24 12:00`.
    when: String,
    /// What the customer is told.
    text: String,
    /// Write it to him now. Otherwise he was told in another way.
    send: bool,
    /// Made by the client; a repeat is the same message.
    client_id: String,
}

/// Tell the customer a new time: before the old one is over, the promise is kept late but warned
#[utoipa::path(post, path = "/promises/{id}/update", tag = "promises", operation_id = "update_promise", params(("id" = PromiseId, Path)),
    request_body = PromiseUpdateInput,
    responses((status = 200, body = PromiseDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Path(id): Path<PromiseId>, Body(input): Body<PromiseUpdateInput>) -> Answer<Json<PromiseDoc>> {
    let PromiseUpdateInput { when, text, send, client_id } = input;
    Ok(Json(promises::update(&signed.ctx, &signed.actor, id, NewTime { when, text, send, client_id }).await?))
}
