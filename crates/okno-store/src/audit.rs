//! The audit log: who did what, in the transaction of the act. Each entry's hash covers the entry before it, so a changed,
//! removed or inserted entry breaks the chain.

use crate::{Row, StoreError, Tx, params};
use okno_model::{Timestamp, doc::AuditDoc};
use sha2::{Digest, Sha256};

/// Rows read at once by [`verify`].
const PAGE: i64 = 500;

/// Appends an entry and returns its number (from 1, without gaps). `data` must hold no secrets.
pub fn append(tx: &mut Tx<'_>, at: Timestamp, actor: &str, act: &str, subject: &str, data: &serde_json::Value) -> Result<i64, StoreError> {
    let ws = tx.ws();
    let sql = "UPDATE workspaces SET audit_seq = audit_seq + 1 WHERE id = $1 RETURNING audit_seq";
    let seq = tx
        .query_opt(sql, params![ws], |row| row.get::<i64>(0))?
        .ok_or_else(|| StoreError::Setup(format!("workspace {ws} does not exist; create it before writing its audit log")))?;
    let prev_hash = tx.query_opt("SELECT hash FROM audit WHERE ws = $1 AND seq = $2", params![ws, seq - 1], |row| row.get::<String>(0))?;
    let mut entry = Entry {
        seq,
        at,
        actor: stored(actor),
        act: stored(act),
        subject: stored(subject),
        data: data.to_string(),
        prev_hash: prev_hash.unwrap_or_default(),
        hash: String::new(),
    };
    entry.hash = entry.digest(tx);
    tx.exec(
        "INSERT INTO audit (ws, seq, at, actor, act, subject, data, prev_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![ws, seq, at, entry.actor, entry.act, entry.subject, entry.data, entry.prev_hash, entry.hash],
    )?;
    Ok(seq)
}

/// Entries before number `before` (`None`: from the end), newest first, at most `limit`.
pub fn list(tx: &mut Tx<'_>, before: Option<i64>, limit: usize) -> Result<Vec<AuditDoc>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE ws = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3");
    let entries = tx.query(&sql, params![tx.ws(), before.unwrap_or(i64::MAX), limit as i64], Entry::read)?;
    entries.into_iter().map(Entry::into_doc).collect()
}

/// What a check of the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Entries that were checked and hold.
    pub good: i64,
    /// The first entry that does not hold, with the reason.
    pub broken: Option<(i64, String)>,
}

/// Checks the whole chain from the first entry to the last.
///
/// Somebody who can write to the database could compute a whole new chain; keep the last hash elsewhere to notice that too.
pub fn verify(tx: &mut Tx<'_>) -> Result<Verdict, StoreError> {
    let last = tx.query_opt("SELECT audit_seq FROM workspaces WHERE id = $1", params![tx.ws()], |row| row.get::<i64>(0))?.unwrap_or(0);
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE ws = $1 AND seq > $2 ORDER BY seq LIMIT {PAGE}");
    let (mut good, mut prev) = (0, String::new());
    loop {
        let entries = tx.query(&sql, params![tx.ws(), good], Entry::read)?;
        if entries.is_empty() {
            break;
        }
        for entry in entries {
            let expected = good + 1;
            let why = if entry.seq != expected {
                format!("entry {expected} is missing")
            } else if entry.prev_hash != prev {
                "it does not follow the entry before it".to_owned()
            } else if entry.digest(tx) != entry.hash {
                "it was changed".to_owned()
            } else {
                good = entry.seq;
                prev = entry.hash;
                continue;
            };
            return Ok(Verdict { good, broken: Some((expected, why)) });
        }
    }
    let broken = (good != last).then(|| (good + 1, format!("the log ends at {good}, {last} entries were written")));
    Ok(Verdict { good, broken })
}

const COLUMNS: &str = "seq, at, actor, act, subject, data, prev_hash, hash";

struct Entry {
    seq: i64,
    at: Timestamp,
    actor: String,
    act: String,
    subject: String,
    data: String,
    prev_hash: String,
    hash: String,
}

impl Entry {
    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            seq: row.get(0)?,
            at: row.get(1)?,
            actor: row.get(2)?,
            act: row.get(3)?,
            subject: row.get(4)?,
            data: row.get(5)?,
            prev_hash: row.get(6)?,
            hash: row.get(7)?,
        })
    }

    /// Every field with its length, so that no two different entries give the same bytes.
    fn digest(&self, tx: &Tx<'_>) -> String {
        let mut hash = Sha256::new();
        hash.update(tx.ws().0.as_bytes());
        hash.update(self.seq.to_be_bytes());
        hash.update(self.at.millis().to_be_bytes());
        for text in [&self.prev_hash, &self.actor, &self.act, &self.subject, &self.data] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        hex::encode(hash.finalize())
    }

    fn into_doc(self) -> Result<AuditDoc, StoreError> {
        let data = serde_json::from_str(&self.data).map_err(|e| StoreError::Corrupt(format!("audit entry {}: {e}", self.seq)))?;
        let Self { seq, at, actor, act, subject, hash, .. } = self;
        Ok(AuditDoc { seq, at, actor, act, subject, data, hash })
    }
}

/// The text as the database will return it.
fn stored(text: &str) -> String {
    crate::value::without_nul(text).into_owned()
}
