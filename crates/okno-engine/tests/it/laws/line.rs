//! One queue, its agents, and any course of events: arrivals, answers, pauses, transfers back, time. A model beside it knows
//! who waits, and judges every offer at the moment in which it is made.

use okno_engine::routing::{AgentProfile, Effect, Engine, Input, Limits, QueueOrder, QueueProfile, Restore, Work, queue_order};
use okno_model::{
    AgentId, InteractionId, Medium, OfferId, QueueId, SkillId, Timestamp,
    doc::{Capacity, Closed, Presence, PresenceBy, RequiredSkill, SkillLevel, Strategy},
};
use proptest::{prelude::any, prop_oneof, strategy::Strategy as Generator};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

pub(super) const QUEUE: QueueId = QueueId::from_u128(10);
pub(super) const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);
const SKILL: SkillId = SkillId::from_u128(30);
const AGENTS: u8 = 4;
const CHATS: u8 = 2;

pub(super) const fn agent(n: u8) -> AgentId {
    AgentId::from_u128(200 + n as u128)
}

/// One event. Numbers choose among what is there at that moment.
#[derive(Debug, Clone)]
pub(super) enum Event {
    Arrives { priority: u8, skilled: bool, age: u8 },
    Accepts(u8),
    Declines(u8),
    PhoneBusy(u8),
    Finishes(u8),
    Withdraws(u8),
    SendsBack(u8),
    Pulls { which: u8, by: u8 },
    Prioritizes { which: u8, priority: u8 },
    Pauses(u8),
    Returns(u8),
    LosesDesk(u8),
    Connects(u8),
    Passes { ms: u16 },
}

pub(super) fn event() -> impl Generator<Value = Event> {
    prop_oneof![
        6 => (0..10_u8, any::<bool>(), 0..20_u8).prop_map(|(priority, skilled, age)| Event::Arrives { priority, skilled, age }),
        5 => any::<u8>().prop_map(Event::Accepts),
        2 => any::<u8>().prop_map(Event::Declines),
        1 => any::<u8>().prop_map(Event::PhoneBusy),
        4 => any::<u8>().prop_map(Event::Finishes),
        1 => any::<u8>().prop_map(Event::Withdraws),
        2 => any::<u8>().prop_map(Event::SendsBack),
        1 => (any::<u8>(), 0..AGENTS).prop_map(|(which, by)| Event::Pulls { which, by }),
        1 => (any::<u8>(), 0..10_u8).prop_map(|(which, priority)| Event::Prioritizes { which, priority }),
        1 => (0..AGENTS).prop_map(Event::Pauses),
        2 => (0..AGENTS).prop_map(Event::Returns),
        1 => (0..AGENTS).prop_map(Event::LosesDesk),
        2 => (0..AGENTS).prop_map(Event::Connects),
        5 => any::<u16>().prop_map(|ms| Event::Passes { ms }),
    ]
}

/// The floor and its model.
pub(super) struct Line {
    engine: Engine,
    now: Timestamp,
    queue: QueueProfile,
    made: u128,
    waiting: BTreeMap<InteractionId, Work>,
    /// What rings or is worked on, with what is known of it.
    elsewhere: BTreeMap<InteractionId, Work>,
    ringing: BTreeSet<(InteractionId, AgentId, OfferId)>,
    active: BTreeSet<(InteractionId, AgentId)>,
    pub(super) offers: usize,
}

impl Line {
    pub(super) fn new(queue: QueueProfile) -> Self {
        let engine = Engine::new(Limits::default());
        let mut line = Self {
            engine,
            now: START,
            queue: queue.clone(),
            made: 0,
            waiting: BTreeMap::new(),
            elsewhere: BTreeMap::new(),
            ringing: BTreeSet::new(),
            active: BTreeSet::new(),
            offers: 0,
        };
        line.feed(Input::SetQueue(Box::new(queue)));
        for n in 0..AGENTS {
            let skills = if n % 2 == 0 { vec![SkillLevel { skill: SKILL, level: 5 }] } else { vec![] };
            let capacity = Capacity { voice: 0, email: 0, chat: CHATS, message: 0, task: 0 };
            line.feed(Input::SetAgent(Box::new(AgentProfile {
                queues: vec![QUEUE],
                skills,
                capacity,
                ..AgentProfile::new(agent(n), format!("a{n}"))
            })));
            line.feed(Input::Connected { agent: agent(n) });
            line.presence(n, Presence::Available);
        }
        line
    }

    fn presence(&mut self, n: u8, presence: Presence) {
        self.feed(Input::SetPresence { agent: agent(n), presence, by: PresenceBy::Agent });
    }

    fn feed(&mut self, input: Input) {
        let before = self.engine.rows();
        let mut out = Vec::new();
        let _ = self.engine.handle(self.now, input, &mut out);
        if let Err(violation) = self.engine.check() {
            panic!("{violation}");
        }
        let after = self.engine.rows();
        self.judge(&out, &before, &after);
        for work in self.waiting.values() {
            let place = 1 + self.waiting.values().filter(|other| self.place(other) < self.place(work)).count();
            assert_eq!(self.engine.position(work.interaction), Some(place), "everybody stands where the order says");
        }
    }

    pub(super) fn happens(&mut self, event: &Event) {
        let nth = |n: u8, len: usize| (len > 0).then(|| usize::from(n) % len);
        let ringing = |n: u8| nth(n, self.ringing.len()).and_then(|at| self.ringing.iter().nth(at).copied());
        let active = |n: u8| nth(n, self.active.len()).and_then(|at| self.active.iter().nth(at).copied());
        let any: Vec<InteractionId> = self.waiting.keys().chain(self.elsewhere.keys()).copied().collect();
        let which = |n: u8| nth(n, any.len()).map(|at| any[at]);
        let input = match *event {
            Event::Arrives { priority, skilled, age } => Some(Input::Enqueue(self.arrival(priority, skilled, age))),
            Event::Accepts(n) => ringing(n).map(|(interaction, agent, offer)| Input::Accept { interaction, agent, offer }),
            Event::Declines(n) => ringing(n).map(|(interaction, agent, offer)| Input::Decline { interaction, agent, offer }),
            Event::PhoneBusy(n) => ringing(n).map(|(interaction, agent, offer)| Input::Busy { interaction, agent, offer }),
            Event::Finishes(n) => active(n).map(|(interaction, agent)| Input::Finish { interaction, agent }),
            Event::Withdraws(n) => which(n).map(|interaction| Input::Withdraw { interaction, how: Closed::CustomerLeft }),
            Event::SendsBack(n) => {
                active(n).map(|(interaction, agent)| Input::TransferToQueue { interaction, queue: QUEUE, by: Some(agent) })
            }
            Event::Pulls { which: n, by } => which(n).map(|interaction| Input::Pull { interaction, agent: agent(by) }),
            Event::Prioritizes { which: n, priority } => which(n).map(|interaction| Input::SetPriority { interaction, priority }),
            Event::Pauses(n) => return self.presence(n, Presence::Paused { code: None }),
            Event::Returns(n) => return self.presence(n, Presence::Available),
            Event::LosesDesk(n) => Some(Input::Disconnected { agent: agent(n) }),
            Event::Connects(n) => Some(Input::Connected { agent: agent(n) }),
            Event::Passes { ms } => return self.pass(Duration::from_millis(ms.into())),
        };
        if let Some(input) = input {
            self.feed(input);
        }
    }

    fn arrival(&mut self, priority: u8, skilled: bool, age: u8) -> Work {
        self.made += 1;
        let skills = if skilled { vec![RequiredSkill { skill: SKILL, level: 1 }] } else { vec![] };
        let enqueued = self.now - Duration::from_secs(age.into());
        let work = Work::new(InteractionId::from_u128(1_000 + self.made), QUEUE, Medium::Chat, enqueued);
        let work = Work { priority, skills, ..work };
        self.elsewhere.insert(work.interaction, work.clone());
        work
    }

    /// The clock stops at every deadline.
    fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(deadline) = self.engine.next_deadline().filter(|&deadline| deadline <= until) {
            self.now = self.now.max(deadline);
            self.feed(Input::Tick);
        }
        self.now = until;
    }

    fn place(&self, work: &Work) -> (QueueOrder, InteractionId) {
        (queue_order(&self.queue, work), work.interaction)
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what moves nobody in the line is of no interest here")]
    /// Reads the effects one by one, and judges each offer by what waits at that moment.
    fn judge(&mut self, out: &[Effect], before: &Restore, after: &Restore) {
        for effect in out {
            match effect {
                Effect::Queued { interaction, enqueued, .. } | Effect::Transferred { interaction, enqueued, .. } => {
                    self.active.retain(|(id, _)| id != interaction);
                    if let Some(work) = self.elsewhere.remove(interaction).or_else(|| self.waiting.remove(interaction)) {
                        self.waiting.insert(*interaction, Work { enqueued: *enqueued, ..work });
                    }
                }
                Effect::Prioritized { interaction, priority, .. } => {
                    let work = self.waiting.get_mut(interaction).or_else(|| self.elsewhere.get_mut(interaction));
                    work.expect("what has a priority is here").priority = *priority;
                }
                Effect::Offered { interaction, agent, offer, .. } => self.offered(*interaction, *agent, *offer, [before, after]),
                Effect::OfferEnded { interaction, agent, offer, .. } => {
                    assert!(self.ringing.remove(&(*interaction, *agent, *offer)), "an offer ends once");
                    if !self.rings(*interaction) {
                        let work = self.elsewhere.remove(interaction).expect("what rang is known");
                        self.waiting.insert(*interaction, work);
                    }
                }
                Effect::Assigned { interaction, agent, .. } => {
                    self.ringing.retain(|(id, ..)| id != interaction);
                    if let Some(work) = self.waiting.remove(interaction) {
                        self.elsewhere.insert(*interaction, work);
                    }
                    assert!(self.active.iter().all(|(id, _)| id != interaction), "one agent has it");
                    self.active.insert((*interaction, *agent));
                }
                Effect::Closed { interaction, .. } => {
                    self.waiting.remove(interaction);
                    self.elsewhere.remove(interaction);
                    self.ringing.retain(|(id, ..)| id != interaction);
                    self.active.retain(|(id, _)| id != interaction);
                }
                _ => {}
            }
        }
    }

    fn rings(&self, interaction: InteractionId) -> bool {
        self.ringing.iter().any(|(id, ..)| *id == interaction)
    }

    fn offered(&mut self, interaction: InteractionId, agent: AgentId, offer: OfferId, rows: [&Restore; 2]) {
        self.offers += 1;
        let several = matches!(self.queue.strategy, Strategy::RingAll | Strategy::RingProgressively);
        assert!(several || !self.rings(interaction), "it rings at one agent at a time");
        assert!(self.ringing.iter().all(|(id, who, _)| (*id, *who) != (interaction, agent)), "nothing rings twice at one agent");
        let has =
            self.ringing.iter().filter(|(_, who, _)| *who == agent).count() + self.active.iter().filter(|(_, who)| *who == agent).count();
        assert!(has < usize::from(CHATS), "he has {has} already");
        if let Some(work) = self.waiting.remove(&interaction) {
            for other in self.waiting.values().filter(|other| self.may_have(agent, other, rows)) {
                let (first, second) = (self.place(&work), self.place(other));
                assert!(first < second, "{interaction} was offered, and {} was before it", other.interaction);
            }
            self.elsewhere.insert(interaction, work);
        }
        self.ringing.insert((interaction, agent, offer));
    }

    fn may_have(&self, agent: AgentId, work: &Work, rows: [&Restore; 2]) -> bool {
        let skilled = agent.0.as_u128().is_multiple_of(2) || self.queue.strategy == Strategy::BestAvailableSkills;
        let excluded = rows.iter().flat_map(|rows| &rows.work).filter(|row| row.work.interaction == work.interaction);
        let kept_away = excluded.flat_map(|row| &row.excluded).any(|exclusion| exclusion.agent == agent);
        (work.skills.is_empty() || skilled) && !kept_away
    }
}
