//! Teams.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::users;
use okno_model::{TeamId, doc::TeamDoc, input::TeamInput};

/// List the teams
#[utoipa::path(get, path = "/teams", tag = "users", operation_id = "list_teams",
    responses((status = 200, body = Page<TeamDoc>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(signed: Signed) -> Answer<Json<Page<TeamDoc>>> {
    Ok(Json(Page::whole(users::teams(&signed.ctx, &signed.actor).await?)))
}

/// Show a team
#[utoipa::path(get, path = "/teams/{id}", tag = "users", operation_id = "show_teams", params(("id" = TeamId, Path)),
    responses((status = 200, body = TeamDoc), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<TeamId>) -> Answer<Json<TeamDoc>> {
    Ok(Json(users::team(&signed.ctx, &signed.actor, id).await?))
}

/// Make a team
#[utoipa::path(post, path = "/teams", tag = "users", operation_id = "create_teams", request_body = TeamInput,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = TeamDoc), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(signed: Signed, request: Create<TeamInput>) -> Answer<(StatusCode, Json<TeamDoc>)> {
    let made = users::create_team(&signed.ctx, &signed.actor, request.body, request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change a team
#[utoipa::path(patch, path = "/teams/{id}", tag = "users", operation_id = "update_teams", params(("id" = TeamId, Path)), request_body = TeamInput,
    responses((status = 200, body = TeamDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Path(id): Path<TeamId>, Body(input): Body<TeamInput>) -> Answer<Json<TeamDoc>> {
    Ok(Json(users::update_team(&signed.ctx, &signed.actor, id, input).await?))
}

/// Remove a team without members
#[utoipa::path(delete, path = "/teams/{id}", tag = "users", operation_id = "delete_teams", params(("id" = TeamId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn delete(signed: Signed, Path(id): Path<TeamId>) -> Answer<StatusCode> {
    users::delete_team(&signed.ctx, &signed.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
