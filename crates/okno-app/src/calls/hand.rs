//! From hand to hand: what the door does with an interaction in an agent's name.

use super::{life, rows};
use crate::{
    AppError, Ctx,
    act::{self},
    interactions::thread::{Draft, Thread},
    routing::{self, Extra},
};
use okno_engine::routing::Input;
use okno_model::{
    AgentId, CallId, InteractionId, OfferId, QueueId, UserId,
    doc::{InteractionDoc, InteractionState, UserDoc},
    event,
};

/// The agent took the offer with his desk phone.
///
/// # Errors
/// [`AppError::Conflict`] `stale_offer` when it is over: his phone is hung up.
pub async fn accept_by_phone(ctx: &Ctx, agent: AgentId, interaction: InteractionId, offer: OfferId) -> Result<(), AppError> {
    let Err(error) = routing::ask(ctx, by(agent), Input::Accept { interaction, agent, offer }, None).await else { return Ok(()) };
    let doc = read(ctx, interaction).await?;
    // The answer was lost, he took it already.
    if matches!(doc.state, InteractionState::Active { agent: has, .. } if has == agent) { Ok(()) } else { Err(error) }
}

/// The agent refused the offer with his desk phone.
///
/// # Errors
/// [`AppError::Conflict`] `stale_offer` when it is over.
pub async fn decline_by_phone(ctx: &Ctx, agent: AgentId, interaction: InteractionId, offer: OfferId) -> Result<(), AppError> {
    routing::ask(ctx, by(agent), Input::Decline { interaction, agent, offer }, None).await
}

/// The agent's desk phone is busy (SIP 486), so that the offer has not rung: neither a miss nor a refusal. The next agent is asked.
///
/// # Errors
/// [`AppError::Conflict`] `stale_offer` when it is over.
pub async fn busy_by_phone(ctx: &Ctx, agent: AgentId, interaction: InteractionId, offer: OfferId) -> Result<(), AppError> {
    routing::ask(ctx, event::Actor::System, Input::Busy { interaction, agent, offer }, None).await
}

/// The agent has accepted, but his phone cannot be reached: the interaction goes back to the head of its queue with its place, and he is
/// paused. Also for a callback, which has no call yet.
///
/// # Errors
/// The store's. A repeat, or an interaction that is not his any more, changes nothing.
pub async fn unreached(ctx: &Ctx, interaction: InteractionId, agent: AgentId) -> Result<(), AppError> {
    let doc = read(ctx, interaction).await?;
    if !matches!(doc.state, InteractionState::Active { agent: has, .. } if has == agent) {
        return Ok(());
    }
    let rows: Extra = Box::new(move |act| {
        let Some(doc) = act.tx.get::<InteractionDoc>(interaction)? else { return Ok(()) };
        let name = act.tx.get::<UserDoc>(UserId::from(agent))?.map(|user| user.name).unwrap_or_default();
        let mut thread = Thread::of(doc);
        thread.say(Draft::notice(act, "agent_unreached", format!("The phone could not be reached: {name}")));
        thread.save(act)?;
        Ok(())
    });
    match routing::ask(ctx, event::Actor::System, Input::Unreached { interaction, agent }, Some(rows)).await {
        Err(AppError::Conflict { .. }) => Ok(()),
        other => other,
    }
}

/// The agent is out of the call and his wrap-up begins, while the customer goes on with somebody outside.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown call; the store's.
pub async fn agent_left(ctx: &Ctx, call: CallId, agent: AgentId) -> Result<(), AppError> {
    let interaction = ctx.read(move |tx| Ok(rows::get(tx, call)?.interaction)).await?;
    act::run(ctx, event::Actor::System, move |act| {
        let doc = act.tx.get::<InteractionDoc>(interaction)?.ok_or(AppError::not_found("interaction"))?;
        if crate::ledger::rows::spoken(act.tx, &doc)? {
            crate::ledger::rows::talked(act, &doc)?;
        }
        Ok(())
    })
    .await?;
    life::follow_up(ctx, by(agent), interaction, life::After::Finish(agent)).await;
    Ok(())
}

/// A colleague who is in the call already gets the interaction: the end of a consultation, or a supervisor who takes over.
///
/// # Errors
/// [`AppError::Conflict`] when he cannot have it (no room, not available): then it stays where it was.
pub async fn handed_over(ctx: &Ctx, call: CallId, from: Option<AgentId>, to: AgentId) -> Result<InteractionDoc, AppError> {
    let interaction = ctx.read(move |tx| Ok(rows::get(tx, call)?.interaction)).await?;
    let doc = read(ctx, interaction).await?;
    if matches!(doc.state, InteractionState::Active { agent, .. } if agent == to) {
        return Ok(doc);
    }
    let actor = by(from.unwrap_or(to));
    match routing::ask(ctx, actor.clone(), Input::TransferToAgent { interaction, agent: to, by: from }, None).await {
        Ok(()) => {}
        // He takes no calls at the moment, like a supervisor, and is in this one all the same: he takes it by hand.
        Err(AppError::Conflict { code: "agent_not_available", .. }) => {
            routing::ask(ctx, actor.clone(), Input::TransferToQueue { interaction, queue: doc.queue, by: from }, None).await?;
        }
        Err(error) => return Err(error),
    }
    let doc = read(ctx, interaction).await?;
    let taken = match doc.state {
        InteractionState::Offered { offer, agent, .. } if agent == to => Input::Accept { interaction, agent: to, offer },
        InteractionState::New
        | InteractionState::Queued
        | InteractionState::Offered { .. }
        | InteractionState::Active { .. }
        | InteractionState::Wrapup { .. }
        | InteractionState::Closed { .. } => Input::Pull { interaction, agent: to },
    };
    routing::ask(ctx, by(to), taken, None).await?;
    read(ctx, interaction).await
}

/// To whom an agent sends a customer without a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// A colleague.
    Agent(AgentId),
    /// A queue.
    Queue(QueueId),
}

/// An agent sends his customer on with the transfer key of his phone.
///
/// # Errors
/// [`AppError::Conflict`] when the colleague cannot take him, or the customer is not the agent's: then nothing has changed.
pub async fn transferred(ctx: &Ctx, call: CallId, from: AgentId, to: To) -> Result<(), AppError> {
    let interaction = ctx.read(move |tx| Ok(rows::get(tx, call)?.interaction)).await?;
    let input = match to {
        To::Agent(agent) => Input::TransferToAgent { interaction, agent, by: Some(from) },
        To::Queue(queue) => Input::TransferToQueue { interaction, queue, by: Some(from) },
    };
    routing::ask(ctx, by(from), input, None).await
}

fn by(agent: AgentId) -> event::Actor {
    event::Actor::User { id: agent.into() }
}

pub(super) async fn read(ctx: &Ctx, id: InteractionId) -> Result<InteractionDoc, AppError> {
    ctx.read(move |tx| tx.get::<InteractionDoc>(id)?.ok_or(AppError::not_found("interaction"))).await
}
