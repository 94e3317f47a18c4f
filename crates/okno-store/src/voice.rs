//! Secrets of trunks and phones, and where phones are registered.

use crate::{StoreError, Tx, params};
use okno_model::{PhoneId, TrunkId, doc::CallDoc};

/// The sealed password of a trunk.
pub fn trunk_secret(tx: &mut Tx<'_>, trunk: TrunkId) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT secret FROM trunks WHERE ws = $1 AND id = $2";
    Ok(tx.query_opt(sql, params![tx.ws(), trunk], |row| row.get::<Option<Vec<u8>>>(0))?.flatten())
}

/// The sealed password of a phone.
pub fn phone_secret(tx: &mut Tx<'_>, phone: PhoneId) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT secret FROM phones WHERE ws = $1 AND id = $2";
    Ok(tx.query_opt(sql, params![tx.ws(), phone], |row| row.get::<Option<Vec<u8>>>(0))?.flatten())
}

/// Whether a login belongs to another phone. Logins are stored in lower case.
pub fn login_taken(tx: &mut Tx<'_>, login: &str, except: PhoneId) -> Result<bool, StoreError> {
    let sql = "SELECT COUNT(*) FROM phones WHERE ws = $1 AND login = $2 AND id <> $3";
    Ok(tx.query_one(sql, params![tx.ws(), login.to_lowercase(), except], |row| row.get::<i64>(0))? > 0)
}

/// Where every phone is registered, as the signaling wrote it; phones that are registered nowhere are left out.
pub fn bindings(tx: &mut Tx<'_>) -> Result<Vec<(PhoneId, String)>, StoreError> {
    let sql = "SELECT id, bindings FROM phones WHERE ws = $1 AND bindings <> '[]' ORDER BY id";
    tx.query(sql, params![tx.ws()], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// How many calls go over a trunk now.
pub fn live_calls(tx: &mut Tx<'_>, trunk: TrunkId) -> Result<usize, StoreError> {
    let live: Vec<CallDoc> = tx.docs("SELECT doc FROM calls WHERE ws = $1 AND state <> 'ended'", params![tx.ws()])?;
    Ok(live.iter().filter(|call| call.trunk == Some(trunk)).count())
}
