//! Named limits of the engine, with their reasons.

use okno_model::{Medium, limits::WRAPUP_MAX_SECONDS};

/// Candidates and removed agents that one explanation names: enough for a person to read.
pub(super) const EXPLAINED_AGENTS: usize = 20;
/// Members that one explanation looks at to name removed agents; the counts are exact whatever their number.
pub(super) const EXPLAINED_SCAN: usize = 24;
/// Different requirements (medium and own skills) of one queue: real centers have media times languages.
pub(super) const CLASSES_PER_QUEUE: usize = 1_000;
/// Skills that one interaction may need besides those of its queue.
pub(super) const OWN_SKILLS: usize = 16;

/// Rings of one queue: the field's usual number.
pub(super) const RINGS: usize = 6;
/// The last tier.
pub(super) const TIER_MAX: u8 = 9;

const _: () = assert!(EXPLAINED_SCAN >= EXPLAINED_AGENTS, "an explanation must be able to see whom it names");

/// Limits that a workspace may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Consecutive missed offers per medium after which an agent is paused (RONA).
    pub max_no_answer: MaxNoAnswer,
    /// Longest wrap-up including extensions, seconds.
    pub wrapup_max_seconds: u32,
    /// How long what occupies an agent lasts without a sign of life.
    pub lease: LeaseSeconds,
}

/// How long what occupies an agent lasts without a sign of life, seconds; 0 for without an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseSeconds {
    /// A connected desk that says nothing: then it counts as lost.
    pub desk: u32,
    /// A lost desk: then the agent is offline.
    pub absent: u32,
    /// A call of which nothing is heard: then it is over. Never cuts a live call: whoever has one renews its lease.
    pub call: u32,
    /// A chat or messenger thread of an agent whose desk is lost: a customer sits at the other end. Then it waits again.
    pub chat: u32,
    /// A mail or task of an agent whose desk is lost.
    pub mail: u32,
    /// A wrap-up without an end of its own.
    pub wrapup: u32,
}

impl Default for LeaseSeconds {
    /// A host that has heartbeats sets `desk` and `call`: without them both would end what lives.
    fn default() -> Self {
        Self { desk: 0, absent: 180, call: 0, chat: 180, mail: 8 * 3600, wrapup: 3600 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_no_answer: MaxNoAnswer::default(), wrapup_max_seconds: WRAPUP_MAX_SECONDS, lease: LeaseSeconds::default() }
    }
}

/// Consecutive missed offers after which an agent is paused, by medium; 0 never pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxNoAnswer {
    /// Calls: a telephone that rings unanswered means an empty chair.
    pub voice: u8,
    /// E-mails.
    pub email: u8,
    /// Chats.
    pub chat: u8,
    /// Messenger threads.
    pub message: u8,
    /// Tasks.
    pub task: u8,
}

impl Default for MaxNoAnswer {
    fn default() -> Self {
        Self { voice: 1, email: 3, chat: 3, message: 3, task: 3 }
    }
}

impl MaxNoAnswer {
    /// The limit of one medium.
    pub const fn of(&self, medium: Medium) -> u8 {
        match medium {
            Medium::Voice => self.voice,
            Medium::Email => self.email,
            Medium::Chat => self.chat,
            Medium::Message => self.message,
            Medium::Task => self.task,
        }
    }
}
