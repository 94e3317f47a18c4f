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
        if let Some(saved) = once.saved(tx, user)? {
            return Ok(saved);
        }
        let answer = act(tx)?;
        let body = serde_json::to_string(&answer).map_err(|e| AppError::Internal(e.to_string()))?;
        idempotency::forget_before(tx, at - REMEMBER)?;
        idempotency::save(tx, user, &once.key, &once.hash, 201, &body, at)?;
        Ok(answer)
    }

    /// The answer of the first time.
    fn saved<T: DeserializeOwned>(&self, tx: &mut Tx<'_>, user: UserId) -> Result<Option<T>, AppError> {
        match idempotency::find(tx, user, &self.key, &self.hash)? {
            Found::New => Ok(None),
            Found::Saved { body, .. } => serde_json::from_str(&body).map(Some).map_err(|e| AppError::Internal(e.to_string())),
            Found::Mismatch => Err(AppError::conflict(
                "idempotency_mismatch",
                "this Idempotency-Key was used for another request; make a new key for each new request",
            )),
        }
    }

    /// For an act that cannot be one transaction: notes that it is being done. Answers with the answer of the first time, if there is
    /// one; then [`Once::settle`] with the answer, or [`Once::release`] if nothing was done.
    ///
    /// # Errors
    /// [`AppError::Conflict`] `idempotency_mismatch`, or `in_progress` while the first request is being done, or broke off.
    pub(crate) fn reserve<T: DeserializeOwned>(&self, tx: &mut Tx<'_>, user: UserId, at: Timestamp) -> Result<Option<T>, AppError> {
        match self.saved::<Option<T>>(tx, user)? {
            None => {
                idempotency::forget_before(tx, at - REMEMBER)?;
                idempotency::save(tx, user, &self.key, &self.hash, 202, "null", at)?;
                Ok(None)
            }
            Some(Some(answer)) => Ok(Some(answer)),
            Some(None) => Err(AppError::conflict(
                "in_progress",
                "this request is being done, or broke off; look what came of it before you try again",
            )),
        }
    }

    /// Stores the answer of a reserved request.
    pub(crate) fn settle<T: Serialize>(&self, tx: &mut Tx<'_>, user: UserId, at: Timestamp, answer: &T) -> Result<(), AppError> {
        let body = serde_json::to_string(answer).map_err(|e| AppError::Internal(e.to_string()))?;
        idempotency::forget(tx, user, &self.key)?;
        idempotency::save(tx, user, &self.key, &self.hash, 201, &body, at)?;
        Ok(())
    }

    /// Nothing was done: the same key may be tried again.
    pub(crate) fn release(&self, tx: &mut Tx<'_>, user: UserId) -> Result<(), AppError> {
        Ok(idempotency::forget(tx, user, &self.key)?)
    }
}
