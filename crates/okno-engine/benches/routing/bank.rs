//! A real bank's month through the engine itself, with all its words: 33,043 calls of February 1999 (Anonymous Bank, Technion
//! SEELab), as they came in each half hour, to the agents of a published plan. Talks and patience are drawn with the bank's means.

use super::floor::{START, next};
use okno_engine::routing::{AgentProfile, Effect, Engine, Input, Limits, OfferSeconds, QueueProfile, Work};
use okno_model::{
    AgentId, InteractionId, Medium, OfferId, QueueId,
    doc::{Capacity, Closed, Presence, PresenceBy, WrapupMode},
};
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
    time::{Duration, Instant},
};

/// Agents by hour, six of ten of whom were there (see the simulator's table).
const PLAN: [u32; 24] = [1, 1, 1, 0, 1, 1, 1, 4, 8, 9, 10, 9, 8, 16, 10, 10, 6, 7, 8, 8, 6, 6, 5, 4];
const HALF_HOUR: u64 = 1_800_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Staff(u32),
    Arrive(u64),
    Leave(InteractionId),
    Done(InteractionId, AgentId),
}

/// What a month took.
pub(crate) struct Month {
    pub(crate) calls: u64,
    pub(crate) answered: u64,
    /// Time of each input, nanoseconds.
    pub(crate) times: Vec<u64>,
}

struct Bank {
    engine: Engine,
    heap: BinaryHeap<Reverse<(u64, Event)>>,
    todo: VecDeque<Input>,
    out: Vec<Effect>,
    rng: u64,
    month: Month,
}

fn exponential(rng: &mut u64, mean_ms: f64) -> u64 {
    let unit = ((next(rng) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
    (-unit.ln() * mean_ms) as u64
}

/// Replays the month.
pub(crate) fn month() -> Month {
    let lines = include_str!("../../../okno-sim/tests/fixtures/anonbank_feb1999.csv").lines().filter(|line| !line.starts_with('#'));
    let counts: Vec<u64> = lines.flat_map(|line| line.split(',').skip(1).filter_map(|n| n.parse().ok())).collect();
    let mut bank = Bank {
        engine: Engine::new(Limits::default()),
        heap: BinaryHeap::new(),
        todo: VecDeque::new(),
        out: Vec::new(),
        rng: 1,
        month: Month { calls: 0, answered: 0, times: Vec::new() },
    };
    let queue = QueueId::from_u128(1);
    let offer = OfferSeconds { voice: 20, chat: 45, email: 600 };
    bank.drive(0, Input::SetQueue(Box::new(QueueProfile { offer, wrapup: WrapupMode::None, ..QueueProfile::new(queue, "bank") })));
    for n in 1..=10 {
        let agent = AgentId::from_u128(n);
        let capacity = Capacity { voice: 1, email: 0, chat: 0, message: 0, task: 0 };
        bank.drive(
            0,
            Input::SetAgent(Box::new(AgentProfile { queues: vec![queue], capacity, ..AgentProfile::new(agent, format!("agent {n}")) })),
        );
        bank.drive(0, Input::Connected { agent });
        bank.drive(0, Input::SetPhone { agent, ready: true });
    }
    for (half, &count) in counts.iter().enumerate() {
        let from = half as u64 * HALF_HOUR;
        let there = (f64::from(PLAN[half / 2 % 24]) * 0.6).round() as u32;
        bank.heap.push(Reverse((from, Event::Staff(there))));
        for _ in 0..count {
            let at = from + next(&mut bank.rng) % HALF_HOUR;
            bank.month.calls += 1;
            bank.heap.push(Reverse((at, Event::Arrive(bank.month.calls))));
        }
    }
    while let Some(Reverse((at, event))) = bank.heap.pop() {
        bank.happen(at, event);
    }
    bank.engine.check().expect("the bank keeps the invariants");
    bank.month
}

impl Bank {
    fn happen(&mut self, at: u64, event: Event) {
        match event {
            Event::Staff(there) => {
                for n in 1..=10 {
                    let agent = AgentId::from_u128(n);
                    if n as u32 <= there {
                        self.drive(at, Input::SetPresence { agent, presence: Presence::Available, by: PresenceBy::Agent });
                    } else {
                        self.drive(at, Input::SetNextPresence { agent, presence: Some(Presence::Offline) });
                    }
                }
            }
            Event::Arrive(n) => {
                let interaction = InteractionId::from_u128(u128::from(n) << 64 | u128::from(next(&mut self.rng)));
                let patience = exponential(&mut self.rng, 300_000.0);
                self.heap.push(Reverse((at + patience, Event::Leave(interaction))));
                self.drive(
                    at,
                    Input::Enqueue(Work::new(interaction, QueueId::from_u128(1), Medium::Voice, START + Duration::from_millis(at))),
                );
            }
            Event::Leave(interaction) => {
                if self.engine.stage(interaction).is_some_and(|stage| stage.waits()) {
                    self.drive(at, Input::Withdraw { interaction, how: Closed::Abandoned });
                }
            }
            Event::Done(interaction, agent) => self.drive(at, Input::Finish { interaction, agent }),
        }
    }

    fn drive(&mut self, at: u64, input: Input) {
        self.todo.push_back(input);
        while let Some(input) = self.todo.pop_front() {
            let start = Instant::now();
            self.engine.handle(START + Duration::from_millis(at), input, &mut self.out).expect("the bank asks for what is possible");
            self.month.times.push(start.elapsed().as_nanos() as u64);
            for effect in std::mem::take(&mut self.out) {
                if let Effect::Offered { interaction, agent, offer, .. } = effect {
                    let offer: OfferId = offer;
                    self.todo.push_back(Input::Accept { interaction, agent, offer });
                } else if let Effect::Assigned { interaction, agent, .. } = effect {
                    self.month.answered += 1;
                    let talk = exponential(&mut self.rng, 176_400.0);
                    self.heap.push(Reverse((at + talk, Event::Done(interaction, agent))));
                }
            }
        }
    }
}
