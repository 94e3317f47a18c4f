//! What the files' origin serves for a signed link.

use super::links::{HtmlForm, PURPOSE_FILE, PURPOSE_HTML, PURPOSE_REMOTE, Pass, Reader, sign};
use crate::{App, AppError, Ctx};
use okno_model::AttachmentId;
use serde::de::DeserializeOwned;
use std::{collections::BTreeMap, sync::Arc};

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

/// Reads a pass and checks that its reader may still use it.
async fn pass<T: DeserializeOwned + Send + 'static>(app: &Arc<App>, purpose: &str, signed: &str) -> Result<(Ctx, Pass<T>), AppError> {
    let missing = || AppError::not_found("file");
    let text = app.secrets.verify(purpose, signed).ok_or_else(missing)?;
    let pass: Pass<T> = serde_json::from_str(&text).map_err(|_| missing())?;
    let ctx = app.at(pass.ws);
    let now = ctx.now();
    if pass.until < now {
        return Err(missing());
    }
    if let Reader::Session(id) = pass.reader {
        let live = ctx.read(move |tx| Ok(okno_store::access::session(tx, id)?)).await?;
        live.filter(|s| s.revoked.is_none() && s.expires > now).ok_or_else(missing)?;
    }
    Ok((ctx, pass))
}

/// The file of a link.
///
/// # Errors
/// [`AppError::NotFound`] for a link that was not signed by us, is over, or whose session has ended.
pub async fn open(app: &Arc<App>, signed: &str) -> Result<ServedFile, AppError> {
    let (ctx, pass) = pass::<AttachmentId>(app, PURPOSE_FILE, signed).await?;
    let file = ctx.read(move |tx| Ok(okno_store::messages::file(tx, pass.what)?)).await?.ok_or(AppError::not_found("file"))?;
    Ok(ServedFile { name: file.doc.name, mime: file.doc.mime, size: file.doc.size, blob: file.blob, inline: file.doc.inline })
}

/// The HTML form of a link.
///
/// # Errors
/// As [`open`].
pub async fn html(app: &Arc<App>, signed: &str) -> Result<ServedHtml, AppError> {
    let (ctx, pass) = pass::<HtmlForm>(app, PURPOSE_HTML, signed).await?;
    let HtmlForm { message, remote } = pass.what;
    let (html, files) =
        ctx.read(move |tx| Ok((okno_store::messages::html(tx, message)?, okno_store::messages::files(tx, message)?))).await?;
    let mut html = html.ok_or(AppError::not_found("HTML form"))?;
    let mut own = BTreeMap::new();
    for (file, content_id) in files {
        let Some(content_id) = content_id else { continue };
        let inner = Pass { ws: ctx.ws, what: file.doc.id, reader: pass.reader, until: pass.until };
        own.insert(content_id, format!("{}/f/{}", app.urls.files, sign(&ctx, PURPOSE_FILE, &inner)?));
    }
    html = load(&html, OWN, |id| Ok(own.get(id).cloned()))?;
    if remote {
        html = load(&html, REMOTE, |url| {
            let inner = Pass { ws: pass.ws, what: url.to_owned(), reader: pass.reader, until: pass.until };
            Ok(Some(format!("{}/p/{}", app.urls.files, sign(&ctx, PURPOSE_REMOTE, &inner)?)))
        })?;
    }
    Ok(ServedHtml { html, remote })
}

/// The URL behind a proxied picture. The caller fetches it with the SSRF-safe client.
///
/// # Errors
/// As [`open`].
pub async fn remote(app: &Arc<App>, signed: &str) -> Result<String, AppError> {
    Ok(pass::<String>(app, PURPOSE_REMOTE, signed).await?.1.what)
}

/// Mark of a picture that the mail brings itself, by its Content-ID.
const OWN: &str = " data-cid=\"";
/// Mark of a remote picture.
const REMOTE: &str = " data-remote-src=\"";

/// Gives every marked picture the address that `find` knows for it. A picture without one stays marked.
///
/// The sanitizer writes `<` and `>` in texts and values as entities and puts values into double quotes: a tag ends at the
/// next `>`, and a mark with its quote stands in no value. In a text, where anybody may write it, it is not looked for.
fn load(html: &str, mark: &str, find: impl Fn(&str) -> Result<Option<String>, AppError>) -> Result<String, AppError> {
    let mut out = String::with_capacity(html.len());
    let mut parts = html.split("<img ");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str("<img ");
        // The attribute may be the first one: its space went with the tag's name.
        let (tag, rest) = part.split_at(part.find('>').unwrap_or(part.len()));
        let at = if tag.starts_with(&mark[1..]) { Some((0, mark.len() - 1)) } else { tag.find(mark).map(|at| (at, at + mark.len())) };
        let marked = at.and_then(|(at, from)| tag[from..].find('"').map(|length| (at, from, from + length)));
        let url = match marked {
            Some((_, from, to)) => find(&unescape(&tag[from..to]))?,
            None => None,
        };
        match (marked, url) {
            (Some((at, _, to)), Some(url)) => {
                out.push_str(&tag[..at]);
                out.push_str(if at == 0 { "src=\"" } else { " src=\"" });
                out.push_str(&url);
                out.push_str(&tag[to..]);
            }
            _ => out.push_str(tag),
        }
        out.push_str(rest);
    }
    Ok(out)
}

fn unescape(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\u{a0}").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(html: &str, mark: &str) -> String {
        load(html, mark, |what| Ok((what != "unknown").then(|| format!("https://files.example/{}", what.len())))).unwrap()
    }

    #[test]
    fn pictures_find_their_address_wherever_the_mark_stands() {
        assert_eq!(shown(r#"<p><img data-cid="a@b" alt="x"></p>"#, OWN), r#"<p><img src="https://files.example/3" alt="x"></p>"#);
        assert_eq!(shown(r#"<img alt="x" data-cid="a&amp;b">"#, OWN), r#"<img alt="x" src="https://files.example/3">"#);
        assert_eq!(shown(r#"<img data-remote-src="http://a/"><img data-cid="c">"#, REMOTE).matches("src=\"https").count(), 1);
        assert_eq!(shown(r#"<img data-cid="unknown">"#, OWN), r#"<img data-cid="unknown">"#);
    }

    #[test]
    fn words_that_look_like_a_mark_stay_words() {
        for html in [
            r#"<p> data-remote-src="x" </p><a href="http://y/">z</a>"#,
            r#"<p> data-remote-src="</p><a title="&lt;img src=x&gt;">z</a>"#,
            r#"<img alt=" data-remote-src=&quot;x&quot;">"#,
            r#"<img alt="x"> data-remote-src="y""#,
            "<img ",
        ] {
            assert_eq!(shown(html, REMOTE), html);
        }
    }
}
