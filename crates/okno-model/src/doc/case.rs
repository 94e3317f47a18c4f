//! Cases: what customers want done, over any number of interactions.

use crate::{CaseEntryId, CaseId, CustomerId, InteractionId, QueueId, TeamId, Timestamp, TopicId, UserId, event::Actor, medium::words};
use serde_json::Value;

words! {
    /// What a case is.
    CaseKind {
        /// The customer wants to know something.
        Question = "question",
        /// He wants something done.
        Request = "request",
        /// He is not content and expects an answer to that.
        Complaint = "complaint",
        /// He proposes something.
        Suggestion = "suggestion",
        /// It is about something that he buys.
        Order = "order",
    }
}

documents! {
    /// The life of a case, drawn in `docs/machines/case.md`. Exactly one; its data sits inside.
    #[serde(tag = "kind", rename_all = "snake_case")]
    #[derive(Eq)]
    pub enum CaseState {
        /// Nobody has begun with it.
        New,
        /// We have to do the next step.
        Open { since: Timestamp },
        /// The customer has to do the next step.
        WaitingCustomer { since: Timestamp },
        /// A department has to answer.
        WaitingDepartment { since: Timestamp, department: TeamId },
        /// Nothing can be done for a while: until a time, or until somebody goes on with it.
        OnHold { since: Timestamp, until: Option<Timestamp>, reason: String },
        /// Done, as we see it; the customer may say that it is not.
        Resolved { at: Timestamp },
        /// Over.
        Closed { at: Timestamp, resolved: Timestamp },
        /// It is a part of another case now.
        Merged { at: Timestamp, into: CaseId },
    }

    /// What a customer wants done, over any number of interactions.
    pub struct CaseDoc {
        /// Id.
        pub id: CaseId,
        /// The number that people say: `2026-000123`. Counts within the year and the workspace; numbers may be missing.
        pub number: String,
        /// Grows with each change: who changes a version that is not the newest is refused.
        pub version: i64,
        /// What it is.
        pub kind: CaseKind,
        /// In a few words.
        pub title: String,
        /// What it is about; `None` if nobody has said so.
        pub topic: Option<TopicId>,
        /// Whose it is; `None` for a case of our own.
        pub customer: Option<CustomerId>,
        /// His shown name, repeated here so that a list needs no second fetch; empty without a customer.
        pub customer_name: String,
        /// Language of the customer, BCP 47, if known.
        pub language: Option<String>,
        /// State.
        pub state: CaseState,
        /// Who sees to it.
        pub assignee: Option<UserId>,
        /// Team that sees to it.
        pub team: Option<TeamId>,
        /// Queue that it belongs to.
        pub queue: Option<QueueId>,
        /// 0 lowest, 9 highest.
        pub priority: u8,
        /// Free words, lower case, sorted.
        pub tags: Vec<String>,
        /// The conversations about it, in the order in which they were added.
        pub interactions: Vec<InteractionId>,
        /// When it was made.
        pub created: Timestamp,
        /// Who made it; `None` if okno did.
        pub created_by: Option<UserId>,
        /// When it was last changed or commented on.
        pub updated: Timestamp,
        /// Number of its last entry (1, 2, ...).
        pub last_entry: i64,
        /// How often it was opened again.
        pub reopened: u32,
    }

    /// One line of a case's history.
    pub struct CaseEntryDoc {
        /// Id.
        pub id: CaseEntryId,
        /// Of which case.
        pub case: CaseId,
        /// Number within the case: 1, 2, ... without gaps.
        pub number: i64,
        /// When.
        pub at: Timestamp,
        /// Who.
        pub by: Actor,
        /// Version of the case after it.
        pub version: i64,
        /// What happened.
        pub what: CaseEntry,
        /// The entry that took this one back.
        pub undone: Option<CaseEntryId>,
    }

    /// What happened to a case.
    #[serde(tag = "kind", rename_all = "snake_case")]
    pub enum CaseEntry {
        /// It was made.
        Created,
        /// Fields were changed.
        Changed { changes: Vec<FieldChange> },
        /// Somebody wrote something for colleagues; customers never see it.
        Comment { text: String },
        /// A conversation was added.
        Linked { interaction: InteractionId },
        /// A conversation was taken away.
        Unlinked { interaction: InteractionId },
        /// An earlier entry was taken back, by these changes.
        Undone { entry: CaseEntryId, changes: Vec<FieldChange> },
    }

    /// One field before and after.
    pub struct FieldChange {
        /// Name of the field, as in the case.
        pub field: String,
        /// Before.
        pub before: Value,
        /// After.
        pub after: Value,
    }
}

impl CaseState {
    /// The word of the state, as stored and shown in addresses.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open { .. } => "open",
            Self::WaitingCustomer { .. } => "waiting_customer",
            Self::WaitingDepartment { .. } => "waiting_department",
            Self::OnHold { .. } => "on_hold",
            Self::Resolved { .. } => "resolved",
            Self::Closed { .. } => "closed",
            Self::Merged { .. } => "merged",
        }
    }

    /// Whether something is still to be done.
    pub const fn is_open(&self) -> bool {
        match self {
            Self::New | Self::Open { .. } | Self::WaitingCustomer { .. } | Self::WaitingDepartment { .. } | Self::OnHold { .. } => true,
            Self::Resolved { .. } | Self::Closed { .. } | Self::Merged { .. } => false,
        }
    }
}
