//! Queues, archived ones too.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::routing_config;
use okno_model::{
    QueueId,
    doc::{DecisionDoc, QueueDoc},
    input::{QueueInput, QueuePreviewInput},
};

/// List the queues, archived ones too
#[utoipa::path(get, path = "/queues", tag = "routing", operation_id = "list_queues",
    responses((status = 200, body = Page<QueueDoc>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(signed: Signed) -> Answer<Json<Page<QueueDoc>>> {
    Ok(Json(Page::whole(routing_config::queues(&signed.ctx, &signed.actor).await?)))
}

/// Show a queue
#[utoipa::path(get, path = "/queues/{id}", tag = "routing", operation_id = "show_queues", params(("id" = QueueId, Path)),
    responses((status = 200, body = QueueDoc), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<QueueId>) -> Answer<Json<QueueDoc>> {
    Ok(Json(routing_config::queue(&signed.ctx, &signed.actor, id).await?))
}

/// Make a queue
#[utoipa::path(post, path = "/queues", tag = "routing", operation_id = "create_queues", request_body = QueueInput,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = QueueDoc), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(signed: Signed, request: Create<QueueInput>) -> Answer<(StatusCode, Json<QueueDoc>)> {
    let made = routing_config::create_queue(&signed.ctx, &signed.actor, request.body, request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change a queue
#[utoipa::path(patch, path = "/queues/{id}", tag = "routing", operation_id = "update_queues", params(("id" = QueueId, Path)), request_body = QueueInput,
    responses((status = 200, body = QueueDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Path(id): Path<QueueId>, Body(input): Body<QueueInput>) -> Answer<Json<QueueDoc>> {
    Ok(Json(routing_config::update_queue(&signed.ctx, &signed.actor, id, input).await?))
}

/// Ask who would get an interaction now, and why, with a queue as it is or with changes that are not saved
#[utoipa::path(post, path = "/queues/preview", tag = "routing", operation_id = "preview_queue", request_body = QueuePreviewInput,
    responses((status = 200, body = DecisionDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
pub(crate) async fn preview(signed: Signed, Body(input): Body<QueuePreviewInput>) -> Answer<Json<DecisionDoc>> {
    Ok(Json(okno_app::routing::preview(&signed.ctx, &signed.actor, input).await?))
}

/// Archive a queue: history keeps it, nothing new comes in
#[utoipa::path(delete, path = "/queues/{id}", tag = "routing", operation_id = "delete_queues", params(("id" = QueueId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn delete(signed: Signed, Path(id): Path<QueueId>) -> Answer<StatusCode> {
    routing_config::archive_queue(&signed.ctx, &signed.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
