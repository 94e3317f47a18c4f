//! The audit log: who changed what, written in the transaction of the act, chained by hashes; and the raw event stream.
//!
//! * U-1 Every act that changes configuration, access or the state of somebody else's work writes one entry.
//! * U-2 An entry holds what differs, before and after; never a password, token or key.

mod views;

#[cfg(test)]
mod tests;

pub use views::{EventPage, Verified, entries, events, verify};

use crate::{AppError, access::Actor};
use okno_model::Timestamp;
use okno_store::Tx;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Writes an entry of a user's act.
///
/// # Errors
/// The store's.
pub fn record(tx: &mut Tx<'_>, at: Timestamp, actor: &Actor, act: &str, subject: &str, data: &Value) -> Result<(), AppError> {
    let mut data = data.clone();
    if let Value::Object(fields) = &mut data {
        // Names change and repeat; the id tells whom it was.
        fields.insert("by".to_owned(), json!(actor.user));
    }
    okno_store::audit::append(tx, at, &actor.name, act, subject, &data)?;
    Ok(())
}

/// Writes an entry of something that okno or a stranger did.
///
/// # Errors
/// The store's.
pub fn record_system(tx: &mut Tx<'_>, at: Timestamp, act: &str, subject: &str, data: &Value) -> Result<(), AppError> {
    okno_store::audit::append(tx, at, "system", act, subject, data)?;
    Ok(())
}

/// What differs between two states of a document: `{"id", "before": {..}, "after": {..}}`.
///
/// # Errors
/// [`AppError::Internal`] for a document that is no JSON.
pub fn change<T: Serialize>(before: Option<&T>, after: Option<&T>) -> Result<Value, AppError> {
    let fields = |doc: Option<&T>| match doc.map(serde_json::to_value).transpose() {
        Ok(Some(Value::Object(fields))) => Ok(fields),
        Ok(_) => Ok(Map::new()),
        Err(error) => Err(AppError::Internal(error.to_string())),
    };
    let (mut before, mut after) = (fields(before)?, fields(after)?);
    let id = after.get("id").or_else(|| before.get("id")).cloned();
    let same: Vec<String> = before.iter().filter(|(key, value)| after.get(*key) == Some(*value)).map(|(key, _)| key.clone()).collect();
    for key in same {
        before.remove(&key);
        after.remove(&key);
    }
    Ok(json!({"id": id, "before": before, "after": after}))
}
