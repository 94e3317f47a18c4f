//! What cases are about.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::cases;
use okno_model::{TopicId, doc::TopicDoc, input::TopicInput};

/// List the topics, archived ones too
#[utoipa::path(get, path = "/topics", tag = "cases", operation_id = "list_topics",
    responses((status = 200, body = Page<TopicDoc>), (status = 403, body = Problem)))]
pub(crate) async fn list(signed: Signed) -> Answer<Json<Page<TopicDoc>>> {
    Ok(Json(Page::whole(cases::topics(&signed.ctx, &signed.actor).await?)))
}

/// Make a topic
#[utoipa::path(post, path = "/topics", tag = "cases", operation_id = "create_topic", request_body = TopicInput,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = TopicDoc), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(signed: Signed, request: Create<TopicInput>) -> Answer<(StatusCode, Json<TopicDoc>)> {
    let made = cases::create_topic(&signed.ctx, &signed.actor, request.body, request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change a topic
#[utoipa::path(patch, path = "/topics/{id}", tag = "cases", operation_id = "update_topic", params(("id" = TopicId, Path)),
    request_body = TopicInput,
    responses((status = 200, body = TopicDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Path(id): Path<TopicId>, Body(input): Body<TopicInput>) -> Answer<Json<TopicDoc>> {
    Ok(Json(cases::update_topic(&signed.ctx, &signed.actor, id, input).await?))
}

/// Archive a topic: cases keep it, new ones cannot have it
#[utoipa::path(delete, path = "/topics/{id}", tag = "cases", operation_id = "delete_topic", params(("id" = TopicId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn delete(signed: Signed, Path(id): Path<TopicId>) -> Answer<StatusCode> {
    let archived = TopicInput { archived: Some(true), ..TopicInput::default() };
    cases::update_topic(&signed.ctx, &signed.actor, id, archived).await?;
    Ok(StatusCode::NO_CONTENT)
}
