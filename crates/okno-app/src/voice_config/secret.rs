//! Passwords of trunks and phones, sealed for one place only (V-1).

use crate::{AppError, Ctx};

/// Seals a password for `place`, which names what it belongs to and to whom it may be shown.
pub(super) fn seal(ctx: &Ctx, place: &str, password: &str) -> Vec<u8> {
    ctx.app.secrets.seal(place, password.as_bytes())
}

/// Opens what was sealed for the same place.
///
/// # Errors
/// [`AppError::Internal`] when it was sealed for another place or with another key.
pub(super) fn open(ctx: &Ctx, place: &str, sealed: &[u8]) -> Result<String, AppError> {
    let plain = ctx.app.secrets.open(place, sealed)?;
    String::from_utf8(plain).map_err(|_| AppError::Internal("a stored password is no text".to_owned()))
}

/// What a write does to a stored password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change<'a> {
    /// It stays as it is.
    Keep,
    /// It is replaced, or removed.
    Set(Option<&'a str>),
}

/// Decides about the password of a write: `given` is what was written, `moved` that it belongs to another place now.
///
/// # Errors
/// [`AppError::Invalid`] when a stored password would go to another place than the one it was entered for.
pub(super) fn change(given: Option<&Option<String>>, stored: bool, moved: bool) -> Result<Change<'_>, AppError> {
    match given {
        Some(given) => Ok(Change::Set(given.as_deref().filter(|password| !password.is_empty()))),
        None if stored && moved => Err(AppError::invalid("password", "required", "the server or user changed; enter the password again")),
        None => Ok(Change::Keep),
    }
}
