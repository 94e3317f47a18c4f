//! Who may change whom (S-1, S-2).

use super::OWNER;
use crate::{
    AppError,
    access::{Actor, grants_of},
};
use okno_model::{
    RoleId,
    doc::{RoleDoc, UserDoc},
    right::{Grant, Right},
};
use okno_store::Tx;

/// Refuses if these rights reach beyond the actor's own.
pub(super) fn holds(actor: &Actor, grants: &[Grant]) -> Result<(), AppError> {
    for grant in grants.iter().filter(|grant| grant.right != Right::AgentWork) {
        actor.require(grant.right, grant.scope)?;
    }
    Ok(())
}

/// Refuses if the user may more than the actor, or is an owner and the actor is not.
pub(super) fn outranks(tx: &mut Tx<'_>, actor: &Actor, user: &UserDoc) -> Result<(), AppError> {
    if user.id == actor.user {
        return Ok(());
    }
    let grants = grants_of(tx, user)?;
    holds(actor, &grants)?;
    if is_owner(tx, user)? && !actor_is_owner(tx, actor)? {
        return Err(only_owners());
    }
    Ok(())
}

/// Refuses a change of roles that gives or takes what the actor does not have.
pub(super) fn may_assign(tx: &mut Tx<'_>, actor: &Actor, before: &[RoleId], after: &[RoleId]) -> Result<(), AppError> {
    for &id in after {
        if tx.get::<RoleDoc>(id)?.is_none() {
            return Err(AppError::invalid("roles", "unknown", "one of the roles does not exist"));
        }
    }
    let changed = after.iter().filter(|id| !before.contains(id)).chain(before.iter().filter(|id| !after.contains(id)));
    for &id in changed {
        let Some(role) = tx.get::<RoleDoc>(id)? else { continue };
        holds(actor, &role.grants)?;
        if role.key == OWNER && !actor_is_owner(tx, actor)? {
            return Err(only_owners());
        }
    }
    Ok(())
}

/// Refuses to leave the workspace without an owner who can sign in.
pub(super) fn owner_remains(tx: &mut Tx<'_>) -> Result<(), AppError> {
    let owner = owner_role(tx)?;
    let remains = tx.list::<UserDoc>()?.iter().any(|user| !user.disabled && owner.is_some_and(|role| user.roles.contains(&role)));
    if remains {
        return Ok(());
    }
    Err(AppError::conflict("last_owner", "the workspace needs at least one owner who can sign in; make another user an owner first"))
}

fn owner_role(tx: &mut Tx<'_>) -> Result<Option<RoleId>, AppError> {
    Ok(tx.list::<RoleDoc>()?.into_iter().find(|role| role.key == OWNER).map(|role| role.id))
}

fn is_owner(tx: &mut Tx<'_>, user: &UserDoc) -> Result<bool, AppError> {
    let owner = owner_role(tx)?;
    Ok(owner.is_some_and(|role| user.roles.contains(&role)))
}

fn actor_is_owner(tx: &mut Tx<'_>, actor: &Actor) -> Result<bool, AppError> {
    match tx.get::<UserDoc>(actor.user)? {
        Some(user) => is_owner(tx, &user),
        None => Ok(false),
    }
}

fn only_owners() -> AppError {
    AppError::Forbidden { right: Right::UserConfigure }
}
