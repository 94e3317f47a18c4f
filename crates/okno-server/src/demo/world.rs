//! What the simulated customers see: their chats and their mailboxes. The page of the customers' side shows it.

use okno_model::Timestamp;
use serde::Serialize;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::broadcast;

/// Threads that are remembered; the oldest go first.
const THREADS: usize = 200;

/// One customer's chat or mail thread.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Thread {
    /// Number, to find it again.
    pub(super) id: u64,
    /// `chat` or `email`.
    pub(super) medium: &'static str,
    /// Who.
    pub(super) customer: String,
    /// His address.
    pub(super) address: String,
    /// About what.
    pub(super) subject: String,
    /// How it stands: `waits`, `answered`, `over`, `gave up`.
    pub(super) state: &'static str,
    /// What was said.
    pub(super) lines: Vec<Line>,
}

/// One utterance as the customer sees it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Line {
    /// `customer`, or the name of who answered.
    pub(super) from: String,
    /// Words.
    pub(super) text: String,
    /// When.
    pub(super) at: Timestamp,
}

/// A mail that arrived at a simulated customer's provider.
#[derive(Debug, Clone)]
pub(super) struct Arrived {
    /// For whom.
    pub(super) to: String,
    /// Message-ID without brackets.
    pub(super) message_id: String,
    /// What it answers, without brackets.
    pub(super) references: Vec<String>,
    /// Subject.
    pub(super) subject: String,
    /// Sender's name.
    pub(super) from: String,
    /// New text.
    pub(super) text: String,
}

/// Shared by all simulated customers.
#[derive(Debug, Clone)]
pub(super) struct World {
    threads: Arc<Mutex<VecDeque<Thread>>>,
    mail: broadcast::Sender<Arrived>,
}

impl World {
    /// Nobody yet.
    pub(super) fn new() -> Self {
        Self { threads: Arc::default(), mail: broadcast::channel(256).0 }
    }

    /// A customer begins.
    pub(super) fn open(&self, id: u64, medium: &'static str, customer: &str, address: &str, subject: &str) {
        self.with(|threads| {
            if threads.len() == THREADS {
                threads.pop_back();
            }
            threads.push_front(Thread {
                id,
                medium,
                customer: customer.into(),
                address: address.into(),
                subject: subject.into(),
                state: "waits",
                lines: Vec::new(),
            });
        });
    }

    /// Something was said.
    pub(super) fn say(&self, id: u64, from: &str, text: &str, at: Timestamp) {
        self.with(|threads| {
            if let Some(at_index) = threads.iter().position(|t| t.id == id) {
                let mut thread = threads.remove(at_index).expect("the position was just found");
                thread.state = if from == "customer" { "waits" } else { "answered" };
                thread.lines.push(Line { from: from.into(), text: text.into(), at });
                threads.push_front(thread);
            }
        });
    }

    /// It ended.
    pub(super) fn end(&self, id: u64, state: &'static str) {
        self.with(|threads| {
            if let Some(thread) = threads.iter_mut().find(|t| t.id == id) {
                thread.state = state;
            }
        });
    }

    /// Everything, newest first.
    pub(super) fn threads(&self) -> Vec<Thread> {
        self.with(|threads| threads.iter().cloned().collect())
    }

    /// A mail reached the customers' provider.
    pub(super) fn arrive(&self, mail: Arrived) {
        // An error means that no customer waits for mail.
        let _ = self.mail.send(mail);
    }

    /// Mails from now on.
    pub(super) fn mailbox(&self) -> broadcast::Receiver<Arrived> {
        self.mail.subscribe()
    }

    fn with<T>(&self, f: impl FnOnce(&mut VecDeque<Thread>) -> T) -> T {
        f(&mut self.threads.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
