//! Rows of customers, found by their addresses.

use crate::{StoreError, Tx, params};
use okno_model::{
    CustomerId, IdentityKind, Timestamp,
    doc::{CustomerDoc, LedgerDoc, MatchDoc},
};

/// The customer who has this proven address.
pub fn by_verified(tx: &mut Tx<'_>, kind: IdentityKind, value: &str) -> Result<Option<CustomerDoc>, StoreError> {
    let ws = tx.ws();
    let id: Option<CustomerId> = tx.query_opt(
        "SELECT customer FROM identities WHERE ws = $1 AND kind = $2 AND value = $3 AND verified = 1",
        params![ws, kind, value],
        |row| row.get(0),
    )?;
    id.map_or(Ok(None), |id| tx.get(id))
}

/// The oldest customer who has this address unproven, from one source.
pub fn by_unverified(tx: &mut Tx<'_>, kind: IdentityKind, value: &str, source: &str) -> Result<Option<CustomerDoc>, StoreError> {
    let ws = tx.ws();
    let id: Option<CustomerId> = tx.query_opt(
        "SELECT customer FROM identities WHERE ws = $1 AND kind = $2 AND value = $3 AND verified = 0 AND source = $4 ORDER BY id LIMIT 1",
        params![ws, kind, value, source],
        |row| row.get(0),
    )?;
    id.map_or(Ok(None), |id| tx.get(id))
}

/// Customers who have this address, proven or not.
pub fn with_address(tx: &mut Tx<'_>, kind: IdentityKind, value: &str) -> Result<Vec<CustomerId>, StoreError> {
    let ws = tx.ws();
    tx.query("SELECT DISTINCT customer FROM identities WHERE ws = $1 AND kind = $2 AND value = $3", params![ws, kind, value], |row| {
        row.get(0)
    })
}

/// Customers who were joined into another one are not shown on their own.
const NOT_JOINED: &str =
    "NOT EXISTS (SELECT 1 FROM matches m WHERE m.ws = customers.ws AND m.customer = customers.id AND m.state = 'confirmed')";

/// Customers whose name or address contains `text` (lower case), by name, after a name and id.
pub fn search(tx: &mut Tx<'_>, text: &str, after: Option<(String, CustomerId)>, limit: usize) -> Result<Vec<CustomerDoc>, StoreError> {
    let ws = tx.ws();
    let (name, id) = after.unwrap_or((String::new(), CustomerId::from_u128(0)));
    if text.is_empty() {
        let sql = format!(
            "SELECT doc FROM customers WHERE ws = $1 AND (name > $2 OR (name = $2 AND id > $3)) AND {NOT_JOINED} ORDER BY name, id LIMIT $4"
        );
        return tx.docs(&sql, params![ws, name, id, limit as i64]);
    }
    // LOWER() knows only ASCII on SQLite, so the comparison in the application decides; SQL only narrows by what is ASCII anyway.
    let sql = format!(
        "SELECT doc FROM customers WHERE ws = $1 AND (name > $2 OR (name = $2 AND id > $3)) AND {NOT_JOINED} ORDER BY name, id LIMIT 20000"
    );
    let mut found: Vec<CustomerDoc> = tx.docs(&sql, params![ws, name, id])?;
    found.retain(|c| c.name.to_lowercase().contains(text) || c.identities.iter().any(|i| i.value.contains(text)));
    found.truncate(limit);
    Ok(found)
}

/// Matches in which a customer stands on either side, newest first.
pub fn matches(tx: &mut Tx<'_>, customer: CustomerId) -> Result<Vec<MatchDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs("SELECT doc FROM matches WHERE ws = $1 AND (customer = $2 OR other = $2) ORDER BY id DESC", params![ws, customer])
}

/// The match of this pair.
pub fn match_of(tx: &mut Tx<'_>, customer: CustomerId, other: CustomerId) -> Result<Option<MatchDoc>, StoreError> {
    let ws = tx.ws();
    let found = tx.docs("SELECT doc FROM matches WHERE ws = $1 AND customer = $2 AND other = $3", params![ws, customer, other])?;
    Ok(found.into_iter().next())
}

/// Ledger entries of a customer, oldest first.
pub fn units(tx: &mut Tx<'_>, customer: CustomerId) -> Result<Vec<LedgerDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs("SELECT doc FROM ledger WHERE ws = $1 AND customer = $2 ORDER BY received, id", params![ws, customer])
}

/// Points visitors of one customer to another.
pub fn repoint(tx: &mut Tx<'_>, from: CustomerId, to: CustomerId) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec("UPDATE visitors SET customer = $1 WHERE ws = $2 AND customer = $3", params![to, ws, from])?;
    Ok(())
}

/// Automatic mails to this address since `since`, and of the whole workspace since `hour`.
pub fn auto_replies(tx: &mut Tx<'_>, address: &str, since: Timestamp, hour: Timestamp) -> Result<(i64, i64), StoreError> {
    let ws = tx.ws();
    let to =
        tx.query_one("SELECT COUNT(*) FROM auto_replies WHERE ws = $1 AND address = $2 AND at > $3", params![ws, address, since], |row| {
            row.get(0)
        })?;
    let all = tx.query_one("SELECT COUNT(*) FROM auto_replies WHERE ws = $1 AND at > $2", params![ws, hour], |row| row.get(0))?;
    Ok((to, all))
}

/// Remembers an automatic mail.
pub fn add_auto_reply(tx: &mut Tx<'_>, address: &str, at: Timestamp) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec("INSERT INTO auto_replies (ws, address, at) VALUES ($1, $2, $3)", params![ws, address, at])?;
    Ok(())
}
