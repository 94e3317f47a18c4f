//! Reading calls.

use crate::{
    AppError, Ctx,
    access::{self, Actor},
};
use okno_model::{
    AgentId, CallId, CustomerId, InteractionId, Timestamp,
    doc::{CallDirection, CallDoc, RecordingDoc, UserDoc},
    right::{Right, Scope},
};
use okno_store::{Tx, calls as rows, customers, recordings};
use serde::{Deserialize, Serialize};

/// Customers of a searched name whose calls are found.
const NAMED: usize = 100;

/// Which calls a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// All.
    #[default]
    All,
    /// Those that go on.
    Live,
    /// Those that are over.
    Ended,
}

/// What a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Which.
    pub shown: Shown,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// Of this interaction.
    pub interaction: Option<InteractionId>,
    /// In interactions of this agent.
    pub agent: Option<AgentId>,
    /// Only one direction.
    pub direction: Option<CallDirection>,
    /// Only those in which agent and customer talked, or did not.
    pub talked: Option<bool>,
    /// Begun at this time or later.
    pub from: Option<Timestamp>,
    /// Begun before this time.
    pub until: Option<Timestamp>,
    /// A part of a number, or of the customer's name.
    pub text: Option<String>,
}

/// Where the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// When the page's last call began.
    pub started: Timestamp,
    /// Its id.
    pub id: CallId,
}

impl From<&CallDoc> for Position {
    fn from(call: &CallDoc) -> Self {
        Self { started: call.started, id: call.id }
    }
}

/// Calls and recordings of one interaction, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct OfInteraction {
    /// Calls.
    pub calls: Vec<CallDoc>,
    /// Recordings; none without the right to listen to them.
    pub recordings: Vec<RecordingDoc>,
}

/// Calls that the actor may see, newest first.
///
/// # Errors
/// [`AppError::Forbidden`] without `interaction.read`.
pub async fn list(ctx: &Ctx, actor: &Actor, filter: Filter, after: Option<Position>, limit: usize) -> Result<Vec<CallDoc>, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        let text = filter.text.as_deref().map(searched).filter(|text| !text.is_empty());
        let customers = match &text {
            Some(text) => customers::search(tx, text, None, NAMED)?.into_iter().map(|customer| customer.id).collect(),
            None => Vec::new(),
        };
        let asked = rows::Filter {
            live: match filter.shown {
                Shown::All => None,
                Shown::Live => Some(true),
                Shown::Ended => Some(false),
            },
            customer: filter.customer,
            interaction: filter.interaction,
            agent: filter.agent,
            direction: filter.direction,
            talked: filter.talked,
            from: filter.from,
            until: filter.until,
            text,
            customers,
            within: within(tx, &who)?,
            after: after.map(|p| (p.started, p.id)),
        };
        Ok(rows::list(tx, &asked, limit)?)
    })
    .await
}

/// What is compared: a number as it is stored, without what people write between its digits; a name in lower case.
fn searched(text: &str) -> String {
    let text = text.trim().to_lowercase();
    let number = text.chars().all(|c| c.is_ascii_digit() || "+ -()./\u{a0}".contains(c)) && text.chars().any(|c| c.is_ascii_digit());
    if number { text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect() } else { text.chars().take(100).collect() }
}

/// The part that the actor may see; `None` for everything.
fn within(tx: &mut Tx<'_>, actor: &Actor) -> Result<Option<rows::Within>, AppError> {
    let scope = actor.scope(Right::InteractionRead).ok_or(AppError::Forbidden { right: Right::InteractionRead })?;
    if scope == Scope::All {
        return Ok(None);
    }
    let mut agents = vec![actor.user];
    if scope >= Scope::Team
        && let Some(team) = actor.team
    {
        agents.extend(tx.list::<UserDoc>()?.into_iter().filter(|u| u.team == Some(team)).map(|u| u.id));
    }
    let queues = if scope >= Scope::Queue { actor.queues.clone() } else { Vec::new() };
    Ok(Some(rows::Within { queues, agents }))
}

/// One call.
///
/// # Errors
/// 404 by `interaction.read` on its interaction, unless he takes part.
pub async fn show(ctx: &Ctx, actor: &Actor, id: CallId) -> Result<CallDoc, AppError> {
    Ok(access::access_call(ctx, actor, id, Right::InteractionRead).await?.into_inner())
}

/// Calls and recordings of an interaction.
///
/// # Errors
/// 404 by `interaction.read`.
pub async fn of_interaction(ctx: &Ctx, actor: &Actor, id: InteractionId) -> Result<OfInteraction, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        let doc = access::interaction(tx, &who, id, Right::InteractionRead)?.into_inner();
        seen(tx, &who, &doc)
    })
    .await
}

/// Calls of an interaction that the actor may see, and its recordings if he may listen to them.
pub(crate) fn seen(tx: &mut Tx<'_>, actor: &Actor, doc: &okno_model::doc::InteractionDoc) -> Result<OfInteraction, AppError> {
    let place = access::interaction_place(tx, doc)?;
    let calls = if actor.covers(Right::InteractionRead, &place) { rows::of_interaction(tx, doc.id)? } else { Vec::new() };
    let recordings = if actor.covers(Right::RecordingListen, &place) { recordings::of_interaction(tx, doc.id)? } else { Vec::new() };
    Ok(OfInteraction { calls, recordings })
}

/// Live calls that the actor may see, for the snapshot of his desk.
///
/// # Errors
/// The store's.
pub fn live(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<CallDoc>, AppError> {
    let mut seen = Vec::new();
    for call in rows::live(tx)? {
        if actor.covers(Right::InteractionRead, &access::call_place(tx, &call)?) {
            seen.push(call);
        }
    }
    Ok(seen)
}
