//! Presence: chosen by the agent or a supervisor; connection: seen by the desk's socket.

use super::{
    handle::{Extra, ask},
    news::work,
};
use crate::{
    AppError, Ctx,
    access::{self, Actor},
    audit,
};
use okno_engine::routing::Input;
use okno_model::{
    AgentId, InteractionId,
    doc::{AgentDoc, InteractionDoc, PauseCodeDoc, Presence, PresenceBy},
    event,
    right::Right,
};
use serde_json::json;

/// Sets a presence: one's own, or another agent's with `agent.manage`.
///
/// # Errors
/// 404 and 403; [`AppError::Invalid`] for an unknown pause code.
pub async fn set_presence(ctx: &Ctx, actor: &Actor, agent: AgentId, presence: Presence) -> Result<AgentDoc, AppError> {
    allowed(ctx, actor, agent).await?;
    check(ctx, &presence).await?;
    let by = if agent == actor.agent() { PresenceBy::Agent } else { PresenceBy::Supervisor };
    let record = (by == PresenceBy::Supervisor).then(|| -> Extra {
        let (who, now, presence) = (actor.clone(), ctx.now(), presence.clone());
        Box::new(move |act| audit::record(act.tx, now, &who, "agent.presence_set", &agent.to_string(), &json!({"presence": presence})))
    });
    ask(ctx, actor.event(), Input::SetPresence { agent, presence, by }, record).await?;
    read(ctx, agent).await
}

/// Chooses the presence that comes into force when the current work ends; `None` takes it back.
///
/// # Errors
/// As [`set_presence`].
pub async fn set_next_presence(ctx: &Ctx, actor: &Actor, agent: AgentId, presence: Option<Presence>) -> Result<AgentDoc, AppError> {
    allowed(ctx, actor, agent).await?;
    if let Some(presence) = &presence {
        check(ctx, presence).await?;
    }
    ask(ctx, actor.event(), Input::SetNextPresence { agent, presence }, None).await?;
    read(ctx, agent).await
}

/// Agents whom the actor may see, by name.
///
/// # Errors
/// The store's.
pub async fn agents(ctx: &Ctx, actor: &Actor) -> Result<Vec<AgentDoc>, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        let mut all = tx.list::<AgentDoc>()?;
        all.retain(|a| a.id == who.agent() || who.covers(Right::AgentRead, &access::agent_place(a)));
        all.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        Ok(all)
    })
    .await
}

/// The agent's desk is connected: he may be routed to. A user who is no agent is none of routing's business.
///
/// # Errors
/// [`AppError::Unavailable`] while routing restarts.
pub async fn desk_connected(ctx: &Ctx, agent: AgentId) -> Result<(), AppError> {
    connection(ctx, Input::Connected { agent }).await
}

/// The agent's desk has been silent for too long: he is routed nothing, his offers go back.
///
/// # Errors
/// [`AppError::Unavailable`] while routing restarts.
pub async fn desk_disconnected(ctx: &Ctx, agent: AgentId) -> Result<(), AppError> {
    connection(ctx, Input::Disconnected { agent }).await
}

/// The agent has a phone that can take a call, or has none any more: calls are offered only to whom has one. Told again by the
/// telephone door after a start. A user who is no agent is none of routing's business.
///
/// # Errors
/// [`AppError::Unavailable`] while routing restarts; what was said is known to it then.
pub async fn set_phone(ctx: &Ctx, agent: AgentId, ready: bool) -> Result<(), AppError> {
    connection(ctx, Input::SetPhone { agent, ready }).await
}

/// The agent accepted a call, and his phone could not be reached: back to the head of its queue with its place, the agent is
/// paused.
///
/// # Errors
/// [`AppError::Conflict`] `not_in_routing`, `wrong_state` or `not_yours` when he does not have it any more;
/// [`AppError::Unavailable`] while routing restarts.
pub async fn unreached(ctx: &Ctx, interaction: InteractionId, agent: AgentId) -> Result<(), AppError> {
    ask(ctx, event::Actor::System, Input::Unreached { interaction, agent }, None).await
}

/// An agent begins an interaction himself, an outgoing call: it is active at once. `rows` makes its row (state `new`) and what
/// belongs to it in the same transaction; nothing is written when routing refuses.
///
/// # Errors
/// [`AppError::Conflict`] `no_capacity` when he is occupied, `unknown_agent`, `unknown_queue`; what `rows` returns;
/// [`AppError::Unavailable`] while routing restarts.
pub(crate) async fn begin(ctx: &Ctx, by: event::Actor, doc: &InteractionDoc, agent: AgentId, rows: Extra) -> Result<(), AppError> {
    ask(ctx, by, Input::Begin { work: work(doc), agent }, Some(rows)).await
}

async fn connection(ctx: &Ctx, input: Input) -> Result<(), AppError> {
    match ask(ctx, event::Actor::System, input, None).await {
        Err(AppError::Conflict { code: "unknown_agent", .. }) => Ok(()),
        other => other,
    }
}

async fn allowed(ctx: &Ctx, actor: &Actor, agent: AgentId) -> Result<(), AppError> {
    if agent == actor.agent() {
        return if actor.has(Right::AgentWork) { Ok(()) } else { Err(AppError::Forbidden { right: Right::AgentWork }) };
    }
    access::access_agent(ctx, actor, agent, Right::AgentManage).await.map(drop)
}

async fn check(ctx: &Ctx, presence: &Presence) -> Result<(), AppError> {
    let Presence::Paused { code: Some(code) } = presence else { return Ok(()) };
    let code = *code;
    match ctx.read(move |tx| Ok(tx.get::<PauseCodeDoc>(code)?)).await? {
        Some(known) if !known.archived => Ok(()),
        Some(_) | None => {
            Err(AppError::invalid("presence", "unknown_pause_code", "this pause code does not exist any more; choose another"))
        }
    }
}

async fn read(ctx: &Ctx, agent: AgentId) -> Result<AgentDoc, AppError> {
    ctx.read(move |tx| tx.get::<AgentDoc>(agent)?.ok_or(AppError::not_found("agent"))).await
}
