//! The orders that decide, as small pure functions: which agent for an interaction, which interaction for an agent.
//! A further strategy is a further arm here; nothing else changes.

use okno_model::{Timestamp, doc::Strategy};

/// What a strategy may know of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgentFacts {
    /// Interactions that occupy him.
    pub load: u16,
    /// Idle since.
    pub idle_since: Timestamp,
    /// Sum of his levels of the required skills.
    pub skill: u16,
}

/// Place of an agent among the candidates; the lowest is chosen, then the lowest id. One number, because the ready sets
/// compare it all the time.
pub type AgentRank = u64;

/// Ranks an agent.
///
/// An agent with parallel work keeps the idle time of his last finished interaction, so the one with less work goes
/// first: else the first of a morning would fill up before his neighbor gets anything.
pub const fn agent_rank(strategy: Strategy, facts: AgentFacts) -> AgentRank {
    // Small keys keep the ready sets in the cache: 14 bits of skill, 8 of load, 42 of milliseconds (until the year 2109).
    // Beyond these ends candidates are equal, and the lowest id decides.
    let idle = clamped(facts.idle_since.millis(), IDLE_BITS);
    let load_and_idle = (clamped(facts.load as i64, LOAD_BITS) << IDLE_BITS) | idle;
    match strategy {
        Strategy::LongestIdle => load_and_idle,
        Strategy::SkillRank => (clamped(SKILL_MAX - facts.skill as i64, SKILL_BITS) << (LOAD_BITS + IDLE_BITS)) | load_and_idle,
    }
}

const SKILL_BITS: u32 = 14;
const LOAD_BITS: u32 = 8;
const IDLE_BITS: u32 = 42;
const SKILL_MAX: i64 = (1 << SKILL_BITS) - 1;
const _: () = assert!(SKILL_BITS + LOAD_BITS + IDLE_BITS == 64, "a rank is one number");

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

/// Place of an interaction in its queue; the lowest is first. It never changes while the interaction waits: with the
/// same ageing for a whole queue, a step of priority is worth the same head start at any time.
pub type QueueOrder = (i64, i64);

/// Ranks an interaction within its queue: priority with ageing, then who waits longest.
pub fn queue_order(priority: u8, enqueued: Timestamp, ageing_seconds: u32) -> QueueOrder {
    let (priority, enqueued) = (i64::from(priority), enqueued.millis());
    match i64::from(ageing_seconds) * 1000 {
        0 => (-priority, enqueued),
        step => (enqueued - priority * step, enqueued),
    }
}

/// Place of an interaction in the one order over all queues at one instant; the lowest goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkRank {
    /// Negated priority after ageing, in thousandths of a step.
    behind: i64,
    /// Since when it waits.
    enqueued: i64,
}

/// Ranks an interaction among those of all queues: priority with ageing, then who waits longest.
pub fn work_rank(now: Timestamp, order: QueueOrder, ageing_seconds: u32) -> WorkRank {
    WorkRank { behind: -aged_priority(now, order, ageing_seconds), enqueued: order.1 }
}

/// Priority after ageing, in thousandths of a step: one step more for each `ageing_seconds` of waiting, without an upper
/// end, so that every wait is bounded whatever comes later.
pub fn aged_priority(now: Timestamp, order: QueueOrder, ageing_seconds: u32) -> i64 {
    match i64::from(ageing_seconds) * 1000 {
        0 => -order.0 * 1000,
        step => (now.millis() - order.0).saturating_mul(1000) / step,
    }
}
