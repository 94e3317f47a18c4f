//! Commands and queries of skills.

use crate::{
    AppError, Ctx,
    access::{Actor, Once},
    audit, config,
};
use okno_model::{
    SkillId,
    doc::{QueueDoc, SkillDoc, UserDoc},
    event::What,
    input::SkillInput,
    right::{Right, Scope},
};

/// All skills. Seen by everybody who works here.
///
/// # Errors
/// [`AppError::Forbidden`] for a user without any right.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<SkillDoc>, AppError> {
    actor.require_any(Right::ALL)?;
    ctx.read(|tx| Ok(tx.list()?)).await
}

/// One skill.
///
/// # Errors
/// As [`list`]; [`AppError::NotFound`].
pub async fn get(ctx: &Ctx, actor: &Actor, id: SkillId) -> Result<SkillDoc, AppError> {
    actor.require_any(Right::ALL)?;
    ctx.read(move |tx| tx.get(id)?.ok_or(AppError::not_found("skill"))).await
}

/// Makes a skill.
///
/// # Errors
/// [`AppError::Forbidden`] without `routing.configure`; [`AppError::Invalid`] with the field.
pub async fn create(ctx: &Ctx, actor: &Actor, input: SkillInput, once: Option<Once>) -> Result<SkillDoc, AppError> {
    actor.require(Right::RoutingConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        Once::run(once.as_ref(), tx, actor.user, ctx_in.now(), |tx| {
            let name = config::name("name", input.name.as_deref().unwrap_or(""))?;
            let skill = SkillDoc { id: ctx_in.id(SkillId::new), name };
            config::unique(tx, "skill", &skill, |s| &s.name, |a, b| a.id == b.id)?;
            config::save(tx, &ctx_in, &actor, None, &skill, &skill.name, What::SkillChanged)?;
            Ok(skill)
        })
    })
    .await
}

/// Changes a skill.
///
/// # Errors
/// As [`create`]; [`AppError::NotFound`].
pub async fn update(ctx: &Ctx, actor: &Actor, id: SkillId, input: SkillInput) -> Result<SkillDoc, AppError> {
    actor.require(Right::RoutingConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let before: SkillDoc = tx.lock(id)?.ok_or(AppError::not_found("skill"))?;
        let mut after = before.clone();
        if let Some(name) = input.name {
            after.name = config::name("name", &name)?;
        }
        config::unique(tx, "skill", &after, |s| &s.name, |a, b| a.id == b.id)?;
        config::save(tx, &ctx_in, &actor, Some(&before), &after, &after.name, What::SkillChanged)?;
        Ok(after)
    })
    .await
}

/// Removes a skill that no queue requires and no user has.
///
/// # Errors
/// [`AppError::Conflict`] `in_use`.
pub async fn delete(ctx: &Ctx, actor: &Actor, id: SkillId) -> Result<(), AppError> {
    actor.require(Right::RoutingConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let skill: SkillDoc = tx.lock(id)?.ok_or(AppError::not_found("skill"))?;
        let queues = tx.list::<QueueDoc>()?.into_iter().filter(|q| q.skills.iter().any(|s| s.skill == id)).map(|q| q.name);
        let mut names: Vec<String> = queues.collect();
        names.extend(tx.list::<UserDoc>()?.into_iter().filter(|u| u.skills.iter().any(|s| s.skill == id)).map(|u| u.name));
        if !names.is_empty() {
            return Err(AppError::conflict("in_use", format!("take the skill from {} first", names.join(", "))));
        }
        tx.delete::<SkillDoc>(id)?;
        audit::record(tx, ctx_in.now(), &actor, "skill.removed", &skill.name, &audit::change(Some(&skill), None)?)
    })
    .await
}
