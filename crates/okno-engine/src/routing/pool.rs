//! Who may have what: classes, the pools of queues, and what agents are shown as.

use super::{
    Engine, Rejected,
    limits::CLASSES_PER_QUEUE,
    slab::{AgentIx, BitSet, ClassIx, Ix, QueueIx},
    state::{Agent, Alarm, Alarmed, Class, Membership, PoolMembership, Shown, Standing, m, normalized},
    strategy::{drifts, fairness},
};
use okno_model::{Medium, doc::RequiredSkill};
use std::collections::{BTreeMap, BTreeSet};

impl Engine {
    /// The class of a requirement, made on its first use.
    pub(super) fn intern(&mut self, queue: QueueIx, medium: Medium, skills: &[RequiredSkill], ring: u8) -> Result<ClassIx, Rejected> {
        let record = &self.queues[queue];
        // The common case allocates nothing: most interactions need no skills of their own.
        let key = (medium, normalized(skills), ring);
        if let Some(&class) = record.classes.get(&key) {
            return Ok(class);
        }
        if record.classes.len() >= CLASSES_PER_QUEUE {
            return Err(Rejected::Invalid("the queue has too many different skill requirements; use fewer skills per interaction"));
        }
        let class = self.classes.insert(Class {
            queue,
            medium,
            own: key.1.clone(),
            ring,
            needs: Vec::new(),
            open: false,
            members: BTreeMap::new(),
            guests: 0,
            waiting: BTreeSet::new(),
            apart: BTreeSet::new(),
            excluding: 0,
        });
        self.counts.resize(self.counts.len().max(class.n() + 1), [0; Standing::COUNT]);
        self.counts[class.n()] = [0; Standing::COUNT];
        self.queues[queue].classes.insert(key, class);
        self.set_needs(class);
        let record = &self.queues[queue];
        let members: Vec<AgentIx> = record.members.iter().chain(record.guests.keys()).copied().collect();
        for agent in members {
            self.attach(agent, class);
        }
        Ok(class)
    }

    /// Skills of the queue and own ones of a class.
    pub(super) fn set_needs(&mut self, class: ClassIx) {
        let record = &self.classes[class];
        let queue = &self.queues[record.queue];
        let needs = queue.needs(&record.own, record.ring);
        let open = record.own.is_empty() && record.ring == queue.widest_ring();
        let record = &mut self.classes[class];
        (record.needs, record.open) = (needs, open);
    }

    /// Makes an agent a member of a class if he meets its needs.
    fn attach(&mut self, agent: AgentIx, class: ClassIx) {
        let record = &mut self.classes[class];
        let who = &mut self.agents[agent];
        let queue = &self.queues[record.queue];
        let guest = queue.guests.get(&agent);
        if guest.is_some_and(|&ring| record.ring < ring) {
            return;
        }
        let Some(skill) = who.skill(&record.needs, queue.mode()) else { return };
        record.guests += usize::from(guest.is_some());
        who.classes.push(Membership { class, medium: record.medium });
        who.eligible.set(class.n());
        record.members.insert(agent, skill);
        self.counts[class.n()][self.board[agent.n()].standing[m(record.medium)] as usize] += 1;
    }

    /// Takes an agent out of a class.
    pub(super) fn detach(&mut self, agent: AgentIx, class: ClassIx) {
        let record = &mut self.classes[class];
        let who = &mut self.agents[agent];
        who.classes.retain(|membership| membership.class != class);
        who.eligible.clear(class.n());
        record.members.remove(&agent);
        record.guests -= usize::from(self.queues[record.queue].guests.contains_key(&agent));
        self.counts[class.n()][self.board[agent.n()].standing[m(record.medium)] as usize] -= 1;
    }

    /// Brings everything that shows an agent up to date with what he can take now.
    pub(super) fn publish(&mut self, agent: AgentIx) {
        if self.agents.get(agent).is_none() {
            return;
        }
        // Who gets a call is needed for calls no longer: he may be free for something else.
        if self.set_reserved(agent) {
            self.awake.push(agent);
        }
        self.show(agent);
        self.settle_reserves();
    }

    /// Brings the pools and classes of an agent up to date with what he can take now.
    pub(super) fn show(&mut self, agent: AgentIx) {
        let Some(who) = self.agents.get_mut(agent) else { return };
        let doing = who.doing();
        if doing != who.stats.doing() {
            who.note(self.now, doing);
        }
        let who = &self.agents[agent];
        let old = self.board[agent.n()];
        let new = who.shown();
        if old == new {
            return;
        }
        if old.standing != new.standing {
            for membership in &who.classes {
                let (before, after) = (old.standing[m(membership.medium)], new.standing[m(membership.medium)]);
                if before != after {
                    let counts = &mut self.counts[membership.class.n()];
                    counts[before as usize] -= 1;
                    counts[after as usize] += 1;
                }
            }
        }
        let (was, is) = (old.is_ready(), new.is_ready());
        let moves = |shown: &Shown| (shown.load, shown.idle_since, shown.touched, shown.turn);
        self.board[agent.n()] = new;
        if was != is || (is && moves(&old) != moves(&new)) {
            let mut pools = std::mem::take(&mut self.agents[agent].pools);
            for pool in &mut pools {
                if !is && drifts(pool.by.strategy) {
                    continue;
                }
                let key = is.then(|| self.agents[agent].key(pool, agent));
                // He may stand too early: most changes send him to the end, and are undone before anybody looks.
                if key == pool.key || pool.key.is_some_and(|had| key.is_some_and(|key| had.rank <= key.rank)) {
                    continue;
                }
                let ready = &mut self.queues[pool.queue].ready;
                if let Some(had) = pool.key.take() {
                    ready.remove(&had);
                }
                pool.key = key;
                ready.extend(key);
            }
            self.agents[agent].pools = pools;
        }
        let voice = |shown: &Shown| shown.standing[m(Medium::Voice)] == Standing::Ready;
        if voice(&old) != voice(&new) {
            for at in 0..self.agents[agent].pools.len() {
                let queue = self.agents[agent].pools[at].queue;
                self.count_callable(queue, voice(&new));
            }
        }
    }

    /// Puts a new agent into the engine, in no queue yet.
    pub(super) fn insert_agent(&mut self, agent: Agent) -> AgentIx {
        let shown = agent.shown();
        let ix = self.agents.insert(agent);
        if self.board.len() <= ix.n() {
            self.board.resize(ix.n() + 1, shown);
        }
        self.board[ix.n()] = shown;
        self.agent_ix.insert(shown.id, ix);
        ix
    }

    /// Enters an agent into his queues and their classes.
    pub(super) fn join_queues(&mut self, agent: AgentIx) {
        for at in 0..self.agents[agent].profile.queues.len() {
            let id = self.agents[agent].profile.queues[at];
            if let Some(&queue) = self.queue_ix.get(&id) {
                self.join(agent, queue);
            }
        }
        for at in 0..self.agents[agent].profile.queues.len() {
            for (queue, _) in self.hosts_of(self.agents[agent].profile.queues[at]) {
                self.join_as_guest(agent, queue);
            }
        }
    }

    /// Enters an agent into a queue, its pool and its classes.
    pub(super) fn join(&mut self, agent: AgentIx, queue: QueueIx) {
        if self.queues[queue].members.insert(agent) {
            self.queues[queue].on_duty += usize::from(self.agents[agent].counted);
            self.enter_pool(agent, queue);
        }
    }

    /// Enters an agent who serves a queue of its rings.
    pub(super) fn join_as_guest(&mut self, agent: AgentIx, queue: QueueIx) {
        let record = &self.queues[queue];
        let ring = self.agents[agent].profile.queues.iter().filter_map(|&id| record.ring_of(id)).min();
        let Some(ring) = ring.filter(|_| !record.members.contains(&agent) && !record.guests.contains_key(&agent)) else { return };
        self.queues[queue].guests.insert(agent, ring);
        self.agents[agent].guest_of.push(queue);
        self.enter_pool(agent, queue);
    }

    fn enter_pool(&mut self, agent: AgentIx, queue: QueueIx) {
        let record = &mut self.queues[queue];
        let who = &mut self.agents[agent];
        if let Some(skill) = who.skill(&record.pool_needs, record.mode()) {
            let (tier, place) = record.tier_of(who.profile.id);
            let mut pool = PoolMembership { queue, skill, tier, place, by: record.ranked_by(), key: None };
            let first_rate = fairness(record.profile.strategy) && !who.rated;
            if first_rate {
                who.rated = true;
                who.stats.loaded();
            }
            if self.board[agent.n()].is_ready() {
                let key = who.key(&pool, agent);
                pool.key = Some(key);
                record.ready.insert(key);
            }
            who.pools.push(pool);
            who.serves.set(queue.n());
            if self.board[agent.n()].standing[m(Medium::Voice)] == Standing::Ready {
                self.count_callable(queue, true);
            }
            if first_rate {
                self.set_alarms(agent);
            }
        }
        let classes: Vec<ClassIx> = self.queues[queue].classes.values().copied().collect();
        for class in classes {
            self.attach(agent, class);
        }
    }

    /// Takes an agent out of a queue, its pool and its classes. Has to happen before the queue changes.
    pub(super) fn part(&mut self, agent: AgentIx, queue: QueueIx) {
        let record = &mut self.queues[queue];
        self.stirred.push(queue);
        let who = &mut self.agents[agent];
        if let Some(at) = who.pools.iter().position(|pool| pool.queue == queue) {
            let pool = who.pools.swap_remove(at);
            who.serves.clear(queue.n());
            if let Some(key) = pool.key {
                record.ready.remove(&key);
            }
            if self.board[agent.n()].standing[m(Medium::Voice)] == Standing::Ready {
                self.count_callable(queue, false);
            }
        }
        let classes: Vec<ClassIx> = self.queues[queue].classes.values().copied().collect();
        for class in classes {
            if self.classes[class].members.contains_key(&agent) {
                self.detach(agent, class);
            }
        }
        let record = &mut self.queues[queue];
        if record.members.remove(&agent) {
            record.on_duty -= usize::from(self.agents[agent].counted);
        }
        if record.guests.remove(&agent).is_some() {
            self.agents[agent].guest_of.retain(|&other| other != queue);
        }
    }

    /// Takes an agent out of all his queues.
    pub(super) fn leave_queues(&mut self, agent: AgentIx) {
        for at in 0..self.agents[agent].profile.queues.len() {
            let id = self.agents[agent].profile.queues[at];
            if let Some(&queue) = self.queue_ix.get(&id) {
                self.part(agent, queue);
            }
        }
        for queue in std::mem::take(&mut self.agents[agent].guest_of) {
            self.part(agent, queue);
        }
        let who = &mut self.agents[agent];
        who.eligible = BitSet::new();
        who.serves = BitSet::new();
        who.rated = false;
        let of_rates = |alarm: &Alarm| alarm.due == Alarmed::Rates;
        if let Some(at) = who.alarms.iter().position(of_rates) {
            let gone = who.alarms.remove(at);
            self.alarms.remove(&gone);
        }
    }
}
