//! Who may have what: classes, the pools of queues, and what agents are shown as.

use super::{
    Engine, Rejected,
    limits::CLASSES_PER_QUEUE,
    slab::{AgentIx, BitSet, ClassIx, Ix, QueueIx},
    state::{Agent, Class, Membership, Needs, PoolMembership, Standing, m, normalized},
};
use okno_model::{Medium, doc::RequiredSkill};
use std::collections::{BTreeMap, BTreeSet};

impl Engine {
    /// The class of a requirement, made on its first use.
    pub(super) fn intern(&mut self, queue: QueueIx, medium: Medium, skills: &[RequiredSkill]) -> Result<ClassIx, Rejected> {
        let record = &self.queues[queue];
        // The common case allocates nothing: most interactions need no skills of their own.
        let key = (medium, normalized(skills));
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
            needs: Vec::new(),
            members: BTreeMap::new(),
            counts: [0; Standing::COUNT],
            waiting: BTreeSet::new(),
            excluding: 0,
        });
        self.queues[queue].classes.insert(key, class);
        self.set_needs(class);
        let members: Vec<AgentIx> = self.queues[queue].members.iter().copied().collect();
        for agent in members {
            self.attach(agent, class);
        }
        Ok(class)
    }

    /// Skills of the queue and own ones of a class.
    pub(super) fn set_needs(&mut self, class: ClassIx) {
        let record = &self.classes[class];
        let mut all = self.queues[record.queue].profile.skills.clone();
        all.extend(required(&record.own));
        self.classes[class].needs = required(&normalized(&all)).collect();
    }

    /// Makes an agent a member of a class if he meets its needs.
    fn attach(&mut self, agent: AgentIx, class: ClassIx) {
        let record = &mut self.classes[class];
        let who = &mut self.agents[agent];
        let Some(skill) = who.skill(&record.needs) else { return };
        who.classes.push(Membership { class, medium: record.medium });
        who.eligible.set(class.n());
        record.members.insert(agent, skill);
        record.counts[self.board[agent.n()].standing[m(record.medium)] as usize] += 1;
    }

    /// Takes an agent out of a class.
    pub(super) fn detach(&mut self, agent: AgentIx, class: ClassIx) {
        let record = &mut self.classes[class];
        let who = &mut self.agents[agent];
        who.classes.retain(|membership| membership.class != class);
        who.eligible.clear(class.n());
        record.members.remove(&agent);
        record.counts[self.board[agent.n()].standing[m(record.medium)] as usize] -= 1;
    }

    /// Brings the pools and classes of an agent up to date with what he can take now.
    pub(super) fn publish(&mut self, agent: AgentIx) {
        let Some(who) = self.agents.get(agent) else { return };
        let old = self.board[agent.n()];
        let new = who.shown();
        if old == new {
            return;
        }
        if old.standing != new.standing {
            for membership in &who.classes {
                let (before, after) = (old.standing[m(membership.medium)], new.standing[m(membership.medium)]);
                if before != after {
                    let counts = &mut self.classes[membership.class].counts;
                    counts[before as usize] -= 1;
                    counts[after as usize] += 1;
                }
            }
        }
        let (was, is) = (old.is_ready(), new.is_ready());
        if was != is || (is && (old.load, old.idle_since) != (new.load, new.idle_since)) {
            for pool in &who.pools {
                let queue = &mut self.queues[pool.queue];
                if was {
                    let key = queue.key(&old, pool.skill, agent);
                    queue.ready.remove(&key);
                }
                if is {
                    let key = queue.key(&new, pool.skill, agent);
                    queue.ready.insert(key);
                }
            }
        }
        self.board[agent.n()] = new;
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
    }

    /// Enters an agent into a queue, its pool and its classes.
    pub(super) fn join(&mut self, agent: AgentIx, queue: QueueIx) {
        let record = &mut self.queues[queue];
        if !record.members.insert(agent) {
            return;
        }
        let who = &mut self.agents[agent];
        if let Some(skill) = who.skill(&record.profile.skills) {
            who.pools.push(PoolMembership { queue, skill });
            who.serves.set(queue.n());
            let shown = &self.board[agent.n()];
            if shown.is_ready() {
                let key = record.key(shown, skill, agent);
                record.ready.insert(key);
            }
        }
        let classes: Vec<ClassIx> = record.classes.values().copied().collect();
        for class in classes {
            self.attach(agent, class);
        }
    }

    /// Takes an agent out of a queue, its pool and its classes. Has to happen before the queue changes.
    pub(super) fn part(&mut self, agent: AgentIx, queue: QueueIx) {
        let record = &mut self.queues[queue];
        record.members.remove(&agent);
        self.stirred.push(queue);
        let who = &mut self.agents[agent];
        if let Some(at) = who.pools.iter().position(|pool| pool.queue == queue) {
            let skill = who.pools.swap_remove(at).skill;
            who.serves.clear(queue.n());
            let key = record.key(&self.board[agent.n()], skill, agent);
            record.ready.remove(&key);
        }
        let classes: Vec<ClassIx> = record.classes.values().copied().collect();
        for class in classes {
            if self.classes[class].members.contains_key(&agent) {
                self.detach(agent, class);
            }
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
        self.agents[agent].eligible = BitSet::new();
        self.agents[agent].serves = BitSet::new();
    }
}

fn required(needs: &Needs) -> impl Iterator<Item = RequiredSkill> {
    needs.iter().map(|&(skill, level)| RequiredSkill { skill, level })
}
