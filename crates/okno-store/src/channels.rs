//! Secrets of channels, and where the fetching of mailboxes stands.

use crate::{StoreError, Tx, params};
use okno_model::{ChannelId, ChannelKind, UnitId, doc::ChannelDoc};

/// The sealed secret of a channel.
pub fn secret(tx: &mut Tx<'_>, channel: ChannelId) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT secret FROM channels WHERE ws = $1 AND id = $2";
    Ok(tx.query_opt(sql, params![tx.ws(), channel], |row| row.get::<Option<Vec<u8>>>(0))?.flatten())
}

/// The channel with this key (widget key, or address of a mailbox in lower case).
pub fn by_key(tx: &mut Tx<'_>, kind: ChannelKind, key: &str) -> Result<Option<ChannelDoc>, StoreError> {
    let found = tx.docs("SELECT doc FROM channels WHERE ws = $1 AND kind = $2 AND key = $3", params![tx.ws(), kind, key])?;
    Ok(found.into_iter().next())
}

/// Whether any workspace uses the key for another channel: keys are addresses, and one address leads to one place.
pub fn key_taken(tx: &mut Tx<'_>, kind: ChannelKind, key: &str, except: ChannelId) -> Result<bool, StoreError> {
    let sql = "SELECT COUNT(*) FROM channels WHERE kind = $1 AND key = $2 AND id <> $3";
    Ok(tx.query_one(sql, params![kind, key, except], |row| row.get::<i64>(0))? > 0)
}

/// How many rows of any kind still name a channel.
pub fn uses(tx: &mut Tx<'_>, channel: ChannelId) -> Result<i64, StoreError> {
    let sql = "SELECT (SELECT COUNT(*) FROM ledger WHERE ws = $1 AND channel = $2) + (SELECT COUNT(*) FROM interactions WHERE ws = $1 AND channel = $2)";
    tx.query_one(sql, params![tx.ws(), channel], |row| row.get(0))
}

/// Where the fetching of a mailbox stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailCursor {
    /// UIDVALIDITY of the folder; 0 before the first connect.
    pub uidvalidity: i64,
    /// Highest UID that is durable here.
    pub last_uid: i64,
    /// UIDs up to this one were there at the first connect: archived without routing.
    pub archive_until_uid: i64,
    /// Words of the fetcher for itself.
    pub state: String,
}

/// The cursor of a mailbox.
pub fn cursor(tx: &mut Tx<'_>, channel: ChannelId) -> Result<Option<MailCursor>, StoreError> {
    let sql = "SELECT uidvalidity, last_uid, archive_until_uid, state FROM mail_cursors WHERE ws = $1 AND channel = $2";
    tx.query_opt(sql, params![tx.ws(), channel], |row| {
        Ok(MailCursor { uidvalidity: row.get(0)?, last_uid: row.get(1)?, archive_until_uid: row.get(2)?, state: row.get(3)? })
    })
}

/// Stores the cursor of a mailbox.
pub fn save_cursor(tx: &mut Tx<'_>, channel: ChannelId, cursor: &MailCursor) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO mail_cursors (channel, ws, uidvalidity, last_uid, archive_until_uid, state) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (channel) DO UPDATE SET uidvalidity = excluded.uidvalidity, last_uid = excluded.last_uid,
         archive_until_uid = excluded.archive_until_uid, state = excluded.state WHERE mail_cursors.ws = excluded.ws",
        params![channel, tx.ws(), cursor.uidvalidity, cursor.last_uid, cursor.archive_until_uid, &cursor.state],
    )?;
    Ok(())
}

/// Whether a mail of a mailbox was taken in already.
pub fn seen(tx: &mut Tx<'_>, channel: ChannelId, uidvalidity: i64, uid: i64) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM mail_seen WHERE ws = $1 AND channel = $2 AND uidvalidity = $3 AND uid = $4";
    Ok(tx.query_opt(sql, params![tx.ws(), channel, uidvalidity, uid], |row| row.get::<i64>(0))?.is_some())
}

/// Notes that a mail of a mailbox was taken in.
pub fn mark_seen(tx: &mut Tx<'_>, channel: ChannelId, uidvalidity: i64, uid: i64, unit: Option<UnitId>) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO mail_seen (channel, uidvalidity, uid, ws, unit) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        params![channel, uidvalidity, uid, tx.ws(), unit],
    )?;
    Ok(())
}
