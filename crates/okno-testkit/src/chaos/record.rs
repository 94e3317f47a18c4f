//! What the outside world knows: everything sent, everything acknowledged, everything heard.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Something that a customer said in a chat.
#[derive(Debug, Clone)]
pub(super) struct Said {
    /// Unique text; also says who said it and in which order.
    pub(super) text: String,
    /// Number in the interaction, once acknowledged.
    pub(super) number: Option<i64>,
}

/// A reply that the desk sent.
#[derive(Debug, Clone)]
pub(super) struct Replied {
    pub(super) interaction: String,
    pub(super) email: bool,
    pub(super) text: String,
    /// The acknowledged message.
    pub(super) message: Option<Value>,
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// By visitor, in the order of sending.
    pub(super) said: BTreeMap<usize, Vec<Said>>,
    /// By visitor: texts heard from the other side, in the order of arrival.
    pub(super) heard: BTreeMap<usize, Vec<(i64, String)>>,
    /// Message-IDs submitted; true once acknowledged.
    pub(super) mailed: BTreeMap<String, bool>,
    /// By idempotency key.
    pub(super) replied: BTreeMap<String, Replied>,
    /// Answers that should not have come.
    pub(super) surprises: Vec<String>,
    /// Why the desk lost its connection last.
    pub(super) desk_lost: String,
    /// How often a visitor had to connect again.
    pub(super) reconnects: u64,
}

impl Record {
    /// Chat messages that still wait for their acknowledgement.
    pub(super) fn unacknowledged(&self) -> usize {
        self.said.values().flatten().filter(|said| said.number.is_none()).count()
    }

    /// Visitors of whom a message was acknowledged: each has opened one chat.
    pub(super) fn chatting(&self) -> usize {
        self.said.values().filter(|said| said.iter().any(|one| one.number.is_some())).count()
    }

    /// Units that the ledger must have.
    pub(super) fn units(&self) -> usize {
        self.chatting() + self.mailed.len()
    }

    /// Mails that were sent and have no reply yet.
    pub(super) fn unanswered(&self) -> usize {
        self.mailed.len().saturating_sub(self.replied.values().filter(|reply| reply.email).count())
    }

    /// Texts of acknowledged mail replies that the relay has not seen.
    pub(super) fn unsent(&self, mails: &[String]) -> Vec<String> {
        let all = mails.join("\n");
        self.replied
            .values()
            .filter(|reply| reply.email && reply.message.is_some() && !all.contains(&marked(&reply.text)))
            .map(|reply| reply.text.clone())
            .collect()
    }

    /// Texts of acknowledged chat replies that their visitor has not heard.
    pub(super) fn unheard(&self) -> Vec<String> {
        let heard: BTreeSet<&str> = self.heard.values().flatten().map(|(_, text)| text.as_str()).collect();
        self.replied
            .values()
            .filter(|reply| !reply.email && reply.message.is_some() && !heard.contains(reply.text.as_str()))
            .map(|reply| reply.text.clone())
            .collect()
    }
}

/// A text with an end mark, so that `reply 1` is not found in `reply 12`.
pub(super) fn marked(text: &str) -> String {
    format!("{text}.")
}
