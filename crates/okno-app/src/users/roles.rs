//! Commands on roles.

use super::{OWNER, power};
use crate::{
    AppError, Ctx,
    access::{Actor, Once},
    audit, config,
};
use okno_model::{
    RoleId,
    doc::{RoleDoc, UserDoc},
    event::What,
    input::RoleInput,
    right::{Right, Scope},
};
use okno_store::Tx;

/// Makes a role.
///
/// # Errors
/// [`AppError::Forbidden`], also for rights that the actor does not have; [`AppError::Invalid`] with the field.
pub async fn create(ctx: &Ctx, actor: &Actor, input: RoleInput, once: Option<Once>) -> Result<RoleDoc, AppError> {
    actor.require(Right::UserConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        Once::run(once.as_ref(), tx, actor.user, ctx_in.now(), |tx| {
            let mut role = RoleDoc { id: ctx_in.id(RoleId::new), key: String::new(), name: String::new(), grants: Vec::new() };
            apply(&mut role, input)?;
            check(tx, &role)?;
            power::holds(&actor, &role.grants)?;
            config::save(tx, &ctx_in, &actor, None, &role, &role.name, What::RoleChanged)?;
            Ok(role)
        })
    })
    .await
}

/// Changes a role.
///
/// # Errors
/// As [`create`]; [`AppError::Conflict`] `owner_role` for a change of the owner's rights.
pub async fn update(ctx: &Ctx, actor: &Actor, id: RoleId, input: RoleInput) -> Result<RoleDoc, AppError> {
    actor.require(Right::UserConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let before: RoleDoc = tx.lock(id)?.ok_or(AppError::not_found("role"))?;
        let mut after = before.clone();
        apply(&mut after, input)?;
        check(tx, &after)?;
        if after.grants != before.grants {
            if before.key == OWNER {
                return Err(AppError::conflict("owner_role", "the owner role has all rights and stays so; make another role instead"));
            }
            power::holds(&actor, &before.grants)?;
            power::holds(&actor, &after.grants)?;
        }
        config::save(tx, &ctx_in, &actor, Some(&before), &after, &after.name, What::RoleChanged)?;
        Ok(after)
    })
    .await
}

/// Removes a role that nobody has.
///
/// # Errors
/// [`AppError::Conflict`] `in_use` or `owner_role`.
pub async fn delete(ctx: &Ctx, actor: &Actor, id: RoleId) -> Result<(), AppError> {
    actor.require(Right::UserConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let role: RoleDoc = tx.lock(id)?.ok_or(AppError::not_found("role"))?;
        if role.key == OWNER {
            return Err(AppError::conflict("owner_role", "the owner role cannot be removed"));
        }
        power::holds(&actor, &role.grants)?;
        let holders: Vec<String> = tx.list::<UserDoc>()?.into_iter().filter(|u| u.roles.contains(&id)).map(|u| u.name).collect();
        if !holders.is_empty() {
            return Err(AppError::conflict("in_use", format!("take the role from {} first", holders.join(", "))));
        }
        tx.delete::<RoleDoc>(id)?;
        audit::record(tx, ctx_in.now(), &actor, "role.removed", &role.name, &audit::change(Some(&role), None)?)
    })
    .await
}

fn apply(role: &mut RoleDoc, input: RoleInput) -> Result<(), AppError> {
    if let Some(name) = input.name {
        role.name = config::name("name", &name)?;
    }
    if let Some(mut grants) = input.grants {
        grants.sort_unstable();
        if grants.windows(2).any(|pair| pair[0].right == pair[1].right) {
            return Err(AppError::invalid("grants", "repeated", "a right can be granted once, with one scope"));
        }
        role.grants = grants;
    }
    Ok(())
}

fn check(tx: &mut Tx<'_>, role: &RoleDoc) -> Result<(), AppError> {
    config::name("name", &role.name)?;
    config::unique(tx, "role", role, |r| &r.name, |a, b| a.id == b.id)
}
