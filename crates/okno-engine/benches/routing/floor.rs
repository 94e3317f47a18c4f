//! A running floor: it answers the engine as agents and customers would.

use okno_engine::routing::{
    AgentProfile, Effect, Engine, Input, Limits, OfferSeconds, Preferred, QueueProfile, Restore, RestoreAgent, RestoreWork, Work,
};
use okno_model::{
    AgentId, InteractionId, Medium, OfferId, QueueId, SkillId, Timestamp,
    doc::{
        Capacity, Closed, InteractionState, Ordering, Presence, PresenceBy, RequiredSkill, Ring, Score, SkillLevel, Strategy, Tier,
        WrapupMode,
    },
};
use std::{collections::VecDeque, hint::black_box, time::Duration};

/// Queues that an agent serves.
const QUEUES_PER_AGENT: u64 = 10;
pub(crate) const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// Which event it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Arrive,
    Accept,
    Decline,
    Finish,
    Free,
    Leave,
    Tick,
}

pub(crate) const KINDS: [Kind; 7] = [Kind::Arrive, Kind::Accept, Kind::Decline, Kind::Finish, Kind::Free, Kind::Leave, Kind::Tick];

/// How large the floor is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) name: &'static str,
    pub(crate) agents: u64,
    pub(crate) queues: u64,
    /// Waiting on a saturated floor.
    pub(crate) waiting: u64,
}

/// A floor to measure: how large, under which rules, and whether anybody has to wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) size: Size,
    /// All queues choose agents so; `None` for the mix of real life.
    pub(crate) strategy: Option<Strategy>,
    /// All queues are in this order; `None` for priority with ageing.
    pub(crate) order: Option<Ordering>,
    pub(crate) saturated: bool,
}

impl Case {
    pub(crate) fn name(&self) -> String {
        let what = match (self.strategy, self.order) {
            (Some(strategy), _) => format!("{strategy:?}"),
            (None, Some(order)) => format!("order {order:?}"),
            (None, None) => "mixed".into(),
        };
        format!("{} {} {what}", self.size.name, if self.saturated { "waiting" } else { "room" })
    }

    fn pulls(&self) -> bool {
        self.strategy == Some(Strategy::Pull)
    }
}

pub(crate) fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

pub(crate) struct Floor {
    pub(crate) engine: Engine,
    case: Case,
    rng: u64,
    now: Timestamp,
    made: u64,
    /// Interactions in work at once on a floor that has room.
    room: usize,
    ringing: VecDeque<(InteractionId, AgentId, OfferId)>,
    active: VecDeque<(InteractionId, AgentId)>,
    wrapup: VecDeque<(InteractionId, AgentId)>,
    waiting: VecDeque<InteractionId>,
    freed: VecDeque<AgentId>,
    out: Vec<Effect>,
    pub(crate) offers: u64,
}

impl Floor {
    pub(crate) fn new(case: &Case) -> Self {
        let size = case.size;
        let mut floor = Self {
            engine: Engine::new(Limits::default()),
            case: *case,
            rng: 1,
            now: START,
            made: 0,
            room: size.agents as usize * 4 / 5,
            ringing: VecDeque::new(),
            active: VecDeque::new(),
            wrapup: VecDeque::new(),
            waiting: VecDeque::new(),
            freed: VecDeque::new(),
            out: Vec::new(),
            offers: 0,
        };
        let agents: Vec<AgentProfile> = (0..size.agents).map(|n| agent(&mut floor.rng, n, size.queues)).collect();
        for profile in queues(case, &agents) {
            floor.feed(Input::SetQueue(Box::new(profile)));
        }
        for profile in agents {
            let agent = profile.id;
            floor.feed(Input::SetAgent(Box::new(profile)));
            floor.feed(Input::Connected { agent });
            floor.feed(Input::SetPhone { agent, ready: true });
            floor.feed(Input::SetPresence { agent, presence: Presence::Available, by: PresenceBy::Agent });
        }
        // Fill every slot and then the queues.
        while case.saturated && (floor.waiting.len() as u64) < size.waiting {
            floor.now = floor.now + Duration::from_millis(1);
            floor.arrive();
            while let Some((interaction, agent, offer)) = floor.ringing.pop_front() {
                floor.feed(Input::Accept { interaction, agent, offer });
            }
        }
        if case.pulls() {
            (0..size.agents).for_each(|n| floor.pull(AgentId::from_u128(1 + u128::from(n))));
        }
        floor
    }

    fn feed(&mut self, input: Input) {
        self.out.clear();
        // A refusal is an answer: the customer of this offer may have left in the meantime.
        let _ = black_box(self.engine.handle(self.now, input, &mut self.out));
        for effect in &self.out {
            match effect {
                Effect::Offered { interaction, agent, offer, .. } => {
                    self.offers += 1;
                    self.ringing.push_back((*interaction, *agent, *offer));
                }
                Effect::Assigned { interaction, agent, .. } => self.active.push_back((*interaction, *agent)),
                Effect::WrapupStarted { interaction, agent, .. } => self.wrapup.push_back((*interaction, *agent)),
                Effect::Waits { interaction, .. } => self.waiting.push_back(*interaction),
                Effect::Closed { agent: Some(agent), .. } if self.case.pulls() => self.freed.push_back(*agent),
                Effect::Queued { .. }
                | Effect::Prioritized { .. }
                | Effect::OfferEnded { .. }
                | Effect::Unreached { .. }
                | Effect::WrapupExtended { .. }
                | Effect::Stalled { .. }
                | Effect::WrapupRequested { .. }
                | Effect::SegmentWrapupStarted { .. }
                | Effect::SegmentWrapupExtended { .. }
                | Effect::SegmentWrapupEnded { .. }
                | Effect::WrapupEnded { .. }
                | Effect::Closed { .. }
                | Effect::Overflowed { .. }
                | Effect::Promised { .. }
                | Effect::Transferred { .. }
                | Effect::PresenceChanged { .. }
                | Effect::NextPresenceChanged { .. }
                | Effect::AgentChanged { .. } => {}
            }
        }
    }

    fn arrive(&mut self) {
        self.made += 1;
        let r = next(&mut self.rng);
        let medium = [Medium::Voice, Medium::Chat, Medium::Chat, Medium::Email][(r >> 32) as usize % 4];
        let skills = if (r >> 40).is_multiple_of(8) {
            vec![RequiredSkill { skill: SkillId::from_u128(1 + u128::from(r >> 50 & 3)), level: 3 }]
        } else {
            vec![]
        };
        let preferred = (self.case.strategy == Some(Strategy::PreferredThenPool) && (r >> 12).is_multiple_of(4))
            .then(|| Preferred { agent: AgentId::from_u128(1 + u128::from((r >> 14) % self.case.size.agents)), until: self.now });
        self.feed(Input::Enqueue(Work {
            interaction: InteractionId::from_u128((u128::from(self.made) << 64) | u128::from(r)),
            queue: QueueId::from_u128(1 + u128::from(r % self.case.size.queues)),
            medium,
            priority: [3, 5, 5, 5, 7][(r >> 24) as usize % 5],
            enqueued: self.now,
            due: None,
            skills,
            preferred,
        }));
    }

    /// One event of the mix; says which.
    pub(crate) fn event(&mut self) -> Kind {
        // A thousand events a second: 10k agents are far calmer.
        self.now = self.now + Duration::from_millis(1);
        let room = self.case.saturated || self.active.len() + self.ringing.len() + self.wrapup.len() < self.room;
        match next(&mut self.rng) % 100 {
            0..=24 if room => {
                self.arrive();
                Kind::Arrive
            }
            0..=48 if self.case.pulls() => match self.freed.pop_front() {
                Some(agent) => {
                    self.pull(agent);
                    Kind::Accept
                }
                None => self.finish(),
            },
            0..=48 => match self.ringing.pop_front() {
                Some((interaction, agent, offer)) => {
                    self.feed(Input::Accept { interaction, agent, offer });
                    Kind::Accept
                }
                None => self.finish(),
            },
            49..=51 => match self.ringing.pop_back() {
                Some((interaction, agent, offer)) => {
                    self.feed(Input::Decline { interaction, agent, offer });
                    Kind::Decline
                }
                None => self.finish(),
            },
            52..=72 => self.finish(),
            73..=93 => match self.wrapup.pop_front() {
                Some((interaction, agent)) => {
                    self.feed(Input::CompleteWrapup { interaction, agent });
                    Kind::Free
                }
                None => self.finish(),
            },
            94..=97 => match self.waiting.pop_front() {
                Some(interaction) => {
                    self.feed(Input::Withdraw { interaction, how: Closed::CustomerLeft });
                    Kind::Leave
                }
                None => self.finish(),
            },
            _ => {
                self.feed(Input::Tick);
                Kind::Tick
            }
        }
    }

    fn pull(&mut self, agent: AgentId) {
        let Some(interaction) = self.waiting.pop_front() else { return };
        self.feed(Input::Pull { interaction, agent });
        if self.active.back() != Some(&(interaction, agent)) {
            self.waiting.push_back(interaction);
        }
    }

    fn finish(&mut self) -> Kind {
        if let Some((interaction, agent)) = self.active.pop_front() {
            self.feed(Input::Finish { interaction, agent });
            return Kind::Finish;
        }
        self.feed(Input::Tick);
        Kind::Tick
    }
}

fn queues(case: &Case, agents: &[AgentProfile]) -> Vec<QueueProfile> {
    let mut queues: Vec<QueueProfile> = (0..case.size.queues).map(|n| queue(case, n)).collect();
    let lists = matches!(
        case.strategy,
        Some(Strategy::Linear | Strategy::RoundRobin | Strategy::Random | Strategy::WeightedRandom | Strategy::RingProgressively)
    );
    if lists {
        let tiers = if case.strategy == Some(Strategy::WeightedRandom) { 3 } else { 1 };
        for agent in agents {
            for queue in &agent.queues {
                let list = &mut queues[queue.0.as_u128() as usize - 1].tiers;
                list.push(Tier { agent: agent.id, tier: (list.len() % tiers) as u8 });
            }
        }
    }
    queues
}

fn queue(case: &Case, n: u64) -> QueueProfile {
    let id = QueueId::from_u128(1 + u128::from(n));
    let mixed = if n.is_multiple_of(4) { Strategy::SkillRank } else { Strategy::LongestIdle };
    let strategy = case.strategy.unwrap_or(mixed);
    let skill = |skill| SkillId::from_u128(1 + u128::from(skill));
    let rings = vec![
        Ring { after_seconds: 20, lower_levels: 1, drop_skills: vec![], add_queues: vec![] },
        Ring { after_seconds: 60, lower_levels: 2, drop_skills: vec![skill(n % 5)], add_queues: vec![] },
        Ring {
            after_seconds: 120,
            lower_levels: 0,
            drop_skills: vec![],
            add_queues: vec![QueueId::from_u128(1 + u128::from((n + 1) % case.size.queues))],
        },
    ];
    QueueProfile {
        id,
        name: format!("queue {n}"),
        strategy,
        order: case.order.unwrap_or_default(),
        score: Score { base: 10, per_minute_by_priority: (1..=10).collect() },
        weight: 1 + (n % 5) as u32,
        answer_within_seconds: [30, 120, 600][n as usize % 3],
        ageing_seconds: [0, 60, 300][n as usize % 3],
        skills: if n.is_multiple_of(3) { vec![RequiredSkill { skill: skill(n % 5), level: 1 }] } else { vec![] },
        offer: OfferSeconds { voice: 20, chat: 45, email: 600 },
        no_answer_delay_seconds: 30,
        decline_delay_seconds: 30,
        wrapup: WrapupMode::Timed { seconds: 60 },
        rings: if strategy == Strategy::Bullseye { rings } else { vec![] },
        ..QueueProfile::new(id, "")
    }
}

fn agent(rng: &mut u64, n: u64, queues: u64) -> AgentProfile {
    let queues = (0..QUEUES_PER_AGENT).map(|_| QueueId::from_u128(1 + u128::from(next(rng) % queues))).collect();
    let skills = (1..=5).map(|skill| SkillLevel { skill: SkillId::from_u128(skill), level: 1 + (next(rng) % 10) as u8 }).collect();
    let capacity = Capacity { voice: 1, email: 2, chat: 2, message: 0, task: 0 };
    AgentProfile { id: AgentId::from_u128(1 + u128::from(n)), name: format!("agent {n}"), queues, skills, capacity }
}

/// Rows as a store would have them: every queue, agent and open interaction.
pub(crate) fn rows(case: &Case) -> Restore {
    let mut rng = 1;
    let size = case.size;
    let profiles: Vec<AgentProfile> = (0..size.agents).map(|n| agent(&mut rng, n, size.queues)).collect();
    let queues = queues(case, &profiles);
    let agents = profiles.into_iter().map(|profile| RestoreAgent { presence: Presence::Available, ..RestoreAgent::new(profile, START) });
    let agents: Vec<_> = agents.collect();
    let work = (0..size.waiting + size.agents).map(|n| {
        let interaction = InteractionId::from_u128((1 + u128::from(n)) << 64 | u128::from(next(&mut rng)));
        let enqueued = START + Duration::from_millis(n);
        let queue = QueueId::from_u128(1 + u128::from(next(&mut rng) % size.queues));
        let state = if n < size.agents {
            InteractionState::Active { agent: AgentId::from_u128(1 + u128::from(n)), since: enqueued, wrapup_requested: false }
        } else {
            InteractionState::Queued
        };
        let work = Work::new(interaction, queue, Medium::Chat, enqueued);
        RestoreWork::new(work, state)
    });
    let work = work.collect();
    Restore { queues, agents, work, ..Restore::default() }
}
