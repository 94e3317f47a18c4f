//! Interactions, their segments and the reasons of routing.

use super::{AnswerPromise, CallbackDoc, OtherOffer, WrapupKind};
use crate::{
    AgentId, CaseId, ChannelId, CustomerId, DispositionId, InteractionId, Medium, OfferId, QueueId, SegmentId, SkillId, Timestamp,
};
use std::borrow::Cow;

documents! {
    /// The life of an interaction (behaviour.md B2). Exactly one; its data sits inside.
    #[serde(tag = "kind", rename_all = "snake_case")]
    #[derive(Eq)]
    pub enum InteractionState {
        /// Understood, not yet given to the routing cell.
        New,
        /// Waits for an agent.
        Queued,
        /// Rings at an agent.
        Offered {
            offer: OfferId,
            agent: AgentId,
            until: Timestamp,
            /// Further agents at whom it rings at the same time (`ring_all`, `ring_progressively`).
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            others: Vec<OtherOffer>,
        },
        /// An agent has it.
        Active {
            agent: AgentId,
            since: Timestamp,
            /// He asked for a wrap-up after it (wrap-up mode `agent_requested`).
            #[serde(default)]
            wrapup_requested: bool,
        },
        /// The talk is over, the agent finishes his notes.
        Wrapup {
            agent: AgentId,
            since: Timestamp,
            until: Option<Timestamp>,
            /// What ends it, and whether it occupies him.
            #[serde(default)]
            ends: WrapupKind,
            /// How often he lengthened it.
            #[serde(default)]
            extended: u8,
        },
        /// Over.
        Closed { at: Timestamp, how: Closed },
    }

    /// How an interaction ended.
    #[serde(rename_all = "snake_case")]
    #[derive(Copy, Eq)]
    pub enum Closed {
        /// An agent finished it.
        Finished,
        /// The customer left before an agent answered.
        Abandoned,
        /// The customer left or stayed silent after he was answered.
        CustomerLeft,
        /// Joined into another interaction of the same thread.
        Joined,
        /// Spam, refused by a person.
        Refused,
    }

    /// One engagement on one channel, without its messages.
    pub struct InteractionDoc {
        /// Id.
        pub id: InteractionId,
        /// Medium.
        pub medium: Medium,
        /// Entry point.
        pub channel: ChannelId,
        /// Who is served; `None` only in quarantine.
        pub customer: Option<CustomerId>,
        /// Customer's shown name, repeated here so that a list needs no second fetch.
        pub customer_name: String,
        /// Mail subject, or the first words of a chat.
        pub subject: String,
        /// Beginning of the last message.
        pub preview: String,
        /// Language of the customer, BCP 47, if known.
        pub language: Option<String>,
        /// Current queue.
        pub queue: QueueId,
        /// Agent who has it now or had it last.
        pub agent: Option<AgentId>,
        /// State.
        pub state: InteractionState,
        /// 0 lowest, 9 highest.
        pub priority: u8,
        /// Its start.
        pub created: Timestamp,
        /// Since when it waits; kept over re-offers.
        pub enqueued: Timestamp,
        /// When somebody must have answered (the promise of the queue).
        pub due: Option<Timestamp>,
        /// First answer of a person to the customer.
        pub answered: Option<Timestamp>,
        /// The customer wrote last: he waits for us since then.
        pub customer_waits: Option<Timestamp>,
        /// Number of the last message (1, 2, ...).
        pub last_message: i64,
        /// When the last message came.
        pub last_at: Timestamp,
        /// Last message number that the agent has seen.
        pub agent_read: i64,
        /// Last message number that the customer has seen.
        pub customer_read: i64,
        /// The interaction that this one goes on from.
        pub previous: Option<InteractionId>,
        /// The case that it is about.
        #[serde(default)]
        pub case: Option<CaseId>,
        /// Outcome, once wrapped up.
        pub disposition: Option<DispositionId>,
        /// The customer is connected (chats and calls only).
        pub customer_online: bool,
        /// We began it: an outgoing call.
        #[serde(default)]
        pub outbound: bool,
        /// The customer waits to be called back.
        #[serde(default)]
        pub callback: Option<CallbackDoc>,
        /// What the customer was told because he cannot be answered soon. Gone when somebody has it.
        #[serde(default)]
        pub promise: Option<AnswerPromise>,
        /// He was called back, as he had asked: what came of it if it was only his voicemail.
        #[serde(default)]
        pub called_back: Option<CallbackDoc>,
    }

    /// The part of an interaction that one queue or agent had. Never overlaps with another of the same interaction.
    #[derive(Eq)]
    pub struct SegmentDoc {
        /// Id.
        pub id: SegmentId,
        /// Of which interaction.
        pub interaction: InteractionId,
        /// In which queue.
        pub queue: QueueId,
        /// Which agent answered it.
        pub agent: Option<AgentId>,
        /// Entered the queue.
        pub enqueued: Timestamp,
        /// Was answered.
        pub answered: Option<Timestamp>,
        /// Wrap-up began.
        pub wrapup: Option<Timestamp>,
        /// Wrap-up ended. After `ended` where the interaction went on elsewhere: his notes belong to his handling of it.
        #[serde(default)]
        pub wrapup_ended: Option<Timestamp>,
        /// Ended.
        pub ended: Option<Timestamp>,
        /// Why it ended.
        pub outcome: Option<SegmentOutcome>,
        /// Missed and declined offers.
        pub offers: i64,
    }

    /// Why a segment ended.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum SegmentOutcome {
        /// Wrapped up.
        Handled,
        /// Customer left while waiting.
        Abandoned,
        /// Went to another queue by overflow.
        Overflowed,
        /// Transferred by a person.
        Transferred,
    }

    /// One decision of the routing engine about one interaction, in words and data.
    pub struct DecisionDoc {
        /// When.
        pub at: Timestamp,
        /// What was decided: `queued`, `offered`, `waits`, `missed`, `declined`, `overflowed`, `assigned`, `transferred`.
        pub act: Cow<'static, str>,
        /// Rule that decided: `longest_idle`, `skill_rank`, `only_candidate`, `preferred`, ...
        pub rule: Cow<'static, str>,
        /// One English sentence for logs and transcripts. Screens make their own from the data.
        pub because: String,
        /// Chosen agent.
        pub agent: Option<AgentId>,
        /// Queue at that time.
        pub queue: QueueId,
        /// Candidates that were weighed, best first; at most 20.
        pub candidates: Vec<CandidateDoc>,
        /// How many agents each filter removed.
        pub removed: Vec<RemovedDoc>,
        /// Place in the queue that it had, from 1: when it was taken by hand, or while it waits.
        #[serde(default)]
        pub position: Option<i64>,
        /// How many waited before it that the agent who took it by hand might have taken (cherry-picking).
        #[serde(default)]
        pub skipped: Option<i64>,
    }

    /// One weighed candidate.
    pub struct CandidateDoc {
        /// Who.
        pub agent: AgentId,
        /// Idle for so many milliseconds.
        pub idle_ms: i64,
        /// Sum of the levels of the required skills.
        pub skill: i64,
        /// Free units of this medium.
        pub free: i64,
        /// What the strategy compared, in its own unit; the lowest goes first. `longest_idle` and what ends with it: minus the
        /// milliseconds of idling; `least_recent`: minus the milliseconds since he took or ended something; `fewest_contacts`: interactions
        /// per 1,000 hours on duty; `least_talk_time`, `least_occupied`: millionths of his time on duty; `linear`,
        /// `round_robin`: his place in turn; `random`, `weighted_random`: his place in the draw; `skill_rank`: minus his skill; `best_available_skills`: minus
        /// 512 for each skill that he has, and minus their levels.
        #[serde(default)]
        pub score: i64,
        /// His tier.
        #[serde(default)]
        pub tier: u8,
    }

    /// Agents removed by one filter.
    #[derive(Eq)]
    pub struct RemovedDoc {
        /// Filter: `not_available`, `not_connected`, `no_phone`, `no_skill`, `no_capacity`, `wrapup`, `not_member`, `excluded_after_miss`,
        /// `excluded_after_decline`, `excluded_after_leaving` (changed presence while it rang), `excluded_after_transfer`, `excluded_after_unreached`.
        pub filter: Cow<'static, str>,
        /// How many.
        pub count: i64,
        /// Some of them, at most 20.
        pub agents: Vec<AgentId>,
    }

    /// A skill requirement of a queue or an interaction.
    #[derive(Copy, Eq)]
    pub struct RequiredSkill {
        /// Which skill.
        pub skill: SkillId,
        /// At least this level.
        pub level: u8,
    }
}

impl InteractionState {
    /// Every agent at whom it rings, the first one first.
    pub fn ringing(&self) -> impl Iterator<Item = OtherOffer> + '_ {
        let (first, others) = match self {
            Self::Offered { offer, agent, until, others } => {
                (Some(OtherOffer { offer: *offer, agent: *agent, until: *until }), others.as_slice())
            }
            Self::New | Self::Queued | Self::Active { .. } | Self::Wrapup { .. } | Self::Closed { .. } => (None, [].as_slice()),
        };
        first.into_iter().chain(others.iter().copied())
    }

    /// Agents who have something to do with it now: at whom it rings, who has it.
    pub fn agents(&self) -> impl Iterator<Item = AgentId> + '_ {
        let holder = match self {
            Self::Active { agent, .. } | Self::Wrapup { agent, .. } => Some(*agent),
            Self::New | Self::Queued | Self::Offered { .. } | Self::Closed { .. } => None,
        };
        self.ringing().map(|offer| offer.agent).chain(holder)
    }

    /// The stored word of the state.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Queued => "queued",
            Self::Offered { .. } => "offered",
            Self::Active { .. } => "active",
            Self::Wrapup { .. } => "wrapup",
            Self::Closed { .. } => "closed",
        }
    }
}

impl SegmentDoc {
    /// How long the agent has handled it until `now`, milliseconds: talk and notes, also those that he finished after he gave it away
    /// (behaviour.md B4). `None` if nobody answered it.
    pub fn handle_ms(&self, now: Timestamp) -> Option<i64> {
        let notes = self.wrapup.map(|_| self.wrapup_ended.unwrap_or(now));
        let end = notes.max(self.ended).unwrap_or(now);
        self.answered.map(|answered| (end.0 - answered.0).max(0))
    }
}
