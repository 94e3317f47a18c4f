//! The life of a call: the only place where a call changes its state and is stored.

use crate::{AppError, Ctx};
use okno_model::doc::{CallDoc, CallEnder};

/// Stores a call as the door sees it now: state, legs, figures. Also tells the interaction that agent and customer talk, and writes lines
/// of what happened into it. After the end only figures and legs are taken over.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown call; [`AppError::Invalid`] for a state `ended`, which is [`ended`]'s.
pub async fn save(ctx: &Ctx, call: CallDoc) -> Result<CallDoc, AppError> {
    let _ = (ctx, call);
    Err(super::rows::later())
}

/// Ends a call, with its last figures. The interaction follows: before an answer the customer has abandoned it (or waits to be called
/// back), after it the agent's wrap-up begins. The ledger entry ends, or says until when somebody has to come back to him.
///
/// `cause` is a word of [`okno_model::doc::CallState::Ended`].
///
/// # Errors
/// [`AppError::NotFound`] for an unknown call; the store's.
pub async fn ended(ctx: &Ctx, call: CallDoc, by: CallEnder, cause: &str) -> Result<CallDoc, AppError> {
    let _ = (ctx, call, by, cause);
    Err(super::rows::later())
}
