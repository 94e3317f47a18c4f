//! Dispositions, archived ones too.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::routing_config;
use okno_model::{DispositionId, doc::DispositionDoc, input::DispositionInput};

/// List the dispositions, archived ones too
#[utoipa::path(get, path = "/dispositions", tag = "routing", operation_id = "list_dispositions",
    responses((status = 200, body = Page<DispositionDoc>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(signed: Signed) -> Answer<Json<Page<DispositionDoc>>> {
    Ok(Json(Page::whole(routing_config::dispositions(&signed.ctx, &signed.actor).await?)))
}

/// Show a disposition
#[utoipa::path(get, path = "/dispositions/{id}", tag = "routing", operation_id = "show_dispositions", params(("id" = DispositionId, Path)),
    responses((status = 200, body = DispositionDoc), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<DispositionId>) -> Answer<Json<DispositionDoc>> {
    Ok(Json(routing_config::disposition(&signed.ctx, &signed.actor, id).await?))
}

/// Make a disposition
#[utoipa::path(post, path = "/dispositions", tag = "routing", operation_id = "create_dispositions", request_body = DispositionInput,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = DispositionDoc), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(signed: Signed, request: Create<DispositionInput>) -> Answer<(StatusCode, Json<DispositionDoc>)> {
    let made = routing_config::create_disposition(&signed.ctx, &signed.actor, request.body, request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change a disposition
#[utoipa::path(patch, path = "/dispositions/{id}", tag = "routing", operation_id = "update_dispositions", params(("id" = DispositionId, Path)), request_body = DispositionInput,
    responses((status = 200, body = DispositionDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn update(
    signed: Signed,
    Path(id): Path<DispositionId>,
    Body(input): Body<DispositionInput>,
) -> Answer<Json<DispositionDoc>> {
    Ok(Json(routing_config::update_disposition(&signed.ctx, &signed.actor, id, input).await?))
}

/// Archive a disposition
#[utoipa::path(delete, path = "/dispositions/{id}", tag = "routing", operation_id = "delete_dispositions", params(("id" = DispositionId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn delete(signed: Signed, Path(id): Path<DispositionId>) -> Answer<StatusCode> {
    routing_config::archive_disposition(&signed.ctx, &signed.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
