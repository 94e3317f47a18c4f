//! The user himself.

use crate::{
    Answer, ApiState, Problem,
    extract::{Body, Signed},
};
use axum::{Json, extract::State};
use okno_app::{Ctx, access::Actor, users};
use okno_model::{
    doc::{AgentDoc, UserDoc, WorkspaceDoc},
    right::Grant,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who asks, and what his desk needs first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    user: UserDoc,
    /// Rights of all his roles, each with its widest scope.
    grants: Vec<Grant>,
    workspace: WorkspaceDoc,
    /// His state as an agent; null before he was one.
    agent: Option<AgentDoc>,
    /// Build of the server; a change asks the browser to reload.
    build: String,
    /// Origin of attachments and mail HTML.
    files_origin: String,
    /// Number of the newest event.
    seq: i64,
}

impl Me {
    pub(crate) async fn of(state: &ApiState, ctx: &Ctx, actor: &Actor) -> Answer<Self> {
        let users::Me { user, grants, workspace, agent, seq } = users::me(ctx, actor).await?;
        let (build, files_origin) = (state.config.build.clone(), state.app.urls.files.clone());
        Ok(Self { user, grants, workspace, agent, build, files_origin, seq })
    }
}

/// What a user may change of himself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeBody {
    /// Shown name.
    name: Option<String>,
    /// Interface language: `en`, `ru`, `pl`.
    language: Option<String>,
}

/// Tell who is signed in
#[utoipa::path(get, path = "/me", tag = "access", responses((status = 200, body = Me), (status = 401, body = Problem)))]
pub(crate) async fn show(State(state): State<ApiState>, signed: Signed) -> Answer<Json<Me>> {
    Ok(Json(Me::of(&state, &signed.ctx, &signed.actor).await?))
}

/// Change one's own name or language
#[utoipa::path(patch, path = "/me", tag = "access", request_body = MeBody,
    responses((status = 200, body = UserDoc), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Body(body): Body<MeBody>) -> Answer<Json<UserDoc>> {
    Ok(Json(users::update_self(&signed.ctx, &signed.actor, body.name, body.language).await?))
}
