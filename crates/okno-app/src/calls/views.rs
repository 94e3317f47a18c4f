//! Reading calls.

use crate::{AppError, Ctx, access::Actor};
use okno_model::{
    AgentId, CallId, CustomerId, InteractionId, Timestamp,
    doc::{CallDoc, RecordingDoc},
};
use okno_store::Tx;
use serde::{Deserialize, Serialize};

/// Which calls a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// All.
    #[default]
    All,
    /// Those that go on.
    Live,
    /// Those that are over.
    Ended,
}

/// What a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    /// Which.
    pub shown: Shown,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// Of this interaction.
    pub interaction: Option<InteractionId>,
    /// Of this agent.
    pub agent: Option<AgentId>,
}

/// Where the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// When the page's last call began.
    pub started: Timestamp,
    /// Its id.
    pub id: CallId,
}

impl From<&CallDoc> for Position {
    fn from(call: &CallDoc) -> Self {
        Self { started: call.started, id: call.id }
    }
}

/// Calls and recordings of one interaction, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfInteraction {
    /// Calls.
    pub calls: Vec<CallDoc>,
    /// Recordings; none without the right to listen to them.
    pub recordings: Vec<RecordingDoc>,
}

/// Calls that the actor may see, newest first.
///
/// # Errors
/// [`AppError::Forbidden`] without `interaction.read`.
pub async fn list(ctx: &Ctx, actor: &Actor, filter: Filter, after: Option<Position>, limit: usize) -> Result<Vec<CallDoc>, AppError> {
    let _ = (ctx, actor, filter, after, limit);
    Err(super::rows::later())
}

/// One call.
///
/// # Errors
/// 404 by `interaction.read` on its interaction, unless he takes part.
pub async fn show(ctx: &Ctx, actor: &Actor, id: CallId) -> Result<CallDoc, AppError> {
    let _ = (ctx, actor, id);
    Err(super::rows::later())
}

/// Calls and recordings of an interaction.
///
/// # Errors
/// 404 by `interaction.read`.
pub async fn of_interaction(ctx: &Ctx, actor: &Actor, id: InteractionId) -> Result<OfInteraction, AppError> {
    let _ = (ctx, actor, id);
    Err(super::rows::later())
}

/// Live calls that the actor may see, for the snapshot of his desk.
///
/// # Errors
/// The store's.
pub fn live(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<CallDoc>, AppError> {
    let _ = (tx, actor);
    Ok(Vec::new())
}
