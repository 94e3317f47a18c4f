//! Reading messages.

use crate::{
    AppError, Ctx,
    access::{self, Actor},
};
use okno_model::{
    InteractionId,
    doc::{MessageDoc, MessageKind},
    right::Right,
};

/// Messages of an interaction before a number, the newest `limit` of them, ascending.
///
/// # Errors
/// 404 by `interaction.read`.
pub async fn list(ctx: &Ctx, actor: &Actor, id: InteractionId, before: Option<i64>, limit: usize) -> Result<Vec<MessageDoc>, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        access::interaction(tx, &who, id, Right::InteractionRead)?;
        Ok(okno_store::messages::before(tx, id, before.unwrap_or(i64::MAX), limit)?)
    })
    .await
}

/// Whether a customer may see a message: never notes, never what happened inside.
pub const fn visible_to_customer(message: &MessageDoc) -> bool {
    match message.kind {
        MessageKind::Inbound | MessageKind::Outbound => true,
        MessageKind::Note | MessageKind::Event => false,
    }
}
