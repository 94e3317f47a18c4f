//! What the engine is told. Rights are checked by the caller; the engine checks the facts.

use super::{AgentStats, Blending, SegmentWrapup, Speaker};
use okno_model::{
    AgentId, HoursId, InteractionId, Medium, OfferId, QueueId, Timestamp,
    doc::{
        AgentDoc, Capacity, Closed, ClosingRule, EmptyRule, FullRule, HoursDoc, InteractionState, Ordering, OverflowRule, Presence,
        PresenceBy, QueueDoc, RequiredSkill, Ring, Score, SkillLevel, SkillsMode, Strategy, Tier, Treatment, Window, WrapupMode,
    },
};

/// One thing that happened or is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A queue was created or changed. What waits in it follows the new rules at once.
    SetQueue(Box<QueueProfile>),
    /// A queue is removed; refused while anything is in it.
    RemoveQueue {
        /// Which.
        queue: QueueId,
    },
    /// An agent was created or his profile changed. A new agent is offline and not connected.
    SetAgent(Box<AgentProfile>),
    /// An agent is removed: his offers and active interactions go back to their queues, his wrap-ups end.
    RemoveAgent {
        /// Who.
        agent: AgentId,
    },
    /// A presence is chosen. Clears the next presence. Live offers are canceled if he is no longer available.
    SetPresence {
        /// Who.
        agent: AgentId,
        /// Presence.
        presence: Presence,
        /// Who chose it.
        by: PresenceBy,
    },
    /// The presence that comes into force when the current work ends; at once if there is none. `None` takes it back.
    SetNextPresence {
        /// Who.
        agent: AgentId,
        /// Presence.
        presence: Option<Presence>,
    },
    /// The agent's desk is connected: he may be routed to. Said again it is its heartbeat.
    Connected {
        /// Who.
        agent: AgentId,
    },
    /// The agent's desk is gone: he is routed nothing, his offers go back to the head of their queues (not a miss).
    Disconnected {
        /// Who.
        agent: AgentId,
    },
    /// Whether the agent has a phone that can take a call: a browser with a microphone, or a registered desk phone. A new agent
    /// has none. Calls are offered only to whom has one; a call that rings at an agent whose phone goes away is canceled back
    /// to the head of its queue (not a miss).
    SetPhone {
        /// Who.
        agent: AgentId,
        /// He has one.
        ready: bool,
    },
    /// An interaction enters a queue. Keeps the given enqueue time as its place.
    Enqueue(Work),
    /// The agent takes the offer.
    Accept {
        /// Which.
        interaction: InteractionId,
        /// Who.
        agent: AgentId,
        /// The offer he answers; another one is stale.
        offer: OfferId,
    },
    /// The agent refuses the offer.
    Decline {
        /// Which.
        interaction: InteractionId,
        /// Who.
        agent: AgentId,
        /// The offer he answers; another one is stale.
        offer: OfferId,
    },
    /// The customer left, or a person refused or joined it. Before an answer it closes; after it, wrap-up begins.
    Withdraw {
        /// Which.
        interaction: InteractionId,
        /// How it ends.
        how: Closed,
    },
    /// The agent is done with the customer: wrap-up by the queue's mode, then closed.
    Finish {
        /// Which.
        interaction: InteractionId,
        /// Who.
        agent: AgentId,
    },
    /// The agent ends his wrap-up.
    CompleteWrapup {
        /// Which.
        interaction: InteractionId,
        /// Who.
        agent: AgentId,
    },
    /// The agent needs longer: as often as the queue allows.
    ExtendWrapup {
        /// Which.
        interaction: InteractionId,
        /// Who.
        agent: AgentId,
        /// How much longer, seconds; `None` for what the queue gives, which is also the most.
        seconds: Option<u32>,
    },
    /// The agent wants a wrap-up after the talk, or no longer. Only where the queue's mode leaves it to him.
    RequestWrapup {
        /// Which.
        interaction: InteractionId,
        /// Who.
        agent: AgentId,
        /// He wants one.
        wanted: bool,
    },
    /// To another queue (or again to the same). From a waiting state it keeps its place; from an agent it waits anew.
    TransferToQueue {
        /// Which.
        interaction: InteractionId,
        /// Where to.
        queue: QueueId,
        /// Which agent asked for it, if one did.
        by: Option<AgentId>,
    },
    /// To an agent: an offer to him; if he misses or declines it, it waits in its queue.
    TransferToAgent {
        /// Which.
        interaction: InteractionId,
        /// Whom to.
        agent: AgentId,
        /// Which agent asked for it, if one did.
        by: Option<AgentId>,
    },
    /// An agent takes it from the queue by hand (by right). May exceed his capacity, but not for calls.
    Pull {
        /// Which.
        interaction: InteractionId,
        /// Who.
        agent: AgentId,
    },
    /// The agent accepted, but his phone could not be reached: back to the head of its queue with its place. He is not asked
    /// again for a while and is paused, since the next caller would not reach him either.
    Unreached {
        /// Which.
        interaction: InteractionId,
        /// Who had accepted it.
        agent: AgentId,
    },
    /// An agent begins an interaction himself: an outgoing call. It is active at once, without an offer; refused when he has
    /// no room for it. Ends like any other.
    Begin {
        /// The interaction; its queue says whose rules hold for the wrap-up.
        work: Work,
        /// Who.
        agent: AgentId,
    },
    /// A person gave it another priority. What waits takes its new place at once, behind those of the same priority who
    /// wait longer; what rings or is answered keeps it for the case that it waits again. The same priority changes nothing.
    SetPriority {
        /// Which.
        interaction: InteractionId,
        /// 0 lowest, 9 highest.
        priority: u8,
    },
    /// Business hours were created or changed. Queues that have them open or close at once if they have to.
    SetHours(Box<HoursDoc>),
    /// How long something that waits will presumably wait: 80 of 100 are served earlier. For the rules by estimated wait.
    Estimate {
        /// Which.
        interaction: InteractionId,
        /// From now, seconds.
        seconds: u32,
    },
    /// The offer could not ring: the agent's phone is busy. Neither a miss nor a refusal.
    Busy {
        /// Which.
        interaction: InteractionId,
        /// Who.
        agent: AgentId,
        /// Which offer; another one is stale.
        offer: OfferId,
    },
    /// Other rules for work of several media at once. What somebody has stays his.
    SetBlending(Blending),
    /// A message of an interaction: tells whose turn it is, so that a silent customer is known.
    Spoke {
        /// Which.
        interaction: InteractionId,
        /// Who said it.
        speaker: Speaker,
    },
    /// A sign of life of what an agent works on: its call still has sound.
    Renew {
        /// Which.
        interaction: InteractionId,
    },
    /// Time has passed: whatever is due happens. Every other input does this first as well.
    Tick,
}

/// A queue as the engine needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueProfile {
    /// Id.
    pub id: QueueId,
    /// Name, for the sentences.
    pub name: String,
    /// How an agent is chosen.
    pub strategy: Strategy,
    /// One priority step is gained after so many seconds of waiting; 0 for none.
    pub ageing_seconds: u32,
    /// Required skills; all must be met.
    pub skills: Vec<RequiredSkill>,
    /// Offer time-outs.
    pub offer: OfferSeconds,
    /// A missed agent is not offered the same interaction for so many seconds.
    pub no_answer_delay_seconds: u32,
    /// A declining agent is not offered the same interaction for so many seconds.
    pub decline_delay_seconds: u32,
    /// Wrap-up.
    pub wrapup: WrapupMode,
    /// When what waits goes on to another queue.
    pub overflows: Vec<OverflowRule>,
    /// When it is open; always without, and while the engine does not know these hours.
    pub hours: Option<HoursId>,
    /// What becomes of who comes while it is closed.
    pub closed: Treatment,
    /// What becomes at closing time of those who still wait.
    pub closing: ClosingRule,
    /// How many may wait.
    pub full: Option<FullRule>,
    /// What becomes of who comes while nobody takes work of it.
    pub empty: Option<EmptyRule>,
    /// Urgency of the queue among others under the orders `fifo` and `lifo`, 0-9.
    pub priority: u8,
    /// Answer within so much open time: the promise of work that brings none.
    pub answer_within_seconds: u32,
    /// In which order waiting interactions are served.
    pub order: Ordering,
    /// Points of the order `score`.
    pub score: Score,
    /// What a waiting interaction costs (order `gc_mu`).
    pub weight: u32,
    /// What the required skills mean.
    pub skills_mode: SkillsMode,
    /// An interaction joins the competition only after so many seconds in the queue.
    pub delay_seconds: u32,
    /// Agents by tier, in the order of `linear` and `round_robin`.
    pub tiers: Vec<Tier>,
    /// Rings of `bullseye`.
    pub rings: Vec<Ring>,
    /// Rings count the whole wait of an interaction.
    pub rings_survive_transfer: bool,
    /// `ring_progressively`: one more agent every so many seconds.
    pub ring_seconds: u32,
    /// `preferred_then_pool`: the preferred agent is waited for so many seconds.
    pub preferred_seconds: u32,
    /// Over which time the strategies of fairness count.
    pub window: Window,
    /// What its interactions do to the slots of agents.
    pub slots: SlotRules,
}

/// What the interactions of a queue do to the slots of agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotRules {
    /// How often a wrap-up may be lengthened.
    pub wrapup_extensions: u8,
    /// By how much each time, seconds.
    pub extension_seconds: u32,
    /// Written work goes to an agent who could take a call of this queue only while so many others could; 0 for no reserve.
    pub reserve: u8,
    /// An agent whose phone was busy is not offered the same interaction for so many seconds.
    pub busy_delay_seconds: u32,
}

impl Default for SlotRules {
    /// Three times a minute, no reserve, half a minute after a busy phone.
    fn default() -> Self {
        Self { wrapup_extensions: 3, extension_seconds: 60, reserve: 0, busy_delay_seconds: 30 }
    }
}

/// How long an offer rings, seconds, by medium (behaviour.md B3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferSeconds {
    /// Calls.
    pub voice: u32,
    /// Chats and messenger threads.
    pub chat: u32,
    /// E-mails and tasks.
    pub email: u32,
}

impl OfferSeconds {
    /// The time-out of one medium.
    pub const fn of(&self, medium: Medium) -> u32 {
        match medium {
            Medium::Voice => self.voice,
            Medium::Chat | Medium::Message => self.chat,
            Medium::Email | Medium::Task => self.email,
        }
    }
}

impl QueueProfile {
    /// A queue with the field's usual start values.
    pub fn new(id: QueueId, name: impl Into<String>) -> Self {
        Self::from(&QueueDoc::new(id, name))
    }
}

impl From<&QueueDoc> for QueueProfile {
    fn from(q: &QueueDoc) -> Self {
        Self {
            id: q.id,
            name: q.name.clone(),
            strategy: q.strategy,
            ageing_seconds: q.ageing_seconds,
            skills: q.skills.clone(),
            offer: OfferSeconds { voice: q.voice_offer_seconds, chat: q.chat_offer_seconds, email: q.email_offer_seconds },
            no_answer_delay_seconds: q.no_answer_delay_seconds,
            decline_delay_seconds: q.decline_delay_seconds,
            wrapup: q.wrapup,
            overflows: q.overflows.clone(),
            hours: q.hours,
            closed: q.closed,
            closing: q.closing,
            full: q.full,
            empty: q.empty,
            priority: q.priority,
            answer_within_seconds: q.answer_within_seconds,
            order: q.order,
            score: q.score.clone(),
            weight: q.weight,
            skills_mode: q.skills_mode,
            delay_seconds: q.delay_seconds,
            tiers: q.tiers.clone(),
            rings: q.rings.clone(),
            rings_survive_transfer: q.rings_survive_transfer,
            ring_seconds: q.ring_seconds,
            preferred_seconds: q.preferred_seconds,
            window: q.window,
            slots: SlotRules {
                wrapup_extensions: q.wrapup_extensions,
                extension_seconds: q.wrapup_extension_seconds,
                reserve: q.reserve,
                busy_delay_seconds: q.busy_delay_seconds,
            },
        }
    }
}

/// An agent's profile as the engine needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentProfile {
    /// Id.
    pub id: AgentId,
    /// Name, for the sentences.
    pub name: String,
    /// Queues served. Queues that the engine does not know yet are kept in mind.
    pub queues: Vec<QueueId>,
    /// Skills.
    pub skills: Vec<SkillLevel>,
    /// Parallel interactions per medium.
    pub capacity: Capacity,
}

impl AgentProfile {
    /// An agent without queues, skills and room.
    pub fn new(id: AgentId, name: impl Into<String>) -> Self {
        let capacity = Capacity { voice: 0, email: 0, chat: 0, message: 0, task: 0 };
        Self { id, name: name.into(), queues: Vec::new(), skills: Vec::new(), capacity }
    }
}

impl From<&AgentDoc> for AgentProfile {
    fn from(a: &AgentDoc) -> Self {
        Self { id: a.id, name: a.name.clone(), queues: a.queues.clone(), skills: a.skills.clone(), capacity: a.capacity }
    }
}

/// An interaction that wants an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Which.
    pub interaction: InteractionId,
    /// In which queue.
    pub queue: QueueId,
    /// Medium.
    pub medium: Medium,
    /// 0 lowest, 9 highest.
    pub priority: u8,
    /// Its place: since when it waits.
    pub enqueued: Timestamp,
    /// When somebody must have answered, if that is promised; the queue's promise from `enqueued` on if not.
    pub due: Option<Timestamp>,
    /// Skills that it needs besides those of the queue.
    pub skills: Vec<RequiredSkill>,
    /// An agent who should have it, and until when it waits for him alone. Given up at once if he is not available.
    pub preferred: Option<Preferred>,
}

impl Work {
    /// An interaction of middle priority that needs nothing special.
    pub const fn new(interaction: InteractionId, queue: QueueId, medium: Medium, enqueued: Timestamp) -> Self {
        Self { interaction, queue, medium, priority: 5, enqueued, due: None, skills: Vec::new(), preferred: None }
    }
}

/// An agent who should have an interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preferred {
    /// Who.
    pub agent: AgentId,
    /// Until when nobody else is offered it.
    pub until: Timestamp,
}

/// Everything that a new engine is built from after a start or a take-over.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Restore {
    /// Business hours that queues have.
    pub hours: Vec<HoursDoc>,
    /// Since when nobody takes work of a medium in a queue; `None` if that is not known, as after a start: then nobody counts as gone before
    /// the desks had a minute to come back.
    pub unstaffed: Option<Vec<(QueueId, Medium, Timestamp)>>,
    /// Every queue of the cell.
    pub queues: Vec<QueueProfile>,
    /// Every agent.
    pub agents: Vec<RestoreAgent>,
    /// Every interaction that is not closed.
    pub work: Vec<RestoreWork>,
    /// Rules for work of several media at once.
    pub blending: Blending,
    /// What queues remember; what is not known is learned anew.
    pub memories: Vec<QueueMemory>,
}

/// What a queue remembers of its own decisions and work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueMemory {
    /// Which.
    pub queue: QueueId,
    /// Whom it was last offered to, one of each tier at most (`round_robin`).
    pub last_offered: Vec<AgentId>,
    /// Usual time of talk and of wrap-up, milliseconds, by medium in the order of `Medium::ALL`.
    pub handle_ms: [(u32, u32); 5],
}

/// An agent as the rows have him. What occupies him comes from the interactions.
#[derive(Debug, Clone, PartialEq)]
pub struct RestoreAgent {
    /// Profile.
    pub profile: AgentProfile,
    /// Presence.
    pub presence: Presence,
    /// Since when.
    pub since: Timestamp,
    /// Who chose it.
    pub by: PresenceBy,
    /// Presence after the current work.
    pub next: Option<Presence>,
    /// His desk is connected. After a start usually false until it connects; live offers stay until their time.
    pub connected: bool,
    /// He has a phone. After a start false until the telephone door says so; what rings stays until its time.
    pub phone: bool,
    /// Idle since: the later of the end of his last handled interaction and his becoming available.
    pub idle_since: Timestamp,
    /// Consecutive misses by medium, in the order of `Medium::ALL`; zeros if not known.
    pub misses: [u8; 5],
    /// Wrap-ups of interactions that he gave away.
    pub wrapups: Vec<SegmentWrapup>,
    /// When his desk was heard last; while it is away, when it was lost.
    pub heard: Timestamp,
    /// When he last took or ended an interaction; 0 if never.
    pub touched: Timestamp,
    /// What he did lately.
    pub stats: Box<AgentStats>,
}

impl RestoreAgent {
    /// A new agent: offline, and nothing is known of him.
    pub fn new(profile: AgentProfile, now: Timestamp) -> Self {
        Self {
            profile,
            presence: Presence::Offline,
            since: now,
            by: PresenceBy::Agent,
            next: None,
            connected: false,
            phone: false,
            idle_since: now,
            misses: [0; 5],
            wrapups: Vec::new(),
            heard: now,
            touched: Timestamp::from_millis(0),
            stats: AgentStats::new(now),
        }
    }
}

/// An interaction as the rows have it.
#[derive(Debug, Clone, PartialEq)]
pub struct RestoreWork {
    /// The interaction and its place.
    pub work: Work,
    /// `New` and `Queued` wait; `Closed` is ignored. Wrap-ups end as `Closed::Finished` unless `how` says otherwise.
    pub state: InteractionState,
    /// How it is closed after its wrap-up.
    pub how: Closed,
    /// When it entered its current queue (overflow counts from here); the enqueue time if not known.
    pub entered: Timestamp,
    /// The customer was promised an answer while the queue is closed: it waits for the opening.
    pub parked: bool,
    /// Queues it overflowed from; empty if not known.
    pub visited: Vec<QueueId>,
    /// Agents who are not offered it for now; empty if not known.
    pub excluded: Vec<Exclusion>,
    /// Last signs of life.
    pub signs: Signs,
    /// When it first entered routing; the time of its entry into the queue if not known.
    pub first: Timestamp,
    /// Who was tried last (`linear`).
    pub tried: Option<AgentId>,
    /// It rings by a rule that asks several at once, not because somebody sent it or because the agent is preferred.
    pub wide: bool,
    /// When one more agent is rung (`ring_progressively`), while it rings.
    pub further: Option<Timestamp>,
}

impl RestoreWork {
    /// An interaction in a state, of which nothing else is known.
    pub const fn new(work: Work, state: InteractionState) -> Self {
        let entered = work.enqueued;
        Self {
            work,
            state,
            how: Closed::Finished,
            entered,
            parked: false,
            visited: Vec::new(),
            excluded: Vec::new(),
            first: entered,
            tried: None,
            signs: Signs { renewed: None, unheard: None },
            wide: false,
            further: None,
        }
    }
}

/// Last signs of life of what an agent works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Signs {
    /// When it was heard of last: its call, or a message of the agent. `None` for since he has it.
    pub renewed: Option<Timestamp>,
    /// Since when the customer has not answered the agent; `None` when it is our turn.
    pub unheard: Option<Timestamp>,
}

/// An agent who is not offered an interaction for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exclusion {
    /// Who.
    pub agent: AgentId,
    /// Until when.
    pub until: Timestamp,
    /// Why.
    pub why: Excluded,
}

/// Why an agent is not offered an interaction for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Excluded {
    /// He missed it.
    Missed,
    /// He declined it.
    Declined,
    /// He changed his presence while it rang.
    Left,
    /// He sent it to somebody else.
    Gave,
    /// He accepted it, but his phone could not be reached.
    Unreached,
    /// His phone was busy.
    Busy,
}

impl Excluded {
    /// Every reason, in the order in which explanations list them.
    pub const ALL: [Self; 6] = [Self::Missed, Self::Declined, Self::Left, Self::Gave, Self::Unreached, Self::Busy];

    /// The published word of the filter.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Missed => "excluded_after_miss",
            Self::Declined => "excluded_after_decline",
            Self::Left => "excluded_after_leaving",
            Self::Gave => "excluded_after_transfer",
            Self::Unreached => "excluded_after_unreached",
            Self::Busy => "excluded_after_busy",
        }
    }

    pub(super) const fn phrase(self) -> &'static str {
        match self {
            Self::Missed => "missed it just now",
            Self::Declined => "declined it just now",
            Self::Left => "left it just now",
            Self::Gave => "sent it on just now",
            Self::Unreached => "could not be reached just now",
            Self::Busy => "had a busy phone just now",
        }
    }
}
