//! Routing under the goals of performance.md: decisions per second and time of one decision on a saturated floor with the
//! event mix of real life (arrive, offer, accept, finish, wrap up, leave, miss), on one that has room, and the rebuild.
//!
//! `cargo bench -p okno-engine`. Besides criterion's figures it prints its own table: criterion measures batches, a
//! floor manager feels the single decision.

#![expect(clippy::print_stdout, reason = "a benchmark speaks to the person who runs it")]

use criterion::{Criterion, Throughput, criterion_group};
use okno_engine::routing::{
    AgentProfile, Effect, Engine, Input, Limits, OfferSeconds, QueueProfile, Restore, RestoreAgent, RestoreWork, Work,
};
use okno_model::{
    AgentId, InteractionId, Medium, OfferId, QueueId, SkillId, Timestamp,
    doc::{Capacity, Closed, InteractionState, Presence, PresenceBy, RequiredSkill, SkillLevel, Strategy, WrapupMode},
};
use std::{
    collections::{BTreeMap, VecDeque},
    hint::black_box,
    time::{Duration, Instant},
};

/// Queues that an agent serves.
const QUEUES_PER_AGENT: u64 = 10;
const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// Interactions in work at once on a floor that has room.
const ROOM: usize = 8_000;

/// Which event it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Arrive,
    Accept,
    Decline,
    Finish,
    Free,
    Leave,
    Tick,
}

const KINDS: [Kind; 7] = [Kind::Arrive, Kind::Accept, Kind::Decline, Kind::Finish, Kind::Free, Kind::Leave, Kind::Tick];

struct Size {
    name: &'static str,
    agents: u64,
    queues: u64,
    waiting: u64,
}

const SIZES: [Size; 3] = [
    Size { name: "1k agents / 100 queues / 10k waiting", agents: 1_000, queues: 100, waiting: 10_000 },
    Size { name: "10k agents / 1k queues / 100k waiting", agents: 10_000, queues: 1_000, waiting: 100_000 },
    Size { name: "10k agents / 1k queues / room for all", agents: 10_000, queues: 1_000, waiting: 0 },
];

fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A running floor: it answers the engine as agents and customers would.
struct Floor {
    engine: Engine,
    rng: u64,
    now: Timestamp,
    queues: u64,
    made: u64,
    saturated: bool,
    ringing: VecDeque<(InteractionId, AgentId, OfferId)>,
    active: VecDeque<(InteractionId, AgentId)>,
    wrapup: VecDeque<(InteractionId, AgentId)>,
    waiting: VecDeque<InteractionId>,
    out: Vec<Effect>,
    offers: u64,
}

impl Floor {
    fn new(size: &Size) -> Self {
        let mut floor = Self {
            engine: Engine::new(Limits::default()),
            rng: 1,
            now: START,
            queues: size.queues,
            made: 0,
            saturated: size.waiting > 0,
            ringing: VecDeque::new(),
            active: VecDeque::new(),
            wrapup: VecDeque::new(),
            waiting: VecDeque::new(),
            out: Vec::new(),
            offers: 0,
        };
        for n in 0..size.queues {
            floor.feed(Input::SetQueue(queue(n)));
        }
        for n in 0..size.agents {
            let profile = agent(&mut floor.rng, n, size.queues);
            let agent = profile.id;
            floor.feed(Input::SetAgent(profile));
            floor.feed(Input::Connected { agent });
            floor.feed(Input::SetPhone { agent, ready: true });
            floor.feed(Input::SetPresence { agent, presence: Presence::Available, by: PresenceBy::Agent });
        }
        // Fill every slot and then the queues.
        while (floor.waiting.len() as u64) < size.waiting {
            floor.arrive();
            while let Some((interaction, agent, offer)) = floor.ringing.pop_front() {
                floor.feed(Input::Accept { interaction, agent, offer });
            }
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
        self.feed(Input::Enqueue(Work {
            interaction: InteractionId::from_u128((u128::from(self.made) << 64) | u128::from(r)),
            queue: QueueId::from_u128(1 + u128::from(r % self.queues)),
            medium,
            priority: [3, 5, 5, 5, 7][(r >> 24) as usize % 5],
            enqueued: self.now,
            due: None,
            skills,
            preferred: None,
        }));
    }

    /// One event of the mix; says which.
    fn event(&mut self) -> Kind {
        // A thousand events a second: 10k agents are far calmer.
        self.now = self.now + Duration::from_millis(1);
        let room = self.saturated || self.active.len() + self.ringing.len() + self.wrapup.len() < ROOM;
        match next(&mut self.rng) % 100 {
            0..=24 if room => {
                self.arrive();
                Kind::Arrive
            }
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

    fn finish(&mut self) -> Kind {
        if let Some((interaction, agent)) = self.active.pop_front() {
            self.feed(Input::Finish { interaction, agent });
            return Kind::Finish;
        }
        self.feed(Input::Tick);
        Kind::Tick
    }
}

fn queue(n: u64) -> QueueProfile {
    QueueProfile {
        id: QueueId::from_u128(1 + u128::from(n)),
        name: format!("queue {n}"),
        strategy: if n.is_multiple_of(4) { Strategy::SkillRank } else { Strategy::LongestIdle },
        ageing_seconds: [0, 60, 300][n as usize % 3],
        skills: if n.is_multiple_of(3) {
            vec![RequiredSkill { skill: SkillId::from_u128(1 + u128::from(n % 5)), level: 1 }]
        } else {
            vec![]
        },
        offer: OfferSeconds { voice: 20, chat: 45, email: 600 },
        no_answer_delay_seconds: 30,
        decline_delay_seconds: 30,
        wrapup: WrapupMode::Timed { seconds: 60 },
        ..QueueProfile::new(QueueId::from_u128(1 + u128::from(n)), "")
    }
}

fn agent(rng: &mut u64, n: u64, queues: u64) -> AgentProfile {
    let queues = (0..QUEUES_PER_AGENT).map(|_| QueueId::from_u128(1 + u128::from(next(rng) % queues))).collect();
    let skills = (1..=5).map(|skill| SkillLevel { skill: SkillId::from_u128(skill), level: 1 + (next(rng) % 10) as u8 }).collect();
    let capacity = Capacity { voice: 1, email: 2, chat: 2, message: 0, task: 0 };
    AgentProfile { id: AgentId::from_u128(1 + u128::from(n)), name: format!("agent {n}"), queues, skills, capacity }
}

/// Rows as a store would have them: every queue, agent and open interaction.
fn rows(size: &Size) -> Restore {
    let mut rng = 1;
    let agents = (0..size.agents)
        .map(|n| RestoreAgent { presence: Presence::Available, ..RestoreAgent::new(agent(&mut rng, n, size.queues), START) });
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
    Restore { queues: (0..size.queues).map(queue).collect(), agents, work, ..Restore::default() }
}

fn resident_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}

/// Time that this thread was on a core: other work on the machine does not count.
fn on_core() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split_whitespace().next().and_then(|ns| ns.parse().ok()).unwrap_or(0))
}

/// The table for people: throughput per core, the single decision, memory, rebuild.
fn table() {
    let only = std::env::var("OKNO_FLOOR").unwrap_or_default();
    for size in SIZES.iter().filter(|size| size.name.contains(&only)) {
        let before = resident_mib().unwrap_or(0);
        let mut floor = Floor::new(size);
        let memory = resident_mib().unwrap_or(0).saturating_sub(before);
        (0..100_000).for_each(|_| _ = floor.event());
        let offers = floor.offers;
        let events = 500_000;
        let start = on_core();
        (0..events).for_each(|_| _ = floor.event());
        let elapsed = on_core().saturating_sub(start).as_secs_f64();
        let offers = (floor.offers - offers) as f64 / elapsed;
        println!("{}: {:.0} decisions/s per core, of which {offers:.0} offers/s", size.name, f64::from(events) / elapsed);
        let mut times: Vec<(Kind, u128)> = Vec::with_capacity(300_000);
        for _ in 0..300_000 {
            let start = Instant::now();
            let kind = floor.event();
            times.push((kind, start.elapsed().as_nanos()));
        }
        print_times("all", times.iter().map(|&(_, time)| time).collect());
        for kind in KINDS {
            print_times(&format!("{kind:?}"), times.iter().filter(|(k, _)| *k == kind).map(|&(_, time)| time).collect());
        }
        let rows = rows(size);
        let start = on_core();
        let restored = Engine::restore(START + Duration::from_secs(600), Limits::default(), rows, &mut Vec::new());
        println!("  rebuild {} ms, memory {memory} MiB", on_core().saturating_sub(start).as_millis());
        drop(black_box(restored));
        floor.engine.check().expect("the floor of the benchmark keeps the invariants");
    }
}

fn print_times(what: &str, mut times: Vec<u128>) {
    if times.is_empty() {
        return;
    }
    times.sort_unstable();
    let at = |share: f64| times[(times.len() as f64 * share) as usize] as f64 / 1000.0;
    println!("  {what:<8} {:>7} times: p50 {:>6.2} us, p99 {:>6.2} us, p99.9 {:>7.2} us", times.len(), at(0.5), at(0.99), at(0.999));
}

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("routing");
    group.sample_size(20).throughput(Throughput::Elements(1));
    let mut floors: BTreeMap<&str, Floor> = BTreeMap::new();
    for size in &SIZES {
        let floor = floors.entry(size.name).or_insert_with(|| Floor::new(size));
        group.bench_function(size.name, |b| b.iter(|| floor.event()));
    }
    group.finish();
}

criterion_group!(criterion, benches);

fn main() {
    table();
    criterion();
    Criterion::default().configure_from_args().final_summary();
}
