//! What a queue says about the choice of agents and the order of work: its values and what it names.

use crate::{AppError, config};
use okno_model::{
    doc::{QueueDoc, SkillDoc, UserDoc},
    limits::{PRIORITY_MAX, SKILL_LEVEL_MAX},
};
use okno_store::Tx;

const DAY: u32 = 24 * 60 * 60;
/// Rings of one queue: the field's usual number.
const RINGS: usize = 6;
/// Agents that one queue may list: above that a list is not kept by hand.
const TIERS: usize = 5_000;
/// Highest tier.
const TIER_MAX: u32 = 9;
/// Queues that one ring may add.
const RING_QUEUES: usize = 50;

pub(super) fn check(tx: &mut Tx<'_>, queue: &QueueDoc) -> Result<(), AppError> {
    config::within("weight", queue.weight, 1..=100)?;
    config::within("delay_seconds", queue.delay_seconds, 0..=DAY)?;
    config::within("ring_seconds", queue.ring_seconds, 1..=600)?;
    config::within("preferred_seconds", queue.preferred_seconds, 1..=DAY)?;
    if queue.score.per_minute_by_priority.len() != usize::from(PRIORITY_MAX) + 1 {
        return Err(AppError::invalid("score", "length", "points per minute are ten numbers, one for each priority from 0 to 9"));
    }
    if queue.score.per_minute_by_priority.iter().any(|&rate| rate > 1_000) || queue.score.base.abs() > 10_000 {
        return Err(AppError::invalid("score", "range", "points per minute are 0 to 1,000, and the base is -10,000 to 10,000"));
    }
    tiers(tx, queue)?;
    rings(tx, queue)
}

fn tiers(tx: &mut Tx<'_>, queue: &QueueDoc) -> Result<(), AppError> {
    if queue.tiers.len() > TIERS {
        return Err(AppError::invalid("tiers", "too_many", format!("a queue lists at most {TIERS} agents")));
    }
    let mut seen = std::collections::BTreeSet::new();
    for tier in &queue.tiers {
        config::within("tiers", tier.tier.into(), 0..=TIER_MAX)?;
        if !seen.insert(tier.agent) {
            return Err(AppError::invalid("tiers", "repeated", "an agent can be listed once"));
        }
        if tx.get::<UserDoc>(tier.agent.into())?.is_none() {
            return Err(AppError::invalid("tiers", "unknown", "one of the listed agents does not exist"));
        }
    }
    Ok(())
}

fn rings(tx: &mut Tx<'_>, queue: &QueueDoc) -> Result<(), AppError> {
    if queue.rings.len() > RINGS {
        return Err(AppError::invalid("rings", "too_many", format!("a queue has at most {RINGS} rings")));
    }
    let mut before = None;
    for ring in &queue.rings {
        config::within("rings", ring.after_seconds, 1..=DAY)?;
        config::within("rings", ring.lower_levels.into(), 0..=u32::from(SKILL_LEVEL_MAX))?;
        if before.is_some_and(|before| before >= ring.after_seconds) {
            return Err(AppError::invalid("rings", "order", "each ring begins later than the one before it"));
        }
        before = Some(ring.after_seconds);
        for &skill in &ring.drop_skills {
            if tx.get::<SkillDoc>(skill)?.is_none() {
                return Err(AppError::invalid("rings", "unknown_skill", "one of the skills does not exist"));
            }
        }
        if ring.add_queues.len() > RING_QUEUES {
            return Err(AppError::invalid("rings", "too_many_queues", format!("a ring adds at most {RING_QUEUES} queues")));
        }
        for &other in &ring.add_queues {
            if other == queue.id {
                return Err(AppError::invalid("rings", "itself", "a ring adds other queues; this one is in already"));
            }
            if tx.get::<QueueDoc>(other)?.is_none() {
                return Err(AppError::invalid("rings", "unknown_queue", "one of the added queues does not exist"));
            }
        }
    }
    Ok(())
}
