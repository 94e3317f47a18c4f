//! Taking files in, and giving them to messages.

use super::{Uploader, detect, safe_name};
use crate::{
    AppError, Ctx,
    act::{self, Act},
};
use okno_model::{AttachmentId, MessageId, doc::AttachmentDoc, event::Actor, limits, wire::OutboundFile};
use okno_store::messages;

/// Keeps an uploaded file until it is sent with a message.
///
/// # Errors
/// [`AppError::Invalid`] for an empty or too large file, otherwise the store's.
pub async fn accept(ctx: &Ctx, who: Uploader, name: &str, bytes: Vec<u8>) -> Result<AttachmentDoc, AppError> {
    if bytes.is_empty() {
        return Err(AppError::invalid("file", "required", "the file is empty"));
    }
    if bytes.len() > limits::ATTACHMENT_BYTES {
        let most = limits::ATTACHMENT_BYTES / 1024 / 1024;
        return Err(AppError::invalid("file", "too_large", format!("a file has at most {most} MB")));
    }
    let doc = AttachmentDoc {
        id: ctx.id(AttachmentId::new),
        name: safe_name(name),
        mime: detect(&bytes, name).to_owned(),
        size: bytes.len() as i64,
        inline: false,
    };
    let blob = ctx.app.blobs.put(bytes).await?;
    act::run(ctx, Actor::System, move |act| {
        messages::add_file(act.tx, &doc, &blob, who, None, None, act.now)?;
        Ok(doc)
    })
    .await
}

/// Gives loose files to a message, in its transaction.
pub(crate) fn claim(
    act: &mut Act<'_, '_>,
    ids: &[AttachmentId],
    who: Uploader,
    message: MessageId,
) -> Result<Vec<AttachmentDoc>, AppError> {
    let mut files = Vec::with_capacity(ids.len());
    for id in ids {
        if !messages::attach(act.tx, *id, who, message)? {
            return Err(AppError::invalid(
                "attachments",
                "unknown_attachment",
                format!("file {id} is not yours or already sent; upload it again"),
            ));
        }
        let file = messages::file(act.tx, *id)?.ok_or_else(|| AppError::Internal(format!("file {id} vanished in its own transaction")))?;
        files.push(file.doc);
    }
    Ok(files)
}

/// Files of a message as a mail carries them.
pub(crate) fn outgoing_files(act: &mut Act<'_, '_>, message: MessageId) -> Result<Vec<OutboundFile>, AppError> {
    let files = messages::files(act.tx, message)?;
    Ok(files.into_iter().map(|(f, _)| OutboundFile { name: f.doc.name, mime: f.doc.mime, blob: f.blob }).collect())
}
