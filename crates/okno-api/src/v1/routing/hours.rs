//! Business hours.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::routing_config;
use okno_model::{HoursId, doc::HoursDoc, input::HoursInput};

/// List the business hours
#[utoipa::path(get, path = "/hours", tag = "routing", operation_id = "list_hours",
    responses((status = 200, body = Page<HoursDoc>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(signed: Signed) -> Answer<Json<Page<HoursDoc>>> {
    Ok(Json(Page::whole(routing_config::hours(&signed.ctx, &signed.actor).await?)))
}

/// Show business hours
#[utoipa::path(get, path = "/hours/{id}", tag = "routing", operation_id = "show_hours", params(("id" = HoursId, Path)),
    responses((status = 200, body = HoursDoc), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<HoursId>) -> Answer<Json<HoursDoc>> {
    Ok(Json(routing_config::hours_of(&signed.ctx, &signed.actor, id).await?))
}

/// Make business hours
#[utoipa::path(post, path = "/hours", tag = "routing", operation_id = "create_hours", request_body = HoursInput,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = HoursDoc), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(signed: Signed, request: Create<HoursInput>) -> Answer<(StatusCode, Json<HoursDoc>)> {
    let made = routing_config::create_hours(&signed.ctx, &signed.actor, request.body, request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change business hours: queues that have them open or close at once if they have to
#[utoipa::path(patch, path = "/hours/{id}", tag = "routing", operation_id = "update_hours", params(("id" = HoursId, Path)), request_body = HoursInput,
    responses((status = 200, body = HoursDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Path(id): Path<HoursId>, Body(input): Body<HoursInput>) -> Answer<Json<HoursDoc>> {
    Ok(Json(routing_config::update_hours(&signed.ctx, &signed.actor, id, input).await?))
}

/// Archive business hours that no queue has
#[utoipa::path(delete, path = "/hours/{id}", tag = "routing", operation_id = "delete_hours", params(("id" = HoursId, Path)),
    responses((status = 200, body = HoursDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn delete(signed: Signed, Path(id): Path<HoursId>) -> Answer<Json<HoursDoc>> {
    Ok(Json(routing_config::archive_hours(&signed.ctx, &signed.actor, id).await?))
}
