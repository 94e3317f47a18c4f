//! News: wake-ups and fan-out inside one process. Never the only copy of anything.
//!
//! A wake-up carries no content: whoever is woken reads the facts from the store, so that a lost wake-up costs latency
//! and never correctness. Ephemeral news (typing) is worth nothing a second later and is not stored at all.

mod queue;
pub mod voice;

pub use queue::{Lost, Puller, Pusher, queue};

use okno_model::{InteractionId, WorkspaceId};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{broadcast, watch};

/// Ephemeral news kept for a slow listener; older ones are dropped, nobody misses a typing sign.
const EPHEMERAL_BACKLOG: usize = 1024;

/// What a listener wants to be woken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// The journal has new events.
    Journal,
    /// The outbox has rows that are due.
    Outbox,
    /// The ledger has units that nobody has understood yet.
    Units,
    /// Channels were configured.
    Channels,
    /// Trunks, phones, prompts or the dial plan were configured.
    Voice,
    /// Sessions were revoked or users disabled: sockets look again whether theirs still holds.
    Sessions,
}

/// News without a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ephemeral {
    /// Somebody types in an interaction.
    Typing {
        /// Where.
        interaction: InteractionId,
        /// `customer`, or the agent's name.
        who: String,
        /// From the customer's side.
        customer: bool,
        /// Began or ended.
        on: bool,
        /// What he has typed so far, for agents only.
        text: Option<String>,
    },
}

/// The in-process bus. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Bus {
    inner: Arc<Mutex<Inner>>,
    /// The way to the telephone door.
    pub voice: Arc<voice::VoiceLine>,
}

#[derive(Debug, Default)]
struct Inner {
    topics: BTreeMap<(WorkspaceId, Topic), watch::Sender<u64>>,
    news: BTreeMap<WorkspaceId, broadcast::Sender<Arc<Ephemeral>>>,
}

/// Waits for the next poke of one topic. Pokes between two waits are one.
#[derive(Debug)]
pub struct Wakeup(watch::Receiver<u64>);

impl Wakeup {
    /// Returns after the next poke, at once if there was one since the last return.
    pub async fn wait(&mut self) {
        if self.0.changed().await.is_err() {
            // The bus is gone only when the process ends; do not spin.
            std::future::pending::<()>().await;
        }
    }
}

impl Bus {
    /// A new bus with nobody on it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Wakes everybody who listens to `topic`.
    pub fn poke(&self, ws: WorkspaceId, topic: Topic) {
        self.with(|inner| inner.topics.entry((ws, topic)).or_default().send_modify(|n| *n += 1));
    }

    /// Listens to `topic`; pokes from now on are seen.
    pub fn listen(&self, ws: WorkspaceId, topic: Topic) -> Wakeup {
        self.with(|inner| Wakeup(inner.topics.entry((ws, topic)).or_default().subscribe()))
    }

    /// Tells ephemeral news to everybody who hears now.
    pub fn tell(&self, ws: WorkspaceId, news: Ephemeral) {
        self.with(|inner| {
            if let Some(sender) = inner.news.get(&ws) {
                // An error means that nobody listens.
                let _ = sender.send(Arc::new(news));
            }
        });
    }

    /// Hears ephemeral news of a workspace. A slow listener loses the oldest.
    pub fn hear(&self, ws: WorkspaceId) -> broadcast::Receiver<Arc<Ephemeral>> {
        self.with(|inner| inner.news.entry(ws).or_insert_with(|| broadcast::channel(EPHEMERAL_BACKLOG).0).subscribe())
    }

    fn with<T>(&self, f: impl FnOnce(&mut Inner) -> T) -> T {
        // A panic while holding the lock cannot leave the maps half changed.
        f(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_poke_before_the_wait_is_not_lost() {
        let (bus, ws) = (Bus::new(), WorkspaceId::from_u128(1));
        let mut wakeup = bus.listen(ws, Topic::Outbox);
        bus.poke(ws, Topic::Outbox);
        bus.poke(ws, Topic::Outbox);
        wakeup.wait().await;
    }

    #[tokio::test]
    async fn news_stay_in_their_workspace() {
        let bus = Bus::new();
        let (one, two) = (WorkspaceId::from_u128(1), WorkspaceId::from_u128(2));
        let (mut hears_one, mut hears_two) = (bus.hear(one), bus.hear(two));
        let news =
            Ephemeral::Typing { interaction: InteractionId::from_u128(7), who: "Anna".into(), customer: false, on: true, text: None };
        bus.tell(one, news.clone());
        assert_eq!(*hears_one.recv().await.unwrap(), news);
        assert!(hears_two.try_recv().is_err());
    }
}
