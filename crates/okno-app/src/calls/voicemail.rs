//! A message that a caller left becomes work of the same queue.

use crate::{AppError, Ctx};
use okno_model::{CallId, RecordingId, doc::InteractionDoc};

/// The recording of a call is a message that he left: a task of the same queue and customer, with a ledger entry of its own. The
/// call's entry joins it.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown call or recording; the store's.
pub async fn voicemail_left(ctx: &Ctx, call: CallId, recording: RecordingId) -> Result<InteractionDoc, AppError> {
    let _ = (ctx, call, recording);
    Err(super::rows::later())
}
