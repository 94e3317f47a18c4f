//! Which agent: the strategies as one small pure function that gives every candidate a rank.
//!
//! A rank changes only at an event of the agent himself, never by mere passing of time, so that the ready sets of the queues
//! never have to be sorted anew. What is a rate by nature (contacts, talk and work per time on duty) is therefore the rate at
//! the agent's own last event: see [`AgentStats`](super::AgentStats).

use okno_model::{
    Timestamp,
    doc::{SkillsMode, Strategy},
};

/// What a strategy may know of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgentFacts {
    /// Tier in this queue, 0 to 9.
    pub tier: u8,
    /// Place in the queue's list; [`UNLISTED`] for who is not in it.
    pub place: u32,
    /// How well he meets the required skills: the sum of his levels, or in the mode `best` also how many he has.
    pub skill: u16,
    /// Interactions that occupy him.
    pub load: u16,
    /// Idle since.
    pub idle_since: Timestamp,
    /// When he last took or ended an interaction, in whatever queue.
    pub touched: Timestamp,
    /// The rate that the queue's strategy of fairness compares; 0 under any other strategy.
    pub rate: u32,
}

/// The place of agents who are not in a queue's list.
pub const UNLISTED: u32 = u32::MAX;

/// Place of an agent among the candidates; the lowest is chosen, then the lowest id. Two numbers, because the ready sets
/// compare it all the time: what is fixed for a queue and the load, then a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AgentRank {
    pub(super) major: u64,
    pub(super) minor: u64,
}

impl AgentRank {
    pub(super) const ZERO: Self = Self { major: 0, minor: 0 };

    /// The lowest rank of a tier.
    pub(super) const fn of_tier(tier: u8) -> Self {
        Self { major: (tier as u64) << TIER_SHIFT, minor: 0 }
    }

    pub(super) const fn tier(self) -> u8 {
        (self.major >> TIER_SHIFT) as u8
    }
}

/// Whether levels decide, not only what is required.
pub const fn by_skill(strategy: Strategy, mode: SkillsMode) -> bool {
    matches!(strategy, Strategy::SkillRank | Strategy::BestAvailableSkills) || matches!(mode, SkillsMode::Best)
}

/// Whether a strategy compares rates.
pub(super) const fn fairness(strategy: Strategy) -> bool {
    matches!(strategy, Strategy::FewestTaken | Strategy::LeastTalkTime | Strategy::LeastOccupied)
}

/// Whether the rank of an agent changes while he is ready. In a list, or where one draws, he has one place.
pub(super) const fn drifts(strategy: Strategy) -> bool {
    !matches!(strategy, Strategy::Linear | Strategy::RoundRobin | Strategy::Random | Strategy::WeightedRandom)
}

/// What required skills mean under a strategy: `best_available_skills` makes none mandatory.
pub const fn skills_mode(strategy: Strategy, mode: SkillsMode) -> SkillsMode {
    if matches!(strategy, Strategy::BestAvailableSkills) { SkillsMode::Best } else { mode }
}

/// Ranks an agent.
///
/// From left to right: tier, skill (where levels decide), parallel work, the metric of the strategy, idle time. Parallel work
/// goes before the metric, since metrics move only when something is taken or ends: else the first of a morning would fill up
/// before his neighbor gets anything. `linear` and `round_robin` know the list only. `random` and `weighted_random` draw at the
/// moment of the offer; here they stand by tier.
pub const fn agent_rank(strategy: Strategy, mode: SkillsMode, facts: &AgentFacts) -> AgentRank {
    // 4 bits of tier, 14 of skill, 8 of load, 38 of a metric; then 42 bits of milliseconds (until the year 2109).
    // Beyond these ends candidates are equal, and the lowest id decides.
    let tier = clamped(facts.tier as i64, TIER_BITS) << TIER_SHIFT;
    let skill = if by_skill(strategy, mode) { clamped(SKILL_MAX - facts.skill as i64, SKILL_BITS) << SKILL_SHIFT } else { 0 };
    let load = clamped(facts.load as i64, LOAD_BITS) << LOAD_SHIFT;
    let idle = clamped(facts.idle_since.millis(), CLOCK_BITS);
    match strategy {
        Strategy::Linear | Strategy::RoundRobin => AgentRank { major: tier | facts.place as u64, minor: 0 },
        Strategy::LeastRecent => AgentRank { major: tier | skill | load, minor: clamped(facts.touched.millis(), CLOCK_BITS) },
        Strategy::FewestTaken | Strategy::LeastTalkTime | Strategy::LeastOccupied => {
            AgentRank { major: tier | skill | load | facts.rate as u64, minor: idle }
        }
        // The number is drawn for each offer.
        Strategy::Random | Strategy::WeightedRandom => AgentRank { major: tier, minor: 0 },
        Strategy::LongestIdle
        | Strategy::RingAll
        | Strategy::RingProgressively
        | Strategy::SkillRank
        | Strategy::BestAvailableSkills
        | Strategy::Bullseye
        | Strategy::PreferredThenPool
        | Strategy::Pull => AgentRank { major: tier | skill | load, minor: idle },
    }
}

const TIER_BITS: u32 = 4;
const SKILL_BITS: u32 = 14;
const LOAD_BITS: u32 = 8;
const CLOCK_BITS: u32 = 42;
const TIER_SHIFT: u32 = 60;
const SKILL_SHIFT: u32 = 46;
const LOAD_SHIFT: u32 = 38;
const SKILL_MAX: i64 = (1 << SKILL_BITS) - 1;
const _: () = assert!(TIER_BITS + SKILL_BITS + LOAD_BITS + LOAD_SHIFT == 64, "the first number is full");
const _: () = assert!(LOAD_SHIFT > 32, "a rate and a place have room below the load");

const fn clamped(value: i64, bits: u32) -> u64 {
    let max = (1 << bits) - 1;
    if value < 0 {
        0
    } else if value > max {
        max as u64
    } else {
        value as u64
    }
}

/// What the strategy compared, for people: see [`CandidateDoc`](okno_model::doc::CandidateDoc).
pub(super) fn score(strategy: Strategy, now: Timestamp, facts: &AgentFacts, turn: usize) -> i64 {
    let since = |at: Timestamp| -(now.since(at).as_millis() as i64);
    match strategy {
        Strategy::LongestIdle
        | Strategy::RingAll
        | Strategy::RingProgressively
        | Strategy::Bullseye
        | Strategy::PreferredThenPool
        | Strategy::Pull => since(facts.idle_since),
        Strategy::LeastRecent => since(facts.touched),
        Strategy::FewestTaken | Strategy::LeastTalkTime | Strategy::LeastOccupied => i64::from(facts.rate),
        Strategy::RoundRobin | Strategy::Linear | Strategy::Random | Strategy::WeightedRandom => turn as i64 + 1,
        Strategy::SkillRank | Strategy::BestAvailableSkills => -i64::from(facts.skill),
    }
}

/// The published word of a strategy: the rule of its decisions.
pub(super) const fn word(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::LongestIdle => "longest_idle",
        Strategy::LeastRecent => "least_recent",
        Strategy::FewestTaken => "fewest_contacts",
        Strategy::LeastTalkTime => "least_talk_time",
        Strategy::LeastOccupied => "least_occupied",
        Strategy::RoundRobin => "round_robin",
        Strategy::Linear => "linear",
        Strategy::RingAll => "ring_all",
        Strategy::RingProgressively => "ring_progressively",
        Strategy::Random => "random",
        Strategy::WeightedRandom => "weighted_random",
        Strategy::SkillRank => "skill_rank",
        Strategy::BestAvailableSkills => "best_available_skills",
        Strategy::Bullseye => "bullseye",
        Strategy::PreferredThenPool => "preferred_then_pool",
        Strategy::Pull => "pull",
    }
}

/// The finalizer of SplitMix64: every input bit reaches every output bit.
pub(super) const fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
