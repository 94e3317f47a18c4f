//! How a queue chooses agents and in which order it serves (behaviour.md B1).

use super::{AnnounceRule, ClosingRule, QueueDoc, RecoveryRule, Treatment, WrapupMode};
use crate::{AgentId, OfferId, QueueId, SkillId, Timestamp};

documents! {
    /// How an agent is chosen for an interaction of the queue. In every strategy lower tiers go first, those with less
    /// parallel work go before those with more (but in `linear` and `round_robin`), and the lowest id decides what is equal.
    #[derive(Copy, Eq, Default)]
    #[serde(rename_all = "snake_case")]
    pub enum Strategy {
        /// Whose last handled interaction ended, or who became available, longest ago.
        #[default]
        LongestIdle,
        /// Who took or ended an interaction longest ago, in whatever queue; a break does not count.
        LeastRecent,
        /// Fewest interactions taken per hour on duty, within the window.
        #[serde(rename = "fewest_contacts")]
        FewestTaken,
        /// Least time in talks per hour on duty, within the window.
        LeastTalkTime,
        /// Smallest share of the time on duty with work, within the window.
        LeastOccupied,
        /// The next in the list after the last one who was offered something of this queue.
        RoundRobin,
        /// The first in the list; for the same interaction it goes on after the last one tried.
        Linear,
        /// All at once, the first to accept has it.
        RingAll,
        /// One more every `ring_seconds`, the first to accept has it.
        RingProgressively,
        /// Drawn anew for every offer.
        Random,
        /// Drawn anew for every offer; a tier is a handicap only: random below (1 + tier) x 1000, the lowest wins.
        WeightedRandom,
        /// Highest sum of the levels of the required skills first, then longest idle.
        SkillRank,
        /// Most of the required skills, then their levels, then longest idle; none is mandatory.
        BestAvailableSkills,
        /// The requirements relax ring by ring the longer it waits; within a ring longest idle.
        Bullseye,
        /// The preferred agent for `preferred_seconds`, then longest idle.
        PreferredThenPool,
        /// Nobody is offered anything: agents take from the list.
        Pull,
    }

    /// In which order waiting interactions of the queue are served.
    #[derive(Copy, Eq, Default)]
    #[serde(rename_all = "snake_case")]
    pub enum Ordering {
        /// Priority, which grows by one step in each `ageing_seconds`; then who waits longest.
        #[default]
        PriorityThenAge,
        /// Who waits longest, whatever the priority.
        Fifo,
        /// Who came last, whatever the priority.
        Lifo,
        /// Points: a base and so many per minute by priority.
        Score,
        /// Whose promise is due first; what is overdue stands behind what can still be kept.
        DueFirst,
        /// Whose waiting costs most per minute of work (generalized c-mu).
        GcMu,
    }

    /// Points of a waiting interaction under the order `score`: base + minutes waited x rate. Ten points are worth one step of
    /// priority where queues of different orders compete.
    #[derive(Eq)]
    pub struct Score {
        /// Points at the start.
        pub base: i32,
        /// Points per minute of waiting by priority, from 0 to 9.
        pub per_minute_by_priority: Vec<u32>,
    }

    /// What required skills mean.
    #[derive(Copy, Eq, Default)]
    #[serde(rename_all = "snake_case")]
    pub enum SkillsMode {
        /// All must be met.
        #[default]
        All,
        /// Whoever has most of them goes first; none is mandatory.
        Best,
        /// They do not matter.
        Disregard,
    }

    /// The tier of one agent in a queue. The order of the list is the order of `linear` and `round_robin`.
    #[derive(Copy, Eq)]
    pub struct Tier {
        /// Who.
        pub agent: AgentId,
        /// 0 goes first, 9 last.
        pub tier: u8,
    }

    /// One ring of `bullseye`: what is relaxed after some time, together with the rings before it.
    #[derive(Eq)]
    pub struct Ring {
        /// After so many seconds in the queue.
        pub after_seconds: u32,
        /// Required levels are lower by so much, but never below 1.
        #[serde(default)]
        pub lower_levels: u8,
        /// These skills are not required any more.
        #[serde(default)]
        pub drop_skills: Vec<SkillId>,
        /// Agents of these queues join.
        #[serde(default)]
        pub add_queues: Vec<QueueId>,
    }

    /// Over which time `fewest_contacts`, `least_talk_time` and `least_occupied` count.
    #[derive(Copy, Eq, Default)]
    #[serde(rename_all = "snake_case")]
    pub enum Window {
        /// Since the agent was last offline.
        #[default]
        Shift,
        /// The last hour, in steps of five minutes.
        Hour,
        /// The last 24 hours, in steps of an hour.
        Day,
    }

    /// One of several offers of the same interaction, besides the first.
    #[derive(Copy, Eq)]
    pub struct OtherOffer {
        /// The offer.
        pub offer: OfferId,
        /// At whom it rings.
        pub agent: AgentId,
        /// Until when.
        pub until: Timestamp,
    }

    /// Why an agent is not offered an interaction now.
    pub struct ReasonDoc {
        /// The agent.
        pub agent: AgentId,
        /// The filter that keeps him away, as in decisions; or `ready`, `rings`, `has_it`, `chosen`, `not_first`, `delayed`, `by_hand`, `kept_for_another`.
        pub filter: String,
        /// One English sentence for logs and transcripts. Screens make their own from the data.
        pub because: String,
        /// Until when, if that is known.
        pub until: Option<Timestamp>,
    }
}

impl Default for Score {
    /// 50 points, the worth of priority 5; one point per minute for priority 0, ten for priority 9.
    fn default() -> Self {
        Self { base: 50, per_minute_by_priority: (1..=10).collect() }
    }
}

/// Seconds between two agents of `ring_progressively`.
pub(crate) const fn ring_seconds() -> u32 {
    10
}

/// Seconds that a preferred agent is waited for.
pub(crate) const fn preferred_seconds() -> u32 {
    30
}

/// The cost of a waiting interaction.
pub(crate) const fn weight() -> u32 {
    1
}

impl Strategy {
    /// Every strategy, in the order of the documentation.
    pub const ALL: [Self; 16] = [
        Self::LongestIdle,
        Self::LeastRecent,
        Self::FewestTaken,
        Self::LeastTalkTime,
        Self::LeastOccupied,
        Self::RoundRobin,
        Self::Linear,
        Self::RingAll,
        Self::RingProgressively,
        Self::Random,
        Self::WeightedRandom,
        Self::SkillRank,
        Self::BestAvailableSkills,
        Self::Bullseye,
        Self::PreferredThenPool,
        Self::Pull,
    ];
}

impl Ordering {
    /// Every order, in the order of the documentation.
    pub const ALL: [Self; 6] = [Self::PriorityThenAge, Self::Fifo, Self::Lifo, Self::Score, Self::DueFirst, Self::GcMu];
}

impl QueueDoc {
    /// A queue with the field's usual start values.
    pub fn new(id: QueueId, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            strategy: Strategy::LongestIdle,
            priority: 5,
            ageing_seconds: 60,
            skills: Vec::new(),
            chat_offer_seconds: 30,
            email_offer_seconds: 120,
            voice_offer_seconds: 20,
            no_answer_delay_seconds: 60,
            decline_delay_seconds: 60,
            wrapup: WrapupMode::Timed { seconds: 60 },
            wrapup_extensions: super::wrapup_extensions(),
            wrapup_extension_seconds: super::wrapup_extension_seconds(),
            reserve: 0,
            busy_delay_seconds: super::busy_delay_seconds(),
            answer_within_seconds: 4 * 60 * 60,
            overflows: Vec::new(),
            hours: None,
            closed: Treatment::Promise,
            closing: ClosingRule::default(),
            full: None,
            empty: None,
            archived: false,
            order: Ordering::PriorityThenAge,
            score: Score::default(),
            weight: weight(),
            skills_mode: SkillsMode::All,
            delay_seconds: 0,
            tiers: Vec::new(),
            rings: Vec::new(),
            rings_survive_transfer: false,
            ring_seconds: ring_seconds(),
            preferred_seconds: preferred_seconds(),
            window: Window::Shift,
            announce: AnnounceRule::default(),
            recovery: Some(RecoveryRule::default()),
        }
    }
}
