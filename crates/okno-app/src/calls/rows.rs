//! What the acts about calls share.

use crate::AppError;

pub(crate) fn later() -> AppError {
    AppError::Unavailable { detail: "the telephone is being built".to_owned() }
}
