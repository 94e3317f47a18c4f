//! Scenario text in, transcript out. One file touches the API; every scenario is plain text.
//!
//! ```text
//! queue billing ring 15s needs ru 3
//! agent anna in billing skill ru 5 chat 1
//! 00:00 chat c1 enters billing
//! 00:20 anna accepts c1
//! ---
//! 00:00 c1 offered to anna until 00:15, only_candidate: anna is the only candidate
//! ...
//! ```
//! Between two lines the clock stops at every deadline of the engine, and the invariants are checked after each step.

use super::{coverage::WATCH, words::choice};
use okno_engine::routing::{
    AgentProfile, Blending, Effect, Engine, Input, Limits, MediaSet, OfferSeconds, Preferred, QueueProfile, Rejected, Speaker, Stage, Work,
};
use okno_model::{
    AgentId, HoursId, InteractionId, Medium, OfferId, PauseCodeId, QueueId, SkillId, Timestamp,
    doc::{
        Activity, Capacity, Closed, ClosingRule, EmptyRule, FullRule, HoursDoc, OpenInterval, OverflowRule, OverflowWhen, Presence,
        PresenceBy, RequiredSkill, SkillLevel, Sweep, Treatment, WrapupMode,
    },
};
use std::{collections::BTreeMap, fmt::Write, time::Duration};

/// A running scenario.
pub(crate) struct Scenario {
    engine: Engine,
    limits: Limits,
    pub(crate) names: Names,
    pub(crate) transcript: String,
    /// Print the whole explanation, not only its sentence.
    pub(crate) explain: bool,
}

/// Names to ids and back; ids are made by order of appearance.
#[derive(Default)]
pub(crate) struct Names {
    ids: BTreeMap<String, u128>,
}

impl Names {
    fn id(&mut self, kind: &str, name: &str) -> u128 {
        let next = self.ids.len() as u128 + 1;
        *self.ids.entry(format!("{kind} {name}")).or_insert(next)
    }

    pub(crate) fn name(&self, kind: &str, id: u128) -> String {
        let found = self.ids.iter().find(|(key, value)| **value == id && key.starts_with(kind));
        found.map_or_else(|| format!("{kind}#{id}"), |(key, _)| key[kind.len() + 1..].to_owned())
    }

    pub(crate) fn agent(&mut self, name: &str) -> AgentId {
        AgentId::from_u128(self.id("agent", name))
    }

    pub(crate) fn queue(&mut self, name: &str) -> QueueId {
        QueueId::from_u128(self.id("queue", name))
    }

    pub(crate) fn skill(&mut self, name: &str) -> SkillId {
        SkillId::from_u128(self.id("skill", name))
    }

    fn interaction(&mut self, name: &str) -> InteractionId {
        InteractionId::from_u128(self.id("interaction", name))
    }
}

/// Runs a scenario and returns its transcript.
pub(crate) fn run(text: &str) -> String {
    let mut s = Scenario {
        engine: Engine::new(Limits::default()).watched(WATCH),
        limits: Limits::default(),
        names: Names::default(),
        transcript: String::new(),
        explain: false,
    };
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        s.line(line);
    }
    s.transcript
}

pub(crate) fn span(word: &str) -> u32 {
    let (number, unit) = word.split_at(word.len() - 1);
    let number: u32 = number.parse().unwrap_or_else(|_| panic!("`{word}` is not a span; write 15s, 5m or 2h"));
    number
        * match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            _ => panic!("`{word}` is not a span; write 15s, 5m or 2h"),
        }
}

fn media(word: &str) -> MediaSet {
    let parse = |word: &str| Medium::parse(word).unwrap_or_else(|| panic!("`{word}` is no medium"));
    if word == "nothing" { MediaSet::NONE } else { MediaSet::of(&word.split(',').map(parse).collect::<Vec<_>>()) }
}

fn blending(mut words: &[&str]) -> Blending {
    let mut rules = Blending::OPEN;
    while !words.is_empty() {
        words = match words {
            ["while", on, may, rest @ ..] => {
                rules.may_receive[Medium::parse(on).expect("a medium") as usize] = media(may);
                rest
            }
            ["interruptible", those, rest @ ..] => {
                rules.interruptible = media(those);
                rest
            }
            ["wrapup_blocks", those, rest @ ..] => {
                rules.wrapup_blocks = media(those);
                rest
            }
            ["silent", after, "weight", percent, rest @ ..] => {
                rules.idle_after_seconds = span(after);
                rules.idle_weight = percent.parse().expect("a number");
                rest
            }
            other => panic!("blending: not understood: {other:?}"),
        };
    }
    rules
}

fn instant(word: &str) -> Option<Timestamp> {
    let (minutes, seconds) = word.split_once(':')?;
    Some(Timestamp::from_millis((minutes.parse::<i64>().ok()? * 60 + seconds.parse::<i64>().ok()?) * 1000))
}

pub(crate) fn show(at: Timestamp) -> String {
    format!("{:02}:{:02}", at.millis() / 60_000, at.millis() / 1000 % 60)
}

fn presence(words: &[&str], names: &mut Names) -> Option<Presence> {
    Some(match words {
        ["available"] => Presence::Available,
        ["on_demand"] => Presence::AvailableOnDemand,
        ["paused"] => Presence::Paused { code: None },
        ["paused", code] => Presence::Paused { code: Some(PauseCodeId::from_u128(names.id("code", code))) },
        ["offline"] => Presence::Offline,
        _ => return None,
    })
}

fn treatment(word: &str, names: &mut Names) -> Treatment {
    match word {
        "wait" => Treatment::Wait,
        "promise" => Treatment::Promise,
        to => Treatment::Overflow { to: names.queue(to) },
    }
}

/// Every day from one minute to another, UTC.
fn hours(id: HoursId, from: &str, to: &str) -> HoursDoc {
    let minute =
        |word: &str| u16::try_from(instant(word).expect("a time like 10:00, ten minutes").millis() / 60_000).expect("within a day");
    let day = vec![OpenInterval { from_minute: minute(from), to_minute: minute(to) }];
    let week = std::array::from_fn(|_| day.clone());
    HoursDoc { id, name: "hours".into(), time_zone: "UTC".into(), week, holidays: vec![], exceptions: vec![], archived: false }
}

impl Scenario {
    fn line(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words == ["explain"] {
            self.explain = true;
            return;
        }
        let (at, words) = match instant(words[0]) {
            Some(at) => (at, &words[1..]),
            None => (Timestamp::from_millis(0), words.as_slice()),
        };
        while let Some(deadline) = self.engine.next_deadline().filter(|&deadline| deadline < at) {
            self.feed(deadline, Input::Tick);
        }
        match words {
            ["queue", name, rest @ ..] if rest != ["removed"] => {
                let profile = self.queue(name, rest);
                self.feed(at, Input::SetQueue(Box::new(profile)));
            }
            ["agent", name, rest @ ..] => self.agent(at, name, rest),
            ["hours", name, "open", from, to] => {
                let id = HoursId::from_u128(self.names.id("hours", name));
                self.feed(at, Input::SetHours(Box::new(hours(id, from, to))));
            }
            ["blending", rest @ ..] => {
                let blending = blending(rest);
                self.feed(at, Input::SetBlending(blending));
            }
            ["leases", rest @ ..] => {
                for pair in rest.chunks(2) {
                    let [what, seconds] = pair else { panic!("leases: a name and a span") };
                    let lease = &mut self.limits.lease;
                    *match *what {
                        "desk" => &mut lease.desk,
                        "absent" => &mut lease.absent,
                        "call" => &mut lease.call,
                        "chat" => &mut lease.chat,
                        "mail" => &mut lease.mail,
                        "wrapup" => &mut lease.wrapup,
                        other => panic!("leases: not understood: {other}"),
                    } = span(seconds);
                }
                self.engine = Engine::new(self.limits).watched(WATCH);
            }
            ["restart"] => self.restart(at, Duration::ZERO, true),
            ["restart", "without", "phones"] => self.restart(at, Duration::ZERO, false),
            ["down", span_] => self.restart(at, Duration::from_secs(u64::from(span(span_))), true),
            ["position", id] => {
                let place = self.engine.position(self.names.interaction(id)).map_or("none".into(), |n| n.to_string());
                self.print(at, &format!("{id} has position {place}"));
            }
            ["state", agent] => {
                let state = self.engine.agent(self.names.agent(agent)).expect("a known agent");
                let text = format!("{agent} is {:?}, idle since {}, {} slots", state.presence, show(state.idle_since), state.slots.len());
                self.print(at, &text);
            }
            _ => {
                let input = self.input(at, words).unwrap_or_else(|| panic!("not understood: {line}"));
                self.feed(at, input);
            }
        }
    }

    fn queue(&mut self, name: &str, mut words: &[&str]) -> QueueProfile {
        let mut q = QueueProfile {
            ageing_seconds: 0,
            offer: OfferSeconds { voice: 15, chat: 15, email: 300 },
            no_answer_delay_seconds: 30,
            decline_delay_seconds: 20,
            wrapup: WrapupMode::None,
            answer_within_seconds: 3600,
            ..QueueProfile::new(self.names.queue(name), name)
        };
        while !words.is_empty() {
            if let Some(rest) = choice(&mut q, &mut self.names, words) {
                words = rest;
                continue;
            }
            words = match words {
                ["ring", s, rest @ ..] => {
                    q.offer = OfferSeconds { voice: span(s), chat: span(s), email: span(s) };
                    rest
                }
                ["needs", skill, level, rest @ ..] => {
                    q.skills.push(RequiredSkill { skill: self.names.skill(skill), level: level.parse().expect("a number") });
                    rest
                }
                ["ageing", s, rest @ ..] => {
                    q.ageing_seconds = span(s);
                    rest
                }
                ["no_answer", s, rest @ ..] => {
                    q.no_answer_delay_seconds = span(s);
                    rest
                }
                ["reserve", n, rest @ ..] => {
                    q.slots.reserve = n.parse().expect("a number");
                    rest
                }
                ["busy", s, rest @ ..] => {
                    q.slots.busy_delay_seconds = span(s);
                    rest
                }
                ["decline", s, rest @ ..] => {
                    q.decline_delay_seconds = span(s);
                    rest
                }
                ["wrapup", "none", rest @ ..] => rest,
                ["wrapup", "discretionary", rest @ ..] => {
                    q.wrapup = WrapupMode::Discretionary;
                    rest
                }
                ["wrapup", "timed", s, rest @ ..] => {
                    q.wrapup = WrapupMode::Timed { seconds: span(s) };
                    rest
                }
                ["wrapup", "optional", rest @ ..] => {
                    q.wrapup = WrapupMode::Optional;
                    rest
                }
                ["wrapup", "optional_timed", s, rest @ ..] => {
                    q.wrapup = WrapupMode::OptionalTimed { seconds: span(s) };
                    rest
                }
                ["wrapup", "requested", s, rest @ ..] => {
                    q.wrapup = WrapupMode::AgentRequested { seconds: span(s) };
                    rest
                }
                ["extensions", n, s, rest @ ..] => {
                    q.slots.wrapup_extensions = n.parse().expect("a number");
                    q.slots.extension_seconds = span(s);
                    rest
                }
                ["wrapup", "fixed", s, rest @ ..] => {
                    q.wrapup = WrapupMode::Fixed { seconds: span(s) };
                    rest
                }
                [act @ ("overflow" | "estimate" | "ratio"), s, to, rest @ ..] => {
                    let when = match *act {
                        "overflow" => OverflowWhen::Wait { seconds: span(s) },
                        "estimate" => OverflowWhen::EstimatedWait { seconds: span(s) },
                        _ => OverflowWhen::Ratio { waiting_per_agent_percent: s.parse().expect("a number") },
                    };
                    q.overflows.push(OverflowRule { when, to: self.names.queue(to) });
                    rest
                }
                ["no_agents", to, rest @ ..] => {
                    q.overflows.push(OverflowRule { when: OverflowWhen::NoAgents, to: self.names.queue(to) });
                    rest
                }
                ["hours", hours, rest @ ..] => {
                    q.hours = Some(HoursId::from_u128(self.names.id("hours", hours)));
                    rest
                }
                ["closed", then, rest @ ..] => {
                    q.closed = treatment(then, &mut self.names);
                    rest
                }
                ["closing", "promise", rest @ ..] => {
                    q.closing = ClosingRule { sweep: Sweep::Promise };
                    rest
                }
                ["closing", to, rest @ ..] => {
                    q.closing = ClosingRule { sweep: Sweep::Overflow { to: self.names.queue(to) } };
                    rest
                }
                ["full", n, then, rest @ ..] => {
                    q.full = Some(FullRule { max_waiting: n.parse().expect("a number"), then: treatment(then, &mut self.names) });
                    rest
                }
                ["empty", then, rest @ ..] => {
                    q.empty = Some(EmptyRule { then: treatment(then, &mut self.names) });
                    rest
                }
                other => panic!("queue {name}: not understood: {other:?}"),
            };
        }
        q
    }

    /// Agents of a scenario are connected, have a phone and are available unless it says otherwise.
    fn agent(&mut self, at: Timestamp, name: &str, mut words: &[&str]) {
        if words == ["removed"] {
            let agent = self.names.agent(name);
            return self.feed(at, Input::RemoveAgent { agent });
        }
        let none = Capacity { voice: 0, email: 0, chat: 0, message: 0, task: 0 };
        let mut profile = AgentProfile { id: self.names.agent(name), name: name.into(), queues: vec![], skills: vec![], capacity: none };
        let mut away = false;
        while !words.is_empty() {
            words = match words {
                ["in", queue, rest @ ..] => {
                    profile.queues.push(self.names.queue(queue));
                    rest
                }
                ["skill", skill, level, rest @ ..] => {
                    profile.skills.push(SkillLevel { skill: self.names.skill(skill), level: level.parse().expect("a number") });
                    rest
                }
                ["chat", n, rest @ ..] => {
                    profile.capacity.chat = n.parse().expect("a number");
                    rest
                }
                ["voice", n, rest @ ..] => {
                    profile.capacity.voice = n.parse().expect("a number");
                    rest
                }
                ["email", n, rest @ ..] => {
                    profile.capacity.email = n.parse().expect("a number");
                    rest
                }
                ["away", rest @ ..] => {
                    away = true;
                    rest
                }
                other => panic!("agent {name}: not understood: {other:?}"),
            };
        }
        let agent = profile.id;
        let new = self.engine.agent(agent).is_none();
        self.feed(at, Input::SetAgent(Box::new(profile)));
        if new && !away {
            self.quietly(at, Input::Connected { agent });
            self.quietly(at, Input::SetPhone { agent, ready: true });
            self.quietly(at, Input::SetPresence { agent, presence: Presence::Available, by: PresenceBy::Agent });
        }
    }

    fn input(&mut self, at: Timestamp, words: &[&str]) -> Option<Input> {
        let names = &mut self.names;
        Some(match words {
            ["tick"] => Input::Tick,
            [medium, id, "enters", queue, rest @ ..] => {
                let medium = Medium::parse(medium)?;
                let mut work = Work {
                    interaction: names.interaction(id),
                    queue: names.queue(queue),
                    medium,
                    priority: 5,
                    enqueued: at,
                    due: None,
                    skills: vec![],
                    preferred: None,
                };
                for pair in rest.chunks(3) {
                    match pair {
                        ["with", "priority", n] => work.priority = n.parse().ok()?,
                        ["needs", skill, level] => {
                            work.skills.push(RequiredSkill { skill: names.skill(skill), level: level.parse().ok()? });
                        }
                        ["prefers", agent, until] => work.preferred = Some(Preferred { agent: names.agent(agent), until: instant(until)? }),
                        ["waiting", "since", then] => work.enqueued = instant(then)?,
                        ["due", "at", then] => work.due = Some(instant(then)?),
                        _ => return None,
                    }
                }
                Input::Enqueue(work)
            }
            [id, "will", "wait", s] => Input::Estimate { interaction: names.interaction(id), seconds: span(s) },
            ["queue", queue, "removed"] => Input::RemoveQueue { queue: names.queue(queue) },
            [id, "gets", "priority", n] => Input::SetPriority { interaction: names.interaction(id), priority: n.parse().ok()? },
            [id, "leaves"] => Input::Withdraw { interaction: names.interaction(id), how: Closed::Abandoned },
            [id, "refused"] => Input::Withdraw { interaction: names.interaction(id), how: Closed::Refused },
            [id, "to", "agent", agent] => {
                Input::TransferToAgent { interaction: names.interaction(id), agent: names.agent(agent), by: None }
            }
            [id, "to", "agent", agent, "by", by] => {
                let by = Some(names.agent(by));
                Input::TransferToAgent { interaction: names.interaction(id), agent: names.agent(agent), by }
            }
            [id, "to", queue] => Input::TransferToQueue { interaction: names.interaction(id), queue: names.queue(queue), by: None },
            [id, "to", queue, "by", by] => {
                let by = Some(names.agent(by));
                Input::TransferToQueue { interaction: names.interaction(id), queue: names.queue(queue), by }
            }
            [agent, "connects"] => Input::Connected { agent: names.agent(agent) },
            [agent, "disconnects"] => Input::Disconnected { agent: names.agent(agent) },
            [agent, "phone", word @ ("ready" | "lost")] => Input::SetPhone { agent: names.agent(agent), ready: *word == "ready" },
            [agent, "unreached", id] => Input::Unreached { interaction: names.interaction(id), agent: names.agent(agent) },
            [agent, "begins", medium, id, "in", queue] => {
                let medium = Medium::parse(medium)?;
                let (interaction, queue) = (names.interaction(id), names.queue(queue));
                let work = Work { interaction, queue, medium, priority: 5, enqueued: at, due: None, skills: vec![], preferred: None };
                Input::Begin { work, agent: names.agent(agent) }
            }
            [agent, "next", "none"] => Input::SetNextPresence { agent: names.agent(agent), presence: None },
            [agent, "next", rest @ ..] => Input::SetNextPresence { agent: names.agent(agent), presence: Some(presence(rest, names)?) },
            [id, who @ ("customer" | "agent"), "writes"] => {
                let speaker = if *who == "customer" { Speaker::Customer } else { Speaker::Agent };
                Input::Spoke { interaction: names.interaction(id), speaker }
            }
            [id, "is", "alive"] => Input::Renew { interaction: names.interaction(id) },
            [agent, act @ ("accepts" | "declines" | "busy"), id] => {
                let (interaction, agent) = (names.interaction(id), names.agent(agent));
                let slots = self.engine.agent(agent).map_or_else(Vec::new, |state| state.slots);
                let his = slots.iter().find(|slot| slot.interaction == interaction).map(|slot| &slot.activity);
                let offer = match (his, self.engine.stage(interaction)) {
                    (Some(Activity::Offered { offer, .. }), _) => *offer,
                    (_, Some(Stage::Offered { offer, .. })) => offer,
                    _ => OfferId::from_u128(0),
                };
                match *act {
                    "accepts" => Input::Accept { interaction, agent, offer },
                    "declines" => Input::Decline { interaction, agent, offer },
                    _ => Input::Busy { interaction, agent, offer },
                }
            }
            [agent, "finishes", id] => Input::Finish { interaction: names.interaction(id), agent: names.agent(agent) },
            [agent, "completes", id] => Input::CompleteWrapup { interaction: names.interaction(id), agent: names.agent(agent) },
            [agent, "extends", id, s] => {
                Input::ExtendWrapup { interaction: names.interaction(id), agent: names.agent(agent), seconds: Some(span(s)) }
            }
            [agent, "extends", id] => Input::ExtendWrapup { interaction: names.interaction(id), agent: names.agent(agent), seconds: None },
            [agent, "wants", "wrapup", id] => {
                Input::RequestWrapup { interaction: names.interaction(id), agent: names.agent(agent), wanted: true }
            }
            [agent, "wants", "no", "wrapup", id] => {
                Input::RequestWrapup { interaction: names.interaction(id), agent: names.agent(agent), wanted: false }
            }
            [agent, "pulls", id] => Input::Pull { interaction: names.interaction(id), agent: names.agent(agent) },
            [agent, rest @ ..] => {
                let presence = presence(rest, names)?;
                Input::SetPresence { agent: names.agent(agent), presence, by: PresenceBy::Agent }
            }
            [] => return None,
        })
    }

    fn feed(&mut self, at: Timestamp, input: Input) {
        let mut out = Vec::new();
        let result = self.engine.handle(at, input, &mut out);
        self.checked(at, &out);
        if let Err(why) = result {
            self.refused(at, &why);
        }
    }

    fn quietly(&mut self, at: Timestamp, input: Input) {
        let mut out = Vec::new();
        self.engine.handle(at, input, &mut out).expect("a new agent can be made available");
        out.retain(|effect| !matches!(effect, Effect::PresenceChanged { .. }));
        self.checked(at, &out);
    }

    fn checked(&mut self, at: Timestamp, out: &[Effect]) {
        for effect in out {
            self.effect(at, effect);
        }
        if let Err(violation) = self.engine.check() {
            panic!("{violation}\nafter:\n{}", self.transcript);
        }
    }

    fn restart(&mut self, at: Timestamp, down: Duration, phones: bool) {
        let mut rows = self.engine.rows();
        rows.agents.iter_mut().for_each(|agent| agent.phone &= phones);
        let mut out = Vec::new();
        self.print(at, "restarted from rows");
        let restored = Engine::restore(at + down, self.limits, rows, &mut out);
        assert!(restored.orphans.is_empty(), "nothing is lost by a restart");
        self.engine = restored.engine.watched(WATCH);
        self.checked(at + down, &out);
    }

    pub(crate) fn print(&mut self, at: Timestamp, text: &str) {
        let _ = writeln!(self.transcript, "{} {text}", show(at));
    }

    fn refused(&mut self, at: Timestamp, why: &Rejected) {
        let mut text = why.to_string();
        for (key, id) in &self.names.ids {
            let name = key.split(' ').nth(1).unwrap_or_default();
            text = text.replace(&AgentId::from_u128(*id).to_string(), name);
        }
        self.print(at, &format!("refused: {text}"));
    }
}
