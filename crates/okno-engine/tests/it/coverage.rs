//! Which transitions of the two machines were taken: the drawings of `machines.rs` say which there are, a
//! [`Watch`] on the engine says which happened.

use super::{
    machines::{interaction, presence},
    probes::{probe_interactions, probe_presences},
    scenarios,
};
use okno_engine::routing::{Duty, DutyStep, Rejected, Stage, Step, Watch, WrapupClock};
use okno_model::doc::Presence;
use std::{cell::RefCell, collections::BTreeSet};

/// A transition: state, input, outcome.
pub(crate) type Edge = (&'static str, &'static str, &'static str);

/// Transitions of both machines.
#[derive(Debug, Default, Clone)]
pub(crate) struct Edges {
    pub(crate) stage: BTreeSet<Edge>,
    pub(crate) duty: BTreeSet<Edge>,
}

thread_local! {
    static TAKEN: RefCell<Edges> = RefCell::default();
}

/// Notes every transition that the engines of this thread take.
pub(crate) const WATCH: Watch = Watch {
    stage: |from, step, to| TAKEN.with_borrow_mut(|taken| _ = taken.stage.insert(stage_edge(&from, &step, to))),
    duty: |from, step, to| TAKEN.with_borrow_mut(|taken| _ = taken.duty.insert((duty(from), duty_step(step), duty(to)))),
};

/// What this thread took since it was asked last.
pub(crate) fn taken() -> Edges {
    TAKEN.take()
}

impl Edges {
    pub(crate) fn extend(&mut self, other: Self) {
        self.stage.extend(other.stage);
        self.duty.extend(other.duty);
    }

    /// Every transition that the code has.
    pub(crate) fn all() -> Self {
        let (mut all, machine) = (Self::default(), interaction());
        for (_, from) in &machine.states {
            for (_, at, step) in &machine.inputs {
                all.stage.insert(stage_edge(from, step, &from.step(*at, *step)));
            }
        }
        let machine = presence();
        for (name, from) in &machine.states {
            assert_eq!(duty(from), name, "a state is drawn under its own word");
            for (_, at, step) in &machine.inputs {
                all.duty.insert((duty(from), duty_step(step), duty(&from.clone().step(*at, step.clone()))));
            }
        }
        all
    }
}

fn stage_edge(from: &Stage, step: &Step, to: &Result<Stage, Rejected>) -> Edge {
    (stage(from), stage_step(step), to.as_ref().map_or_else(refusal, stage))
}

/// The word of a state, as it is drawn.
pub(crate) const fn stage(stage: &Stage) -> &'static str {
    match stage {
        Stage::Active { requested: true, .. } => "active, wrap-up wanted",
        Stage::Wrapup { clock: WrapupClock::Open, .. } => "wrap-up open",
        Stage::Wrapup { clock: WrapupClock::Timed { .. }, .. } => "wrap-up timed",
        Stage::Wrapup { clock: WrapupClock::Fixed { .. }, .. } => "wrap-up fixed",
        Stage::Wrapup { clock: WrapupClock::Optional { .. }, .. } => "wrap-up optional",
        Stage::Waiting | Stage::Parked | Stage::Held { .. } | Stage::Offered { .. } | Stage::Active { .. } | Stage::Closed { .. } => {
            stage.word()
        }
    }
}

const fn stage_step(step: &Step) -> &'static str {
    match step {
        Step::Hold { .. } => "hold",
        Step::Park => "park",
        Step::Release => "release",
        Step::Offer { .. } => "offer",
        Step::Accept { .. } => "accept",
        Step::Decline { .. } => "decline",
        Step::Miss => "miss",
        Step::Recall => "recall",
        Step::Take { .. } => "take",
        Step::Unreached { .. } => "unreached",
        Step::Requeue => "requeue",
        Step::Finish { .. } => "finish",
        Step::Leave { .. } => "leave",
        Step::Complete { .. } => "complete",
        Step::Extend { .. } => "extend",
        Step::RequestWrapup { wanted: true, .. } => "want wrap-up",
        Step::RequestWrapup { wanted: false, .. } => "want no wrap-up",
        Step::Reclaim => "reclaim",
        Step::Expire => "expire",
    }
}

/// Steps that the engine takes by itself, as opposed to those that people ask for.
const OWN: [&str; 8] = ["hold", "park", "release", "offer", "miss", "recall", "reclaim", "expire"];

const fn refusal(why: &Rejected) -> &'static str {
    match why {
        Rejected::StaleOffer => "refused: stale offer",
        Rejected::NotYours => "refused: not yours",
        Rejected::SameAgent => "refused: same agent",
        Rejected::WrongStage { .. } => "refused: wrong stage",
        Rejected::WrapupFixed { .. } => "refused: fixed",
        Rejected::WrapupTooLong { .. } => "refused: too long",
        Rejected::ExtensionTooLong { .. } => "refused: too much at once",
        Rejected::NoExtensionLeft { .. } => "refused: too often",
        Rejected::UnknownInteraction(_)
        | Rejected::UnknownAgent(_)
        | Rejected::UnknownQueue(_)
        | Rejected::AlreadyHere(_)
        | Rejected::WrapupNotRequested
        | Rejected::QueueInUse { .. }
        | Rejected::AgentNotAvailable(_)
        | Rejected::NoCapacity(_)
        | Rejected::NoPhone(_)
        | Rejected::Invalid(_) => "refused by the engine, not by the machine",
    }
}

/// The word of a presence with what comes next.
pub(crate) const fn duty(duty: &Duty) -> &'static str {
    const WORDS: [[&str; 5]; 4] = [
        ["available", "available then available", "available then on demand", "available then paused", "available then offline"],
        ["on demand", "on demand then available", "on demand then on demand", "on demand then paused", "on demand then offline"],
        ["paused", "paused then available", "paused then on demand", "paused then paused", "paused then offline"],
        ["offline", "offline then available", "offline then on demand", "offline then paused", "offline then offline"],
    ];
    let next = match &duty.next {
        None => 0,
        Some(next) => 1 + number(next),
    };
    WORDS[number(&duty.presence)][next]
}

const fn number(presence: &Presence) -> usize {
    match presence {
        Presence::Available => 0,
        Presence::AvailableOnDemand => 1,
        Presence::Paused { .. } => 2,
        Presence::Offline => 3,
    }
}

/// The word of what changes a presence.
pub(crate) const fn duty_step(step: &DutyStep) -> &'static str {
    match step {
        DutyStep::Set { presence: Presence::Available, .. } => "choose available",
        DutyStep::Set { presence: Presence::AvailableOnDemand, .. } => "choose on demand",
        DutyStep::Set { presence: Presence::Paused { .. }, .. } => "choose paused",
        DutyStep::Set { presence: Presence::Offline, .. } => "choose offline",
        DutyStep::SetNext { next: None } => "choose no next",
        DutyStep::SetNext { next: Some(Presence::Available) } => "choose next available",
        DutyStep::SetNext { next: Some(Presence::AvailableOnDemand) } => "choose next on demand",
        DutyStep::SetNext { next: Some(Presence::Paused { .. }) } => "choose next paused",
        DutyStep::SetNext { next: Some(Presence::Offline) } => "choose next offline",
        DutyStep::Took => "took an interaction",
        DutyStep::Idle => "work ended",
        DutyStep::MissedTooMany => "missed too many",
        DutyStep::Unreached => "phone unreached",
        DutyStep::Lost => "desk lost for too long",
    }
}

/// Why the engine never takes a transition that the code of a machine has.
fn never(machine: &str, (from, input, to): Edge) -> Option<&'static str> {
    match (machine, from, input, to) {
        ("interaction", "closed", ..) => Some("what is closed is forgotten in the same input"),
        ("interaction", _, input, "refused: wrong stage") if OWN.contains(&input) => Some("the engine asks by itself only where it fits"),
        ("interaction", "offered", "miss", "offered") => Some("a timer is never early"),
        ("interaction", from, "expire", to) if from == to => Some("a timer is never early"),
        ("interaction", "wrap-up timed" | "wrap-up fixed" | "wrap-up optional", "reclaim", _) => {
            Some("a wrap-up that ends by itself needs no lease")
        }
        ("presence", from, "missed too many", to) if from == to => Some("what rings at somebody who takes no offers is taken back"),
        ("presence", from, "desk lost for too long", to) if from == to => Some("who takes no offers is not signed out for his desk"),
        _ => None,
    }
}

/// Nothing happens that is not drawn, and what the engine asks by itself is never refused.
pub(crate) fn only_what_is_drawn(taken: &Edges) {
    let all = Edges::all();
    for (machine, all, taken) in [("interaction", &all.stage, &taken.stage), ("presence", &all.duty, &taken.duty)] {
        let undrawn: Vec<_> = taken.difference(all).collect();
        assert!(undrawn.is_empty(), "{machine}: not in the drawing: {undrawn:#?}");
        let impossible: Vec<_> = taken.iter().filter(|edge| never(machine, **edge).is_some()).collect();
        assert!(impossible.is_empty(), "{machine}: taken, although it never should be: {impossible:#?}");
        eprintln!("{machine}: {} of {} transitions taken", taken.len(), all.iter().filter(|edge| never(machine, **edge).is_none()).count());
    }
}

#[test]
fn every_transition_is_taken() {
    let _ = taken();
    scenarios::run_all();
    probe_interactions();
    probe_presences();
    let (all, taken) = (Edges::all(), taken());
    only_what_is_drawn(&taken);
    for (machine, all, taken) in [("interaction", &all.stage, &taken.stage), ("presence", &all.duty, &taken.duty)] {
        let missing: Vec<_> = all.difference(taken).filter(|edge| never(machine, **edge).is_none()).collect();
        assert!(missing.is_empty(), "{machine}: no test takes {missing:#?}; write a scenario, or say in `never` why it cannot happen");
    }
}
