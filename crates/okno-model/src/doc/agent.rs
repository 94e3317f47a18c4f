//! Agents: chosen presence and observed activity, never one enum (behaviour.md B2).

use crate::{AgentId, DispositionId, InteractionId, Medium, OfferId, PauseCodeId, QueueId, SkillId, TeamId, Timestamp};

documents! {
    /// What the agent chose (or a supervisor or okno chose for him).
    #[derive(Eq)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    pub enum Presence {
        /// Takes offers.
        Available,
        /// Takes one interaction, then pauses.
        AvailableOnDemand,
        /// Takes no offers; `code` says why, `None` only for okno's own reasons.
        Paused { code: Option<PauseCodeId> },
        /// Signed out, or never signed in.
        Offline,
    }

    /// Who set a presence.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum PresenceBy {
        /// The agent.
        Agent,
        /// A supervisor.
        Supervisor,
        /// okno: too many missed offers in a row.
        Rona,
        /// okno: the desk's connection was lost for too long.
        LostHeartbeat,
        /// okno: the chosen next presence came into force.
        Next,
        /// okno: one interaction was handled on demand.
        OnDemand,
        /// okno: he accepted a call, and his phone could not be reached.
        NoPhone,
    }

    /// What one slot of an agent does.
    #[serde(tag = "kind", rename_all = "snake_case")]
    #[derive(Eq)]
    pub enum Activity {
        /// An offer rings until `until`.
        Offered { offer: OfferId, until: Timestamp },
        /// He works on it.
        Active { since: Timestamp },
        /// Wrap-up; `until` is `None` when it is discretionary.
        Wrapup {
            since: Timestamp,
            until: Option<Timestamp>,
            /// What ends it, and whether it occupies him.
            #[serde(default)]
            ends: WrapupKind,
        },
    }

    /// What ends a wrap-up that runs.
    #[derive(Copy, Eq, Default)]
    #[serde(rename_all = "snake_case")]
    pub enum WrapupKind {
        /// The agent, when he likes.
        Open,
        /// Its time, or earlier the agent.
        #[default]
        Timed,
        /// Its time only.
        Fixed,
        /// Its time, or earlier the agent; it occupies nothing: offers come meanwhile.
        Optional,
    }

    /// One interaction that occupies an agent.
    #[derive(Eq)]
    pub struct Slot {
        /// Which interaction.
        pub interaction: InteractionId,
        /// Its medium.
        pub medium: Medium,
        /// What he does with it.
        pub activity: Activity,
    }

    /// An agent finishes his notes about an interaction that goes on elsewhere.
    #[derive(Eq)]
    pub struct AgentWrapupDoc {
        /// Which.
        pub interaction: InteractionId,
        /// The queue in which he had it: its rules hold.
        pub queue: QueueId,
        /// Medium.
        pub medium: Medium,
        /// Since when.
        pub since: Timestamp,
        /// Its end; `None` when he may take his time.
        pub until: Option<Timestamp>,
        /// What ends it.
        pub ends: WrapupKind,
        /// How often he lengthened it.
        pub extended: u8,
    }

    /// An agent as the floor sees him.
    pub struct AgentDoc {
        /// His id (the same UUID as his user id).
        pub id: AgentId,
        /// Display name.
        pub name: String,
        /// Team, if any.
        pub team: Option<TeamId>,
        /// Chosen presence.
        pub presence: Presence,
        /// Since when.
        pub since: Timestamp,
        /// Who set it.
        pub by: PresenceBy,
        /// Presence that comes into force when the current work ends.
        pub next: Option<Presence>,
        /// False while his desk is not connected: he is routed nothing.
        pub connected: bool,
        /// He has a phone that can take a call: a browser with a microphone, or a registered SIP phone.
        #[serde(default)]
        pub phone: bool,
        /// What occupies him.
        pub slots: Vec<Slot>,
        /// Wrap-ups of interactions that he has given away: they are his, wherever the interaction is now. His slots have them, too.
        #[serde(default)]
        pub wrapups: Vec<AgentWrapupDoc>,
        /// Queues he serves.
        pub queues: Vec<QueueId>,
        /// Skills with levels 1-10.
        pub skills: Vec<SkillLevel>,
        /// How many interactions of each medium he takes at once.
        pub capacity: Capacity,
    }

    /// A skill with a level.
    #[derive(Copy, Eq)]
    pub struct SkillLevel {
        /// Which skill.
        pub skill: SkillId,
        /// 1 lowest, 10 highest.
        pub level: u8,
    }

    /// Parallel interactions per medium.
    #[derive(Copy, Eq)]
    pub struct Capacity {
        /// Calls.
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

    /// A reason for a pause.
    #[derive(Eq)]
    pub struct PauseCodeDoc {
        /// Id.
        pub id: PauseCodeId,
        /// Shown name.
        pub name: String,
        /// Hidden from choice, kept for history.
        pub archived: bool,
    }

    /// A wrap-up outcome.
    #[derive(Eq)]
    pub struct DispositionDoc {
        /// Id.
        pub id: DispositionId,
        /// Shown name.
        pub name: String,
        /// Only for this queue; `None` for all.
        pub queue: Option<QueueId>,
        /// Hidden from choice, kept for history.
        pub archived: bool,
    }
}

impl Capacity {
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

impl Default for Capacity {
    /// One call, three chats, five mails: the field's usual start.
    fn default() -> Self {
        Self { voice: 1, email: 5, chat: 3, message: 3, task: 3 }
    }
}
