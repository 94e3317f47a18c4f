//! Rows of messages, their HTML forms and files.

use crate::{StoreError, Tx, Value, params};
use okno_model::{
    AttachmentId, InteractionId, MessageId, Timestamp, UserId, VisitorId,
    doc::{AttachmentDoc, MessageDoc},
};
use uuid::Uuid;

/// Messages of an interaction before a number, the newest `limit` of them, ascending.
pub fn before(tx: &mut Tx<'_>, interaction: InteractionId, before: i64, limit: usize) -> Result<Vec<MessageDoc>, StoreError> {
    let ws = tx.ws();
    let mut found: Vec<MessageDoc> = tx.docs(
        "SELECT doc FROM messages WHERE ws = $1 AND interaction = $2 AND number < $3 ORDER BY number DESC LIMIT $4",
        params![ws, interaction, before, limit as i64],
    )?;
    found.reverse();
    Ok(found)
}

/// Messages of an interaction after a number, ascending.
pub fn after(tx: &mut Tx<'_>, interaction: InteractionId, after: i64, limit: usize) -> Result<Vec<MessageDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs(
        "SELECT doc FROM messages WHERE ws = $1 AND interaction = $2 AND number > $3 ORDER BY number LIMIT $4",
        params![ws, interaction, after, limit as i64],
    )
}

/// Messages to the customer up to a number, ascending.
pub fn outbound_until(tx: &mut Tx<'_>, interaction: InteractionId, number: i64) -> Result<Vec<MessageDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs(
        "SELECT doc FROM messages WHERE ws = $1 AND interaction = $2 AND kind = 'outbound' AND number <= $3 ORDER BY number",
        params![ws, interaction, number],
    )
}

/// The newest message from the customer.
pub fn last_inbound(tx: &mut Tx<'_>, interaction: InteractionId) -> Result<Option<MessageDoc>, StoreError> {
    let ws = tx.ws();
    let found = tx.docs(
        "SELECT doc FROM messages WHERE ws = $1 AND interaction = $2 AND kind = 'inbound' ORDER BY number DESC LIMIT 1",
        params![ws, interaction],
    )?;
    Ok(found.into_iter().next())
}

/// The message with this client id.
pub fn by_client_id(tx: &mut Tx<'_>, interaction: InteractionId, client_id: &str) -> Result<Option<MessageDoc>, StoreError> {
    let ws = tx.ws();
    let found =
        tx.docs("SELECT doc FROM messages WHERE ws = $1 AND interaction = $2 AND client_id = $3", params![ws, interaction, client_id])?;
    Ok(found.into_iter().next())
}

/// Keeps the HTML form of a message.
pub fn set_html(tx: &mut Tx<'_>, message: MessageId, html: &str) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec("INSERT INTO message_html (message, ws, html) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", params![message, ws, html])?;
    Ok(())
}

/// The HTML form of a message.
pub fn html(tx: &mut Tx<'_>, message: MessageId) -> Result<Option<String>, StoreError> {
    let ws = tx.ws();
    tx.query_opt("SELECT html FROM message_html WHERE ws = $1 AND message = $2", params![ws, message], |row| row.get(0))
}

/// Who brought a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uploader {
    /// A user.
    User(UserId),
    /// A customer in the widget.
    Visitor(VisitorId),
    /// It came with a mail.
    Mail,
}

impl From<Uploader> for Value {
    fn from(who: Uploader) -> Self {
        match who {
            Uploader::User(id) => id.into(),
            Uploader::Visitor(id) => id.into(),
            Uploader::Mail => Self::Null,
        }
    }
}

/// A stored file with what the document does not tell.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// Document.
    pub doc: AttachmentDoc,
    /// Content.
    pub blob: String,
    /// Its message; `None` until it is sent.
    pub message: Option<MessageId>,
    /// Who brought it.
    pub uploader: Option<Uuid>,
}

/// Keeps a file.
pub fn add_file(
    tx: &mut Tx<'_>,
    doc: &AttachmentDoc,
    blob: &str,
    who: Uploader,
    message: Option<MessageId>,
    content_id: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let extras = [
        ("blob", blob.into()),
        ("uploader", who.into()),
        ("message", message.into()),
        ("content_id", content_id.into()),
        ("created", now.into()),
    ];
    tx.insert_with(doc, &extras)?;
    Ok(())
}

/// A file.
pub fn file(tx: &mut Tx<'_>, id: AttachmentId) -> Result<Option<File>, StoreError> {
    let ws = tx.ws();
    tx.query_opt("SELECT doc, blob, message, uploader FROM attachments WHERE ws = $1 AND id = $2", params![ws, id], |row| {
        Ok(File { doc: row.json(0)?, blob: row.get(1)?, message: row.get(2)?, uploader: row.get(3)? })
    })
}

/// Files of a message with their content ids.
pub fn files(tx: &mut Tx<'_>, message: MessageId) -> Result<Vec<(File, Option<String>)>, StoreError> {
    let ws = tx.ws();
    tx.query(
        "SELECT doc, blob, message, uploader, content_id FROM attachments WHERE ws = $1 AND message = $2 ORDER BY id",
        params![ws, message],
        |row| Ok((File { doc: row.json(0)?, blob: row.get(1)?, message: row.get(2)?, uploader: row.get(3)? }, row.get(4)?)),
    )
}

/// Gives a loose file of this uploader to a message; `false` if it is not his or already used.
pub fn attach(tx: &mut Tx<'_>, id: AttachmentId, who: Uploader, message: MessageId) -> Result<bool, StoreError> {
    let ws = tx.ws();
    let done = tx.exec(
        "UPDATE attachments SET message = $1 WHERE ws = $2 AND id = $3 AND uploader = $4 AND message IS NULL",
        params![message, ws, id, who],
    )?;
    Ok(done == 1)
}
