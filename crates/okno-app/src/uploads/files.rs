//! What the files' origin serves for a signed link.

use super::links::{HtmlForm, PURPOSE_FILE, PURPOSE_HTML, PURPOSE_REMOTE, Reader, Ticket, sign};
use crate::{App, AppError, Ctx};
use okno_model::AttachmentId;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// A file to serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedFile {
    /// Safe name.
    pub name: String,
    /// Detected media type.
    pub mime: String,
    /// Bytes.
    pub size: i64,
    /// Content, for `blobs`.
    pub blob: String,
    /// A picture inside a mail: shown, not saved.
    pub inline: bool,
}

/// The HTML form of a mail, ready for a sandboxed frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedHtml {
    /// Sanitized HTML whose pictures point to our own files' origin.
    pub html: String,
    /// Remote pictures come through our proxy; otherwise they are left out.
    pub remote: bool,
}

/// Reads a ticket and checks that its reader may still use it.
async fn ticket<T: DeserializeOwned + Send + 'static>(app: &Arc<App>, purpose: &str, signed: &str) -> Result<(Ctx, Ticket<T>), AppError> {
    let missing = || AppError::not_found("file");
    let text = app.secrets.verify(purpose, signed).ok_or_else(missing)?;
    let ticket: Ticket<T> = serde_json::from_str(&text).map_err(|_| missing())?;
    let ctx = app.at(ticket.ws);
    let now = ctx.now();
    if ticket.until < now {
        return Err(missing());
    }
    if let Reader::Session(id) = ticket.reader {
        let live = ctx.read(move |tx| Ok(okno_store::access::session(tx, id)?)).await?;
        live.filter(|s| s.revoked.is_none() && s.expires > now).ok_or_else(missing)?;
    }
    Ok((ctx, ticket))
}

/// The file of a link.
///
/// # Errors
/// [`AppError::NotFound`] for a link that was not signed by us, is over, or whose session has ended.
pub async fn open(app: &Arc<App>, signed: &str) -> Result<ServedFile, AppError> {
    let (ctx, ticket) = ticket::<AttachmentId>(app, PURPOSE_FILE, signed).await?;
    let file = ctx.read(move |tx| Ok(okno_store::messages::file(tx, ticket.what)?)).await?.ok_or(AppError::not_found("file"))?;
    Ok(ServedFile { name: file.doc.name, mime: file.doc.mime, size: file.doc.size, blob: file.blob, inline: file.doc.inline })
}

/// The HTML form of a link.
///
/// # Errors
/// As [`open`].
pub async fn html(app: &Arc<App>, signed: &str) -> Result<ServedHtml, AppError> {
    let (ctx, ticket) = ticket::<HtmlForm>(app, PURPOSE_HTML, signed).await?;
    let HtmlForm { message, remote } = ticket.what;
    let (html, files) =
        ctx.read(move |tx| Ok((okno_store::messages::html(tx, message)?, okno_store::messages::files(tx, message)?))).await?;
    let mut html = html.ok_or(AppError::not_found("HTML form"))?;
    for (file, content_id) in files {
        let Some(content_id) = content_id else { continue };
        let inner = Ticket { ws: ctx.ws, what: file.doc.id, reader: ticket.reader, until: ticket.until };
        let url = format!("{}/f/{}", app.urls.files, sign(&ctx, PURPOSE_FILE, &inner)?);
        // The sanitizer writes attributes with double quotes and escapes them inside values.
        html = html.replace(&format!("=\"cid:{}\"", escape(&content_id)), &format!("=\"{url}\""));
    }
    if remote {
        html = load_remote(&ctx, &html, &ticket)?;
    }
    Ok(ServedHtml { html, remote })
}

/// The URL behind a proxied picture. The caller fetches it with the SSRF-safe client.
///
/// # Errors
/// [`AppError::NotFound`] for a link that was not signed by us or is over.
pub fn remote(app: &Arc<App>, signed: &str) -> Result<String, AppError> {
    let missing = || AppError::not_found("picture");
    let text = app.secrets.verify(PURPOSE_REMOTE, signed).ok_or_else(missing)?;
    let ticket: Ticket<String> = serde_json::from_str(&text).map_err(|_| missing())?;
    if ticket.until < app.now() { Err(missing()) } else { Ok(ticket.what) }
}

/// Turns every `data-remote-src` into a `src` of our proxy.
fn load_remote(ctx: &Ctx, html: &str, ticket: &Ticket<HtmlForm>) -> Result<String, AppError> {
    const MARK: &str = "data-remote-src=\"";
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(MARK) {
        let (before, after) = (&rest[..at], &rest[at + MARK.len()..]);
        let Some(end) = after.find('"') else { break };
        let inner = Ticket { ws: ticket.ws, what: unescape(&after[..end]), reader: ticket.reader, until: ticket.until };
        out.push_str(before);
        for part in ["src=\"", ctx.app.urls.files.as_str(), "/p/", sign(ctx, PURPOSE_REMOTE, &inner)?.as_str(), "\""] {
            out.push_str(part);
        }
        rest = &after[end + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

fn unescape(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
