//! From facts to cycles: when each clock begins and ends, and when all of them rest.

use super::{Fact, What};
use okno_model::{
    Timestamp,
    doc::{Cause, ClockKind, Phase, ReopenRule},
};
use std::collections::BTreeMap;

/// One clock's life, before anybody looks at how much time it had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cycle {
    pub(super) number: u32,
    pub(super) started: Timestamp,
    pub(super) by: Cause,
    pub(super) end: Option<End>,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// What it waited for came.
    Met(Timestamp),
    /// It does not wait any more.
    Canceled(Timestamp),
}

/// A stretch in which clocks rest; `to` is missing while it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rest {
    pub(super) from: Timestamp,
    pub(super) to: Option<Timestamp>,
    pub(super) phase: Phase,
}

const fn over(phase: Phase) -> bool {
    matches!(phase, Phase::Resolved | Phase::Closed | Phase::Merged)
}

/// When clocks rest: in phases that pause, and while the matter is over.
pub(super) fn rests(facts: &[Fact], pauses: impl Fn(Phase) -> bool) -> Vec<Rest> {
    let mut rests: Vec<Rest> = Vec::new();
    for fact in facts {
        let What::Entered(phase) = fact.what else { continue };
        let last = rests.last_mut().filter(|rest| rest.to.is_none());
        if last.as_ref().is_some_and(|rest| rest.phase == phase) {
            continue;
        }
        if let Some(rest) = last {
            rest.to = Some(fact.at);
        }
        if over(phase) || pauses(phase) {
            rests.push(Rest { from: fact.at, to: None, phase });
        }
    }
    rests.retain(|rest| rest.to != Some(rest.from));
    rests
}

/// Since when the matter is over; `None` while it is not.
fn over_since(facts: &[Fact]) -> Option<Timestamp> {
    let mut since = None;
    for fact in facts {
        if let What::Entered(phase) = fact.what {
            since = if over(phase) { since.or(Some(fact.at)) } else { None };
        }
    }
    since
}

/// All clocks of a kind that ever ran.
pub(super) fn cycles(kind: ClockKind, facts: &[Fact], reopen: ReopenRule) -> Vec<Cycle> {
    let mut cycles = match kind {
        ClockKind::FirstResponse => first(facts),
        ClockKind::NextResponse => next(facts),
        ClockKind::Update => updates(facts),
        ClockKind::Resolution => return resolution(facts, reopen),
        ClockKind::Acceptance => acceptance(facts),
    };
    if let Some(at) = over_since(facts) {
        // What is said after the end ("thank you") waits for nothing, unless the matter is opened again.
        cycles.retain(|cycle| cycle.started < at);
        for cycle in cycles.iter_mut().filter(|cycle| cycle.end.is_none()) {
            cycle.end = Some(End::Canceled(at));
        }
    }
    cycles
}

fn begin(cycles: &mut Vec<Cycle>, started: Timestamp, by: Cause) {
    let number = u32::try_from(cycles.len()).unwrap_or(u32::MAX).saturating_add(1);
    cycles.push(Cycle { number, started, by, end: None });
}

/// Ends the last one, if it still runs.
fn end(cycles: &mut [Cycle], end: End) {
    if let Some(last) = cycles.last_mut().filter(|cycle| cycle.end.is_none()) {
        last.end = Some(end);
    }
}

fn first(facts: &[Fact]) -> Vec<Cycle> {
    let mut cycles = Vec::new();
    for fact in facts {
        match fact.what {
            What::Opened if cycles.is_empty() => begin(&mut cycles, fact.at, Cause::Opened),
            What::WeSpoke => end(&mut cycles, End::Met(fact.at)),
            What::Opened
            | What::CustomerSpoke
            | What::Forwarded { .. }
            | What::Accepted { .. }
            | What::Withdrawn { .. }
            | What::Entered(_) => {}
        }
    }
    cycles
}

fn next(facts: &[Fact]) -> Vec<Cycle> {
    let (mut cycles, mut answered) = (Vec::new(), false);
    for fact in facts {
        match fact.what {
            What::CustomerSpoke if answered => {
                begin(&mut cycles, fact.at, Cause::CustomerSpoke);
                answered = false;
            }
            What::WeSpoke => {
                end(&mut cycles, End::Met(fact.at));
                answered = true;
            }
            What::Opened
            | What::CustomerSpoke
            | What::Forwarded { .. }
            | What::Accepted { .. }
            | What::Withdrawn { .. }
            | What::Entered(_) => {}
        }
    }
    cycles
}

fn updates(facts: &[Fact]) -> Vec<Cycle> {
    let mut cycles = Vec::new();
    for fact in facts.iter().filter(|fact| fact.what == What::WeSpoke) {
        end(&mut cycles, End::Met(fact.at));
        begin(&mut cycles, fact.at, Cause::WeSpoke);
    }
    cycles
}

fn resolution(facts: &[Fact], reopen: ReopenRule) -> Vec<Cycle> {
    let (mut cycles, mut was_over) = (Vec::new(), false);
    for fact in facts {
        match fact.what {
            What::Opened if cycles.is_empty() => begin(&mut cycles, fact.at, Cause::Opened),
            What::Entered(Phase::Merged) => {
                end(&mut cycles, End::Canceled(fact.at));
                was_over = true;
            }
            What::Entered(phase) if over(phase) => {
                end(&mut cycles, End::Met(fact.at));
                was_over = true;
            }
            What::Entered(_) if was_over => {
                was_over = false;
                match (reopen, cycles.last_mut()) {
                    (ReopenRule::Continue, Some(last)) => last.end = None,
                    (ReopenRule::Restart, _) | (ReopenRule::Continue, None) => begin(&mut cycles, fact.at, Cause::Reopened),
                }
            }
            What::Opened
            | What::CustomerSpoke
            | What::WeSpoke
            | What::Forwarded { .. }
            | What::Accepted { .. }
            | What::Withdrawn { .. }
            | What::Entered(_) => {}
        }
    }
    cycles
}

fn acceptance(facts: &[Fact]) -> Vec<Cycle> {
    let mut cycles: BTreeMap<u32, Cycle> = BTreeMap::new();
    for fact in facts {
        let (forward, ended) = match fact.what {
            What::Forwarded { forward } => {
                let cycle = Cycle { number: forward, started: fact.at, by: Cause::Forwarded, end: None };
                cycles.entry(forward).or_insert(cycle);
                continue;
            }
            What::Accepted { forward } => (forward, End::Met(fact.at)),
            What::Withdrawn { forward } => (forward, End::Canceled(fact.at)),
            What::Opened | What::CustomerSpoke | What::WeSpoke | What::Entered(_) => continue,
        };
        if let Some(cycle) = cycles.get_mut(&forward).filter(|cycle| cycle.end.is_none()) {
            cycle.end = Some(ended);
        }
    }
    cycles.into_values().collect()
}
