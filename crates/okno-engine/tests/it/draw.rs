//! Random queues and agents of the simulation, from a seed.

use super::words::{ORDERS, STRATEGIES};
use okno_engine::routing::{AgentProfile, Blending, LeaseSeconds, Limits, MediaSet, OfferSeconds, QueueProfile, SlotRules};
use okno_model::{
    AgentId, HoursId, Medium, QueueId, SkillId, Timestamp,
    doc::{
        Capacity, ClosingRule, EmptyRule, FullRule, HoursDoc, HoursException, OpenInterval, Ordering, OverflowRule, OverflowWhen,
        RequiredSkill, Ring, SkillLevel, SkillsMode, Sweep, Tier, Treatment, Window, WrapupMode,
    },
};
use std::time::Duration;

/// SplitMix64: tiny, seeded, the same everywhere.
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        if from.is_empty() { None } else { Some(from[self.below(from.len() as u64) as usize]) }
    }
}

pub(crate) const QUEUES: u64 = 4;
pub(crate) const AGENTS: u64 = 6;
pub(crate) const SKILLS: u64 = 3;
pub(crate) const HOURS: u64 = 2;

pub(crate) fn queue_id(n: u64) -> QueueId {
    QueueId::from_u128(100 + u128::from(n))
}

pub(crate) fn hours_id(n: u64) -> HoursId {
    HoursId::from_u128(400 + u128::from(n))
}

pub(crate) fn agent_id(n: u64) -> AgentId {
    AgentId::from_u128(200 + u128::from(n))
}

pub(crate) fn needs(rng: &mut Rng, percent: u64) -> Vec<RequiredSkill> {
    if !rng.chance(percent) {
        return vec![];
    }
    let skill = SkillId::from_u128(300 + u128::from(rng.below(SKILLS)));
    vec![RequiredSkill { skill, level: 1 + rng.below(5) as u8 }]
}

fn other(rng: &mut Rng, n: u64) -> QueueId {
    queue_id((n + 1 + rng.below(QUEUES)) % (QUEUES + 1))
}

fn when(rng: &mut Rng) -> OverflowWhen {
    match rng.below(6) {
        0..=2 => OverflowWhen::Wait { seconds: rng.below(60) as u32 },
        3 => OverflowWhen::EstimatedWait { seconds: rng.below(600) as u32 },
        4 => OverflowWhen::Ratio { waiting_per_agent_percent: 50 + rng.below(300) as u32 },
        _ => OverflowWhen::NoAgents,
    }
}

fn treatment(rng: &mut Rng, n: u64) -> Treatment {
    match rng.below(3) {
        0 => Treatment::Wait,
        1 => Treatment::Promise,
        _ => Treatment::Overflow { to: other(rng, n) },
    }
}

/// Around the clock but for some minutes here and there.
pub(crate) fn hours(rng: &mut Rng, n: u64, from: Timestamp) -> HoursDoc {
    let always = vec![OpenInterval { from_minute: 0, to_minute: 1440 }];
    let mut exception = || {
        let from = from + Duration::from_secs(rng.below(4000));
        HoursException { from, to: from + Duration::from_secs(1 + rng.below(400)), open: rng.chance(20), name: "x".into() }
    };
    let exceptions = (0..6).map(|_| exception()).collect();
    let week = std::array::from_fn(|_| always.clone());
    HoursDoc { id: hours_id(n), name: format!("h{n}"), time_zone: "UTC".into(), week, holidays: vec![], exceptions, archived: false }
}

fn tiers(rng: &mut Rng) -> Vec<Tier> {
    if rng.chance(60) {
        return vec![];
    }
    let listed: Vec<u64> = (0..AGENTS).filter(|_| rng.chance(60)).collect();
    listed.into_iter().rev().map(|n| Tier { agent: agent_id(n), tier: rng.below(3) as u8 }).collect()
}

fn rings(rng: &mut Rng, n: u64) -> Vec<Ring> {
    let mut after_seconds = 0;
    let mut ring = |rng: &mut Rng| {
        after_seconds += 1 + rng.below(20) as u32;
        Ring {
            after_seconds,
            lower_levels: rng.below(4) as u8,
            drop_skills: if rng.chance(30) { vec![SkillId::from_u128(300 + u128::from(rng.below(SKILLS)))] } else { vec![] },
            add_queues: if rng.chance(40) { vec![queue_id((n + 1 + rng.below(QUEUES)) % (QUEUES + 1))] } else { vec![] },
        }
    };
    (0..rng.below(4)).map(|_| ring(rng)).collect()
}

pub(crate) fn queue(rng: &mut Rng, n: u64) -> QueueProfile {
    let seconds = |rng: &mut Rng| 5 + rng.below(40) as u32;
    QueueProfile {
        id: queue_id(n),
        name: format!("q{n}"),
        strategy: STRATEGIES[rng.below(16) as usize].1,
        order: if rng.chance(40) { Ordering::PriorityThenAge } else { ORDERS[rng.below(6) as usize].1 },
        skills_mode: [SkillsMode::All, SkillsMode::All, SkillsMode::Best, SkillsMode::Disregard][rng.below(4) as usize],
        window: [Window::Shift, Window::Hour, Window::Day][rng.below(3) as usize],
        delay_seconds: if rng.chance(20) { rng.below(30) as u32 } else { 0 },
        tiers: tiers(rng),
        rings: rings(rng, n),
        rings_survive_transfer: rng.chance(50),
        ring_seconds: 1 + rng.below(10) as u32,
        preferred_seconds: rng.below(60) as u32,
        weight: 1 + rng.below(5) as u32,
        answer_within_seconds: 10 + rng.below(100) as u32,
        ageing_seconds: [0, 10, 60][rng.below(3) as usize],
        skills: needs(rng, 40),
        offer: OfferSeconds { voice: seconds(rng), chat: seconds(rng), email: seconds(rng) },
        no_answer_delay_seconds: rng.below(40) as u32,
        decline_delay_seconds: rng.below(40) as u32,
        wrapup: match rng.below(7) {
            0 => WrapupMode::None,
            1 => WrapupMode::Discretionary,
            2 => WrapupMode::Optional,
            3 => WrapupMode::OptionalTimed { seconds: rng.below(60) as u32 },
            4 => WrapupMode::AgentRequested { seconds: rng.below(30) as u32 },
            5 => WrapupMode::Timed { seconds: rng.below(30) as u32 },
            _ => WrapupMode::Fixed { seconds: rng.below(30) as u32 },
        },
        overflows: (0..rng.below(3)).map(|_| OverflowRule { when: when(rng), to: other(rng, n) }).collect(),
        hours: rng.chance(50).then(|| hours_id(rng.below(HOURS))),
        closed: treatment(rng, n),
        closing: ClosingRule {
            sweep: match rng.below(3) {
                0 => Sweep::Serve,
                1 => Sweep::Promise,
                _ => Sweep::Overflow { to: other(rng, n) },
            },
        },
        full: rng.chance(30).then(|| FullRule { max_waiting: rng.below(5) as u32, then: treatment(rng, n) }),
        empty: rng.chance(30).then(|| EmptyRule { then: treatment(rng, n) }),
        slots: SlotRules {
            wrapup_extensions: rng.below(3) as u8,
            extension_seconds: 10 + rng.below(20) as u32,
            reserve: if rng.chance(25) { 1 + rng.below(2) as u8 } else { 0 },
            busy_delay_seconds: rng.below(20) as u32,
        },
        ..QueueProfile::new(queue_id(n), "")
    }
}

/// Rules for several media at once: most often none.
pub(crate) fn blending(rng: &mut Rng) -> Blending {
    if rng.chance(40) {
        return Blending::OPEN;
    }
    let mut set = |percent: u64| MediaSet::of(&Medium::ALL.iter().copied().filter(|_| rng.chance(percent)).collect::<Vec<_>>());
    Blending {
        may_receive: [set(50), set(80), set(60), set(60), set(80)],
        interruptible: set(30),
        wrapup_blocks: set(20),
        idle_after_seconds: [0, 20, 90][rng.below(3) as usize],
        idle_weight: [0, 34, 50, 100][rng.below(4) as usize],
    }
}

/// Leases: short ones on every other floor, so that desks and calls are lost.
pub(crate) fn limits(seed: u64) -> Limits {
    let mut limits = Limits::default();
    if seed % 2 == 1 {
        limits.lease = LeaseSeconds { desk: 900, absent: 60, call: 240, chat: 90, mail: 400, wrapup: 300 };
    }
    limits
}

pub(crate) fn agent(rng: &mut Rng, n: u64) -> AgentProfile {
    let queues = (0..=QUEUES).filter(|_| rng.chance(60)).map(queue_id).collect();
    let mut skills = Vec::new();
    for skill in 0..SKILLS {
        if rng.chance(70) {
            skills.push(SkillLevel { skill: SkillId::from_u128(300 + u128::from(skill)), level: 1 + rng.below(10) as u8 });
        }
    }
    let mut up_to = |n: u64| rng.below(n + 1) as u8;
    let capacity = Capacity { voice: up_to(1), email: up_to(2), chat: up_to(3), message: up_to(1), task: up_to(1) };
    AgentProfile { id: agent_id(n), name: format!("a{n}"), queues, skills, capacity }
}
