//! Short-lived links to files on their own origin.

use crate::{AppError, Ctx, access, access::Actor};
use okno_model::{AttachmentId, MessageId, SessionId, Timestamp, VisitorId, WorkspaceId, doc::MessageDoc, right::Right};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a link of the desk opens its file.
const DESK_LINK: Duration = Duration::from_secs(600);
/// How long a visitor's link does: his page stays open while he chats.
const VISITOR_LINK: Duration = Duration::from_secs(24 * 3600);
pub(super) const PURPOSE_FILE: &str = "file";
pub(super) const PURPOSE_HTML: &str = "html";
pub(super) const PURPOSE_REMOTE: &str = "remote";

/// Who may open a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reader {
    /// As long as this session lives.
    Session(SessionId),
    /// A visitor, to his own files.
    Visitor(VisitorId),
}

/// What a signed link says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pass<T> {
    pub(super) ws: WorkspaceId,
    pub(super) what: T,
    pub(super) reader: Reader,
    pub(super) until: Timestamp,
}

/// The HTML form of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct HtmlForm {
    pub(super) message: MessageId,
    pub(super) remote: bool,
}

pub(super) fn sign<T: Serialize>(ctx: &Ctx, purpose: &str, pass: &Pass<T>) -> Result<String, AppError> {
    let text = serde_json::to_string(pass).map_err(|e| AppError::Internal(format!("a link cannot be written: {e}")))?;
    Ok(ctx.app.secrets.sign(purpose, &text))
}

/// A link to a file, for a user who may see its message (or who has just uploaded it).
///
/// # Errors
/// [`AppError::NotFound`] if he may not know it.
pub async fn attachment_url(ctx: &Ctx, actor: &Actor, id: AttachmentId) -> Result<String, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        let missing = || AppError::not_found("attachment");
        let file = okno_store::messages::file(tx, id)?.ok_or_else(missing)?;
        match file.message {
            Some(message) => access::message(tx, &who, message, Right::InteractionRead).map(drop).map_err(|_| missing()),
            None if file.uploader == Some(who.user.0) => Ok(()),
            None => Err(missing()),
        }
    })
    .await?;
    let pass = Pass { ws: ctx.ws, what: id, reader: Reader::Session(actor.session), until: ctx.now() + DESK_LINK };
    Ok(format!("{}/f/{}", ctx.app.urls.files, sign(ctx, PURPOSE_FILE, &pass)?))
}

/// A link to a file of the visitor's own conversation. The caller has it from a message that the visitor may see.
pub fn visitor_attachment_url(ctx: &Ctx, visitor: VisitorId, id: AttachmentId) -> String {
    let pass = Pass { ws: ctx.ws, what: id, reader: Reader::Visitor(visitor), until: ctx.now() + VISITOR_LINK };
    let signed = sign(ctx, PURPOSE_FILE, &pass).unwrap_or_default();
    format!("{}/f/{signed}", ctx.app.urls.files)
}

/// A link to the HTML form of a message, for a sandboxed frame. `remote` loads remote pictures through our proxy.
///
/// # Errors
/// [`AppError::NotFound`] if he may not know the message or it has no HTML form.
pub async fn html_url(ctx: &Ctx, actor: &Actor, message: MessageId, remote: bool) -> Result<String, AppError> {
    let doc: MessageDoc = access::access_message(ctx, actor, message, Right::InteractionRead).await?.into_inner();
    if !doc.has_html {
        return Err(AppError::not_found("HTML form"));
    }
    let pass =
        Pass { ws: ctx.ws, what: HtmlForm { message, remote }, reader: Reader::Session(actor.session), until: ctx.now() + DESK_LINK };
    Ok(format!("{}/m/{}", ctx.app.urls.files, sign(ctx, PURPOSE_HTML, &pass)?))
}
