//! Promises: what a customer was told that will be done, and by when (behaviour.md 3.3).

use crate::{CustomerId, InteractionId, PromiseId, QueueId, Timestamp, UserId, medium::words};

words! {
    /// Where a promise comes from.
    PromiseSource {
        /// A person made it.
        Manual = "manual",
        /// A macro did.
        Macro = "macro",
        /// A flow did.
        Flow = "flow",
        /// Somebody who waits was told when he is answered.
        Wait = "wait",
        /// Whoever came while it was closed was told by when he is answered.
        AutoReply = "auto_reply",
        /// A call or a mail back, asked for or owed.
        Callback = "callback",
        /// A policy did.
        Policy = "policy",
    }
}

documents! {
    /// One promise to one customer.
    pub struct PromiseDoc {
        /// Id.
        pub id: PromiseId,
        /// In which interaction it was made.
        pub interaction: Option<InteractionId>,
        /// To whom.
        pub customer: Option<CustomerId>,
        /// His shown name, repeated here so that a list needs no second fetch.
        pub customer_name: String,
        /// His language, BCP 47, if known.
        pub language: Option<String>,
        /// What; empty where the source says it.
        pub what: String,
        /// When it was due when it was made.
        pub first_due: Timestamp,
        /// By when, after all updates.
        pub due: Timestamp,
        /// Where it comes from.
        pub source: PromiseSource,
        /// When it was made.
        pub made: Timestamp,
        /// Who made it.
        pub by: Option<UserId>,
        /// Who has to keep it; `None`: the queue.
        pub owner: Option<UserId>,
        /// In which queue.
        pub queue: Option<QueueId>,
        /// Its state.
        pub state: PromiseState,
        /// When its owner was reminded.
        #[serde(default)]
        pub nudged_owner: Option<Timestamp>,
        /// When those who run the floor were told.
        #[serde(default)]
        pub nudged_supervisor: Option<Timestamp>,
        /// What the customer was told since, oldest first.
        #[serde(default)]
        pub updates: Vec<PromiseUpdate>,
    }

    /// The life of a promise.
    #[derive(Copy, Eq)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    pub enum PromiseState {
        /// Not done yet.
        Open {
            /// By when.
            due: Timestamp,
        },
        /// Done by when it was promised first.
        Kept {
            /// When.
            at: Timestamp,
        },
        /// Done later than promised first, but the customer was told in time, and the new time was kept.
        KeptLateWarned {
            /// When.
            at: Timestamp,
        },
        /// Not done in time, and the customer was told nothing in time.
        Broken {
            /// When the time was over.
            at: Timestamp,
            /// When it was done after all, or given up; missing while it is still owed.
            over: Option<Timestamp>,
        },
        /// Not needed any more.
        Canceled {
            /// When.
            at: Timestamp,
        },
    }

    /// A new time that the customer was told.
    #[derive(Eq)]
    pub struct PromiseUpdate {
        /// When.
        pub at: Timestamp,
        /// Who told him.
        pub by: UserId,
        /// The time before.
        pub old: Timestamp,
        /// By when now.
        pub due: Timestamp,
        /// The words.
        pub text: String,
    }

    /// What was understood of a promise that somebody types, before it is made.
    #[derive(Eq)]
    pub struct PromisePreviewDoc {
        /// By when.
        pub due: Timestamp,
        /// What.
        pub what: String,
        /// It is closed then.
        pub closed: bool,
        /// The time zone in which it was read.
        pub time_zone: String,
    }

    /// An honest word about a promise that will not be kept in time: a proposal for whoever tells it.
    #[derive(Eq)]
    pub struct PromiseDraftDoc {
        /// A new time.
        pub due: Timestamp,
        /// The words, in the customer's language.
        pub text: String,
    }

    /// How promises of one source in one queue were kept. `made = kept + kept_late_warned + broken + canceled + open`.
    #[derive(Eq)]
    pub struct PromiseCountsDoc {
        /// Source.
        pub source: PromiseSource,
        /// Queue.
        pub queue: Option<QueueId>,
        /// All of them.
        pub made: u32,
        /// Done in time.
        pub kept: u32,
        /// Done late, but the customer was told in time.
        pub kept_late_warned: u32,
        /// Not done in time.
        pub broken: u32,
        /// Not needed any more.
        pub canceled: u32,
        /// Not over yet.
        pub open: u32,
    }
}

impl PromiseState {
    /// The stored word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Kept { .. } => "kept",
            Self::KeptLateWarned { .. } => "kept_late_warned",
            Self::Broken { .. } => "broken",
            Self::Canceled { .. } => "canceled",
        }
    }

    /// Somebody still has to do it.
    pub const fn is_owed(&self) -> bool {
        matches!(self, Self::Open { .. } | Self::Broken { over: None, .. })
    }
}
