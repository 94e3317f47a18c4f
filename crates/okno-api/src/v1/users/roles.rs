//! Roles.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::users;
use okno_model::{RoleId, doc::RoleDoc, input::RoleInput};

/// List the roles
#[utoipa::path(get, path = "/roles", tag = "users", operation_id = "list_roles",
    responses((status = 200, body = Page<RoleDoc>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(signed: Signed) -> Answer<Json<Page<RoleDoc>>> {
    Ok(Json(Page::whole(users::roles(&signed.ctx, &signed.actor).await?)))
}

/// Show a role
#[utoipa::path(get, path = "/roles/{id}", tag = "users", operation_id = "show_roles", params(("id" = RoleId, Path)),
    responses((status = 200, body = RoleDoc), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<RoleId>) -> Answer<Json<RoleDoc>> {
    Ok(Json(users::role(&signed.ctx, &signed.actor, id).await?))
}

/// Make a role
#[utoipa::path(post, path = "/roles", tag = "users", operation_id = "create_roles", request_body = RoleInput,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = RoleDoc), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(signed: Signed, request: Create<RoleInput>) -> Answer<(StatusCode, Json<RoleDoc>)> {
    let made = users::create_role(&signed.ctx, &signed.actor, request.body, request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change a role
#[utoipa::path(patch, path = "/roles/{id}", tag = "users", operation_id = "update_roles", params(("id" = RoleId, Path)), request_body = RoleInput,
    responses((status = 200, body = RoleDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Path(id): Path<RoleId>, Body(input): Body<RoleInput>) -> Answer<Json<RoleDoc>> {
    Ok(Json(users::update_role(&signed.ctx, &signed.actor, id, input).await?))
}

/// Remove a role that nobody has
#[utoipa::path(delete, path = "/roles/{id}", tag = "users", operation_id = "delete_roles", params(("id" = RoleId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn delete(signed: Signed, Path(id): Path<RoleId>) -> Answer<StatusCode> {
    users::delete_role(&signed.ctx, &signed.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
