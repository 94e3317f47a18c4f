//! Errors of the acts: what the caller may know, apart from what only the log may.

use okno_model::right::Right;
use okno_store::StoreError;
use std::time::Duration;

/// Why an act was not done.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// It does not exist, or the caller may not know that it does.
    #[error("{what} was not found")]
    NotFound {
        /// Kind of thing: `interaction`, `queue`.
        what: &'static str,
    },
    /// The caller knows that it exists but lacks a right.
    #[error("this needs the right `{right}`; ask an administrator")]
    Forbidden {
        /// The missing right.
        right: Right,
    },
    /// Nobody is signed in, or the session is over.
    #[error("sign in first")]
    Unauthorized,
    /// The state has moved on.
    #[error("{detail}")]
    Conflict {
        /// Stable code: `stale_offer`, `already_closed`.
        code: &'static str,
        /// What to do, in words.
        detail: String,
    },
    /// The input is wrong.
    #[error("{detail}")]
    Invalid {
        /// Which field, as in the JSON.
        field: &'static str,
        /// Stable code: `too_long`, `required`.
        code: &'static str,
        /// What to do, in words.
        detail: String,
    },
    /// Too many tries.
    #[error("too many tries; wait {} seconds", retry_after.as_secs())]
    Throttled {
        /// When to try again.
        retry_after: Duration,
    },
    /// Cannot be done now: disk full, database away, overload. Nothing was stored.
    #[error("{detail}")]
    Unavailable {
        /// In words.
        detail: String,
    },
    /// A fault of okno. The text goes to the log only.
    #[error("internal error: {0}")]
    Internal(String),
}

impl AppError {
    /// Short form of [`AppError::Invalid`].
    pub fn invalid(field: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::Invalid { field, code, detail: detail.into() }
    }

    /// Short form of [`AppError::Conflict`].
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Conflict { code, detail: detail.into() }
    }

    /// Short form of [`AppError::NotFound`].
    pub const fn not_found(what: &'static str) -> Self {
        Self::NotFound { what }
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Full | StoreError::Stopped(_)) {
            Self::Unavailable { detail: error.to_string() }
        } else if error.is_transient() {
            // What the database said is for the log; the caller learns that he may try again.
            tracing::warn!(%error, "the database could not serve an act");
            Self::Unavailable { detail: "the database is not available at the moment; try again".to_owned() }
        } else {
            Self::Internal(error.to_string())
        }
    }
}
