//! Commands on teams.

use crate::{
    AppError, Ctx,
    access::{Actor, Once},
    audit, config,
};
use okno_model::{
    TeamId,
    doc::{DepartmentDoc, HoursDoc, TeamDoc, UserDoc},
    event::What,
    input::TeamInput,
    right::{Right, Scope},
};
use okno_store::Tx;

/// Makes a team.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::Invalid`] with the field.
pub async fn create(ctx: &Ctx, actor: &Actor, input: TeamInput, once: Option<Once>) -> Result<TeamDoc, AppError> {
    actor.require(Right::UserConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        Once::run(once.as_ref(), tx, actor.user, ctx_in.now(), |tx| {
            let name = config::name("name", input.name.as_deref().unwrap_or(""))?;
            let team = TeamDoc { id: ctx_in.id(TeamId::new), name, department: department(tx, input.department.flatten())? };
            config::unique(tx, "team", &team, |t| &t.name, |a, b| a.id == b.id)?;
            config::save(tx, &ctx_in, &actor, None, &team, &team.name, What::TeamChanged)?;
            Ok(team)
        })
    })
    .await
}

/// Changes a team.
///
/// # Errors
/// As [`create`]; [`AppError::NotFound`].
pub async fn update(ctx: &Ctx, actor: &Actor, id: TeamId, input: TeamInput) -> Result<TeamDoc, AppError> {
    actor.require(Right::UserConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let before: TeamDoc = tx.lock(id)?.ok_or(AppError::not_found("team"))?;
        let mut after = before.clone();
        if let Some(name) = input.name {
            after.name = config::name("name", &name)?;
        }
        if let Some(wanted) = input.department {
            after.department = department(tx, wanted)?;
        }
        config::unique(tx, "team", &after, |t| &t.name, |a, b| a.id == b.id)?;
        config::save(tx, &ctx_in, &actor, Some(&before), &after, &after.name, What::TeamChanged)?;
        Ok(after)
    })
    .await
}

/// The longest time for a reaction: two months.
const MINUTES_MAX: u32 = 60 * 24 * 60;

/// What makes a team a department, checked.
fn department(tx: &mut Tx<'_>, wanted: Option<DepartmentDoc>) -> Result<Option<DepartmentDoc>, AppError> {
    let Some(wanted) = wanted else { return Ok(None) };
    config::within("department.accept_minutes", wanted.accept_minutes, 1..=MINUTES_MAX)?;
    config::within("department.answer_minutes", wanted.answer_minutes, 1..=MINUTES_MAX)?;
    if let Some(head) = wanted.head {
        tx.get::<UserDoc>(head)?.ok_or_else(|| AppError::invalid("department.head", "unknown", "there is no such user"))?;
    }
    if let Some(hours) = wanted.hours {
        tx.get::<HoursDoc>(hours)?.ok_or_else(|| AppError::invalid("department.hours", "unknown", "there are no such hours"))?;
    }
    Ok(Some(wanted))
}

/// Removes a team without members.
///
/// # Errors
/// [`AppError::Conflict`] `in_use`.
pub async fn delete(ctx: &Ctx, actor: &Actor, id: TeamId) -> Result<(), AppError> {
    actor.require(Right::UserConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let team: TeamDoc = tx.lock(id)?.ok_or(AppError::not_found("team"))?;
        let members: Vec<String> = tx.list::<UserDoc>()?.into_iter().filter(|u| u.team == Some(id)).map(|u| u.name).collect();
        if !members.is_empty() {
            return Err(AppError::conflict("in_use", format!("move {} to another team first", members.join(", "))));
        }
        tx.delete::<TeamDoc>(id)?;
        audit::record(tx, ctx_in.now(), &actor, "team.removed", &team.name, &audit::change(Some(&team), None)?)
    })
    .await
}
