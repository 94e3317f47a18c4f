//! What users do with calls. The door does it; these acts check who may.

use crate::{
    AppError, Ctx,
    access::{Actor, Once},
};
use okno_model::{
    CallId, ChannelId,
    doc::CallDoc,
    phone::{CallCommand, DialTo},
};

/// Whom an agent wants to call, and by which channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialRequest {
    /// Whom.
    pub to: DialTo,
    /// By which channel.
    pub channel: ChannelId,
}

/// Calls somebody. Answered when the call is recorded and being dialed.
///
/// # Errors
/// [`AppError::Forbidden`] without `call.dial`; [`AppError::Invalid`] for a number that may not be called; [`AppError::Conflict`] with
/// the door's code when it cannot.
pub async fn dial(ctx: &Ctx, actor: &Actor, request: DialRequest, once: Option<Once>) -> Result<CallDoc, AppError> {
    let _ = (ctx, actor, request, once);
    Err(super::rows::later())
}

/// Does something with a call that goes on.
///
/// # Errors
/// 404 for a call that he may not see; [`AppError::Forbidden`] with the missing right; [`AppError::Conflict`] with the door's code.
pub async fn command(ctx: &Ctx, actor: &Actor, call: CallId, command: CallCommand) -> Result<(), AppError> {
    let _ = (ctx, actor, call, command);
    Err(super::rows::later())
}
