//! One replication: customers and agents around the real engine, in virtual time.
//!
//! Events wait in a heap; the engine's own deadlines are looked at before each. Whatever the engine decides comes back as
//! effects and becomes the next events. Ties go by the order in which events were made.

mod agents;
mod customers;
mod effects;

use crate::{
    arrive::Source,
    model::Model,
    rng::Seed,
    tally::{Counted, Tally},
};
use agents::AgentState;
use okno_engine::routing::{Engine, Input, Limits};
use okno_model::{AgentId, InteractionId, OfferId, QueueId};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, VecDeque},
};

/// Why a replication could not be finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The engine refused what the simulation believed possible.
    Refused(String),
    /// S-3 does not hold.
    Lost,
}

/// Something that will happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// The next customer of a source.
    Arrive { queue: u32 },
    /// The patience of a customer ends.
    Leave { customer: u32, turn: u32 },
    /// An agent accepts.
    Accept { customer: u32, turn: u32, agent: u32 },
    /// The talk ends.
    Done { customer: u32, turn: u32 },
    /// The wrap-up ends.
    Wrapped { customer: u32, turn: u32 },
    /// Who left tries again.
    Redial { again: u32 },
    /// An agent begins or ends a piece of his shift.
    Duty { agent: u32, on: bool },
    /// A group has its agents of the next interval.
    Staff { group: u32, interval: u32 },
    /// An agent who was paused for misses comes back.
    Back { agent: u32 },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at: u64,
    order: u64,
    event: Event,
}

/// Where a customer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Nowhere: the place is free.
    Gone,
    Waiting,
    Ringing,
    Talking,
    Wrapup,
}

#[derive(Debug, Clone, Copy)]
struct Customer {
    interaction: InteractionId,
    /// Queue whose customer he is, and where he waits now.
    queue: u32,
    here: u32,
    /// Number among the customers of his source: the name of his streams.
    number: u64,
    arrived: u64,
    interval: u32,
    attempt: u8,
    hops: u16,
    /// Turns make late events of an earlier state harmless.
    turn: u32,
    at: At,
    agent: u32,
    counted: bool,
    patience_set: bool,
    /// He was told by when he is answered, and has gone: the latest time.
    promised: Option<u64>,
    answered: u64,
}

/// Who will try again.
#[derive(Debug, Clone, Copy)]
struct Again {
    queue: u32,
    number: u64,
    attempt: u8,
}

pub(crate) struct World<'m> {
    model: &'m Model,
    seed: Seed,
    engine: Engine,
    now: u64,
    heap: BinaryHeap<Reverse<Due>>,
    made: u64,
    sources: Vec<Source<'m>>,
    numbers: Vec<u64>,
    customers: Vec<Customer>,
    free: Vec<u32>,
    serial: u64,
    again: Vec<Again>,
    waiting: Vec<u32>,
    inside: u32,
    /// Of these, who was promised an answer and not answered yet: nobody stands in line for them.
    owed: u32,
    agents: Vec<AgentState>,
    /// Offers that ring, by customer.
    offers: BTreeMap<(u32, u32), OfferId>,
    /// Inputs that follow at once.
    todo: VecDeque<Input>,
    out: Vec<okno_engine::routing::Effect>,
    tally: Tally,
    counted: Counted,
    fault: Option<Fault>,
}

impl<'m> World<'m> {
    /// A center before it opens. `explained` runs the engine with all its words: the decisions are the same.
    pub(crate) fn new(model: &'m Model, replication: u64, explained: bool) -> Self {
        let seed = Seed::new(model.seed, replication);
        let engine = Engine::new(Limits::default());
        let until = if model.count_drain && model.drain { u64::MAX } else { model.horizon };
        let mut world = Self {
            model,
            seed,
            engine: if explained { engine } else { engine.silent() },
            now: 0,
            heap: BinaryHeap::new(),
            made: 0,
            sources: (0..model.queues.len()).map(|queue| Source::new(model, queue, seed)).collect(),
            numbers: vec![0; model.queues.len()],
            customers: Vec::new(),
            free: Vec::new(),
            serial: 0,
            again: Vec::new(),
            waiting: vec![0; model.queues.len()],
            inside: 0,
            owed: 0,
            agents: Vec::new(),
            offers: BTreeMap::new(),
            todo: VecDeque::new(),
            out: Vec::new(),
            tally: Tally::new(model),
            counted: Counted { from: model.warmup, until, interval: model.interval, intervals: model.intervals },
            fault: None,
        };
        for hours in &model.hours {
            world.drive(Input::SetHours(Box::new(hours.clone())));
        }
        if let Some(blending) = model.blending {
            world.drive(Input::SetBlending(blending));
        }
        for (_, queue) in model.queues.iter().enumerate().filter(|(n, queue)| queue.host == *n) {
            world.drive(Input::SetQueue(Box::new(queue.profile.clone())));
        }
        world.seat_agents();
        for queue in 0..model.queues.len() {
            world.plan_arrival(queue);
        }
        world
    }

    /// Runs to the end and gives what was counted.
    pub(crate) fn run(mut self) -> Result<Tally, Fault> {
        while self.step() {}
        self.finish()
    }

    /// One event; `false` when there is none left.
    pub(crate) fn step(&mut self) -> bool {
        if self.fault.is_some() {
            return false;
        }
        let next = self.heap.peek().map(|due| due.0.at);
        let deadline = self.engine.next_deadline().map(|at| self.model.time_of(at));
        let at = match (next, deadline) {
            (Some(event), Some(deadline)) => event.min(deadline),
            (Some(at), None) | (None, Some(at)) => at,
            (None, None) => return false,
        };
        if at > self.model.horizon && (!self.model.drain || self.inside == self.owed || self.is_late(at)) {
            return false;
        }
        self.now = at;
        if next == Some(at) && deadline != Some(at) {
            let Some(Reverse(due)) = self.heap.pop() else { return false };
            self.happen(due.event);
        } else {
            self.drive(Input::Tick);
        }
        true
    }

    /// Business hours open again and again: who still waits a day after the end has nobody who would come for him.
    fn is_late(&self, at: u64) -> bool {
        !self.model.hours.is_empty() && at > self.model.horizon + 86_400_000
    }

    /// The engine's named invariants.
    #[cfg(test)]
    pub(crate) fn check(&self) -> Result<(), okno_engine::routing::Violation> {
        self.engine.check()
    }

    fn finish(mut self) -> Result<Tally, Fault> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let end = self.now.max(self.model.horizon);
        for area in &mut self.tally.waiting {
            area.pass(end, &self.counted);
        }
        for group in &mut self.tally.groups {
            group.present.pass(end, &self.counted);
            group.busy.pass(end, &self.counted);
            group.load.pass(end, &self.counted);
        }
        let still = self.customers.iter().filter(|c| c.counted && c.promised.is_none() && matches!(c.at, At::Waiting | At::Ringing));
        self.tally.left_waiting = still.count() as u64;
        if self.tally.conserves() { Ok(self.tally) } else { Err(Fault::Lost) }
    }

    fn plan(&mut self, at: u64, event: Event) {
        self.made += 1;
        self.heap.push(Reverse(Due { at, order: self.made, event }));
    }

    fn after(&mut self, ms: f64, event: Event) {
        if ms.is_finite() {
            self.plan(self.now + ms.round() as u64, event);
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Arrive { queue } => {
                let queue = queue as usize;
                let number = self.numbers[queue];
                self.numbers[queue] += 1;
                self.plan_arrival(queue);
                self.enter(queue, number, 1);
            }
            Event::Leave { customer, turn } => {
                let who = self.customers[customer as usize];
                if who.turn == turn && matches!(who.at, At::Waiting | At::Ringing) {
                    self.abandon(customer);
                }
            }
            Event::Accept { customer, turn, agent } => {
                let who = self.customers[customer as usize];
                if who.turn == turn && who.at == At::Ringing {
                    self.accept(customer, agent);
                }
            }
            Event::Done { customer, turn } => {
                if self.customers[customer as usize].turn == turn {
                    self.talk_over(customer);
                }
            }
            Event::Wrapped { customer, turn } => {
                let who = self.customers[customer as usize];
                if who.turn == turn && who.at == At::Wrapup {
                    let agent = AgentId::from_u128(1 + u128::from(who.agent));
                    self.drive(Input::CompleteWrapup { interaction: who.interaction, agent });
                }
            }
            Event::Redial { again } => {
                let who = self.again[again as usize];
                self.enter(who.queue as usize, who.number, who.attempt);
            }
            Event::Duty { agent, on } => self.duty(agent as usize, on),
            Event::Staff { group, interval } => self.staff(group as usize, interval as usize),
            Event::Back { agent } => self.back(agent as usize),
        }
    }

    fn plan_arrival(&mut self, queue: usize) {
        if let Some(at) = self.sources[queue].next()
            && at <= self.model.horizon
        {
            self.plan(at.max(self.now), Event::Arrive { queue: queue as u32 });
        }
    }

    /// Gives the engine an input, and everything that follows at once.
    fn drive(&mut self, input: Input) {
        // An input is large; the first is not sent through the queue.
        let mut next = Some(input);
        while let Some(input) = next.take().or_else(|| self.todo.pop_front()) {
            // Of several who were asked at once, one was first.
            if let Input::Accept { interaction, .. } = &input
                && self.customers[slot_of(*interaction) as usize].at != At::Ringing
            {
                continue;
            }
            self.tally.inputs += 1;
            let mut out = std::mem::take(&mut self.out);
            if let Err(refused) = self.engine.handle(self.model.instant(self.now), input, &mut out)
                && self.fault.is_none()
            {
                self.fault = Some(Fault::Refused(refused.to_string()));
            }
            for effect in out.drain(..) {
                self.effect(effect);
            }
            self.out = out;
        }
    }
}

/// The factor of an interval; a profile shorter than the day is repeated.
fn factor(profile: &[f64], interval: u32) -> f64 {
    if profile.is_empty() { 1.0 } else { profile[interval as usize % profile.len()] }
}

fn slot_of(interaction: InteractionId) -> u32 {
    interaction.0.as_u128() as u32
}

fn agent_of(agent: AgentId) -> usize {
    (agent.0.as_u128() - 1) as usize
}

fn queue_of(queue: QueueId) -> usize {
    (queue.0.as_u128() - 1) as usize
}
