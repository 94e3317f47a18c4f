//! Callbacks: who would rather be called keeps his place (behaviour.md B7).

use crate::{AppError, Ctx};
use okno_model::{CallId, doc::InteractionDoc};

/// The customer wants to be called back at `number`. His interaction waits on with its place when his call ends. Who waits to be called
/// at this number already keeps the earlier place, and the later interaction joins it.
///
/// # Errors
/// [`AppError::Invalid`] `number_not_allowed` for a number that may not be called; [`AppError::Conflict`] when an agent has him already.
pub async fn callback_wanted(ctx: &Ctx, call: CallId, number: &str) -> Result<InteractionDoc, AppError> {
    let _ = (ctx, call, number);
    Err(super::rows::later())
}

/// A try has not reached the customer: the next one comes later, until there were too many. Told before or after the end of the call.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown call; the store's.
pub async fn callback_missed(ctx: &Ctx, call: CallId, cause: &str) -> Result<InteractionDoc, AppError> {
    let _ = (ctx, call, cause);
    Err(super::rows::later())
}

/// The customer has answered: he waits no longer.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown call; the store's.
pub async fn callback_reached(ctx: &Ctx, call: CallId) -> Result<InteractionDoc, AppError> {
    let _ = (ctx, call);
    Err(super::rows::later())
}
