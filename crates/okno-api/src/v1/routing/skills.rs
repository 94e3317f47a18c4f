//! Skills.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::routing_config;
use okno_model::{SkillId, doc::SkillDoc, input::SkillInput};

/// List the skills
#[utoipa::path(get, path = "/skills", tag = "routing", operation_id = "list_skills",
    responses((status = 200, body = Page<SkillDoc>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(signed: Signed) -> Answer<Json<Page<SkillDoc>>> {
    Ok(Json(Page::whole(routing_config::skills(&signed.ctx, &signed.actor).await?)))
}

/// Show a skill
#[utoipa::path(get, path = "/skills/{id}", tag = "routing", operation_id = "show_skills", params(("id" = SkillId, Path)),
    responses((status = 200, body = SkillDoc), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<SkillId>) -> Answer<Json<SkillDoc>> {
    Ok(Json(routing_config::skill(&signed.ctx, &signed.actor, id).await?))
}

/// Make a skill
#[utoipa::path(post, path = "/skills", tag = "routing", operation_id = "create_skills", request_body = SkillInput,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = SkillDoc), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(signed: Signed, request: Create<SkillInput>) -> Answer<(StatusCode, Json<SkillDoc>)> {
    let made = routing_config::create_skill(&signed.ctx, &signed.actor, request.body, request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change a skill
#[utoipa::path(patch, path = "/skills/{id}", tag = "routing", operation_id = "update_skills", params(("id" = SkillId, Path)), request_body = SkillInput,
    responses((status = 200, body = SkillDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Path(id): Path<SkillId>, Body(input): Body<SkillInput>) -> Answer<Json<SkillDoc>> {
    Ok(Json(routing_config::update_skill(&signed.ctx, &signed.actor, id, input).await?))
}

/// Remove a skill that nothing uses
#[utoipa::path(delete, path = "/skills/{id}", tag = "routing", operation_id = "delete_skills", params(("id" = SkillId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn delete(signed: Signed, Path(id): Path<SkillId>) -> Answer<StatusCode> {
    routing_config::delete_skill(&signed.ctx, &signed.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
