//! Runs every file of `tests/scenarios/`: a scenario, a line `---`, its transcript. `OKNO_BLESS=1` rewrites the transcripts; read the
//! difference before you commit it. After every step the invariants V-1 to V-4 are looked at.

use super::{
    machine::{Call, Plan},
    words::{Act, CUSTOMER, Effect, Hears, Input, Order, Person, Reach, Record, Speech},
};
use okno_model::{
    AgentId, CallId, ChannelId, InteractionId, OfferId, Timestamp,
    doc::{
        AnswerMode, CallDirection, CallDoc, CallState, Closed, InteractionState, LegDevice, LegState, MonitorMode, PhoneSettings,
        RecordingState,
    },
    phone::{CallCommand, DialTo},
};
use okno_sip::Cause;
use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path, time::Duration};

const PEOPLE: [&str; 4] = ["anna", "boris", "clara", "sven"];

fn agent(name: &str) -> AgentId {
    AgentId::from_u128(PEOPLE.iter().position(|known| *known == name).unwrap_or_else(|| panic!("nobody is called {name}")) as u128 + 1)
}

fn named(id: AgentId) -> &'static str {
    PEOPLE[id.0.as_u128() as usize - 1]
}

fn doc(direction: CallDirection) -> CallDoc {
    CallDoc {
        id: CallId::from_u128(1),
        interaction: InteractionId::from_u128(1),
        channel: ChannelId::from_u128(1),
        direction,
        number: "+48221234567".into(),
        our_number: "+48227654321".into(),
        unconfirmed: false,
        trunk: None,
        state: CallState::Ringing,
        started: Timestamp(0),
        answered: None,
        connected: None,
        legs: Vec::new(),
        consulting: false,
        conference: false,
        recording: RecordingState::Off,
        talk_ms: 0,
        hold_ms: 0,
    }
}

fn settings(words: &[&str]) -> PhoneSettings {
    let has = |word: &str| words.contains(&word);
    let number = |key: &str| words.iter().find_map(|word| word.strip_prefix(key)).and_then(|n| n.parse().ok()).unwrap_or(0);
    PhoneSettings {
        numbers: vec!["+48227654321".into()],
        answer: if has("late") { AnswerMode::WithAgent } else { AnswerMode::AtOnce },
        language: "en".into(),
        greeting: has("greeting").then(|| okno_model::PromptId::from_u128(1)),
        music: None,
        announce_position: has("place"),
        announce_wait: has("wait"),
        announce_seconds: number("every="),
        whisper: has("whisper"),
        record: has("record"),
        record_days: 30,
        callback: has("callback"),
        voicemail: has("voicemail"),
        voicemail_seconds: number("message="),
        click_to_call: false,
    }
}

fn device(word: Option<&&str>) -> Option<LegDevice> {
    match word.copied() {
        Some("phone") => Some(LegDevice::Phone),
        Some("browser") => Some(LegDevice::Browser),
        _ => None,
    }
}

fn input(words: &[&str]) -> Input {
    let leg = || words[1].parse().unwrap_or(CUSTOMER);
    let cause = || words.get(2).and_then(|word| Cause::parse(word)).unwrap_or(Cause::Normal);
    match words[0] {
        "ringing" => Input::Ringing { leg: leg() },
        "early" => Input::Early { leg: leg() },
        "answered" => Input::Answered { leg: leg() },
        "failed" => Input::Failed { leg: leg(), cause: cause() },
        "ended" => Input::Ended { leg: leg(), far: words.get(3) != Some(&"near"), cause: cause() },
        "held" => Input::HeldByFar { leg: leg(), held: words[2] == "on" },
        "lost" => Input::Lost { leg: leg() },
        "back" => Input::Back { leg: leg() },
        "silent" => Input::Silent { leg: leg() },
        "key" => Input::Digit { leg: leg(), digit: words[2].chars().next().unwrap() },
        "played" => Input::Played { leg: leg(), token: words[2].parse().unwrap() },
        "queued" => Input::Interaction { state: InteractionState::Queued, device: None },
        "offered" => Input::Interaction {
            state: InteractionState::Offered {
                agent: agent(words[1]),
                offer: OfferId::from_u128(words[2].parse().unwrap()),
                until: Timestamp(0),
            },
            device: device(words.get(3)),
        },
        "assigned" => Input::Interaction {
            state: InteractionState::Active { agent: agent(words[1]), since: Timestamp(0) },
            device: device(words.get(2)),
        },
        "wrapup" => Input::Interaction {
            state: InteractionState::Wrapup { agent: agent(words[1]), since: Timestamp(0), until: None },
            device: None,
        },
        "closed" => Input::Interaction { state: InteractionState::Closed { at: Timestamp(0), how: Closed::Finished }, device: None },
        "device" => Input::Device { agent: agent(words[1]), device: device(words.get(2)).unwrap() },
        "place" => Input::Place {
            place: words[1].parse().ok(),
            minutes: words.get(2).and_then(|w| w.split_once('-')).and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?))),
        },
        "refused" => Input::ActFailed {
            act: match words[1] {
                "accept" => Act::Accept { agent: agent(words[2]), offer: OfferId::from_u128(1) },
                "hand_over" => Act::HandOver { to: agent(words[2]), by: agent("anna") },
                "callback" => Act::Callback { number: String::new() },
                other => panic!("no act {other}"),
            },
        },
        "stop" => Input::Stop,
        "tick" => Input::Tick,
        who => Input::Command { by: agent(who), name: who.to_owned(), command: command(&words[1..]), device: device(words.last()) },
    }
}

fn command(words: &[&str]) -> CallCommand {
    let on = words.get(1) == Some(&"on");
    match words[0] {
        "hold" => CallCommand::Hold { on },
        "mute" => CallCommand::Mute { on },
        "record" => CallCommand::Record { on },
        "digits" => CallCommand::Digits { digits: words[1].into() },
        "consult" if words[1].starts_with('+') => CallCommand::Consult { to: DialTo::Number { number: words[1].into() } },
        "consult" => CallCommand::Consult { to: DialTo::Agent { agent: agent(words[1]) } },
        "swap" => CallCommand::Swap,
        "merge" => CallCommand::Merge,
        "end_consult" => CallCommand::EndConsult,
        "complete" => CallCommand::Complete,
        "send" => CallCommand::TransferOut { number: words[1].into() },
        "drop" => CallCommand::Drop { leg: words[1].parse().unwrap() },
        "hangup" => CallCommand::Hangup,
        "listen" => CallCommand::Monitor { mode: MonitorMode::Listen },
        "coach" => CallCommand::Monitor { mode: MonitorMode::Coach },
        "barge" => CallCommand::Monitor { mode: MonitorMode::Barge },
        "unlisten" => CallCommand::StopMonitor,
        "take_over" => CallCommand::TakeOver,
        other => panic!("no command {other}"),
    }
}

fn speech(words: &[Speech]) -> String {
    let word = |word: &Speech| match word {
        Speech::Greeting => "greeting".to_owned(),
        Speech::Place(n) => format!("\"you are number {n}\""),
        Speech::Wait(low, high) => format!("\"{low} to {high} minutes\""),
        Speech::Longer(low, high) => format!("\"longer than we said: {low} to {high} minutes\""),
        Speech::OfferCallback => "\"1: call me back\"".into(),
        Speech::OfferVoicemail => "\"2: leave a message\"".into(),
        Speech::CallbackConfirm => "\"# to be called at this number, or another number\"".into(),
        Speech::CallbackNumber => "\"enter your number, then #\"".into(),
        Speech::CallbackDone => "\"we will call you\"".into(),
        Speech::Voicemail => "\"leave a message\"".into(),
        Speech::VoicemailDone => "\"thank you for the message\"".into(),
        Speech::Beep => "beep".into(),
        Speech::Queue => "queue's name".into(),
    };
    words.iter().map(word).collect::<Vec<_>>().join(", ")
}

fn shown(effect: &Effect) -> String {
    match effect {
        Effect::Open { leg, to } => match to {
            Reach::Browser(who) => format!("leg {leg}: reach {}'s browser", named(*who)),
            Reach::Phone(who) => format!("leg {leg}: ring {}'s phone", named(*who)),
            Reach::Number(number) => format!("leg {leg}: call {number}"),
        },
        Effect::Leg { leg, order } => match order {
            Order::Ring => format!("leg {leg}: say that it rings"),
            Order::Answer => format!("leg {leg}: answer"),
            Order::End(cause) => format!("leg {leg}: end ({})", cause.key()),
        },
        Effect::Hear { leg, what } => match what {
            Hears::Nothing => format!("leg {leg} hears nothing"),
            Hears::Comfort => format!("leg {leg} hears comfort noise"),
            Hears::Ringback => format!("leg {leg} hears ringing"),
            Hears::Music => format!("leg {leg} hears music"),
            Hears::Say { words, token, music } => {
                format!("leg {leg} hears [{token}] {}{}", speech(words), if *music { ", then music" } else { "" })
            }
            Hears::Leg(other) => format!("leg {leg} hears leg {other}"),
            Hears::Room => format!("leg {leg} hears the room"),
        },
        Effect::Gain { from, to, on } => format!("in the room leg {to} {} leg {from}", if *on { "hears" } else { "does not hear" }),
        Effect::Mute { leg, on } => format!("leg {leg} is {}", if *on { "muted" } else { "heard again" }),
        Effect::Keys { leg, digits } => format!("leg {leg}: send keys {digits}"),
        Effect::Record(Record::Start { voicemail: true }) => "record a message".into(),
        Effect::Record(Record::Start { voicemail: false }) => "record".into(),
        Effect::Record(Record::Pause(on)) => if *on { "pause the recording" } else { "go on recording" }.into(),
        Effect::Record(Record::Stop) => "stop the recording".into(),
        Effect::Act(act) => match act {
            Act::Accept { agent, .. } => format!("act: {} accepts", named(*agent)),
            Act::Decline { agent, .. } => format!("act: {} declines", named(*agent)),
            Act::Unreached { agent } => format!("act: {} cannot be reached", named(*agent)),
            Act::AskPlace => "act: what is the place?".into(),
            Act::Callback { number } => format!("act: call {number} back"),
            Act::CallbackMissed => "act: the callback was missed".into(),
            Act::CallbackReached => "act: the callback was answered".into(),
            Act::Voicemail => "act: a message was left".into(),
            Act::HandOver { to, .. } => format!("act: the customer is {}'s", named(*to)),
            Act::Finish { agent } => format!("act: {} is done", named(*agent)),
            Act::Ended => "act: ended".into(),
        },
    }
}

fn state(doc: &CallDoc) -> String {
    let word = match &doc.state {
        CallState::Ringing => "ringing".into(),
        CallState::Waiting => "waiting".into(),
        CallState::Voicemail => "voicemail".into(),
        CallState::Talking => "talking".into(),
        CallState::Held => "held".into(),
        CallState::Ended { by, cause, .. } => {
            format!("ended by {by:?}: {cause}; talk {} s, hold {} s", doc.talk_ms / 1000, doc.hold_ms / 1000)
        }
    };
    format!("{word}{}{}", if doc.consulting { ", consulting" } else { "" }, if doc.conference { ", conference" } else { "" })
}

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
    ];
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut roll = |limit: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % limit as u64) as usize
    };
    for round in 0..3_000 {
        let plan = Plan {
            settings: settings(&["greeting", "whisper", "record", "callback", "voicemail", "place", "wait", "every=20", "message=60"]),
            callback: round % 3 == 0,
            whom: None,
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
        "# A call\n\nDrawn by `crates/okno-voice/src/call/tests.rs` from 3,000 random calls; do not edit. The stages are in `call/stage.rs`.\n\n",
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
