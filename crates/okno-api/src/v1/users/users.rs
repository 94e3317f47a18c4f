//! Users.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::users;
use okno_model::{UserId, doc::UserDoc, input::UserInput};

/// List the users
#[utoipa::path(get, path = "/users", tag = "users", operation_id = "list_users",
    responses((status = 200, body = Page<UserDoc>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(signed: Signed) -> Answer<Json<Page<UserDoc>>> {
    Ok(Json(Page::whole(users::list(&signed.ctx, &signed.actor).await?)))
}

/// Show a user
#[utoipa::path(get, path = "/users/{id}", tag = "users", operation_id = "show_users", params(("id" = UserId, Path)),
    responses((status = 200, body = UserDoc), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<UserId>) -> Answer<Json<UserDoc>> {
    Ok(Json(users::get(&signed.ctx, &signed.actor, id).await?))
}

/// Make a user
#[utoipa::path(post, path = "/users", tag = "users", operation_id = "create_users", request_body = UserInput,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = UserDoc), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(signed: Signed, request: Create<UserInput>) -> Answer<(StatusCode, Json<UserDoc>)> {
    let made = users::create(&signed.ctx, &signed.actor, request.body, request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change a user
#[utoipa::path(patch, path = "/users/{id}", tag = "users", operation_id = "update_users", params(("id" = UserId, Path)), request_body = UserInput,
    responses((status = 200, body = UserDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Path(id): Path<UserId>, Body(input): Body<UserInput>) -> Answer<Json<UserDoc>> {
    Ok(Json(users::update(&signed.ctx, &signed.actor, id, input).await?))
}
