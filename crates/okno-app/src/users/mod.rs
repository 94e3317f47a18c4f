//! Users, roles and teams.
//!
//! * S-1 There is always a user who is not disabled and has the owner role.
//! * S-2 Nobody gives, takes or resets what he does not have himself: roles with rights beyond his own, users who may more
//!   than he may. Only an owner touches owners. (`agent.work` is a duty, not a power, and does not count.)
//! * S-3 Disabling a user or setting his password ends all his sessions.

mod acts;
mod power;
mod roles;
mod teams;
mod views;

#[cfg(test)]
mod tests;

pub use acts::{create, update, update_self};
pub use roles::{create as create_role, delete as delete_role, update as update_role};
pub use teams::{create as create_team, delete as delete_team, update as update_team};
pub use views::{Me, get, list, me, role, roles, team, teams};

/// Stable key of the role that nobody can take away from its last holder.
pub const OWNER: &str = "owner";
