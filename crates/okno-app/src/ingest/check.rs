//! Checks of what people type, the same for customers and agents.

use crate::AppError;
use okno_model::limits;

/// Characters of a client's message id.
const CLIENT_ID_CHARS: usize = 100;

/// Refuses an id that is not one.
pub(crate) fn client_id(client_id: &str) -> Result<(), AppError> {
    if client_id.is_empty() || client_id.len() > CLIENT_ID_CHARS || client_id.chars().any(char::is_control) {
        return Err(AppError::invalid("client_id", "bad_client_id", format!("a client id has 1 to {CLIENT_ID_CHARS} characters")));
    }
    Ok(())
}

/// Refuses an empty or endless text.
pub(crate) fn text(text: &str, files: usize) -> Result<(), AppError> {
    if text.trim().is_empty() && files == 0 {
        return Err(AppError::invalid("text", "required", "write something, or add a file"));
    }
    if text.chars().count() > limits::MESSAGE_CHARS {
        return Err(AppError::invalid("text", "too_long", format!("a message has at most {} characters; split it", limits::MESSAGE_CHARS)));
    }
    if files > limits::ATTACHMENTS_PER_MESSAGE {
        return Err(AppError::invalid("attachments", "too_many", format!("at most {} files", limits::ATTACHMENTS_PER_MESSAGE)));
    }
    Ok(())
}
