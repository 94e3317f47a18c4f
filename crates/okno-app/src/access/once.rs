//! A request that creates something and may come twice.

use crate::AppError;
use okno_model::{Timestamp, UserId};
use okno_store::{
    Tx,
    idempotency::{self, Found},
};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// A repeat after this is a new request: no client retries for so long.
const REMEMBER: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The key of a request and the hash of what it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    key: String,
    hash: [u8; 32],
}

impl Once {
    /// `scope` is the method and path: one key for two different requests is a mistake of the caller.
    pub fn new(key: String, scope: &str, body: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(scope.as_bytes());
        hash.update([0]);
        hash.update(body);
        Self { key, hash: hash.finalize().into() }
    }

    /// Does `act`, or answers as the first time. The answer is stored in the transaction of the act.
    ///
    /// # Errors
    /// [`AppError::Conflict`] `idempotency_mismatch` if the key came with another request; what `act` returns.
    pub fn run<T, F>(once: Option<&Self>, tx: &mut Tx<'_>, user: UserId, at: Timestamp, act: F) -> Result<T, AppError>
    where
        T: Serialize + DeserializeOwned,
        F: FnOnce(&mut Tx<'_>) -> Result<T, AppError>,
    {
        let Some(once) = once else { return act(tx) };
        match idempotency::find(tx, user, &once.key, &once.hash)? {
            Found::New => {}
            Found::Saved { body, .. } => return serde_json::from_str(&body).map_err(|e| AppError::Internal(e.to_string())),
            Found::Mismatch => {
                return Err(AppError::conflict(
                    "idempotency_mismatch",
                    "this Idempotency-Key was used for another request; make a new key for each new request",
                ));
            }
        }
        let answer = act(tx)?;
        let body = serde_json::to_string(&answer).map_err(|e| AppError::Internal(e.to_string()))?;
        idempotency::forget_before(tx, at - REMEMBER)?;
        idempotency::save(tx, user, &once.key, &once.hash, 201, &body, at)?;
        Ok(answer)
    }
}
