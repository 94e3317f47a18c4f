//! The signed-in user and the witness of a passed check.

use super::Place;
use crate::AppError;
use okno_model::{
    AgentId, QueueId, SessionId, TeamId, UserId, event,
    right::{Grant, Right, Scope},
};
use std::ops::Deref;

/// A signed-in user with what he may do. Made by [`super::authenticate`], never by a door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// User.
    pub user: UserId,
    /// His session.
    pub session: SessionId,
    /// Shown name.
    pub name: String,
    /// Team.
    pub team: Option<TeamId>,
    /// Queues that he serves.
    pub queues: Vec<QueueId>,
    /// Rights of all his roles; one entry per right, with its widest scope.
    pub grants: Vec<Grant>,
}

impl Actor {
    /// The user as an agent.
    pub fn agent(&self) -> AgentId {
        self.user.into()
    }

    /// The user as the journal names him.
    pub const fn event(&self) -> event::Actor {
        event::Actor::User { id: self.user }
    }

    /// How far a right of his reaches; `None` without it.
    pub fn scope(&self, right: Right) -> Option<Scope> {
        self.grants.iter().find(|g| g.right == right).map(|g| g.scope)
    }

    /// Whether he has the right at all.
    pub fn has(&self, right: Right) -> bool {
        self.scope(right).is_some()
    }

    /// Refuses without the right in at least this scope.
    ///
    /// # Errors
    /// [`AppError::Forbidden`].
    pub fn require(&self, right: Right, scope: Scope) -> Result<(), AppError> {
        if self.scope(right).is_some_and(|had| had >= scope) { Ok(()) } else { Err(AppError::Forbidden { right }) }
    }

    /// Refuses without one of these rights in any scope; names the first one.
    ///
    /// # Errors
    /// [`AppError::Forbidden`].
    pub fn require_any(&self, rights: &[Right]) -> Result<(), AppError> {
        match rights.first() {
            Some(&right) if !rights.iter().any(|&r| self.has(r)) => Err(AppError::Forbidden { right }),
            _ => Ok(()),
        }
    }

    /// Whether the right reaches a thing at this place.
    pub fn covers(&self, right: Right, place: &Place) -> bool {
        self.scope(right).is_some_and(|scope| self.within(scope, place))
    }

    /// Whether a place lies within a scope of his. Each scope includes the narrower ones.
    pub fn within(&self, scope: Scope, place: &Place) -> bool {
        let own = || place.people.contains(&self.user);
        let team = || self.team.is_some_and(|team| place.teams.contains(&team));
        let queue = || self.queues.iter().any(|queue| place.queues.contains(queue));
        match scope {
            Scope::Own => own(),
            Scope::Team => own() || team(),
            Scope::Queue => own() || team() || queue(),
            Scope::All => true,
        }
    }

    /// The check of one row: `NotFound` without `see`, then `Forbidden` without `right`.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`].
    pub fn check(&self, what: &'static str, see: Right, right: Right, place: &Place) -> Result<(), AppError> {
        if !self.covers(see, place) {
            return Err(AppError::NotFound { what });
        }
        if right != see && !self.covers(right, place) {
            return Err(AppError::Forbidden { right });
        }
        Ok(())
    }
}

/// A row that passed the check. Acts take it instead of the row, so that no act can forget the check.
#[derive(Debug, Clone, PartialEq)]
pub struct Permitted<T>(T);

impl<T> Permitted<T> {
    pub(super) const fn new(item: T) -> Self {
        Self(item)
    }

    /// The row.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Permitted<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}
