//! What the engine decides: data, in order. Only the caller carries it out.

use super::{SegmentWrapup, decision::Decision};
use okno_model::{
    AgentId, InteractionId, Medium, OfferId, QueueId, Timestamp,
    doc::{AnswerPromise, Closed, Presence, PresenceBy, Slot, WrapupKind},
};

/// One decision. The order of the effects of one input is the order in which they happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// It waits in a queue: it entered, or its agent was removed. `Offered` or `Waits` follows.
    Queued {
        /// Which.
        interaction: InteractionId,
        /// Where.
        queue: QueueId,
        /// Its place.
        enqueued: Timestamp,
        /// Why.
        decision: Decision,
    },
    /// Nobody can take it now; the decision says why. The state stays `queued`.
    Waits {
        /// Which.
        interaction: InteractionId,
        /// Why.
        decision: Decision,
    },
    /// A person changed its priority; where it is stays as it was.
    Prioritized {
        /// Which.
        interaction: InteractionId,
        /// Its priority now.
        priority: u8,
        /// In words; the rule is `raised_by_person` or `lowered_by_person`.
        decision: Decision,
    },
    /// It rings at an agent.
    Offered {
        /// Which.
        interaction: InteractionId,
        /// Whom.
        agent: AgentId,
        /// The offer's id.
        offer: OfferId,
        /// Until when it rings.
        until: Timestamp,
        /// Why he.
        decision: Decision,
    },
    /// An offer ended without acceptance. After `Missed`, `Declined`, `AgentLeft` and `Lapsed` the interaction is
    /// queued again at its old place; after `Withdrawn` and `Taken` another effect follows that says where it is.
    OfferEnded {
        /// Which.
        interaction: InteractionId,
        /// Who had it.
        agent: AgentId,
        /// Which offer.
        offer: OfferId,
        /// Why.
        how: OfferEnd,
        /// In words.
        decision: Decision,
    },
    /// An agent has it.
    Assigned {
        /// Which.
        interaction: InteractionId,
        /// Who.
        agent: AgentId,
        /// How he got it.
        how: Assignment,
        /// In words.
        decision: Decision,
    },
    /// The agent who had accepted it could not be reached: it is queued again at its old place, as if he had never had it.
    /// `Offered` or `Waits` follows.
    Unreached {
        /// Which.
        interaction: InteractionId,
        /// Who could not be reached.
        agent: AgentId,
        /// In words.
        decision: Decision,
    },
    /// Nothing has been heard of it for too long; what follows says what becomes of it.
    Stalled {
        /// Which.
        interaction: InteractionId,
        /// Whom it occupied.
        agent: AgentId,
        /// In words; the rule is `stalled`.
        decision: Decision,
    },
    /// The talk is over, wrap-up runs until `until`, or as long as the agent likes.
    WrapupStarted {
        /// Which.
        interaction: InteractionId,
        /// Who.
        agent: AgentId,
        /// End, unless discretionary.
        until: Option<Timestamp>,
        /// What ends it, and whether it occupies him.
        ends: WrapupKind,
    },
    /// Wrap-up runs longer.
    WrapupExtended {
        /// Which.
        interaction: InteractionId,
        /// Who.
        agent: AgentId,
        /// New end.
        until: Timestamp,
        /// How often he lengthened it by now.
        extended: u8,
    },
    /// The agent who has it wants a wrap-up after it, or no longer.
    WrapupRequested {
        /// Which.
        interaction: InteractionId,
        /// Who.
        agent: AgentId,
        /// He wants one.
        wanted: bool,
    },
    /// An agent who gave an interaction away finishes his notes about it.
    SegmentWrapupStarted {
        /// Which.
        interaction: InteractionId,
        /// Who gave it away.
        agent: AgentId,
        /// In which queue he had it.
        queue: QueueId,
        /// Medium.
        medium: Medium,
        /// End, unless discretionary.
        until: Option<Timestamp>,
    },
    /// His notes take longer.
    SegmentWrapupExtended {
        /// Which.
        interaction: InteractionId,
        /// Who.
        agent: AgentId,
        /// New end.
        until: Timestamp,
    },
    /// He has finished, or his time is over. The interaction may have ended long ago.
    SegmentWrapupEnded {
        /// Which.
        interaction: InteractionId,
        /// Who.
        agent: AgentId,
        /// Why.
        how: WrapupEnd,
    },
    /// Wrap-up is over; `Closed` follows.
    WrapupEnded {
        /// Which.
        interaction: InteractionId,
        /// Who.
        agent: AgentId,
        /// Why.
        how: WrapupEnd,
    },
    /// It is over and the engine has forgotten it.
    Closed {
        /// Which.
        interaction: InteractionId,
        /// How.
        how: Closed,
        /// The agent who had it last, if one did.
        agent: Option<AgentId>,
    },
    /// It waited too long and went to another queue with its place. `Offered` or `Waits` follows.
    Overflowed {
        /// Which.
        interaction: InteractionId,
        /// From.
        from: QueueId,
        /// To.
        to: QueueId,
        /// In words.
        decision: Decision,
    },
    /// The customer cannot be answered soon: he is to be told by when he is. Why is in the promise. When the queue is closed it is offered
    /// to nobody until it opens: `Queued` says when.
    Promised {
        /// Which.
        interaction: InteractionId,
        /// What he is to be told.
        promise: AnswerPromise,
        /// In words.
        decision: Decision,
    },
    /// A person moved it. It is queued in `queue` now; `Offered` or `Waits` follows.
    Transferred {
        /// Which.
        interaction: InteractionId,
        /// The agent who had it, if one did.
        from_agent: Option<AgentId>,
        /// Its queue before.
        from: QueueId,
        /// Its queue now.
        queue: QueueId,
        /// The agent it is meant for, if one is.
        to_agent: Option<AgentId>,
        /// Its place now.
        enqueued: Timestamp,
        /// In words.
        decision: Decision,
    },
    /// A presence changed.
    PresenceChanged {
        /// Who.
        agent: AgentId,
        /// Presence.
        presence: Presence,
        /// Who chose it.
        by: PresenceBy,
    },
    /// The next presence changed.
    NextPresenceChanged {
        /// Who.
        agent: AgentId,
        /// Presence, if one is chosen.
        next: Option<Presence>,
    },
    /// Anything about an agent changed; at most once per agent and input, at its end, with the whole of it.
    AgentChanged {
        /// Who.
        agent: AgentId,
        /// As he is now.
        state: Box<AgentState>,
    },
}

/// Why an offer ended without acceptance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OfferEnd {
    /// Nobody answered it in time (RONA).
    Missed,
    /// The agent refused it.
    Declined,
    /// The customer left or it was moved: the agent is not to blame.
    Withdrawn,
    /// The agent left: presence, connection, removal.
    AgentLeft,
    /// Another agent took it by hand.
    Taken,
    /// The agent's phone was busy: it did not ring.
    Busy,
    /// Its time passed while the agent could not see it (okno was down): nobody is to blame.
    Lapsed,
}

/// How an agent got an interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assignment {
    /// He accepted an offer.
    Accepted,
    /// He took it by hand.
    Pulled,
    /// He began it himself: an outgoing call. It was in no queue before.
    Began,
}

/// Why a wrap-up ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WrapupEnd {
    /// The agent ended it.
    Completed,
    /// Its time was over.
    Expired,
    /// The agent was removed.
    AgentRemoved,
    /// It had no end of its own and lasted too long.
    Stalled,
}

/// An agent as the engine sees him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentState {
    /// Presence.
    pub presence: Presence,
    /// Since when.
    pub since: Timestamp,
    /// Who chose it.
    pub by: PresenceBy,
    /// Presence after the current work.
    pub next: Option<Presence>,
    /// Connected.
    pub connected: bool,
    /// He has a phone that can take a call.
    pub phone: bool,
    /// Idle since.
    pub idle_since: Timestamp,
    /// Consecutive misses by medium, in the order of `Medium::ALL`.
    pub misses: [u8; 5],
    /// What occupies him, oldest first.
    pub slots: Vec<Slot>,
    /// Those of `slots` that are wrap-ups of interactions that he gave away, in full.
    pub wrapups: Vec<SegmentWrapup>,
}

/// The input does not fit the facts; nothing has changed (but what was due before it has happened).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Not here: closed, or never enqueued.
    #[error("interaction {0} is not in routing; it is closed or was never queued")]
    UnknownInteraction(InteractionId),
    /// No such agent.
    #[error("agent {0} is not known to routing; save the user first")]
    UnknownAgent(AgentId),
    /// No such queue.
    #[error("queue {0} is not known to routing; create it first")]
    UnknownQueue(QueueId),
    /// It is here already.
    #[error("interaction {0} is already in routing")]
    AlreadyHere(InteractionId),
    /// The offer is over or belongs to somebody else.
    #[error("this offer is over; the interaction was offered to somebody else, taken or withdrawn")]
    StaleOffer,
    /// Another agent has it.
    #[error("the interaction belongs to another agent")]
    NotYours,
    /// The interaction is not in a state for this.
    #[error("the interaction is {stage}; this is possible only when it is {needs}")]
    WrongStage {
        /// State it is in.
        stage: &'static str,
        /// State it would have to be in.
        needs: &'static str,
    },
    /// The wrap-up has a fixed length.
    #[error("this wrap-up has a fixed length; it ends by itself")]
    WrapupFixed {
        /// Its end.
        until: Timestamp,
    },
    /// The wrap-up would become longer than allowed.
    #[error("a wrap-up may last {seconds} s at most; end it, or change the limit")]
    WrapupTooLong {
        /// The limit, seconds.
        seconds: u32,
    },
    /// The queue allows no further extension.
    #[error("a wrap-up of this queue may be lengthened {most} times; end it, or change the queue")]
    NoExtensionLeft {
        /// How many there may be.
        most: u8,
    },
    /// One extension would be too long.
    #[error("a wrap-up of this queue is lengthened by {seconds} s at most; ask again later, or change the queue")]
    ExtensionTooLong {
        /// Longest extension, seconds.
        seconds: u32,
    },
    /// The queue does not leave it to the agent.
    #[error("the wrap-up of this queue cannot be asked for; it comes by itself, or there is none")]
    WrapupNotRequested,
    /// Something is still in the queue.
    #[error("the queue still has {count} interactions; move or finish them first")]
    QueueInUse {
        /// How many.
        count: usize,
    },
    /// The agent cannot be offered anything now.
    #[error("the agent is not available; choose another agent or a queue")]
    AgentNotAvailable(AgentId),
    /// The agent cannot take another interaction of this medium.
    #[error("the agent has no room for another {0} interaction")]
    NoCapacity(Medium),
    /// The agent has no phone to take a call with.
    #[error("the agent has no phone; he has to open his desk with a microphone, or register his desk phone")]
    NoPhone(AgentId),
    /// Transferred to the agent who has it.
    #[error("the agent already has this interaction")]
    SameAgent,
    /// A value is out of its range.
    #[error("{0}")]
    Invalid(&'static str),
}
