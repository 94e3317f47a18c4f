//! The task of one trunk: one sleep until the next step, and the news when its state changes.

use super::health::Health;
use super::{Link, TrunkKind, TrunkState, ask};
use crate::SipEvent;
use crate::wire::Wire;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{mpsc, watch};

pub(super) async fn run(wire: Arc<Wire>, link: Arc<Link>, events: mpsc::Sender<SipEvent>, mut stopped: watch::Receiver<()>) {
    let expires = match &link.trunk.kind {
        TrunkKind::Register { expires, .. } => Some(*expires),
        TrunkKind::Digest(_) | TrunkKind::Address => None,
    };
    let mut health = Health::new(Instant::now(), expires, link.trunk.keep_alive);
    let mut dialogue = ask::Dialogue::new();
    // Also for a trunk of which nothing is asked: its addresses say whose calls come in.
    link.names.targets(&wire, &link.trunk, Instant::now()).await;
    tell(&link, &health, &events).await;
    loop {
        let next = health.next();
        let wait = async {
            match next {
                Some((at, _)) => tokio::time::sleep_until(at.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            _ = stopped.changed() => break,
            () = link.suspect.notified() => health.suspect(Instant::now()),
            () = wait => {
                let Some((_, step)) = next else { continue };
                let outcome = tokio::select! {
                    biased;
                    _ = stopped.changed() => break,
                    outcome = ask::perform(&wire, &link, &mut dialogue, step) => outcome,
                };
                health.done(Instant::now(), step, outcome, rand::random());
                tell(&link, &health, &events).await;
            }
        }
    }
    ask::farewell(&wire, &link, &mut dialogue).await;
}

/// Tells a change of the state or of its words.
async fn tell(link: &Link, health: &Health, events: &mpsc::Sender<SipEvent>) {
    let (state, detail) = health.state();
    {
        let mut facts = link.facts();
        if facts.state == state && facts.detail == detail {
            return;
        }
        facts.state = state;
        detail.clone_into(&mut facts.detail);
        if state == TrunkState::Ok {
            facts.penalty = None;
        }
    }
    match state {
        TrunkState::Error => tracing::warn!(trunk = %link.trunk.id, detail, "a trunk does not work"),
        TrunkState::Ok | TrunkState::Unknown => tracing::info!(trunk = %link.trunk.id, detail, "trunk"),
    }
    let _ = events.send(SipEvent::Trunk { id: link.trunk.id.clone(), state, detail: detail.to_owned() }).await;
}
