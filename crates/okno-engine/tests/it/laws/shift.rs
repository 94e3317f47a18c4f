//! A shift of equal agents who accept at once: who is offered what, and who is passed over.

use super::line::{QUEUE, START, agent};
use crate::draw::Rng;
use okno_engine::routing::{AgentProfile, Effect, Engine, Input, Limits, QueueProfile, Work};
use okno_model::{
    AgentId, InteractionId, Medium, Timestamp,
    doc::{Capacity, Presence, PresenceBy, Strategy, Tier, Window, WrapupMode},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// What a shift is like.
#[derive(Debug, Clone)]
pub(super) struct Shift {
    pub(super) strategy: Strategy,
    pub(super) window: Window,
    pub(super) agents: u8,
    pub(super) tiers: Vec<Tier>,
    pub(super) arrivals: u32,
    /// Milliseconds between two arrivals at most, and of a talk at most; the least is a quarter of it.
    pub(super) gap: u64,
    pub(super) talk: u64,
    /// The last agent comes only after so many arrivals.
    pub(super) newcomer_after: u32,
    pub(super) seed: u64,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Offers by agent.
    pub(super) offers: BTreeMap<AgentId, u32>,
    /// Milliseconds of talk by agent.
    pub(super) talked: BTreeMap<AgentId, u64>,
    /// Offers by agent since the newcomer came.
    pub(super) since_newcomer: BTreeMap<AgentId, u32>,
    /// How often at most one agent was offered something while another one stood ready all the time.
    pub(super) passed_over: u32,
}

impl Shift {
    pub(super) fn new(strategy: Strategy, agents: u8, seed: u64) -> Self {
        let (gap, talk) = (20_000, 60_000);
        Self { strategy, window: Window::Shift, agents, tiers: vec![], arrivals: 300, gap, talk, newcomer_after: 0, seed }
    }

    pub(super) fn run(&self) -> Told {
        let mut queue = QueueProfile::new(QUEUE, "q");
        (queue.strategy, queue.window, queue.wrapup, queue.tiers) = (self.strategy, self.window, WrapupMode::None, self.tiers.clone());
        let mut floor = Floor {
            engine: Engine::new(Limits::default()).silent(),
            now: START,
            rng: Rng(self.seed),
            talk: self.talk,
            ends: BTreeSet::new(),
            ready: BTreeSet::new(),
            passed: BTreeMap::new(),
            newcomer: self.newcomer_after == 0,
            told: Told::default(),
        };
        floor.feed(Input::SetQueue(Box::new(queue)));
        for n in 0..self.agents - u8::from(self.newcomer_after > 0) {
            floor.comes(n);
        }
        for n in 0..self.arrivals {
            if self.newcomer_after > 0 && n == self.newcomer_after {
                floor.newcomer = true;
                floor.comes(self.agents - 1);
            }
            let gap = self.gap / 4 + floor.rng.below(self.gap * 3 / 4);
            floor.pass(Duration::from_millis(gap));
            let id = InteractionId::from_u128(1_000 + u128::from(n));
            floor.feed(Input::Enqueue(Work::new(id, QUEUE, Medium::Chat, floor.now)));
        }
        floor.told
    }
}

struct Floor {
    engine: Engine,
    now: Timestamp,
    rng: Rng,
    talk: u64,
    ends: BTreeSet<(Timestamp, InteractionId, AgentId)>,
    ready: BTreeSet<AgentId>,
    /// How often the second was offered something since the first stands ready.
    passed: BTreeMap<(AgentId, AgentId), u32>,
    newcomer: bool,
    told: Told,
}

impl Floor {
    fn comes(&mut self, n: u8) {
        let (agent, name) = (agent(n), format!("a{n}"));
        let capacity = Capacity { voice: 0, email: 0, chat: 1, message: 0, task: 0 };
        self.ready.insert(agent);
        self.feed(Input::SetAgent(Box::new(AgentProfile { queues: vec![QUEUE], capacity, ..AgentProfile::new(agent, name) })));
        self.feed(Input::Connected { agent });
        self.feed(Input::SetPresence { agent, presence: Presence::Available, by: PresenceBy::Agent });
    }

    fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(&(at, interaction, agent)) = self.ends.first().filter(|(at, ..)| *at <= until) {
            self.ends.pop_first();
            self.now = at;
            self.ready.insert(agent);
            self.feed(Input::Finish { interaction, agent });
        }
        self.now = until;
    }

    fn feed(&mut self, input: Input) {
        let mut out = Vec::new();
        self.engine.handle(self.now, input, &mut out).expect("what a shift does is possible");
        for effect in out {
            if let Effect::Offered { interaction, agent, offer, .. } = effect {
                self.offered(agent);
                let talk = self.talk / 4 + self.rng.below(self.talk * 3 / 4);
                *self.told.talked.entry(agent).or_default() += talk;
                self.ends.insert((self.now + Duration::from_millis(talk), interaction, agent));
                self.feed(Input::Accept { interaction, agent, offer });
            }
        }
    }

    fn offered(&mut self, agent: AgentId) {
        self.ready.remove(&agent);
        self.passed.retain(|(waits, _), _| *waits != agent);
        for &waits in &self.ready {
            let times = self.passed.entry((waits, agent)).or_default();
            *times += 1;
            self.told.passed_over = self.told.passed_over.max(*times);
        }
        *self.told.offers.entry(agent).or_default() += 1;
        if self.newcomer {
            *self.told.since_newcomer.entry(agent).or_default() += 1;
        }
    }
}
