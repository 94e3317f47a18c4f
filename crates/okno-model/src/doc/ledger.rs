//! The ledger: every inbound unit has exactly one state at every moment (behaviour.md 3.2).

use crate::{ChannelId, CustomerId, InteractionId, QueueId, Timestamp, UnitId, UserId, medium::words};

words! {
    /// What kind of inbound unit.
    UnitKind {
        /// The opening of a chat.
        ChatOpening = "chat_opening",
        /// A mail.
        Mail = "mail",
        /// An offline form of the widget.
        Form = "form",
        /// A call.
        Call = "call",
        /// A message that a caller left.
        Voicemail = "voicemail",
    }
}

words! {
    /// Where a unit stands. Everything but the first three is an end.
    UnitState {
        /// Stored, not yet understood.
        Received = "received",
        /// Could not be understood: a person has to look.
        Quarantined = "quarantined",
        /// Waits for an answer; owner and deadline are set.
        Open = "open",
        /// A reply was delivered and did not bounce.
        Answered = "answered",
        /// Joined into another unit's conversation, or needs no answer (delivery report, thanks).
        Joined = "joined",
        /// Was lost for a while, then answered.
        Recovered = "recovered",
        /// The customer said that he no longer needs an answer.
        Withdrawn = "withdrawn",
        /// Spam or automatic mail, refused.
        Refused = "refused",
        /// Ended without an answer.
        BlackHole = "black_hole",
    }
}

words! {
    /// Why a unit fell into the black hole.
    BlackHoleCause {
        /// The customer left the queue and nobody came back to him.
        AbandonedNotCalledBack = "abandoned_not_called_back",
        /// It waited past its deadline with no owner acting.
        QueueLimbo = "queue_limbo",
        /// A mail was on the server and did not get in.
        MailNotIngested = "mail_not_ingested",
        /// Quarantined past its deadline.
        ParseQuarantine = "parse_quarantine",
        /// Our reply bounced or could not be delivered.
        ReplyBounced = "reply_bounced",
        /// An agent closed it without a reply.
        ClosedWithoutReply = "closed_without_reply",
        /// Came outside hours and was not picked up.
        AfterHoursDropped = "after_hours_dropped",
        /// Lost in a transfer.
        TransferLost = "transfer_lost",
        /// A department was asked and stayed silent.
        DepartmentSilent = "department_silent",
        /// A form that no queue took.
        FormUnrouted = "form_unrouted",
    }
}

impl UnitState {
    /// Whether somebody still has to act.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Received | Self::Quarantined | Self::Open)
    }
}

documents! {
    /// One ledger entry.
    pub struct LedgerDoc {
        /// Id.
        pub id: UnitId,
        /// Kind.
        pub kind: UnitKind,
        /// Where it came in.
        pub channel: ChannelId,
        /// When it was durable.
        pub received: Timestamp,
        /// State.
        pub state: UnitState,
        /// Cause, for black holes.
        pub cause: Option<BlackHoleCause>,
        /// It was brought back to people: it ends `recovered`, not `answered`, whatever had been wrong with it.
        #[serde(default)]
        pub recovering: bool,
        /// Words: why it is quarantined, refused or lost.
        pub detail: String,
        /// Owning queue.
        pub queue: Option<QueueId>,
        /// Owning person, once somebody has it.
        pub owner: Option<UserId>,
        /// By when it must have ended.
        pub deadline: Timestamp,
        /// The interaction it became.
        pub interaction: Option<InteractionId>,
        /// Customer.
        pub customer: Option<CustomerId>,
        /// Customer's name or raw sender, for the list.
        pub from: String,
        /// Subject or first words.
        pub subject: String,
        /// When it ended.
        pub ended: Option<Timestamp>,
    }

    /// The conservation check: received = sum of all states.
    pub struct LedgerSummary {
        /// When it was checked.
        pub at: Timestamp,
        /// All units ever received in the period.
        pub received: i64,
        /// Units by state.
        pub states: Vec<StateCount>,
        /// Black holes by cause.
        pub causes: Vec<CauseCount>,
        /// Open units past their deadline.
        pub overdue: i64,
        /// Oldest open unit.
        pub oldest_open: Option<Timestamp>,
        /// Customers with two or more black holes.
        pub repeat_victims: i64,
        /// Black holes per 1,000 received.
        pub black_holes_per_1000: f64,
        /// The check holds: sums agree and every open unit has an owner and a deadline.
        pub conserved: bool,
        /// What does not hold, in words.
        pub violations: Vec<String>,
    }

    /// Units in one state.
    #[derive(Eq)]
    pub struct StateCount {
        /// State.
        pub state: UnitState,
        /// How many.
        pub count: i64,
    }

    /// Black holes of one cause.
    #[derive(Eq)]
    pub struct CauseCount {
        /// Cause.
        pub cause: BlackHoleCause,
        /// How many.
        pub count: i64,
    }
}
