//! Company name, time zone, language.

use crate::{
    Answer, Problem,
    extract::{Body, Signed},
};
use axum::Json;
use okno_app::workspace;
use okno_model::{doc::WorkspaceDoc, input::WorkspaceInput};

/// Show the workspace
#[utoipa::path(get, path = "/workspace", tag = "workspace", responses((status = 200, body = WorkspaceDoc), (status = 401, body = Problem)))]
pub(crate) async fn show(signed: Signed) -> Answer<Json<WorkspaceDoc>> {
    Ok(Json(workspace::get(&signed.ctx, &signed.actor).await?))
}

/// Change the workspace
#[utoipa::path(patch, path = "/workspace", tag = "workspace", request_body = WorkspaceInput,
    responses((status = 200, body = WorkspaceDoc), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Body(input): Body<WorkspaceInput>) -> Answer<Json<WorkspaceDoc>> {
    Ok(Json(workspace::update(&signed.ctx, &signed.actor, input).await?))
}
