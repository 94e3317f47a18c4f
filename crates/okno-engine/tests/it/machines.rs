//! Draws the state machines from their code into `docs/machines/`: every state meets every input. `OKNO_BLESS=1` rewrites.

use super::coverage::{duty, duty_step, stage};
use okno_engine::cases::{self, ForwardInput, Input};
use okno_engine::routing::{Duty, DutyStep, Extension, Stage, Step, WrapupClock};
use okno_model::{
    AgentId, CaseId, OfferId, TeamId, Timestamp, UserId,
    doc::{CaseState, Closed, ForwardClock, ForwardState, Presence, PresenceBy, WrapupMode},
};
use std::{collections::BTreeSet, fmt::Write, fs, path::Path, time::Duration};

const NOW: Timestamp = Timestamp::from_millis(1_000_000);
const LATER: Timestamp = Timestamp::from_millis(1_060_000);

/// States of a machine under their words, and what each is asked.
pub(crate) struct Machine<S, I> {
    pub(crate) states: Vec<(String, S)>,
    pub(crate) inputs: Vec<(String, Timestamp, I)>,
}

/// One row of a drawing: state, input, outcome.
struct Row {
    from: String,
    input: String,
    to: Result<String, String>,
}

fn drawing(title: &str, about: &str, rows: &[Row]) -> String {
    let id = |state: &str| state.replace(", ", "_").replace([' ', '-'], "_");
    let mut edges = BTreeSet::new();
    for row in rows {
        if let Ok(to) = &row.to
            && *to != row.from
        {
            edges.insert((id(&row.from), id(to), row.input.split(',').next().unwrap_or_default().to_owned()));
        }
    }
    let mut text = format!(
        "# {title}\n\n{about}\n\nDrawn from the code by `cargo test -p okno-engine --test it machines`; `OKNO_BLESS=1` rewrites it.\n\n```mermaid\nstateDiagram-v2\n"
    );
    for (from, to, input) in edges {
        let _ = writeln!(text, "    {from} --> {to}: {input}");
    }
    text.push_str("```\n\n| state | input | becomes |\n|---|---|---|\n");
    for row in rows {
        let outcome = match &row.to {
            Ok(to) if *to == row.from => "stays".to_owned(),
            Ok(to) => format!("**{to}**"),
            Err(why) => format!("refused: {why}"),
        };
        let _ = writeln!(text, "| {} | {} | {outcome} |", row.from, row.input);
    }
    text
}

fn compare(file: &str, drawn: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/machines").join(file);
    if std::env::var_os("OKNO_BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("the drawing has a folder")).expect("the folder can be made");
        fs::write(&path, drawn).expect("the drawing can be written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == drawn, "docs/machines/{file} is not what the code does; run the test with OKNO_BLESS=1 and read the difference");
}

/// The life of an interaction: every state, every input in every meaning.
pub(crate) fn interaction() -> Machine<Stage, Step> {
    let (anna, boris) = (AgentId::from_u128(1), AgentId::from_u128(2));
    let (offer, other) = (OfferId::from_u128(3), OfferId::from_u128(4));
    let (since, how) = (NOW, Closed::Finished);
    let timed = WrapupMode::Timed { seconds: 60 };
    let wrapup = |clock| Stage::Wrapup { agent: anna, since, clock, how, extended: 0 };
    let states = [
        ("waiting", Stage::Waiting),
        ("parked", Stage::Parked),
        ("held", Stage::Held { agent: anna, until: LATER }),
        ("offered", Stage::Offered { agent: anna, offer, until: LATER }),
        ("active", Stage::Active { agent: anna, since, requested: false }),
        ("active, wrap-up wanted", Stage::Active { agent: anna, since, requested: true }),
        ("wrap-up open", wrapup(WrapupClock::Open)),
        ("wrap-up timed", wrapup(WrapupClock::Timed { until: LATER })),
        ("wrap-up fixed", wrapup(WrapupClock::Fixed { until: LATER })),
        ("wrap-up optional", wrapup(WrapupClock::Optional { until: LATER })),
        ("closed", Stage::Closed { how }),
    ];
    let by = |seconds, longest, most| Extension { seconds, longest, most, max_seconds: 900 };
    let extend = |by| Step::Extend { agent: anna, by };
    let inputs = [
        ("hold", NOW, Step::Hold { agent: anna, until: LATER }),
        ("release", NOW, Step::Release),
        ("park", NOW, Step::Park),
        ("offer", NOW, Step::Offer { agent: anna, offer, until: LATER }),
        ("accept", NOW, Step::Accept { agent: anna, offer }),
        ("accept, another offer", NOW, Step::Accept { agent: anna, offer: other }),
        ("accept, another agent", NOW, Step::Accept { agent: boris, offer }),
        ("decline", NOW, Step::Decline { agent: anna, offer }),
        ("decline, another agent", NOW, Step::Decline { agent: boris, offer }),
        ("miss, early", NOW, Step::Miss),
        ("miss", LATER, Step::Miss),
        ("recall", NOW, Step::Recall),
        ("take", NOW, Step::Take { agent: anna }),
        ("take, another agent", NOW, Step::Take { agent: boris }),
        ("unreached", NOW, Step::Unreached { agent: anna }),
        ("unreached, another agent", NOW, Step::Unreached { agent: boris }),
        ("requeue", NOW, Step::Requeue),
        ("finish, no wrap-up", NOW, Step::Finish { agent: anna, wrapup: WrapupMode::None }),
        ("finish, discretionary", NOW, Step::Finish { agent: anna, wrapup: WrapupMode::Discretionary }),
        ("finish, timed", NOW, Step::Finish { agent: anna, wrapup: timed }),
        ("finish, fixed", NOW, Step::Finish { agent: anna, wrapup: WrapupMode::Fixed { seconds: 60 } }),
        ("finish, on request", NOW, Step::Finish { agent: anna, wrapup: WrapupMode::AgentRequested { seconds: 60 } }),
        ("finish, optional", NOW, Step::Finish { agent: anna, wrapup: WrapupMode::Optional }),
        ("finish, optional timed", NOW, Step::Finish { agent: anna, wrapup: WrapupMode::OptionalTimed { seconds: 60 } }),
        ("finish, another agent", NOW, Step::Finish { agent: boris, wrapup: timed }),
        ("leave, no wrap-up", NOW, Step::Leave { wrapup: WrapupMode::None, how: Closed::CustomerLeft }),
        ("leave, discretionary", NOW, Step::Leave { wrapup: WrapupMode::Discretionary, how: Closed::CustomerLeft }),
        ("leave, timed", NOW, Step::Leave { wrapup: timed, how: Closed::CustomerLeft }),
        ("leave, fixed", NOW, Step::Leave { wrapup: WrapupMode::Fixed { seconds: 60 }, how: Closed::CustomerLeft }),
        ("leave, on request", NOW, Step::Leave { wrapup: WrapupMode::AgentRequested { seconds: 60 }, how: Closed::CustomerLeft }),
        ("leave, optional timed", NOW, Step::Leave { wrapup: WrapupMode::OptionalTimed { seconds: 60 }, how: Closed::CustomerLeft }),
        ("leave, optional", NOW, Step::Leave { wrapup: WrapupMode::Optional, how: Closed::CustomerLeft }),
        ("complete", NOW, Step::Complete { agent: anna }),
        ("complete, another agent", NOW, Step::Complete { agent: boris }),
        ("extend", NOW, extend(by(60, 60, 3))),
        ("extend, too much at once", NOW, extend(by(61, 60, 3))),
        ("extend, too long", NOW, extend(by(10_000, 10_000, 3))),
        ("extend, once too often", NOW, extend(by(60, 60, 0))),
        ("extend, another agent", NOW, Step::Extend { agent: boris, by: by(60, 60, 3) }),
        ("want wrap-up", NOW, Step::RequestWrapup { agent: anna, wanted: true }),
        ("want no wrap-up", NOW, Step::RequestWrapup { agent: anna, wanted: false }),
        ("want wrap-up, another agent", NOW, Step::RequestWrapup { agent: boris, wanted: true }),
        ("want no wrap-up, another agent", NOW, Step::RequestWrapup { agent: boris, wanted: false }),
        ("reclaim", LATER, Step::Reclaim),
        ("expire, early", NOW, Step::Expire),
        ("expire", LATER, Step::Expire),
    ];
    Machine {
        states: states.into_iter().map(|(name, state)| (name.to_owned(), state)).collect(),
        inputs: inputs.into_iter().map(|(name, at, step)| (name.to_owned(), at, step)).collect(),
    }
}

#[test]
fn the_life_of_an_interaction_is_drawn() {
    let mut rows = Vec::new();
    let machine = interaction();
    for (name, state) in machine.states {
        assert_eq!(stage(&state), name, "a state is drawn under its own word");
        for (input, at, step) in &machine.inputs {
            let to = state.step(*at, *step).map(|to| stage(&to).to_owned()).map_err(|why| why.to_string());
            rows.push(Row { from: name.clone(), input: input.clone(), to });
        }
    }
    let about = "Where one interaction stands in the routing engine (`crates/okno-engine/src/routing/stage.rs`).";
    compare("interaction.md", &drawing("An interaction in routing", about, &rows));
}

/// The presence of an agent: every state, every input.
pub(crate) fn presence() -> Machine<Duty, DutyStep> {
    let presences = [Presence::Available, Presence::AvailableOnDemand, Presence::Paused { code: None }, Presence::Offline];
    let mut states = Vec::new();
    for presence in &presences {
        for next in std::iter::once(None).chain(presences.iter().cloned().map(Some)) {
            let state = Duty { presence: presence.clone(), since: NOW, by: PresenceBy::Agent, next };
            states.push((duty(&state).to_owned(), state));
        }
    }
    let choose = |presence: &Presence| DutyStep::Set { presence: presence.clone(), by: PresenceBy::Agent };
    let mut steps: Vec<DutyStep> = presences.iter().map(choose).collect();
    steps.extend(presences.iter().map(|presence| DutyStep::SetNext { next: Some(presence.clone()) }));
    steps.extend([
        DutyStep::SetNext { next: None },
        DutyStep::Took,
        DutyStep::Idle,
        DutyStep::MissedTooMany,
        DutyStep::Unreached,
        DutyStep::Lost,
    ]);
    let inputs = steps.into_iter().map(|step| (duty_step(&step).to_owned(), LATER, step)).collect();
    Machine { states, inputs }
}

#[test]
fn the_presence_of_an_agent_is_drawn() {
    let machine = presence();
    let mut rows = Vec::new();
    for (name, state) in &machine.states {
        for (input, at, step) in &machine.inputs {
            let after = state.clone().step(*at, step.clone());
            assert!(after.since == *at || after.presence == state.presence, "a changed presence starts now");
            rows.push(Row { from: name.clone(), input: input.clone(), to: Ok(duty(&after).to_owned()) });
        }
    }
    let about = "What an agent chose, and what comes after his current work (`crates/okno-engine/src/routing/duty.rs`). \
                 What he is doing is not here: presence and activity are never one state.";
    compare("presence.md", &drawing("The presence of an agent", about, &rows));
}

/// The life of a case: every state, every input in every meaning.
fn case() -> Machine<CaseState, Input> {
    let (billing, repair) = (TeamId::from_u128(1), TeamId::from_u128(2));
    let into = CaseId::from_u128(3);
    let week = Duration::from_secs(7 * 86_400);
    let hold = |until| Input::Hold { until, reason: String::new() };
    let on_hold = |until| CaseState::OnHold { since: NOW, until, reason: String::new() };
    let states = [
        ("new", CaseState::New),
        ("open", CaseState::Open { since: NOW }),
        ("waiting_customer", CaseState::WaitingCustomer { since: NOW }),
        ("waiting_department", CaseState::WaitingDepartment { since: NOW, department: billing }),
        ("on_hold", on_hold(Some(LATER))),
        ("resolved", CaseState::Resolved { at: NOW }),
        ("closed", CaseState::Closed { at: NOW, resolved: NOW }),
        ("merged", CaseState::Merged { at: NOW, into }),
    ];
    let inputs = [
        ("take", LATER, Input::Take),
        ("await customer", LATER, Input::AwaitCustomer),
        ("forward", LATER, Input::Forward { department: billing }),
        ("forward, another department", LATER, Input::Forward { department: repair }),
        ("returned", LATER, Input::Returned { department: billing }),
        ("returned, another department", LATER, Input::Returned { department: repair }),
        ("hold", LATER, hold(None)),
        ("hold, until a time that has passed", LATER, hold(Some(NOW))),
        ("tick, early", NOW, Input::Tick),
        ("tick", LATER, Input::Tick),
        ("resume", LATER, Input::Resume),
        ("resolve", LATER, Input::Resolve),
        ("close", LATER, Input::Close),
        ("reopen", LATER, Input::Reopen),
        ("customer wrote", LATER, Input::CustomerWrote { reopens_within: week }),
        ("customer wrote, late", LATER, Input::CustomerWrote { reopens_within: Duration::ZERO }),
        ("merge", LATER, Input::Merge { into }),
        ("unmerge", LATER, Input::Unmerge { to: CaseState::Open { since: NOW } }),
        ("unmerge, into a part", LATER, Input::Unmerge { to: CaseState::Merged { at: NOW, into } }),
        ("take back", LATER, Input::TakeBack { to: CaseState::New }),
        (
            "take back, a question to a department",
            LATER,
            Input::TakeBack { to: CaseState::WaitingDepartment { since: NOW, department: billing } },
        ),
        ("take back, a merge", LATER, Input::TakeBack { to: CaseState::Merged { at: NOW, into } }),
    ];
    Machine {
        states: states.into_iter().map(|(name, state)| (name.to_owned(), state)).collect(),
        inputs: inputs.into_iter().map(|(name, at, input)| (name.to_owned(), at, input)).collect(),
    }
}

#[test]
fn the_life_of_a_case_is_drawn() {
    let mut rows = Vec::new();
    let machine = case();
    for (name, state) in &machine.states {
        assert_eq!(state.word(), name, "a state is drawn under its own word");
        for (input, at, what) in &machine.inputs {
            let mut out = Vec::new();
            let to = cases::step(state.clone(), *at, what.clone(), &mut out);
            assert!(to.is_ok() || out.is_empty(), "what is refused has no effects");
            rows.push(Row {
                from: name.clone(),
                input: input.clone(),
                to: to.map(|to| to.word().to_owned()).map_err(|why| why.to_string()),
            });
        }
    }
    let about = "What becomes of a case (`crates/okno-engine/src/cases/machine.rs`).";
    compare("case.md", &drawing("A case", about, &rows));
}

#[test]
fn the_life_of_a_question_to_a_department_is_drawn() {
    let (anna, boris) = (UserId::from_u128(1), UserId::from_u128(2));
    let clock = ForwardClock { nudge: NOW, due: LATER, last: LATER, level: 0 };
    let states = [
        ForwardState::Waiting { clock },
        ForwardState::Accepted { at: NOW, by: anna, clock },
        ForwardState::Answered { at: NOW, by: anna, text: String::new() },
        ForwardState::Declined { at: NOW, by: anna, reason: String::new() },
        ForwardState::Recalled { at: NOW },
    ];
    let inputs = [
        ("accept", ForwardInput::Accept { by: anna, clock }),
        ("accept, another one", ForwardInput::Accept { by: boris, clock }),
        ("answer", ForwardInput::Answer { by: boris, text: String::new() }),
        ("decline", ForwardInput::Decline { by: boris, reason: String::new() }),
        ("recall", ForwardInput::Recall),
        ("tick", ForwardInput::Tick),
    ];
    let mut rows = Vec::new();
    for state in &states {
        for (input, what) in &inputs {
            let to = cases::step_forward(state.clone(), LATER, what.clone(), &mut Vec::new());
            let to = to.map(|to| to.word().to_owned()).map_err(|why| why.to_string());
            rows.push(Row { from: state.word().to_owned(), input: (*input).to_owned(), to });
        }
    }
    let about = "What becomes of a question to a department (`crates/okno-engine/src/cases/forward.rs`).";
    compare("forward.md", &drawing("A question to a department", about, &rows));
}
