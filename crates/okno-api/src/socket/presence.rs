//! Whether an agent's desk is there. A desk that was silent for [`SILENCE`] is gone for the routing; before that, a reload or
//! a change of the network costs nothing.

use crate::ApiState;
use okno_app::{Ctx, routing};
use okno_bus::voice::VoiceRequest;
use okno_model::{AgentId, WorkspaceId, limits::DESK_RENEW_SECONDS};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep_until};

/// Pings come every 15 s; one may be lost (contract 6, fault F20).
pub(super) const SILENCE: Duration = Duration::from_secs(25);

/// How often a desk that is there is told to the routing.
const RENEW: Duration = Duration::from_secs(DESK_RENEW_SECONDS as u64);

/// When each agent's desks were last heard, in this process.
#[derive(Debug, Default)]
pub(super) struct Presence {
    heard: Mutex<BTreeMap<(WorkspaceId, AgentId), Instant>>,
}

impl Presence {
    fn heard(&self) -> MutexGuard<'_, BTreeMap<(WorkspaceId, AgentId), Instant>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A sign of life; says whether the desk still counts as there.
    pub(super) fn alive(&self, ctx: &Ctx, agent: AgentId) -> bool {
        self.heard().get_mut(&(ctx.ws, agent)).map(|heard| *heard = Instant::now()).is_some()
    }
}

/// A desk opened its socket.
pub(super) async fn arrived(state: &ApiState, ctx: &Ctx, agent: AgentId) {
    here(state, ctx, agent, SILENCE).await;
}

/// As [`arrived`], gone after `silence`.
pub(super) async fn here(state: &ApiState, ctx: &Ctx, agent: AgentId, silence: Duration) {
    let first = state.live.presence.heard().insert((ctx.ws, agent), Instant::now()).is_none();
    connected(ctx, agent).await;
    if first {
        tokio::spawn(watch(state.clone(), ctx.clone(), agent, silence));
    }
}

/// Waits until an agent's desks were silent for too long.
async fn watch(state: ApiState, ctx: Ctx, agent: AgentId, silence: Duration) {
    let closing = state.closing();
    tokio::pin!(closing);
    let mut told = Instant::now();
    loop {
        let Some(heard) = state.live.presence.heard().get(&(ctx.ws, agent)).copied() else { return };
        if heard.elapsed() < silence {
            tokio::select! {
                () = sleep_until(heard + silence) => {}
                () = &mut closing => return,
            }
            // The heartbeat of the desk: routing forgets whom nobody speaks for.
            if told.elapsed() >= RENEW {
                connected(&ctx, agent).await;
                told = Instant::now();
            }
            continue;
        }
        if let Err(error) = routing::desk_disconnected(&ctx, agent).await {
            tracing::warn!(%error, %agent, "the loss of a desk could not be told to the routing");
        }
        // A desk that came in between must have the last word.
        let gone = {
            let mut all = state.live.presence.heard();
            let gone = all.get(&(ctx.ws, agent)).is_none_or(|h| h.elapsed() >= silence);
            if gone {
                all.remove(&(ctx.ws, agent));
            }
            gone
        };
        if gone {
            // No telephone door, nobody to tell.
            let _ = ctx.app.bus.voice.ask(ctx.ws, VoiceRequest::DeskGone { agent });
            return;
        }
        connected(&ctx, agent).await;
    }
}

async fn connected(ctx: &Ctx, agent: AgentId) {
    if let Err(error) = routing::desk_connected(ctx, agent).await {
        tracing::warn!(%error, %agent, "the arrival of a desk could not be told to the routing");
    }
}
