//! Service levels: policies, the clocks that follow from them, and why something is due when it is (behaviour.md B11).

use crate::{CaseId, HoursId, InteractionId, PolicyId, QueueId, Timestamp, UserId, medium::words};

words! {
    /// What a policy looks after: an interaction, or a case of some kind.
    SlaKind {
        /// An interaction, on whatever channel.
        Interaction = "interaction",
        /// A case: a question.
        Question = "question",
        /// A case: something is to be done.
        Request = "request",
        /// A case: a complaint.
        Complaint = "complaint",
        /// A case: a suggestion.
        Suggestion = "suggestion",
        /// A case: an order.
        Order = "order",
    }
}

words! {
    /// What a clock measures.
    ClockKind {
        /// From the beginning to the first answer of a person.
        FirstResponse = "first_response",
        /// From the customer's word to the answer of a person, after the first one.
        NextResponse = "next_response",
        /// From one word of ours to the next, whether the customer asks or not.
        Update = "update",
        /// From the beginning to the solution.
        Resolution = "resolution",
        /// From the forward to a department until somebody there has accepted it.
        Acceptance = "acceptance",
    }
}

words! {
    /// Where a matter stands, as far as clocks ask.
    Phase {
        /// Nobody has looked at it.
        New = "new",
        /// We work on it.
        Open = "open",
        /// The customer has to act.
        WaitingCustomer = "waiting_customer",
        /// A department has to act.
        WaitingDepartment = "waiting_department",
        /// It rests, for a reason.
        OnHold = "on_hold",
        /// Solved, as we see it.
        Resolved = "resolved",
        /// Over.
        Closed = "closed",
        /// Part of another one now.
        Merged = "merged",
    }
}

words! {
    /// What becomes of the time for the solution when the matter is opened again.
    ReopenRule {
        /// The time that was left is left.
        Continue = "continue",
        /// It begins anew.
        Restart = "restart",
    }
}

documents! {
    /// A rule by when customers are answered and their matters are done. Of all that match, the one with the most fields in its selector counts,
    /// then the one with the lowest `order`.
    pub struct PolicyDoc {
        /// Id.
        pub id: PolicyId,
        /// Shown name.
        pub name: String,
        /// Lower goes before higher among those that are equally specific.
        pub order: u32,
        /// For what it is.
        pub selector: SlaSelector,
        /// In whose open time its targets count; `None`: around the clock.
        pub hours: Option<HoursId>,
        /// At most one of each kind.
        pub targets: Vec<SlaTarget>,
        /// In these phases its clocks rest. The clock of a department does not rest while the department has to act.
        pub pauses: Vec<Phase>,
        /// What a reopening does.
        pub reopen: ReopenRule,
        /// What happens at warn points and breaches.
        #[serde(default)]
        pub actions: Vec<SlaAction>,
        /// No new matter gets it, and it is recomputed for none.
        #[serde(default)]
        pub archived: bool,
    }

    /// For what a policy is. A field without values asks nothing; within a field one value is enough; all fields that ask must agree.
    #[derive(Eq, Default)]
    pub struct SlaSelector {
        /// Kinds.
        #[serde(default)]
        pub kinds: Vec<SlaKind>,
        /// Queues.
        #[serde(default)]
        pub queues: Vec<QueueId>,
        /// Priorities, 0 to 9.
        #[serde(default)]
        pub priorities: Vec<u8>,
        /// Tags of the matter or of the customer's organization.
        #[serde(default)]
        pub tags: Vec<String>,
        /// Languages of the customer; `pl` means `pl-PL` too.
        #[serde(default)]
        pub languages: Vec<String>,
    }

    /// By when.
    #[derive(Eq)]
    pub struct SlaTarget {
        /// What is measured.
        pub kind: ClockKind,
        /// Open minutes that it may take, at least 1; of any length.
        pub minutes: u32,
        /// Warn points: percent of the time, 1 to 99, in order.
        #[serde(default)]
        pub warn: Vec<u8>,
    }

    /// What happens at a warn point or a breach, exactly once.
    #[derive(Eq)]
    pub struct SlaAction {
        /// For which clocks; none means all.
        #[serde(default)]
        pub kinds: Vec<ClockKind>,
        /// When: at this percentage of the time. 100 is the breach.
        pub at: u8,
        /// What.
        pub act: SlaAct,
    }

    /// What a policy can do by itself.
    #[derive(Copy, Eq)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    pub enum SlaAct {
        /// Tell whoever has it.
        NotifyOwner,
        /// Tell those who run the floor.
        NotifySupervisor,
        /// Make it more urgent, up to 9.
        RaisePriority {
            /// By so much, 1 to 9.
            by: u8,
        },
        /// Give it to another queue.
        Reassign {
            /// Which.
            queue: QueueId,
        },
    }

    /// One clock as it stands at an instant.
    #[derive(Eq)]
    pub struct ClockDoc {
        /// What it measures.
        pub kind: ClockKind,
        /// Which one of its kind, from 1: each question of the customer has an own one.
        pub number: u32,
        /// Its policy.
        pub policy: PolicyId,
        /// When it began.
        pub started: Timestamp,
        /// When it is or was due. `None` while it rests, or when its hours never open again.
        pub due: Option<Timestamp>,
        /// How it stands.
        pub state: ClockState,
        /// How long it has rested, milliseconds of real time.
        pub paused_ms: u64,
        /// Warn points that are known: percent, and when.
        pub warns: Vec<WarnPoint>,
        /// Why it is due then: in order of time.
        pub why: Vec<Because>,
    }

    /// How a clock stands.
    #[derive(Copy, Eq)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    pub enum ClockState {
        /// It runs.
        Running,
        /// It rests.
        Paused {
            /// Since when.
            since: Timestamp,
            /// Open time that is left, milliseconds.
            left_ms: u64,
        },
        /// Done in time.
        Met {
            /// When.
            at: Timestamp,
        },
        /// Not done in time.
        Breached {
            /// When the time was over.
            at: Timestamp,
            /// When it was done after all.
            met: Option<Timestamp>,
        },
        /// Nothing is to be done any more, and it was not late.
        Canceled {
            /// When.
            at: Timestamp,
        },
    }

    /// A point before the end at which somebody is told.
    #[derive(Copy, Eq)]
    pub struct WarnPoint {
        /// Percent of the time.
        pub percent: u8,
        /// When that much of it is over.
        pub at: Timestamp,
    }

    /// One reason why something is due when it is. The web says it in words.
    #[derive(Copy, Eq)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    pub enum Because {
        /// It began, because of this.
        Started {
            /// When.
            at: Timestamp,
            /// By what.
            by: Cause,
        },
        /// It may take so long.
        Target {
            /// Open minutes.
            minutes: u32,
        },
        /// It was closed: no open time passed.
        Shut {
            /// From when.
            from: Timestamp,
            /// To when.
            to: Timestamp,
        },
        /// There were further such times.
        ShutMore {
            /// How many.
            count: u32,
        },
        /// The clock rested.
        Paused {
            /// From when.
            from: Timestamp,
            /// To when; `None` still.
            to: Option<Timestamp>,
            /// In which phase.
            phase: Phase,
        },
        /// Its hours never open again.
        NeverOpen,
    }

    /// A warn point or the end of a clock was reached.
    #[derive(Eq)]
    pub struct SlaNoticeDoc {
        /// Of which interaction.
        pub interaction: Option<InteractionId>,
        /// Or of which case.
        pub case: Option<CaseId>,
        /// What it is about, in a few words.
        pub title: String,
        /// Which clock.
        pub clock: ClockKind,
        /// Which one of its kind.
        pub number: u32,
        /// Percent of its time that are over; 100 is the breach.
        pub percent: u8,
        /// When it is or was due.
        pub due: Timestamp,
        /// Its policy.
        pub policy: PolicyId,
        /// Who has it.
        pub owner: Option<UserId>,
        /// Its queue.
        pub queue: Option<QueueId>,
        /// The policy tells whoever has it.
        pub notify_owner: bool,
        /// The policy tells those who run the floor.
        pub notify_supervisor: bool,
    }

    /// Which policy a matter would get, and why not another one.
    #[derive(Eq)]
    pub struct PolicyPreviewDoc {
        /// The one.
        pub policy: Option<PolicyId>,
        /// All that were weighed.
        pub considered: Vec<PolicyChoiceDoc>,
        /// Its clocks, as if each of them began now.
        pub clocks: Vec<ClockDoc>,
    }

    /// One policy that was weighed.
    #[derive(Copy, Eq)]
    pub struct PolicyChoiceDoc {
        /// Which.
        pub policy: PolicyId,
        /// How many fields its selector asks by.
        pub fields: u32,
        /// All of them agree.
        pub matches: bool,
    }

    /// What begins a clock.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum Cause {
        /// It came in.
        Opened,
        /// The customer wrote or called.
        CustomerSpoke,
        /// We had told the customer something.
        WeSpoke,
        /// It was opened again.
        Reopened,
        /// It was forwarded.
        Forwarded,
    }
}

impl SlaSelector {
    /// How many fields ask for something: more is more specific.
    pub fn fields(&self) -> usize {
        [self.kinds.is_empty(), self.queues.is_empty(), self.priorities.is_empty(), self.tags.is_empty(), self.languages.is_empty()]
            .into_iter()
            .filter(|empty| !empty)
            .count()
    }
}

impl ClockDoc {
    /// When somebody must have acted, if it can still be done in time or is not done yet.
    pub fn open_due(&self) -> Option<Timestamp> {
        match self.state {
            ClockState::Running | ClockState::Breached { met: None, .. } => self.due,
            ClockState::Paused { .. }
            | ClockState::Met { .. }
            | ClockState::Breached { met: Some(_), .. }
            | ClockState::Canceled { .. } => None,
        }
    }
}
