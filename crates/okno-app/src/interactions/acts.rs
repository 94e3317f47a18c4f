//! What agents do with interactions. The engine decides; these acts check who may ask.

use super::thread::{Draft, Thread};
use crate::{
    AppError, Ctx,
    access::{self, Actor, Permitted},
    audit,
    ingest::check,
    routing::{Extra, ask},
};
use okno_bus::Topic;
use okno_engine::routing::Input;
use okno_model::{
    AgentId, DispositionId, InteractionId, OfferId, QueueId,
    doc::{AgentDoc, Author, Closed, DispositionDoc, InteractionDoc, InteractionState, MessageKind, QueueDoc},
    event::What,
    limits::LATE_WRAPUP_SECONDS,
    right::Right,
};
use serde_json::json;
use std::time::Duration;

/// Where an interaction is moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transfer {
    /// To a queue.
    Queue(QueueId),
    /// To an agent: an offer to him.
    Agent(AgentId),
}

/// How a wrap-up ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrapUp {
    /// Outcome.
    pub disposition: Option<DispositionId>,
    /// A last note.
    pub note: Option<String>,
}

/// Takes an offer.
///
/// # Errors
/// 404 by `interaction.read`; [`AppError::Conflict`] `stale_offer` when it is over.
pub async fn accept(ctx: &Ctx, actor: &Actor, id: InteractionId, offer: OfferId) -> Result<InteractionDoc, AppError> {
    visible(ctx, actor, id).await?;
    ask(ctx, actor.event(), Input::Accept { interaction: id, agent: actor.agent(), offer }, None).await?;
    read(ctx, id).await
}

/// Refuses an offer.
///
/// # Errors
/// As [`accept`].
pub async fn decline(ctx: &Ctx, actor: &Actor, id: InteractionId, offer: OfferId) -> Result<InteractionDoc, AppError> {
    visible(ctx, actor, id).await?;
    ask(ctx, actor.event(), Input::Decline { interaction: id, agent: actor.agent(), offer }, None).await?;
    read(ctx, id).await
}

/// Takes an interaction from its queue by hand.
///
/// # Errors
/// 404 and 403 by `interaction.pull`; [`AppError::Conflict`] when somebody has it.
pub async fn pull(ctx: &Ctx, actor: &Actor, id: InteractionId) -> Result<InteractionDoc, AppError> {
    access::access_interaction(ctx, actor, id, Right::InteractionPull).await?;
    let (who, now) = (actor.clone(), ctx.now());
    let record: Extra = Box::new(move |act| audit::record(act.tx, now, &who, "interaction.pulled", &id.to_string(), &json!({})));
    ask(ctx, actor.event(), Input::Pull { interaction: id, agent: actor.agent() }, Some(record)).await?;
    read(ctx, id).await
}

/// Moves an interaction: one's own, or another's with `interaction.manage`. A note goes with it.
///
/// # Errors
/// 404 and 403; [`AppError::Invalid`] for an unknown or archived target; [`AppError::Conflict`] when it cannot be moved.
pub async fn transfer(ctx: &Ctx, actor: &Actor, id: InteractionId, to: Transfer, note: Option<String>) -> Result<InteractionDoc, AppError> {
    let doc = mine_or_managed(ctx, actor, id).await?;
    if let Some(note) = &note {
        check::text(note, 0)?;
    }
    let target = to.clone();
    ctx.read(move |tx| match target {
        Transfer::Queue(queue) => match tx.get::<QueueDoc>(queue)? {
            Some(queue) if !queue.archived => Ok(()),
            Some(_) | None => {
                Err(AppError::invalid("queue", "unknown_queue", "this queue does not exist or takes nothing new; choose another"))
            }
        },
        Transfer::Agent(agent) => match tx.get::<AgentDoc>(agent)? {
            Some(_) => Ok(()),
            None => Err(AppError::invalid("agent", "unknown_agent", "this agent does not exist; choose another")),
        },
    })
    .await?;
    let by = holder(&doc).filter(|agent| *agent == actor.agent());
    let input = match to.clone() {
        Transfer::Queue(queue) => Input::TransferToQueue { interaction: id, queue, by },
        Transfer::Agent(agent) => Input::TransferToAgent { interaction: id, agent, by },
    };
    let (who, now) = (actor.clone(), ctx.now());
    let extra: Extra = Box::new(move |act| {
        let to = match to {
            Transfer::Queue(queue) => json!({"queue": queue}),
            Transfer::Agent(agent) => json!({"agent": agent}),
        };
        audit::record(act.tx, now, &who, "interaction.transferred", &id.to_string(), &to)?;
        say(act, &who, id, note)
    });
    ask(ctx, actor.event(), input, Some(extra)).await?;
    read(ctx, id).await
}

/// Ends the talk: wrap-up by the queue's rule, or closed. With `interaction.manage` also another's, or one that waits.
///
/// # Errors
/// 404 and 403; [`AppError::Invalid`] for an unknown disposition; [`AppError::Conflict`] when it cannot be finished.
pub async fn finish(ctx: &Ctx, actor: &Actor, id: InteractionId, disposition: Option<DispositionId>) -> Result<InteractionDoc, AppError> {
    let doc = mine_or_managed(ctx, actor, id).await?;
    usable(ctx, &doc, disposition).await?;
    let input = match doc.state {
        InteractionState::Active { agent, .. } => Input::Finish { interaction: id, agent },
        InteractionState::New
        | InteractionState::Queued
        | InteractionState::Offered { .. }
        | InteractionState::Wrapup { .. }
        | InteractionState::Closed { .. } => Input::Withdraw { interaction: id, how: Closed::Finished },
    };
    if matches!(doc.state, InteractionState::Wrapup { .. } | InteractionState::Closed { .. }) {
        return Err(AppError::conflict("already_finished", "this interaction is already finished"));
    }
    let (who, now) = (actor.clone(), ctx.now());
    let extra: Extra = Box::new(move |act| {
        if holder(&doc) != Some(who.agent()) {
            audit::record(act.tx, now, &who, "interaction.finished", &id.to_string(), &json!({"agent": doc.agent}))?;
        }
        dispose(act, id, disposition)
    });
    ask(ctx, actor.event(), input, Some(extra)).await?;
    read(ctx, id).await
}

/// Ends one's own wrap-up with its outcome. For [`LATE_WRAPUP_SECONDS`] after the end of the interaction its last agent may still
/// say how it ended: where wrap-up is optional, and when its time ran out over his notes.
///
/// # Errors
/// 404; [`AppError::Invalid`] for an unknown disposition; [`AppError::Conflict`] when there is no wrap-up or it is fixed.
pub async fn wrap_up(ctx: &Ctx, actor: &Actor, id: InteractionId, wrap: WrapUp) -> Result<InteractionDoc, AppError> {
    let doc = visible(ctx, actor, id).await?;
    usable(ctx, &doc, wrap.disposition).await?;
    if let Some(note) = &wrap.note {
        check::text(note, 0)?;
    }
    if let InteractionState::Closed { at, .. } = doc.state
        && doc.agent == Some(actor.agent())
        && !segment_runs(ctx, actor, id).await?
        && ctx.now() <= at + Duration::from_secs(LATE_WRAPUP_SECONDS.into())
    {
        return wrap_up_late(ctx, actor, id, wrap).await;
    }
    let who = actor.clone();
    let extra: Extra = Box::new(move |act| {
        dispose(act, id, wrap.disposition)?;
        say(act, &who, id, wrap.note)
    });
    ask(ctx, actor.event(), Input::CompleteWrapup { interaction: id, agent: actor.agent() }, Some(extra)).await?;
    read(ctx, id).await
}

/// Whether the agent wraps up this interaction, which he gave away.
async fn segment_runs(ctx: &Ctx, actor: &Actor, id: InteractionId) -> Result<bool, AppError> {
    let agent = actor.agent();
    let doc = ctx.read(move |tx| Ok(tx.get::<AgentDoc>(agent)?)).await?;
    Ok(doc.is_some_and(|doc| doc.slots.iter().any(|slot| slot.interaction == id)))
}

/// The outcome and the note of an interaction that has ended already: routing has nothing to decide.
async fn wrap_up_late(ctx: &Ctx, actor: &Actor, id: InteractionId, wrap: WrapUp) -> Result<InteractionDoc, AppError> {
    let (inner, who) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let now = inner.now();
        let mut act = crate::act::Act::new(&inner, tx, now, who.event());
        dispose(&mut act, id, wrap.disposition)?;
        if wrap.disposition.is_some() {
            let doc = act.tx.get::<InteractionDoc>(id)?.ok_or(AppError::not_found("interaction"))?;
            act.tell(What::InteractionChanged(doc))?;
        }
        say(&mut act, &who, id, wrap.note)
    })
    .await?;
    ctx.poke(Topic::Journal);
    read(ctx, id).await
}

/// Asks for a wrap-up after the talk that one has, or takes that back: where the queue leaves it to the agent.
///
/// # Errors
/// 404; [`AppError::Conflict`] `wrapup_not_requested` where the queue has another rule, `not_yours`, `wrong_state`.
pub async fn request_wrap_up(ctx: &Ctx, actor: &Actor, id: InteractionId, wanted: bool) -> Result<InteractionDoc, AppError> {
    visible(ctx, actor, id).await?;
    ask(ctx, actor.event(), Input::RequestWrapup { interaction: id, agent: actor.agent(), wanted }, None).await?;
    read(ctx, id).await
}

/// Lengthens one's own wrap-up: by what the queue gives, or less.
///
/// # Errors
/// 404; [`AppError::Conflict`] when there is no wrap-up, `no_extension_left`, `extension_too_long`, or it would be too long.
pub async fn extend_wrap_up(ctx: &Ctx, actor: &Actor, id: InteractionId, seconds: Option<u32>) -> Result<InteractionDoc, AppError> {
    visible(ctx, actor, id).await?;
    ask(ctx, actor.event(), Input::ExtendWrapup { interaction: id, agent: actor.agent(), seconds }, None).await?;
    read(ctx, id).await
}

async fn visible(ctx: &Ctx, actor: &Actor, id: InteractionId) -> Result<Permitted<InteractionDoc>, AppError> {
    access::access_interaction(ctx, actor, id, Right::InteractionRead).await
}

/// Who works on it needs no more than his work; everybody else has to be allowed to manage.
async fn mine_or_managed(ctx: &Ctx, actor: &Actor, id: InteractionId) -> Result<Permitted<InteractionDoc>, AppError> {
    let doc = visible(ctx, actor, id).await?;
    if holder(&doc) == Some(actor.agent()) {
        return Ok(doc);
    }
    access::access_interaction(ctx, actor, id, Right::InteractionManage).await
}

const fn holder(doc: &InteractionDoc) -> Option<AgentId> {
    match doc.state {
        InteractionState::Active { agent, .. } | InteractionState::Wrapup { agent, .. } => Some(agent),
        InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. } | InteractionState::Closed { .. } => None,
    }
}

async fn usable(ctx: &Ctx, doc: &InteractionDoc, disposition: Option<DispositionId>) -> Result<(), AppError> {
    let Some(id) = disposition else { return Ok(()) };
    let queue = doc.queue;
    match ctx.read(move |tx| Ok(tx.get::<DispositionDoc>(id)?)).await? {
        Some(known) if !known.archived && known.queue.is_none_or(|q| q == queue) => Ok(()),
        Some(_) | None => {
            Err(AppError::invalid("disposition", "unknown_disposition", "this outcome is not for this queue; choose another"))
        }
    }
}

fn dispose(act: &mut crate::act::Act<'_, '_>, id: InteractionId, disposition: Option<DispositionId>) -> Result<(), AppError> {
    if let (Some(disposition), Some(mut doc)) = (disposition, act.tx.get::<InteractionDoc>(id)?) {
        doc.disposition = Some(disposition);
        // The engine's decision, in the same transaction, tells the interaction as it is.
        act.tx.put(&doc)?;
    }
    Ok(())
}

fn say(act: &mut crate::act::Act<'_, '_>, who: &Actor, id: InteractionId, note: Option<String>) -> Result<(), AppError> {
    let Some(note) = note.filter(|n| !n.trim().is_empty()) else { return Ok(()) };
    let Some(doc) = act.tx.get::<InteractionDoc>(id)? else { return Ok(()) };
    let author = Author::User { id: who.user, name: who.name.clone() };
    let mut thread = Thread::of(doc);
    thread.say(Draft::text(act, MessageKind::Note, author, note));
    thread.save(act)?;
    Ok(())
}

async fn read(ctx: &Ctx, id: InteractionId) -> Result<InteractionDoc, AppError> {
    ctx.read(move |tx| tx.get::<InteractionDoc>(id)?.ok_or(AppError::not_found("interaction"))).await
}
