//! From cycles to clocks: how much open time has passed, when it is over, and why.

use super::{
    Fact,
    cycle::{Cycle, End, Rest, cycles, rests},
    span,
};
use crate::hours::Calendar;
use okno_model::{
    Timestamp,
    doc::{Because, ClockDoc, ClockKind, ClockState, Phase, PolicyDoc, SlaTarget, WarnPoint},
};
use std::time::Duration;

/// Every clock that a policy gives a matter with this history, as it stands at `now`: by kind, then by number. Facts may come in any order and more
/// than once; what is later than `now` has not happened.
pub fn clocks(policy: &PolicyDoc, calendar: Option<&Calendar>, history: &[Fact], now: Timestamp) -> Vec<ClockDoc> {
    let mut facts: Vec<Fact> = history.iter().copied().filter(|fact| fact.at <= now).collect();
    // Of the same instant and rank: as they were given.
    facts.sort_by_key(|fact| (fact.at, fact.what.rank()));
    facts.dedup();
    let mut all = Vec::new();
    for &kind in ClockKind::ALL {
        let Some(target) = policy.targets.iter().find(|target| target.kind == kind) else { continue };
        let own = |phase: Phase| kind == ClockKind::Acceptance && phase == Phase::WaitingDepartment;
        let rests = rests(&facts, |phase| policy.pauses.contains(&phase) && !own(phase));
        for cycle in cycles(kind, &facts, policy.reopen) {
            all.push(Look { policy, calendar, target, cycle, rests: &rests, now }.clock());
        }
    }
    all
}

/// One look at one clock.
struct Look<'a> {
    policy: &'a PolicyDoc,
    calendar: Option<&'a Calendar>,
    target: &'a SlaTarget,
    cycle: Cycle,
    rests: &'a [Rest],
    now: Timestamp,
}

impl Look<'_> {
    fn clock(&self) -> ClockDoc {
        let whole = Duration::from_secs(u64::from(self.target.minutes) * 60);
        let due = self.passes(whole);
        let percents = self.target.warn.iter().filter_map(|&percent| {
            let at = self.passes(whole * u32::from(percent) / 100)?;
            Some(WarnPoint { percent, at })
        });
        let rested = self.rested();
        let paused: u64 = rested.iter().map(|rest| millis(rest.to.unwrap_or(self.now).since(rest.from))).sum();
        ClockDoc {
            kind: self.target.kind,
            number: self.cycle.number,
            policy: self.policy.id,
            started: self.cycle.started,
            due,
            state: self.state(whole, due),
            paused_ms: paused,
            warns: percents.collect(),
            why: self.why(due, &rested),
        }
    }

    /// The stretches in which it runs, in order; the last one may have no end.
    fn runs(&self) -> Vec<(Timestamp, Option<Timestamp>)> {
        let until = self.until();
        let (mut runs, mut from) = (Vec::new(), Some(self.cycle.started));
        for rest in self.rested() {
            if let Some(begin) = from.filter(|&begin| begin < rest.from) {
                runs.push((begin, Some(rest.from)));
            }
            from = rest.to;
        }
        if let Some(begin) = from.filter(|&begin| until.is_none_or(|until| begin < until)) {
            runs.push((begin, until));
        }
        runs
    }

    /// When it ended.
    const fn until(&self) -> Option<Timestamp> {
        match self.cycle.end {
            Some(End::Met(at) | End::Canceled(at)) => Some(at),
            None => None,
        }
    }

    /// The rests within its life.
    fn rested(&self) -> Vec<Rest> {
        let (started, until) = (self.cycle.started, self.until());
        let within = self.rests.iter().map(|rest| Rest {
            from: rest.from.max(started),
            to: match (rest.to, until) {
                (Some(to), Some(until)) => Some(to.min(until)),
                (to, until) => to.or(until),
            },
            phase: rest.phase,
        });
        within.filter(|rest| rest.to.is_none_or(|to| rest.from < to)).collect()
    }

    /// When so much of its time is over; `None` while it rests before that, or if its hours never open again.
    fn passes(&self, time: Duration) -> Option<Timestamp> {
        let mut left = time;
        for (from, to) in self.runs() {
            let Some(to) = to else { return span::after(self.calendar, from, left) };
            let had = span::open(self.calendar, from, to);
            if had >= left {
                return span::after(self.calendar, from, left);
            }
            left -= had;
        }
        // It was done before. What would have been is told, as long as nothing else is known.
        match self.cycle.end {
            Some(End::Met(at)) => span::after(self.calendar, at, left),
            Some(End::Canceled(_)) | None => None,
        }
    }

    fn state(&self, whole: Duration, due: Option<Timestamp>) -> ClockState {
        let late = |at: Timestamp| due.filter(|&due| due < at);
        match self.cycle.end {
            Some(End::Met(at)) => match late(at) {
                Some(due) => ClockState::Breached { at: due, met: Some(at) },
                None => ClockState::Met { at },
            },
            Some(End::Canceled(at)) => match late(at) {
                Some(due) => ClockState::Breached { at: due, met: None },
                None => ClockState::Canceled { at },
            },
            None => match (late(self.now), self.rested().last()) {
                (Some(at), _) => ClockState::Breached { at, met: None },
                (None, Some(Rest { from, to: None, .. })) if due.is_none() => {
                    let had: Duration = self.runs().into_iter().map(|(a, b)| span::open(self.calendar, a, b.unwrap_or(self.now))).sum();
                    ClockState::Paused { since: *from, left_ms: millis(whole.saturating_sub(had)) }
                }
                (None, _) => ClockState::Running,
            },
        }
    }

    fn why(&self, due: Option<Timestamp>, rested: &[Rest]) -> Vec<Because> {
        let mut why =
            vec![Because::Started { at: self.cycle.started, by: self.cycle.by }, Because::Target { minutes: self.target.minutes }];
        let end = due.or(self.until()).unwrap_or(self.now);
        let mut events: Vec<Because> = rested
            .iter()
            .filter(|rest| rest.from < end || due.is_none())
            .map(|rest| Because::Paused { from: rest.from, to: rest.to, phase: rest.phase })
            .collect();
        events.extend(span::shut(self.calendar, self.cycle.started, end));
        events.sort_by_key(|because| match because {
            Because::Shut { from, .. } | Because::Paused { from, .. } => *from,
            Because::Started { .. } | Because::Target { .. } | Because::ShutMore { .. } | Because::NeverOpen => Timestamp(i64::MAX),
        });
        why.extend(events);
        let runs = self.cycle.end.is_none() && rested.last().is_none_or(|rest| rest.to.is_some());
        if due.is_none() && runs {
            why.push(Because::NeverOpen);
        }
        why
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
