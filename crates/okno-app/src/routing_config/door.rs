//! The checks of what leads from one queue to another, and of when a queue is open.

use crate::{AppError, config};
use okno_model::{
    QueueId,
    doc::{HoursDoc, OverflowWhen, PositionRule, QueueDoc, Sweep},
};
use okno_store::Tx;

const DAY: u32 = 24 * 60 * 60;
/// Rules that one queue has: more than anybody can keep in his head.
const RULES: usize = 10;
/// Waiting for one agent, in percent: from fewer waiting than agents to a hundred for each.
const PERCENT: std::ops::RangeInclusive<u32> = 10..=10_000;
/// How many may wait before a queue is full.
const FULL: std::ops::RangeInclusive<u32> = 0..=100_000;

/// The last place that is said.
const PLACES: std::ops::RangeInclusive<u32> = 1..=1_000;

/// Every queue that a queue leads to, with the field that says so.
pub(super) fn leads_to(queue: &QueueDoc) -> impl Iterator<Item = (&'static str, QueueId)> + '_ {
    let swept = match queue.closing.sweep {
        Sweep::Overflow { to } => Some(to),
        Sweep::Serve | Sweep::Promise => None,
    };
    let treatments = [
        ("closed", queue.closed.to()),
        ("closing", swept),
        ("full", queue.full.and_then(|full| full.then.to())),
        ("empty", queue.empty.and_then(|empty| empty.then.to())),
    ];
    let rules = queue.overflows.iter().map(|rule| ("overflows", rule.to));
    rules.chain(treatments.into_iter().filter_map(|(field, to)| Some((field, to?))))
}

/// Checks the rules of a queue: values in range, queues and hours that exist, no circles.
pub(super) fn check(tx: &mut Tx<'_>, queue: &QueueDoc) -> Result<(), AppError> {
    if queue.overflows.len() > RULES {
        return Err(AppError::invalid("overflows", "too_many", format!("a queue has at most {RULES} overflow rules")));
    }
    for rule in &queue.overflows {
        match rule.when {
            OverflowWhen::Wait { seconds } | OverflowWhen::EstimatedWait { seconds } => config::within("overflows", seconds, 1..=DAY)?,
            OverflowWhen::Ratio { waiting_per_agent_percent } => config::within("overflows", waiting_per_agent_percent, PERCENT)?,
            OverflowWhen::NoAgents => {}
        }
    }
    if let Some(full) = queue.full {
        config::within("full", full.max_waiting, FULL)?;
    }
    if let PositionRule::Limit { limit } | PositionRule::MoreThan { limit } = queue.announce.position {
        config::within("announce", limit, PLACES)?;
    }
    if let Some(recovery) = queue.recovery {
        config::within("recovery", recovery.after_seconds, 0..=DAY)?;
        config::within("recovery", recovery.quiet_seconds, 60..=DAY)?;
    }
    if let Some(hours) = queue.hours {
        match tx.get::<HoursDoc>(hours)? {
            None => return Err(AppError::invalid("hours", "unknown", "these business hours do not exist")),
            Some(hours) if hours.archived => {
                return Err(AppError::invalid("hours", "archived", format!("the hours `{}` are archived; choose others", hours.name)));
            }
            Some(_) => {}
        }
    }
    leads_somewhere(tx, queue)
}

/// Follows every way from a queue: each must be there, and none may come back.
fn leads_somewhere(tx: &mut Tx<'_>, queue: &QueueDoc) -> Result<(), AppError> {
    for (field, to) in leads_to(queue) {
        let Some(next) = tx.get::<QueueDoc>(to)?.filter(|_| to != queue.id).or_else(|| (to == queue.id).then(|| queue.clone())) else {
            return Err(AppError::invalid(field, "unknown", "the queue to go on to does not exist"));
        };
        if next.archived && to != queue.id {
            return Err(AppError::invalid(field, "archived", format!("queue `{}` is archived and takes nothing new", next.name)));
        }
        let (mut seen, mut open) = (Vec::new(), vec![to]);
        while let Some(at) = open.pop() {
            if at == queue.id {
                return Err(AppError::invalid(field, "loop", "this would lead in a circle; choose another queue"));
            }
            if seen.contains(&at) {
                continue;
            }
            seen.push(at);
            if let Some(doc) = tx.get::<QueueDoc>(at)? {
                open.extend(leads_to(&doc).map(|(_, to)| to));
            }
        }
    }
    Ok(())
}
