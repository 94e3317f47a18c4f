//! Queries of users, roles and teams.

use super::acts::place;
use crate::{AppError, Ctx, access::Actor};
use okno_model::{
    RoleId, TeamId, UserId,
    doc::{AgentDoc, RoleDoc, TeamDoc, UserDoc, WorkspaceDoc},
    right::{Grant, Right},
};
use okno_store::journal;
use serde::Serialize;

/// Who asks, and what his desk needs first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Me {
    /// The user.
    pub user: UserDoc,
    /// His rights.
    pub grants: Vec<Grant>,
    /// His workspace.
    pub workspace: WorkspaceDoc,
    /// His state as an agent, if he has one.
    pub agent: Option<AgentDoc>,
    /// Number of the newest event.
    pub seq: i64,
}

/// Who asks.
///
/// # Errors
/// The store's.
pub async fn me(ctx: &Ctx, actor: &Actor) -> Result<Me, AppError> {
    let (actor, ws) = (actor.clone(), ctx.ws);
    ctx.read(move |tx| {
        let user: UserDoc = tx.get(actor.user)?.ok_or(AppError::Unauthorized)?;
        let workspace: WorkspaceDoc = tx.get(ws)?.ok_or(AppError::not_found("workspace"))?;
        let agent: Option<AgentDoc> = tx.get(actor.agent())?;
        Ok(Me { user, grants: actor.grants, workspace, agent, seq: journal::head(tx)? })
    })
    .await
}

/// The users within reach of `user.configure`, by name.
///
/// # Errors
/// [`AppError::Forbidden`] without it.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<UserDoc>, AppError> {
    actor.require_any(&[Right::UserConfigure])?;
    let actor = actor.clone();
    ctx.read(move |tx| Ok(tx.list::<UserDoc>()?.into_iter().filter(|user| actor.covers(Right::UserConfigure, &place(user))).collect()))
        .await
}

/// One user within reach of `user.configure`.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn get(ctx: &Ctx, actor: &Actor, id: UserId) -> Result<UserDoc, AppError> {
    actor.require_any(&[Right::UserConfigure])?;
    let actor = actor.clone();
    ctx.read(move |tx| {
        let user: Option<UserDoc> = tx.get(id)?;
        user.filter(|user| actor.covers(Right::UserConfigure, &place(user))).ok_or(AppError::not_found("user"))
    })
    .await
}

/// All roles.
///
/// # Errors
/// [`AppError::Forbidden`] without `user.configure`.
pub async fn roles(ctx: &Ctx, actor: &Actor) -> Result<Vec<RoleDoc>, AppError> {
    actor.require_any(&[Right::UserConfigure])?;
    ctx.read(|tx| Ok(tx.list()?)).await
}

/// One role.
///
/// # Errors
/// As [`roles`]; [`AppError::NotFound`].
pub async fn role(ctx: &Ctx, actor: &Actor, id: RoleId) -> Result<RoleDoc, AppError> {
    actor.require_any(&[Right::UserConfigure])?;
    ctx.read(move |tx| tx.get(id)?.ok_or(AppError::not_found("role"))).await
}

/// All teams. Their names are shown to everybody who works here.
///
/// # Errors
/// [`AppError::Forbidden`] for a user without any right.
pub async fn teams(ctx: &Ctx, actor: &Actor) -> Result<Vec<TeamDoc>, AppError> {
    actor.require_any(Right::ALL)?;
    ctx.read(|tx| Ok(tx.list()?)).await
}

/// One team.
///
/// # Errors
/// As [`teams`]; [`AppError::NotFound`].
pub async fn team(ctx: &Ctx, actor: &Actor, id: TeamId) -> Result<TeamDoc, AppError> {
    actor.require_any(Right::ALL)?;
    ctx.read(move |tx| tx.get(id)?.ok_or(AppError::not_found("team"))).await
}
