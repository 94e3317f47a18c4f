//! What a visitor sees.

use super::{acts::own, visible_to_customer};
use crate::{
    AppError, Ctx,
    routing::{self, Estimate},
};
use okno_model::{
    ChannelId, InteractionId, UserId, VisitorId,
    doc::{AgentDoc, AnnounceRule, ChannelDoc, InteractionDoc, InteractionState, MessageDoc, Presence, QueueDoc, UserDoc},
};
use okno_store::{messages as rows, visitors};

/// The state of a visitor's chat.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitorView {
    /// His current interaction, or the last one.
    pub interaction: Option<InteractionDoc>,
    /// Who answers him.
    pub agent_name: Option<String>,
    /// His place in the queue, from 1, while he waits.
    pub position: Option<u32>,
    /// How long he presumably waits from now on, if that can be said honestly.
    pub wait: Option<Estimate>,
    /// What his queue wants to be said of his place.
    pub announce: AnnounceRule,
    /// Somebody serves his widget now.
    pub online: bool,
}

/// Messages that the customer may see, after a number, ascending.
///
/// # Errors
/// [`AppError::NotFound`] if the interaction is not his.
pub async fn messages(
    ctx: &Ctx,
    visitor: VisitorId,
    interaction: InteractionId,
    after: i64,
    limit: usize,
) -> Result<Vec<MessageDoc>, AppError> {
    own(ctx, visitor, interaction).await?;
    ctx.read(move |tx| {
        let (mut found, mut after) = (Vec::new(), after);
        // Hidden ones may fill a whole read.
        loop {
            let read = rows::after(tx, interaction, after, limit)?;
            let Some(last) = read.last().map(|m| m.number) else { break };
            after = last;
            found.extend(read.into_iter().filter(visible_to_customer));
            if found.len() >= limit {
                found.truncate(limit);
                break;
            }
        }
        Ok(found)
    })
    .await
}

/// The state of a visitor's chat.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown visitor.
pub async fn view(ctx: &Ctx, visitor: VisitorId) -> Result<VisitorView, AppError> {
    let (channel, interaction, agent_name, announce) = ctx
        .read(move |tx| {
            let row = visitors::get(tx, visitor)?.ok_or(AppError::not_found("visitor"))?;
            let doc = match row.interaction {
                Some(id) => tx.get::<InteractionDoc>(id)?,
                None => None,
            };
            let name = match doc.as_ref().and_then(|d| d.agent) {
                Some(agent) => tx.get::<UserDoc>(UserId::from(agent))?.map(|u| u.name),
                None => None,
            };
            let queue = match &doc {
                Some(doc) => tx.get::<QueueDoc>(doc.queue)?,
                None => None,
            };
            Ok((row.channel, doc, name, queue.map(|queue| queue.announce).unwrap_or_default()))
        })
        .await?;
    let standing = match &interaction {
        Some(doc) if matches!(doc.state, InteractionState::Queued) => routing::standing(ctx, doc.id).await.unwrap_or(None),
        Some(_) | None => None,
    };
    let position = standing.map(|standing| standing.position);
    let wait = standing.and_then(|standing| standing.estimate);
    Ok(VisitorView { interaction, agent_name, position, wait, announce, online: online(ctx, channel).await? })
}

/// Whether somebody serves the widget's queue now.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown channel.
pub async fn online(ctx: &Ctx, channel: ChannelId) -> Result<bool, AppError> {
    ctx.read(move |tx| {
        let channel = tx.get::<ChannelDoc>(channel)?.ok_or(AppError::not_found("channel"))?;
        let serves = |a: &AgentDoc| {
            a.connected
                && matches!(a.presence, Presence::Available | Presence::AvailableOnDemand)
                && a.capacity.chat > 0
                && a.queues.contains(&channel.queue)
        };
        Ok(channel.enabled && tx.list::<AgentDoc>()?.iter().any(serves))
    })
    .await
}
