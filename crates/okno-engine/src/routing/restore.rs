//! Rebuilding an engine from rows, and the rows that would rebuild it.

use super::{
    Blending, Effect, Engine, Limits, OfferEnd, Preferred, QueueMemory, Restore, RestoreAgent, RestoreWork, Signs, Stage, WrapupClock,
    acts::check_work,
    duty::Duty,
    floor::check_queue,
    overflow::NO_AGENTS_SECONDS,
    slab::{AgentIx, BitSet, ItemIx, QueueIx},
    stage::secs,
    state::{Agent, Handle, MEDIA, Queue, m},
};
use okno_model::{
    InteractionId, Timestamp,
    doc::{Closed, InteractionState, OtherOffer},
};
use std::collections::BTreeSet;

/// An engine that was rebuilt from rows.
#[derive(Debug)]
pub struct Restored {
    /// The engine, ready for inputs.
    pub engine: Engine,
    /// Interactions that the engine cannot take: their queue does not exist, or the row is malformed. They need a person.
    pub orphans: Vec<InteractionId>,
}

impl Engine {
    /// Rebuilds an engine from rows. What became due meanwhile happens now; its effects are in `out`.
    ///
    /// Offers whose time passed while nobody could answer them have lapsed: nobody is to blame. What belonged to an
    /// agent who is gone waits again.
    pub fn restore(now: Timestamp, limits: Limits, rows: Restore, out: &mut Vec<Effect>) -> Restored {
        let mut engine = Self::new(limits);
        (engine.now, engine.passed) = (now, now);
        engine.sure = if rows.unstaffed.is_some() { Timestamp::from_millis(0) } else { now + secs(NO_AGENTS_SECONDS) };
        engine.hours = rows.hours.into_iter().map(|doc| (doc.id, doc.into())).collect();
        engine.blending = rows.blending;
        let mut orphans = Vec::new();
        for profile in rows.queues {
            if check_queue(&profile).is_ok() && !engine.queue_ix.contains_key(&profile.id) {
                let ix = engine.insert_queue(Queue::new(profile));
                if engine.queues[ix].rings().iter().any(|ring| !ring.add_queues.is_empty()) {
                    engine.ringed.insert(ix);
                }
            }
        }
        for memory in rows.memories {
            engine.restore_memory(&memory);
        }
        engine.count_reserves();
        for row in rows.agents {
            if !engine.agent_ix.contains_key(&row.profile.id) {
                let agent = engine.insert_agent(restored_agent(row, rows.blending));
                engine.join_queues(agent);
                engine.count_on_duty(agent);
            }
        }
        let queues: Vec<QueueIx> = engine.queue_ix.sorted();
        for &queue in &queues {
            engine.turn(queue, out);
        }
        for (queue, medium, since) in rows.unstaffed.into_iter().flatten() {
            if let Some(&ix) = engine.queue_ix.get(&queue) {
                engine.queues[ix].unstaffed[m(medium)] = Some(since);
            }
        }
        let mut work = rows.work;
        work.sort_by_key(|row| (since(&row.state), row.work.interaction));
        let mut healed = Vec::new();
        for row in work {
            let id = row.work.interaction;
            if engine.restore_work(row, &mut healed, out).is_none() {
                orphans.push(id);
            }
        }
        engine.changed.clear();
        engine.awake.clear();
        engine.returned.clear();
        let everybody: Vec<AgentIx> = engine.agents.iter().map(|(agent, _)| agent).collect();
        for &agent in &everybody {
            engine.set_ceiling(agent);
            // What he does is as it was, not an event of his.
            let doing = engine.agents[agent].doing();
            engine.agents[agent].stats.set_doing(doing);
            engine.set_alarms(agent);
            engine.publish(agent);
        }
        for &agent in &everybody {
            engine.work_ended(agent, out);
        }
        engine.changed.extend(healed);
        for &queue in &queues {
            engine.recount_queue(queue);
            engine.sweep_missed(queue, out);
        }
        engine.seat_everything(out);
        engine.settle(out);
        engine.fire_due(out);
        engine.finish_restore(out);
        Restored { engine, orphans }
    }

    fn restore_memory(&mut self, memory: &QueueMemory) {
        let Some(&ix) = self.queue_ix.get(&memory.queue) else { return };
        let queue = &mut self.queues[ix];
        for &agent in &memory.last_offered {
            let (tier, _) = queue.tier_of(agent);
            queue.last_offered.insert(tier, agent);
        }
        for (handle, &(talk, wrapup)) in queue.handle.iter_mut().zip(&memory.handle_ms) {
            *handle = Handle { talk, wrapup };
        }
    }

    fn finish_restore(&mut self, out: &mut Vec<Effect>) {
        let changed = std::mem::take(&mut self.changed);
        let ids: BTreeSet<_> = changed.iter().filter_map(|&ix| self.agents.get(ix).map(|agent| (agent.profile.id, ix))).collect();
        out.extend(ids.into_iter().map(|(agent, ix)| Effect::AgentChanged { agent, state: Box::new(self.agent_state(ix)) }));
    }

    /// Matches everything that waits, in its order.
    fn seat_everything(&mut self, out: &mut Vec<Effect>) {
        let mut waiting: Vec<_> =
            self.items.iter().filter(|(_, item)| item.stage == Stage::Waiting).map(|(ix, _)| (self.order_of(ix), ix)).collect();
        waiting.sort_unstable();
        for (_, item) in waiting {
            self.seat(item, out);
        }
    }

    fn restore_work(&mut self, row: RestoreWork, healed: &mut Vec<AgentIx>, out: &mut Vec<Effect>) -> Option<ItemIx> {
        let id = row.work.interaction;
        if check_work(&row.work).is_err() || self.item_ix.contains_key(&id) {
            return None;
        }
        let queue = *self.queue_ix.get(&row.work.queue)?;
        let item = self.insert_item(row.work, queue, row.entered).ok()?;
        self.items[item].visited = row.visited;
        self.items[item].first = row.first;
        self.items[item].tried = row.tried;
        let now = self.now;
        let place = |engine: &mut Self, stage: Stage| {
            engine.items[item].stage = stage;
            engine.enter(item, Stage::Waiting, stage);
        };
        match row.state {
            InteractionState::New => {
                place(self, Stage::Waiting);
                self.tell_queued(item, "entered", out);
            }
            InteractionState::Queued if row.parked && !self.queues[queue].open => place(self, Stage::Parked),
            InteractionState::Queued if row.parked => {
                place(self, Stage::Waiting);
                self.items[item].entered = now;
                self.tell_queued(item, "opened", out);
            }
            InteractionState::Queued => place(self, Stage::Waiting),
            InteractionState::Offered { .. } => {
                let valid = |engine: &Self, o: &OtherOffer| {
                    let who = engine.agent_ix.get(&o.agent).copied();
                    o.until > now && who.is_some_and(|who| engine.agents[who].duty.takes_offers())
                };
                let (ring, lapsed): (Vec<_>, Vec<_>) = row.state.ringing().partition(|o| valid(self, o));
                if let Some(&first) = ring.first() {
                    place(self, Stage::Offered { agent: first.agent, offer: first.offer, until: first.until });
                    self.restore_ringing(item, row.wide, row.further.filter(|&at| at > now));
                    ring.into_iter().skip(1).for_each(|other| self.enter_other(item, other));
                } else {
                    place(self, Stage::Waiting);
                }
                for o in lapsed {
                    healed.extend(self.agent_ix.get(&o.agent));
                    let text = "its time passed, or the agent left, while okno was not running";
                    let decision = self.said(item, "missed", "lapsed", Some(o.agent), || text.into());
                    out.push(Effect::OfferEnded { interaction: id, agent: o.agent, offer: o.offer, how: OfferEnd::Lapsed, decision });
                }
            }
            InteractionState::Active { agent, since, wrapup_requested } if self.agent_ix.contains_key(&agent) => {
                place(self, Stage::Active { agent, since, requested: wrapup_requested });
            }
            InteractionState::Wrapup { agent, since, until, ends, extended } if self.agent_ix.contains_key(&agent) => {
                let clock = WrapupClock::restored(ends, until);
                place(self, Stage::Wrapup { agent, since, clock, how: row.how, extended });
            }
            InteractionState::Active { .. } => {
                place(self, Stage::Waiting);
                self.tell_queued(item, "agent_removed", out);
            }
            InteractionState::Wrapup { agent, .. } => {
                place(self, Stage::Closed { how: row.how });
                out.push(Effect::Closed { interaction: id, how: row.how, agent: Some(agent) });
                self.forget(item);
                return Some(item);
            }
            InteractionState::Closed { how, .. } => {
                place(self, Stage::Closed { how });
                self.forget(item);
                return Some(item);
            }
        }
        if let Stage::Active { .. } = self.items[item].stage {
            (self.items[item].renewed, self.items[item].unheard) = (row.signs.renewed, row.signs.unheard);
            self.weigh_silence(item);
        }
        self.let_again(item);
        for exclusion in row.excluded {
            if exclusion.until > now {
                self.exclude(item, exclusion);
            }
        }
        Some(item)
    }

    /// The rows that would rebuild this engine, in the order of their ids.
    pub fn rows(&self) -> Restore {
        Restore {
            hours: self.hours.values().map(|hours| hours.doc.clone()).collect(),
            unstaffed: Some(self.unstaffed_rows()),
            queues: self.queue_ix.sorted().into_iter().map(|ix| self.queues[ix].profile.clone()).collect(),
            agents: self.agent_ix.sorted().into_iter().map(|ix| agent_row(&self.agents[ix])).collect(),
            work: self.item_ix.sorted().into_iter().map(|ix| self.work_row(ix)).collect(),
            memories: self.queue_ix.sorted().into_iter().map(|ix| memory_row(&self.queues[ix])).collect(),
            blending: self.blending,
        }
    }

    pub(super) fn work_row(&self, ix: ItemIx) -> RestoreWork {
        let item = &self.items[ix];
        let mut work = item.work.clone();
        let mut how = Closed::Finished;
        let state = match item.stage {
            Stage::Waiting | Stage::Parked => InteractionState::Queued,
            Stage::Held { agent, until } => {
                work.preferred = Some(Preferred { agent, until });
                InteractionState::Queued
            }
            Stage::Offered { agent, offer, until } => InteractionState::Offered { offer, agent, until, others: item.others.clone() },
            Stage::Active { agent, since, requested } => InteractionState::Active { agent, since, wrapup_requested: requested },
            Stage::Wrapup { agent, since, clock, how: then, extended } => {
                how = then;
                InteractionState::Wrapup { agent, since, until: clock.until(), ends: clock.kind(), extended }
            }
            Stage::Closed { how } => InteractionState::Closed { at: self.now, how },
        };
        RestoreWork {
            work,
            state,
            how,
            entered: item.entered,
            parked: item.stage == Stage::Parked,
            visited: item.visited.clone(),
            excluded: item.excluded.clone(),
            first: item.first,
            tried: item.tried,
            signs: Signs { renewed: item.renewed, unheard: item.unheard },
            wide: item.wide,
            further: item.further_at,
        }
    }
}

/// Order in which the slots of an agent came about, as far as rows tell.
fn since(state: &InteractionState) -> Timestamp {
    match state {
        InteractionState::New | InteractionState::Queued => Timestamp::from_millis(0),
        InteractionState::Offered { until, .. } => *until,
        InteractionState::Active { since, .. } | InteractionState::Wrapup { since, .. } => *since,
        InteractionState::Closed { at, .. } => *at,
    }
}

fn restored_agent(row: RestoreAgent, blending: Blending) -> Agent {
    Agent {
        profile: row.profile,
        duty: Duty { presence: row.presence, since: row.since, by: row.by, next: row.next },
        connected: row.connected,
        phone: row.phone,
        idle_since: row.idle_since,
        misses: row.misses,
        touched: row.touched,
        stats: row.stats,
        rated: false,
        rates_due: Timestamp::from_millis(0),
        turn: 0,
        slots: Vec::new(),
        wrapups: row.wrapups,
        alarms: Vec::new(),
        blending,
        reserved: false,
        counted: false,
        heard: row.heard,
        ceiling: [0; MEDIA],
        held: BTreeSet::new(),
        pools: Vec::new(),
        guest_of: Vec::new(),
        serves: BitSet::new(),
        classes: Vec::new(),
        eligible: BitSet::new(),
    }
}

pub(super) fn agent_row(agent: &Agent) -> RestoreAgent {
    RestoreAgent {
        profile: agent.profile.clone(),
        presence: agent.duty.presence.clone(),
        since: agent.duty.since,
        by: agent.duty.by,
        next: agent.duty.next.clone(),
        connected: agent.connected,
        phone: agent.phone,
        idle_since: agent.idle_since,
        misses: agent.misses,
        wrapups: agent.wrapups.clone(),
        heard: agent.heard,
        touched: agent.touched,
        stats: agent.stats.clone(),
    }
}

pub(super) fn memory_row(queue: &Queue) -> QueueMemory {
    QueueMemory {
        queue: queue.profile.id,
        last_offered: queue.last_offered.values().copied().collect(),
        handle_ms: queue.handle.map(|handle| (handle.talk, handle.wrapup)),
    }
}
