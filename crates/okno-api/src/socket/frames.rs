//! The frames of the desk's socket (contract 6).

use super::hub::Shown;
use okno_app::interactions::Snapshot;
use okno_model::{
    InteractionId, Timestamp,
    event::Event,
    phone::{PhoneDown, PhoneUp},
};
use serde::{Deserialize, Serialize};

/// What a desk sends.
#[derive(Debug, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(super) enum ClientFrame {
    /// The first frame: the last number applied, or null for a snapshot.
    Hello { resume: Option<i64> },
    /// The agent types in a conversation.
    Typing { interaction: InteractionId, on: bool },
    /// The desk is a telephone: media and keys.
    Phone { up: PhoneUp },
    /// The desk lives.
    Ping {},
}

/// What a desk receives, without the events themselves.
#[derive(Debug, Serialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(super) enum ServerFrame<'a> {
    /// Everything in his sight as of event `seq`.
    Snapshot { seq: i64, build: &'a str, now: Timestamp, data: &'a Snapshot },
    /// The missed events follow; `seq` is where they begin.
    Resumed { seq: i64, build: &'a str, now: Timestamp },
    /// Events that he may not see: `from` to `seq`.
    Skip { from: i64, seq: i64 },
    /// An event after which he may not see an entity any more.
    Gone { seq: i64, kind: &'static str, id: Shown },
    /// Somebody types. `who` is `customer` or an agent's name.
    Typing {
        interaction: InteractionId,
        who: &'a str,
        on: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<&'a str>,
    },
    /// The telephone door says something to the pages of this agent.
    Phone { down: &'a PhoneDown },
    /// The server lives.
    Pong { now: Timestamp },
}

/// An event with its tag; serialized once for all sockets.
#[derive(Debug, Serialize)]
pub(super) struct EventFrame<'a> {
    t: &'static str,
    #[serde(flatten)]
    event: &'a Event,
}

impl<'a> EventFrame<'a> {
    pub(super) const fn new(event: &'a Event) -> Self {
        Self { t: "event", event }
    }
}
