//! A call goes out.

use super::Arrived;
use crate::{AppError, Ctx};
use okno_model::{AgentId, ChannelId, InteractionId, TrunkId, phone::DialTo};

/// An outgoing call, before its first ringing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialing {
    /// Makes a repeat the same call.
    pub key: String,
    /// Who calls.
    pub by: AgentId,
    /// Whom: a number as [`super::number_to_dial`] gave it, or a colleague.
    pub to: DialTo,
    /// By which channel.
    pub channel: ChannelId,
    /// The number that is shown there.
    pub our_number: String,
    /// Trunk.
    pub trunk: Option<TrunkId>,
    /// The interaction that it belongs to: a callback that the agent has accepted. `None` begins a new one.
    pub interaction: Option<InteractionId>,
}

/// Records an outgoing call. When this returns, it may ring there: the agent has the interaction.
///
/// # Errors
/// [`AppError::Conflict`] `no_capacity` when the agent has a call; [`AppError::NotFound`] for an unknown channel or interaction.
pub async fn dialed(ctx: &Ctx, dialing: Dialing) -> Result<Arrived, AppError> {
    let _ = (ctx, dialing);
    Err(super::rows::later())
}
