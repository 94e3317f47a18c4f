//! One act's transaction: the rows, the time, new ids, and the journal in the name of whoever acts.

use crate::{AppError, Ctx, clock::Ids};
use okno_model::{EventId, Timestamp, event::Actor};
use okno_store::{Told, Tx};
use std::sync::Arc;
use uuid::Uuid;

/// A running act inside its transaction.
pub(crate) struct Act<'a, 'c> {
    /// The rows.
    pub(crate) tx: &'a mut Tx<'c>,
    /// When the act happens: one instant for all that it writes.
    pub(crate) now: Timestamp,
    /// Who acts.
    pub(crate) by: Actor,
    ids: Arc<dyn Ids>,
}

impl<'a, 'c> Act<'a, 'c> {
    /// An act in an open transaction.
    pub(crate) fn new(ctx: &Ctx, tx: &'a mut Tx<'c>, now: Timestamp, by: Actor) -> Self {
        Self { tx, now, by, ids: ctx.app.ids() }
    }

    /// A new id of any kind.
    pub(crate) fn id<T>(&self, wrap: impl FnOnce(Uuid) -> T) -> T {
        wrap(self.ids.next())
    }

    /// Appends an event to the journal.
    pub(crate) fn tell(&mut self, what: impl Told) -> Result<(), AppError> {
        let id = self.id(EventId::new);
        self.tx.append(self.now, id, &self.by, what)?;
        Ok(())
    }
}

/// Runs an act in one transaction; returns when it is durable.
pub(crate) async fn run<T, F>(ctx: &Ctx, by: Actor, f: F) -> Result<T, AppError>
where
    T: Send + 'static,
    F: FnOnce(&mut Act<'_, '_>) -> Result<T, AppError> + Send + 'static,
{
    let inner = ctx.clone();
    ctx.write(move |tx| f(&mut Act::new(&inner, tx, inner.now(), by))).await
}
