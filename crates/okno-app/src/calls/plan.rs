//! The dial plan: what may be called, and how much.

use crate::{AppError, Ctx};
use okno_model::AgentId;

/// The number that an agent may dial for what he typed, E.164 with `+`.
///
/// # Errors
/// [`AppError::Invalid`] `bad_number` or `number_not_allowed`; [`AppError::Conflict`] `limit` when he or the company has called enough.
pub async fn number_to_dial(ctx: &Ctx, agent: AgentId, typed: &str) -> Result<String, AppError> {
    let _ = (ctx, agent, typed);
    Err(super::rows::later())
}
