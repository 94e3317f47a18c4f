//! Runs every file of `tests/scenarios/`: a scenario, a line `---`, its transcript. `OKNO_BLESS=1` rewrites the transcripts; read the
//! difference before you commit it. After every step the invariants V-1 to V-4 are looked at.

mod script;
mod shown;

use super::{
    machine::{Call, Plan},
    words::{Act, CUSTOMER, Effect, Hears, Person, Reach},
};
use okno_model::{
    Timestamp,
    doc::{CallDirection, LegDevice, LegState},
};
use script::{PEOPLE, agent, device, doc, input, settings};
use shown::{shown, state};
use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path, time::Duration};

/// Runs a scenario, looks at the invariants after every step, and gives the transcript.
fn run(scenario: &str) -> String {
    let mut out = String::new();
    let mut plan = Plan { settings: settings(&[]), callback: false, whom: None };
    let mut call: Option<Call> = None;
    let mut last = String::new();
    let mut ended = 0;
    for line in scenario.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words[0] == "settings" {
            plan.settings = settings(&words[1..]);
            plan.callback = words.contains(&"promised");
            plan.whom = words.iter().find_map(|word| word.strip_prefix("whom=")).map(|name| Reach::Browser(agent(name)));
            continue;
        }
        let (minutes, seconds) = words[0].split_once(':').unwrap_or_else(|| panic!("no time in `{line}`"));
        let now = Timestamp(0) + Duration::from_secs(minutes.parse::<u64>().unwrap() * 60 + seconds.parse::<u64>().unwrap());
        let mut effects = Vec::new();
        let mut refused = None;
        match (words[1], &mut call) {
            ("call", _) => {
                call = Some(Call::inbound(now, doc(CallDirection::Inbound), plan.clone(), LegDevice::Trunk, String::new(), &mut effects));
            }
            ("dial", _) => {
                let who = Person { agent: agent(words[2]), device: device(words.get(3)).unwrap(), name: words[2].to_owned() };
                call = Some(Call::outbound(now, doc(CallDirection::Outbound), plan.clone(), who, &mut effects));
            }
            (_, Some(call)) => refused = call.handle(now, input(&words[1..]), &mut effects).err(),
            (_, None) => panic!("no call yet at `{line}`"),
        }
        let call = call.as_ref().unwrap();
        ended += effects.iter().filter(|effect| **effect == Effect::Act(Act::Ended)).count();
        hold(call, ended, line);
        let _ = writeln!(out, "{line}");
        for effect in &effects {
            let _ = writeln!(out, "    {}", shown(effect));
        }
        if let Some(refused) = refused {
            let _ = writeln!(out, "    refused: {}", refused.why);
        }
        let now = state(call.doc());
        if now != last {
            let _ = writeln!(out, "    = {now}");
            last = now;
        }
    }
    out
}

/// The named invariants (module header).
fn hold(call: &Call, ended: usize, line: &str) {
    let alive: BTreeSet<i64> = call.doc.legs.iter().filter(|leg| leg.state != LegState::Ended).map(|leg| leg.number).collect();
    assert!(!call.is_over() || alive.is_empty(), "V-1 a leg outlives the call after `{line}`: {alive:?}");
    if call.is_up(CUSTOMER) && !call.is_over() && call.word() != "message" {
        assert!(!matches!(call.scene.of(CUSTOMER), None | Some(Hears::Nothing)), "V-2 the customer hears nothing after `{line}`");
    }
    for (leg, hears) in call.scene.all().filter(|_| !call.is_over()) {
        assert!(alive.contains(&leg), "V-3 leg {leg} is over and hears {hears:?} after `{line}`");
        if let Hears::Leg(other) = hears {
            assert!(alive.contains(other), "V-3 leg {leg} hears leg {other}, which is over, after `{line}`");
        }
    }
    assert_eq!(ended, usize::from(call.is_over()), "V-4 told {ended} ends after `{line}`");
}

#[test]
fn scenarios_give_their_transcripts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 20, "the scenarios are the specification of calls");
    let bless = std::env::var_os("OKNO_BLESS").is_some();
    let mut wrong = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let (scenario, expected) = text.split_once("---\n").unwrap_or((&text, ""));
        let transcript = run(scenario);
        if transcript == expected {
            continue;
        }
        if bless {
            fs::write(&file, format!("{}\n---\n{transcript}", scenario.trim_end())).unwrap();
        } else {
            wrong.push(format!("{}\nexpected:\n{expected}\nfound:\n{transcript}", file.file_name().unwrap().display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Random inputs in random order: nothing panics, the invariants hold, and `docs/machines/call.md` draws what was seen.
#[test]
fn random_calls_keep_every_invariant() {
    let mut seen = BTreeSet::new();
    let words = [
        "answered 1",
        "answered 2",
        "answered 3",
        "answered 4",
        "failed 2 busy",
        "failed 3 no_answer",
        "ended 1 normal",
        "ended 2 normal",
        "ended 2 network_failure",
        "ended 3 normal",
        "lost 2",
        "back 2",
        "silent 1",
        "silent 2",
        "key 1 1",
        "key 1 2",
        "key 1 #",
        "played 1 1",
        "played 1 2",
        "played 2 2",
        "queued",
        "offered anna 1 phone",
        "offered boris 2 browser",
        "assigned anna phone",
        "assigned boris browser",
        "assigned clara",
        "wrapup anna",
        "device clara browser",
        "place 2 3-5",
        "place 1 9-12",
        "refused accept anna",
        "refused hand_over boris",
        "tick",
        "anna hold on",
        "anna hold off",
        "boris consult +481 x",
        "boris consult anna browser",
        "anna answer browser",
        "anna decline",
        "anna swap",
        "anna merge",
        "boris merge",
        "boris complete",
        "anna end_consult",
        "anna send +482",
        "boris send +482",
        "anna drop 3",
        "sven listen browser",
        "sven barge browser",
        "sven take_over",
        "sven unlisten",
        "boris hangup",
        "anna record on",
        "anna record off",
        "ringing 2",
        "boris answer browser",
        "boris decline",
    ];
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut roll = |limit: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % limit as u64) as usize
    };
    for round in 0..8_000 {
        let plan = Plan {
            settings: settings(&["greeting", "whisper", "record", "callback", "voicemail", "place", "wait", "every=20", "message=60"]),
            callback: round % 3 == 0,
            whom: (round % 8 == 4).then(|| Reach::Browser(agent("boris"))),
        };
        let (mut effects, mut ended, mut seconds) = (Vec::new(), 0, 0);
        let mut call = if round % 4 == 0 {
            let who = Person::nameless(agent("anna"), LegDevice::Phone);
            Call::outbound(Timestamp(0), doc(CallDirection::Outbound), plan, who, &mut effects)
        } else {
            Call::inbound(Timestamp(0), doc(CallDirection::Inbound), plan, LegDevice::Trunk, String::new(), &mut effects)
        };
        for _ in 0..60 {
            let line = if roll(6) == 0 { "answered 1" } else { words[roll(words.len())] };
            seconds += roll(12) as u64;
            effects.clear();
            let parts: Vec<&str> = line.split_whitespace().collect();
            let from = call.word();
            // What does not fit is refused; that is all.
            let _ = call.handle(Timestamp(0) + Duration::from_secs(seconds), input(&parts), &mut effects);
            ended += effects.iter().filter(|effect| **effect == Effect::Act(Act::Ended)).count();
            if call.word() != from {
                seen.insert((from, call.word(), kind(&parts)));
            }
            hold(&call, ended, line);
        }
    }
    draw(&seen);
}

/// The word of an input in the drawing.
fn kind(words: &[&str]) -> String {
    match words {
        [person, command, ..] if PEOPLE.contains(person) => format!("command {command}"),
        ["key", _, key] => format!("key {key}"),
        [event, "1", ..] => format!("{event} (customer)"),
        [event, "2" | "3" | "4", ..] => format!("{event} (other leg)"),
        [event, ..] => (*event).to_owned(),
        [] => String::new(),
    }
}

/// Compares the drawing in `docs/machines/call.md` with what was seen; `OKNO_BLESS=1` draws it anew.
fn draw(seen: &BTreeSet<(&str, &str, String)>) {
    let mut text = String::from(
        "# A call\n\nDrawn by `crates/okno-voice/src/call/tests.rs` from 8,000 random calls; do not edit. The stages are in `call/stage.rs`.\n\n",
    );
    text.push_str("| from | to | by |\n|---|---|---|\n");
    let mut pairs: BTreeSet<(&str, &str)> = seen.iter().map(|(from, to, _)| (*from, *to)).collect();
    while let Some((from, to)) = pairs.pop_first() {
        let by: Vec<&str> = seen.iter().filter(|edge| (edge.0, edge.1) == (from, to)).map(|edge| edge.2.as_str()).collect();
        let _ = writeln!(text, "| {from} | {to} | {} |", by.join(", "));
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/machines/call.md");
    if std::env::var_os("OKNO_BLESS").is_some() {
        fs::write(&file, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(&file).unwrap_or_default(), text, "the drawing is old; run with OKNO_BLESS=1 and read the difference");
}
