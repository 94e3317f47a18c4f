//! From hand to hand: what the door does with an interaction in an agent's name.

use crate::{AppError, Ctx};
use okno_model::{AgentId, CallId, InteractionId, OfferId, doc::InteractionDoc};

/// The agent took the offer with his desk phone.
///
/// # Errors
/// [`AppError::Conflict`] `stale_offer` when it is over: his phone is hung up.
pub async fn accept_by_phone(ctx: &Ctx, agent: AgentId, interaction: InteractionId, offer: OfferId) -> Result<InteractionDoc, AppError> {
    let _ = (ctx, agent, interaction, offer);
    Err(super::rows::later())
}

/// The agent refused the offer with his desk phone.
///
/// # Errors
/// [`AppError::Conflict`] `stale_offer` when it is over.
pub async fn decline_by_phone(ctx: &Ctx, agent: AgentId, interaction: InteractionId, offer: OfferId) -> Result<InteractionDoc, AppError> {
    let _ = (ctx, agent, interaction, offer);
    Err(super::rows::later())
}

/// The agent has accepted, but his phone cannot be reached: the interaction goes back to the head of its queue with its place, and he is
/// paused. Also for a callback, which has no call yet.
///
/// # Errors
/// The store's. A repeat, or an interaction that is not his any more, changes nothing.
pub async fn unreached(ctx: &Ctx, interaction: InteractionId, agent: AgentId) -> Result<(), AppError> {
    let _ = (ctx, interaction, agent);
    Err(super::rows::later())
}

/// The agent is out of the call and his wrap-up begins, while the customer goes on with somebody outside.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown call; the store's.
pub async fn agent_left(ctx: &Ctx, call: CallId, agent: AgentId) -> Result<(), AppError> {
    let _ = (ctx, call, agent);
    Err(super::rows::later())
}

/// A colleague who is in the call already gets the interaction: the end of a consultation, or a supervisor who takes over.
///
/// # Errors
/// [`AppError::Conflict`] when he cannot have it (no room, not available): then it stays where it was.
pub async fn handed_over(ctx: &Ctx, call: CallId, from: Option<AgentId>, to: AgentId) -> Result<InteractionDoc, AppError> {
    let _ = (ctx, call, from, to);
    Err(super::rows::later())
}
