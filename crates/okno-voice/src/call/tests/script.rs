//! The words of scenarios.

use super::super::words::{Act, CUSTOMER, Input};
use okno_model::{
    AgentId, CallId, ChannelId, InteractionId, OfferId, Timestamp,
    doc::{
        AnnounceRule, AnswerMode, CallDirection, CallDoc, CallState, Closed, InteractionState, LegDevice, MonitorMode, PhoneSettings,
        PositionRule, RecordingState,
    },
    phone::{CallCommand, DialTo},
};
use okno_sip::Cause;

pub(super) const PEOPLE: [&str; 4] = ["anna", "boris", "clara", "sven"];

pub(super) fn agent(name: &str) -> AgentId {
    AgentId::from_u128(PEOPLE.iter().position(|known| *known == name).unwrap_or_else(|| panic!("nobody is called {name}")) as u128 + 1)
}

pub(super) fn named(id: AgentId) -> &'static str {
    PEOPLE[id.0.as_u128() as usize - 1]
}

pub(super) fn doc(direction: CallDirection) -> CallDoc {
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

pub(super) fn settings(words: &[&str]) -> PhoneSettings {
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
        callback_retries: 3,
        callback_gaps: vec![10, 30, 60],
        callback_hours: 24,
        voicemail_seconds: number("message="),
        click_to_call: false,
    }
}

pub(super) fn device(word: Option<&&str>) -> Option<LegDevice> {
    match word.copied() {
        Some("phone") => Some(LegDevice::Phone),
        Some("browser") => Some(LegDevice::Browser),
        _ => None,
    }
}

pub(super) fn input(words: &[&str]) -> Input {
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
                others: Vec::new(),
            },
            device: device(words.get(3)),
        },
        "assigned" => Input::Interaction {
            state: InteractionState::Active { agent: agent(words[1]), since: Timestamp(0), wrapup_requested: false },
            device: device(words.get(2)),
        },
        "wrapup" => Input::Interaction {
            state: InteractionState::Wrapup {
                agent: agent(words[1]),
                since: Timestamp(0),
                until: None,
                ends: okno_model::doc::WrapupKind::Open,
                extended: 0,
            },
            device: None,
        },
        "closed" => Input::Interaction { state: InteractionState::Closed { at: Timestamp(0), how: Closed::Finished }, device: None },
        "device" => Input::Device { agent: agent(words[1]), device: device(words.get(2)).unwrap() },
        "place" => Input::Place {
            place: words[1].parse().ok(),
            wait: words
                .get(2)
                .and_then(|w| w.split_once('-'))
                .and_then(|(low, high)| Some(Box::new(estimate(low.parse().ok()?, high.parse().ok()?)))),
            rule: rule(words.get(3).copied()),
        },
        "promised" => Input::Promised { opens: Some((0, 9, 0)) },
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

/// `limit:3`, `more:5`, `again`, or nothing for every place that got better.
fn rule(word: Option<&str>) -> AnnounceRule {
    let better = |position| AnnounceRule { position, only_up: true };
    match word.map(|word| word.split_once(':').unwrap_or((word, ""))) {
        Some(("limit", n)) => better(PositionRule::Limit { limit: n.parse().unwrap() }),
        Some(("more", n)) => better(PositionRule::MoreThan { limit: n.parse().unwrap() }),
        Some(("again", _)) => AnnounceRule { position: PositionRule::Yes, only_up: false },
        Some((other, _)) => panic!("no rule {other}"),
        None => AnnounceRule::default(),
    }
}

/// An estimate of so many minutes.
fn estimate(low: f64, high: f64) -> okno_app::routing::Estimate {
    let basis = okno_app::routing::Basis { by_queue: low, by_history: None, history_weight: 0.0, handle: 60.0, give_up_rate: 0.0 };
    okno_app::routing::Estimate { p50: low * 60.0, p80: high * 60.0, p90: high * 75.0, basis, sample: 50, ahead: 3 }
}

pub(super) fn command(words: &[&str]) -> CallCommand {
    let on = words.get(1) == Some(&"on");
    match words[0] {
        "hold" => CallCommand::Hold { on },
        "mute" => CallCommand::Mute { on },
        "record" => CallCommand::Record { on, field: None },
        "digits" => CallCommand::Digits { digits: words[1].into() },
        "consult" if words[1].starts_with('+') => CallCommand::Consult { to: DialTo::Number { number: words[1].into() } },
        "consult" => CallCommand::Consult { to: DialTo::Agent { agent: agent(words[1]) } },
        "answer" => CallCommand::Answer,
        "decline" => CallCommand::Decline,
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
