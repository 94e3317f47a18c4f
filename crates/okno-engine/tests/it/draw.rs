//! Random queues and agents of the simulation, from a seed.

use okno_engine::routing::{AgentProfile, OfferSeconds, QueueProfile};
use okno_model::{
    AgentId, QueueId, SkillId,
    doc::{Capacity, Overflow, RequiredSkill, SkillLevel, Strategy, WrapupMode},
};

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

pub(crate) fn queue_id(n: u64) -> QueueId {
    QueueId::from_u128(100 + u128::from(n))
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

pub(crate) fn queue(rng: &mut Rng, n: u64) -> QueueProfile {
    let seconds = |rng: &mut Rng| 5 + rng.below(40) as u32;
    QueueProfile {
        id: queue_id(n),
        name: format!("q{n}"),
        strategy: if rng.chance(50) { Strategy::LongestIdle } else { Strategy::SkillRank },
        ageing_seconds: [0, 10, 60][rng.below(3) as usize],
        skills: needs(rng, 40),
        offer: OfferSeconds { voice: seconds(rng), chat: seconds(rng), email: seconds(rng) },
        no_answer_delay_seconds: rng.below(40) as u32,
        decline_delay_seconds: rng.below(40) as u32,
        wrapup: match rng.below(4) {
            0 => WrapupMode::None,
            1 => WrapupMode::Discretionary,
            2 => WrapupMode::Timed { seconds: rng.below(30) as u32 },
            _ => WrapupMode::Fixed { seconds: rng.below(30) as u32 },
        },
        overflow: (rng.chance(40))
            .then(|| Overflow { after_seconds: rng.below(60) as u32, to: queue_id((n + 1 + rng.below(QUEUES)) % (QUEUES + 1)) }),
    }
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
