//! Fields that the company has given to customers, organizations and cases.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::attributes;
use okno_model::{AttributeId, doc::AttributeDoc, input::AttributeInput};

/// List the attributes
#[utoipa::path(get, path = "/attributes", tag = "customers", operation_id = "list_attributes",
    responses((status = 200, body = Page<AttributeDoc>), (status = 403, body = Problem)))]
pub(crate) async fn list(signed: Signed) -> Answer<Json<Page<AttributeDoc>>> {
    Ok(Json(Page::whole(attributes::list(&signed.ctx, &signed.actor).await?)))
}

/// Make an attribute
#[utoipa::path(post, path = "/attributes", tag = "customers", operation_id = "create_attribute", request_body = AttributeInput,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = AttributeDoc), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(signed: Signed, request: Create<AttributeInput>) -> Answer<(StatusCode, Json<AttributeDoc>)> {
    let made = attributes::create(&signed.ctx, &signed.actor, request.body, request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change an attribute; key, kind and subject stay
#[utoipa::path(patch, path = "/attributes/{id}", tag = "customers", operation_id = "update_attribute", params(("id" = AttributeId, Path)),
    request_body = AttributeInput,
    responses((status = 200, body = AttributeDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Path(id): Path<AttributeId>, Body(input): Body<AttributeInput>) -> Answer<Json<AttributeDoc>> {
    Ok(Json(attributes::update(&signed.ctx, &signed.actor, id, input).await?))
}

/// Remove an attribute that has no values
#[utoipa::path(delete, path = "/attributes/{id}", tag = "customers", operation_id = "delete_attribute", params(("id" = AttributeId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn delete(signed: Signed, Path(id): Path<AttributeId>) -> Answer<StatusCode> {
    attributes::delete(&signed.ctx, &signed.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
