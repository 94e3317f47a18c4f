//! Questions to the engine that change nothing: who would get this, why does it wait, why not this agent.

use super::handle::look;
use crate::{
    AppError, Ctx,
    access::{self, Actor},
    routing_config,
};
use okno_engine::routing::{Preferred, QueueProfile, Work};
use okno_model::{
    AgentId, InteractionId, Medium,
    doc::{DecisionDoc, InteractionDoc, InteractionState, ReasonDoc},
    input::QueuePreviewInput,
    limits::PRIORITY_MAX,
    right::{Right, Scope},
};
use std::time::Duration;

/// How long a preferred agent is waited for in a preview under a strategy that does not say.
const PREFERRED: Duration = Duration::from_secs(30);

/// Who would get an interaction now, and why, with a queue as it is or as it would be after a change. Nothing is changed.
///
/// # Errors
/// [`AppError::Forbidden`] without `routing.configure`; [`AppError::NotFound`] and [`AppError::Invalid`] as for a change of the queue;
/// [`AppError::Unavailable`] while routing restarts.
pub async fn preview(ctx: &Ctx, actor: &Actor, input: QueuePreviewInput) -> Result<DecisionDoc, AppError> {
    actor.require(Right::RoutingConfigure, Scope::All)?;
    let priority = input.priority;
    if priority.is_some_and(|priority| priority > PRIORITY_MAX) {
        return Err(AppError::invalid("priority", "range", "a priority is 0 to 9"));
    }
    let (id, changes) = (input.queue, input.changes.unwrap_or_default());
    let inner = ctx.clone();
    let queue = ctx.read(move |tx| routing_config::draft_queue(tx, &inner, id, changes)).await?;
    let now = ctx.now();
    let mut asked = Work::new(ctx.id(InteractionId::new), queue.id, input.medium.unwrap_or(Medium::Voice), now);
    asked.priority = priority.unwrap_or(queue.priority);
    asked.skills = input.skills.unwrap_or_default();
    asked.preferred = input.preferred.map(|agent| Preferred { agent, until: now + PREFERRED });
    let profile = QueueProfile::from(&queue);
    let answer = look(ctx, move |engine| engine.preview(now, Some(profile), asked)).await?;
    answer.map_err(|rejected| super::handle::refused(&rejected))
}

/// Why an interaction is where it is now.
///
/// # Errors
/// 404 and 403 by `interaction.read`; [`AppError::Conflict`] `not_in_routing` when it is closed; [`AppError::Unavailable`] while routing
/// restarts.
pub async fn why(ctx: &Ctx, actor: &Actor, id: InteractionId) -> Result<DecisionDoc, AppError> {
    open(ctx, actor, id).await?;
    look(ctx, move |engine| engine.why(id)).await?.ok_or_else(gone)
}

/// Why an agent does not have or get an interaction now.
///
/// # Errors
/// As [`why`]; 404 for an agent whom the actor may not see, `unknown_agent` for one whom routing does not know.
pub async fn why_not(ctx: &Ctx, actor: &Actor, id: InteractionId, agent: AgentId) -> Result<ReasonDoc, AppError> {
    open(ctx, actor, id).await?;
    if agent != actor.agent() {
        access::access_agent(ctx, actor, agent, Right::AgentRead).await?;
    }
    let (known, reason) = look(ctx, move |engine| (engine.agent(agent).is_some(), engine.why_not(id, agent))).await?;
    match reason {
        Some(reason) => Ok(reason),
        None if known => Err(gone()),
        None => Err(AppError::conflict("unknown_agent", "this agent is not known to routing; give him a role that works as an agent")),
    }
}

async fn open(ctx: &Ctx, actor: &Actor, id: InteractionId) -> Result<InteractionDoc, AppError> {
    let doc = access::access_interaction(ctx, actor, id, Right::InteractionRead).await?;
    if matches!(doc.state, InteractionState::Closed { .. }) {
        return Err(gone());
    }
    Ok(doc.into_inner())
}

fn gone() -> AppError {
    AppError::conflict("not_in_routing", "this interaction is closed; its decisions are in its history")
}
