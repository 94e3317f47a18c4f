//! The orders that decide, as small pure functions: which agent for an interaction, which interaction for an agent.
//! A further strategy is a further arm here; nothing else changes.

use super::limits::BANDS;
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

/// Place of an agent among the candidates; the lowest is chosen, then the lowest id.
pub type AgentRank = [i64; 3];

/// Ranks an agent.
///
/// An agent with parallel work keeps the idle time of his last finished interaction, so the one with less work goes
/// first: else the first of a morning would fill up before his neighbor gets anything.
pub const fn agent_rank(strategy: Strategy, facts: AgentFacts) -> AgentRank {
    let (load, idle, skill) = (facts.load as i64, facts.idle_since.millis(), facts.skill as i64);
    match strategy {
        Strategy::LongestIdle => [load, idle, 0],
        Strategy::SkillRank => [-skill, load, idle],
    }
}

/// Place of an interaction in the one order over all queues; the lowest goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkRank {
    /// Negated priority after ageing.
    behind: i64,
    /// Since when it waits.
    enqueued: Timestamp,
}

/// Ranks an interaction: priority with ageing, then who waits longest.
pub fn work_rank(now: Timestamp, priority: u8, enqueued: Timestamp, ageing_seconds: u32) -> WorkRank {
    WorkRank { behind: -aged_priority(now, priority, enqueued, ageing_seconds), enqueued }
}

/// Priority after ageing: one step more for each full `ageing_seconds` of waiting, without an upper end, so that
/// every wait is bounded whatever comes later.
pub fn aged_priority(now: Timestamp, priority: u8, enqueued: Timestamp, ageing_seconds: u32) -> i64 {
    let gained = if ageing_seconds == 0 { 0 } else { now.since(enqueued).as_millis() as i64 / (i64::from(ageing_seconds) * 1000) };
    i64::from(priority) + gained
}

/// The band of a priority. Within a band of one class the oldest is always first, whatever the ageing.
pub(super) fn band(priority: u8) -> usize {
    usize::from(priority).min(BANDS - 1)
}
