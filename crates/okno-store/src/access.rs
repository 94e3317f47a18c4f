//! Sessions, passwords, throttles, settings, and who has to do with a customer.

use crate::{StoreError, Tx, params};
use okno_model::{
    CustomerId, QueueId, SessionId, Timestamp, UserId, WorkspaceId,
    doc::{InteractionDoc, UserDoc, WorkspaceDoc},
};

/// One session of a user. The token is known only by its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Id.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// Signed in.
    pub created: Timestamp,
    /// Last used, to the minute.
    pub seen: Timestamp,
    /// Ends then, if it is not used before; moves with use.
    pub expires: Timestamp,
    /// Revoked.
    pub revoked: Option<Timestamp>,
    /// Address of the browser.
    pub ip: String,
    /// User-Agent of the browser.
    pub agent: String,
}

const SESSION: &str = "SELECT id, user_id, created, seen, expires, revoked, ip, agent FROM sessions";

fn session_row(row: &crate::Row<'_>) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        id: row.get(0)?,
        user: row.get(1)?,
        created: row.get(2)?,
        seen: row.get(3)?,
        expires: row.get(4)?,
        revoked: row.get(5)?,
        ip: row.get(6)?,
        agent: row.get(7)?,
    })
}

/// Stores a new session.
pub fn insert_session(tx: &mut Tx<'_>, session: &SessionRow, token_hash: &[u8]) -> Result<(), StoreError> {
    let s = session;
    tx.exec(
        "INSERT INTO sessions (id, ws, user_id, token_hash, created, seen, expires, ip, agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![s.id, tx.ws(), s.user, token_hash, s.created, s.seen, s.expires, &s.ip, &s.agent],
    )?;
    Ok(())
}

/// The session of a token.
pub fn session_by_hash(tx: &mut Tx<'_>, token_hash: &[u8]) -> Result<Option<SessionRow>, StoreError> {
    tx.query_opt(&format!("{SESSION} WHERE token_hash = $1 AND ws = $2"), params![token_hash, tx.ws()], session_row)
}

/// A session by its id.
pub fn session(tx: &mut Tx<'_>, id: SessionId) -> Result<Option<SessionRow>, StoreError> {
    tx.query_opt(&format!("{SESSION} WHERE id = $1 AND ws = $2"), params![id, tx.ws()], session_row)
}

/// The sessions of a user that still hold, newest first.
pub fn sessions_of(tx: &mut Tx<'_>, user: UserId, now: Timestamp) -> Result<Vec<SessionRow>, StoreError> {
    let sql = format!("{SESSION} WHERE ws = $1 AND user_id = $2 AND revoked IS NULL AND expires > $3 ORDER BY created DESC, id DESC");
    tx.query(&sql, params![tx.ws(), user, now], session_row)
}

/// Addresses from which a user has signed in, of all sessions that are kept, also of those that have ended.
pub fn session_addresses(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT DISTINCT ip FROM sessions WHERE ws = $1 AND user_id = $2";
    tx.query(sql, params![tx.ws(), user], |row| row.get(0))
}

/// Notes the use of a session.
pub fn touch_session(tx: &mut Tx<'_>, id: SessionId, seen: Timestamp, expires: Timestamp) -> Result<(), StoreError> {
    tx.exec(
        "UPDATE sessions SET seen = $3, expires = $4 WHERE id = $1 AND ws = $2 AND revoked IS NULL AND seen < $3",
        params![id, tx.ws(), seen, expires],
    )?;
    Ok(())
}

/// Ends one session of a user; tells whether it held.
pub fn revoke_session(tx: &mut Tx<'_>, user: UserId, id: SessionId, at: Timestamp) -> Result<bool, StoreError> {
    let changed = tx.exec(
        "UPDATE sessions SET revoked = $4 WHERE id = $1 AND ws = $2 AND user_id = $3 AND revoked IS NULL",
        params![id, tx.ws(), user, at],
    )?;
    Ok(changed > 0)
}

/// Ends all sessions of a user, except one if given.
pub fn revoke_sessions(tx: &mut Tx<'_>, user: UserId, except: Option<SessionId>, at: Timestamp) -> Result<u64, StoreError> {
    let keep = except.unwrap_or(SessionId::from_u128(0));
    tx.exec(
        "UPDATE sessions SET revoked = $4 WHERE ws = $1 AND user_id = $2 AND id <> $3 AND revoked IS NULL",
        params![tx.ws(), user, keep, at],
    )
}

/// Removes sessions of a user that ended before `at`.
pub fn forget_sessions(tx: &mut Tx<'_>, user: UserId, at: Timestamp) -> Result<u64, StoreError> {
    tx.exec("DELETE FROM sessions WHERE ws = $1 AND user_id = $2 AND expires < $3", params![tx.ws(), user, at])
}

/// The user with this sign-in name, in lower case.
pub fn user_by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<UserDoc>, StoreError> {
    Ok(tx.docs("SELECT doc FROM users WHERE ws = $1 AND email = $2", params![tx.ws(), email])?.into_iter().next())
}

/// The stored password hash of a user; `None` if he has none.
pub fn password_hash(tx: &mut Tx<'_>, user: UserId) -> Result<Option<String>, StoreError> {
    let sql = "SELECT password_hash FROM users WHERE ws = $1 AND id = $2";
    Ok(tx.query_opt(sql, params![tx.ws(), user], |row| row.get::<Option<String>>(0))?.flatten())
}

/// Replaces the password hash of a user.
pub fn set_password_hash(tx: &mut Tx<'_>, user: UserId, hash: &str) -> Result<(), StoreError> {
    tx.exec("UPDATE users SET password_hash = $3 WHERE ws = $1 AND id = $2", params![tx.ws(), user, hash])?;
    Ok(())
}

/// How many users the workspace has.
pub fn user_count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.query_one("SELECT COUNT(*) FROM users WHERE ws = $1", params![tx.ws()], |row| row.get(0))
}

/// Tries so far and the instant before which no further one is taken. The key is over all workspaces.
pub fn throttle(tx: &mut Tx<'_>, key: &str) -> Result<Option<(i64, Timestamp)>, StoreError> {
    tx.query_opt("SELECT count, until FROM throttle WHERE key = $1", params![key], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Replaces what is known of a key.
pub fn set_throttle(tx: &mut Tx<'_>, key: &str, count: i64, until: Timestamp) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO throttle (key, count, until) VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE SET count = excluded.count, until = excluded.until",
        params![key, count, until],
    )?;
    Ok(())
}

/// Forgets a key.
pub fn clear_throttle(tx: &mut Tx<'_>, key: &str) -> Result<(), StoreError> {
    tx.exec("DELETE FROM throttle WHERE key = $1", params![key])?;
    Ok(())
}

/// Forgets the keys that were last tried before `at`.
pub fn forget_throttles(tx: &mut Tx<'_>, at: Timestamp) -> Result<u64, StoreError> {
    tx.exec("DELETE FROM throttle WHERE until < $1", params![at])
}

/// A setting of the workspace.
pub fn setting(tx: &mut Tx<'_>, key: &str) -> Result<Option<String>, StoreError> {
    tx.query_opt("SELECT value FROM settings WHERE ws = $1 AND key = $2", params![tx.ws(), key], |row| row.get(0))
}

/// Replaces a setting.
pub fn set_setting(tx: &mut Tx<'_>, key: &str, value: &str) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO settings (ws, key, value) VALUES ($1, $2, $3) ON CONFLICT (ws, key) DO UPDATE SET value = excluded.value",
        params![tx.ws(), key, value],
    )?;
    Ok(())
}

/// Removes a setting; tells whether it was there.
pub fn delete_setting(tx: &mut Tx<'_>, key: &str) -> Result<bool, StoreError> {
    Ok(tx.exec("DELETE FROM settings WHERE ws = $1 AND key = $2", params![tx.ws(), key])? > 0)
}

/// Settings whose key begins with `prefix` (letters, digits, `_` and `:` only), by key.
pub fn settings_like(tx: &mut Tx<'_>, prefix: &str) -> Result<Vec<(String, String)>, StoreError> {
    let (from, to) = (prefix.to_owned(), format!("{prefix}~"));
    tx.query("SELECT key, value FROM settings WHERE ws = $1 AND key >= $2 AND key < $3 ORDER BY key", params![tx.ws(), from, to], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// Agents and queues that have or had an interaction with a customer, or with whoever stands for him.
pub fn customer_people(tx: &mut Tx<'_>, customer: CustomerId) -> Result<Vec<(Option<UserId>, QueueId)>, StoreError> {
    tx.query("SELECT DISTINCT agent, queue FROM interactions WHERE ws = $1 AND customer = COALESCE((SELECT part_of FROM customers WHERE id = $2), $2)", params![tx.ws(), customer], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// Interactions of a customer that ring right now.
pub fn customer_offers(tx: &mut Tx<'_>, customer: CustomerId) -> Result<Vec<InteractionDoc>, StoreError> {
    tx.docs("SELECT doc FROM interactions WHERE ws = $1 AND customer = COALESCE((SELECT part_of FROM customers WHERE id = $2), $2) AND state = 'offered'", params![tx.ws(), customer])
}

/// The journal's place of a workspace, to prove that the database answers.
pub fn ping(tx: &mut Tx<'_>, ws: WorkspaceId) -> Result<(), StoreError> {
    tx.query_opt("SELECT seq FROM workspaces WHERE id = $1", params![ws], |row| row.get::<i64>(0)).map(drop)
}

/// Makes a workspace from outside of it, unless it is there.
pub fn create_workspace(tx: &mut Tx<'_>, doc: &WorkspaceDoc) -> Result<(), StoreError> {
    let body = serde_json::to_string(doc).map_err(|e| StoreError::Encode(e.to_string()))?;
    tx.exec("INSERT INTO workspaces (id, ws, doc) VALUES ($1, $1, $2) ON CONFLICT DO NOTHING", params![doc.id, body])?;
    Ok(())
}
