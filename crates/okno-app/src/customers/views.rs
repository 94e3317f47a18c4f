//! Reading customers and their histories.

use crate::{
    AppError, Ctx,
    access::{self, Actor},
    calls,
    interactions::Position,
};
use okno_model::{
    CustomerId, InteractionId, Medium, Timestamp, UserId,
    doc::{ChannelDoc, CustomerDoc, MatchDoc, QueueDoc, TimelineItem, UserDoc},
    right::{Right, Scope},
};
use okno_store::{Tx, customers as store, interactions as rows};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where the next page of a search begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamePosition {
    /// Name of the page's last customer.
    pub name: String,
    /// His id.
    pub id: CustomerId,
}

impl From<&CustomerDoc> for NamePosition {
    fn from(customer: &CustomerDoc) -> Self {
        Self { name: customer.name.clone(), id: customer.id }
    }
}

/// A customer.
///
/// # Errors
/// 404 by `customer.read`.
pub async fn get(ctx: &Ctx, actor: &Actor, id: CustomerId) -> Result<CustomerDoc, AppError> {
    Ok(access::access_customer(ctx, actor, id, Right::CustomerRead).await?.into_inner())
}

/// Customers by a part of their name or address, by name.
///
/// # Errors
/// [`AppError::Forbidden`] without `customer.read`.
pub async fn search(ctx: &Ctx, actor: &Actor, text: &str, after: Option<NamePosition>, limit: usize) -> Result<Vec<CustomerDoc>, AppError> {
    let scope = actor.scope(Right::CustomerRead).ok_or(AppError::Forbidden { right: Right::CustomerRead })?;
    let (who, text) = (actor.clone(), text.trim().to_lowercase());
    ctx.read(move |tx| {
        let mut after = after.map(|p| (p.name, p.id));
        let mut found = Vec::new();
        loop {
            let page = store::search(tx, &text, after.clone(), limit)?;
            let Some(last) = page.last().map(|c| (c.name.clone(), c.id)) else { break };
            let full = page.len() == limit;
            for customer in page {
                if scope == Scope::All || who.covers(Right::CustomerRead, &access::customer_place(tx, customer.id)?) {
                    found.push(customer);
                }
            }
            if !full || found.len() >= limit {
                found.truncate(limit);
                break;
            }
            after = Some(last);
        }
        Ok(found)
    })
    .await
}

/// The customer's interactions over all channels, newest first. Who may see the customer may see that they were; what was
/// said in them needs the right to read the interaction.
///
/// # Errors
/// 404 by `customer.read`.
pub async fn timeline(
    ctx: &Ctx,
    actor: &Actor,
    id: CustomerId,
    after: Option<Position>,
    limit: usize,
) -> Result<Vec<TimelineItem>, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        access::customer(tx, &who, id, Right::CustomerRead)?;
        timeline_of(tx, &who, id, after.map(|p| (p.last_at, p.id)), limit)
    })
    .await
}

/// As [`timeline`], for whom the reader may see.
pub(super) fn timeline_of(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: CustomerId,
    after: Option<(Timestamp, InteractionId)>,
    limit: usize,
) -> Result<Vec<TimelineItem>, AppError> {
    let (mut queues, mut channels, mut people) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for queue in tx.list::<QueueDoc>()? {
        queues.insert(queue.id, queue.name);
    }
    for channel in tx.list::<ChannelDoc>()? {
        channels.insert(channel.id, channel.name);
    }
    for user in tx.list::<UserDoc>()? {
        people.insert(user.id, user.name);
    }
    let found = rows::of_customer(tx, id, after, limit)?;
    let mut items = Vec::with_capacity(found.len());
    for interaction in found {
        // Only these have calls, or a message that a caller left.
        let heard = match interaction.medium {
            Medium::Voice | Medium::Task => calls::seen(tx, who, &interaction)?,
            Medium::Email | Medium::Chat | Medium::Message => calls::OfInteraction::default(),
        };
        items.push(TimelineItem {
            queue_name: queues.get(&interaction.queue).cloned().unwrap_or_default(),
            agent_name: interaction.agent.and_then(|a| people.get(&UserId::from(a)).cloned()),
            channel_name: channels.get(&interaction.channel).cloned().unwrap_or_default(),
            calls: heard.calls,
            recordings: heard.recordings,
            interaction,
        });
    }
    Ok(items)
}

/// Suggestions about a customer, newest first.
///
/// # Errors
/// 404 by `customer.read`.
pub async fn matches(ctx: &Ctx, actor: &Actor, id: CustomerId) -> Result<Vec<MatchDoc>, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        access::customer(tx, &who, id, Right::CustomerRead)?;
        Ok(store::matches(tx, id)?)
    })
    .await
}
