//! Reading interactions.

use crate::{
    AppError, Ctx,
    access::{self, Actor},
};
use okno_model::{
    AgentId, CustomerId, InteractionId, QueueId, Timestamp,
    doc::{CustomerDoc, DecisionDoc, InteractionDoc, MatchDoc, SegmentDoc, UserDoc},
    right::{Right, Scope},
};
use okno_store::{Tx, customers, interactions as rows};
use serde::{Deserialize, Serialize};

/// Decisions that one answer shows: the newest.
const DECISIONS: usize = 200;

/// Which interactions a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// Not closed.
    #[default]
    Open,
    /// Closed.
    Closed,
    /// Waiting in a queue.
    Queued,
    /// At the asking agent.
    Mine,
}

/// What a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Which.
    pub shown: Shown,
    /// Of this queue.
    pub queue: Option<QueueId>,
    /// Of this agent.
    pub agent: Option<AgentId>,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// Words in the subject or the customer's name.
    pub text: Option<String>,
}

/// Where the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Time of the last message of the page's last interaction.
    pub last_at: Timestamp,
    /// Its id.
    pub id: InteractionId,
}

impl From<&InteractionDoc> for Position {
    fn from(doc: &InteractionDoc) -> Self {
        Self { last_at: doc.last_at, id: doc.id }
    }
}

/// An interaction with what stands around it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Detail {
    /// The interaction.
    pub interaction: InteractionDoc,
    /// Its segments, oldest first.
    pub segments: Vec<SegmentDoc>,
    /// Its customer, if the actor may see him.
    pub customer: Option<CustomerDoc>,
    /// Open suggestions about the customer.
    pub matches: Vec<MatchDoc>,
}

/// A page of interactions that the actor may see, the one with the newest message first.
///
/// # Errors
/// [`AppError::Forbidden`] without `interaction.read`.
pub async fn list(
    ctx: &Ctx,
    actor: &Actor,
    filter: Filter,
    after: Option<Position>,
    limit: usize,
) -> Result<Vec<InteractionDoc>, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        let states: Vec<&'static str> = match filter.shown {
            Shown::Open => vec!["new", "queued", "offered", "active", "wrapup"],
            Shown::Closed => vec!["closed"],
            Shown::Queued => vec!["new", "queued", "offered"],
            Shown::Mine => vec!["active", "wrapup"],
        };
        let asked = rows::Filter {
            states,
            queue: filter.queue,
            agent: if filter.shown == Shown::Mine { Some(who.agent()) } else { filter.agent },
            customer: filter.customer,
            text: filter.text.map(|t| t.trim().to_lowercase()).filter(|t| !t.is_empty()),
            within: within(tx, &who)?,
            after: after.map(|p| (p.last_at, p.id)),
        };
        Ok(rows::list(tx, &asked, limit)?)
    })
    .await
}

/// The part that the actor may see; `None` for everything.
pub(crate) fn within(tx: &mut Tx<'_>, actor: &Actor) -> Result<Option<rows::Within>, AppError> {
    let scope = actor.scope(Right::InteractionRead).ok_or(AppError::Forbidden { right: Right::InteractionRead })?;
    if scope == Scope::All {
        return Ok(None);
    }
    let mut people = vec![actor.user];
    if scope >= Scope::Team
        && let Some(team) = actor.team
    {
        people.extend(tx.list::<UserDoc>()?.into_iter().filter(|u| u.team == Some(team)).map(|u| u.id));
    }
    let queues = if scope >= Scope::Queue { actor.queues.clone() } else { Vec::new() };
    Ok(Some(rows::Within { queues, agents: people }))
}

/// An interaction with its segments, customer and open matches.
///
/// # Errors
/// 404 by `interaction.read`.
pub async fn detail(ctx: &Ctx, actor: &Actor, id: InteractionId) -> Result<Detail, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        let interaction = access::interaction(tx, &who, id, Right::InteractionRead)?.into_inner();
        let segments = rows::segments(tx, id)?;
        // Who may see the interaction may know whom it is with, if he may see customers at all.
        let customer = match interaction.customer {
            Some(customer) => access::customer(tx, &who, customer, Right::CustomerRead).map(access::Permitted::into_inner).ok(),
            None => None,
        };
        let mut matches = Vec::new();
        if let Some(customer) = &customer {
            matches = customers::matches(tx, customer.id)?;
            matches.retain(|m| m.state == "open");
        }
        Ok(Detail { interaction, segments, customer, matches })
    })
    .await
}

/// Why it was routed as it was, newest first.
///
/// # Errors
/// 404 by `interaction.read`.
pub async fn decisions(ctx: &Ctx, actor: &Actor, id: InteractionId) -> Result<Vec<DecisionDoc>, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        access::interaction(tx, &who, id, Right::InteractionRead)?;
        Ok(rows::decisions(tx, id, DECISIONS)?)
    })
    .await
}
