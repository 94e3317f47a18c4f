//! Rows of mails: which Message-ID belongs to which message.

use crate::{StoreError, Tx, params};
use okno_model::{InteractionId, MessageId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Which way a mail went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From outside.
    In,
    /// From us.
    Out,
}

/// What threading needs to know of a mail besides its message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Refs {
    /// Message-ID without brackets.
    pub message_id: String,
    /// In-Reply-To and References, nearest first.
    pub references: Vec<String>,
    /// Every address that wrote or received it, lower case.
    pub participants: Vec<String>,
    /// Sent by okno itself: a receipt.
    #[serde(default)]
    pub automatic: bool,
}

/// A known mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its message.
    pub message: MessageId,
    /// Its interaction.
    pub interaction: InteractionId,
    /// Which way it went.
    pub direction: Direction,
    /// The rest.
    pub refs: Refs,
}

fn hash(message_id: &str) -> Vec<u8> {
    Sha256::digest(message_id.as_bytes()).to_vec()
}

/// Remembers a mail.
pub fn add(tx: &mut Tx<'_>, mail: &Mail) -> Result<(), StoreError> {
    let ws = tx.ws();
    let doc = serde_json::to_string(&mail.refs).map_err(|e| StoreError::Encode(e.to_string()))?;
    let direction = match mail.direction {
        Direction::In => "in",
        Direction::Out => "out",
    };
    tx.exec(
        "INSERT INTO mails (message, ws, interaction, message_id_hash, direction, doc) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING",
        params![mail.message, ws, mail.interaction, hash(&mail.refs.message_id), direction, doc],
    )?;
    Ok(())
}

const COLUMNS: &str = "message, interaction, direction, doc";

fn read(row: &crate::Row<'_>) -> Result<Mail, StoreError> {
    let direction = if row.get::<String>(2)? == "out" { Direction::Out } else { Direction::In };
    Ok(Mail { message: row.get(0)?, interaction: row.get(1)?, direction, refs: row.json(3)? })
}

/// Mails with this Message-ID, ours first, newest first.
pub fn by_message_id(tx: &mut Tx<'_>, message_id: &str) -> Result<Vec<Mail>, StoreError> {
    let ws = tx.ws();
    let sql = format!("SELECT {COLUMNS} FROM mails WHERE ws = $1 AND message_id_hash = $2 ORDER BY direction DESC, message DESC LIMIT 20");
    tx.query(&sql, params![ws, hash(message_id)], read)
}

/// Mails of an interaction, oldest first.
pub fn of_interaction(tx: &mut Tx<'_>, interaction: InteractionId) -> Result<Vec<Mail>, StoreError> {
    let ws = tx.ws();
    let sql = format!("SELECT {COLUMNS} FROM mails WHERE ws = $1 AND interaction = $2 ORDER BY message");
    tx.query(&sql, params![ws, interaction], read)
}

/// The mail of a message.
pub fn of_message(tx: &mut Tx<'_>, message: MessageId) -> Result<Option<Mail>, StoreError> {
    let ws = tx.ws();
    let sql = format!("SELECT {COLUMNS} FROM mails WHERE ws = $1 AND message = $2");
    tx.query_opt(&sql, params![ws, message], read)
}
