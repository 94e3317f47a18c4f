//! The derived indexes: classes, bands, ready sets, slots, timers. Everything that puts an interaction or an agent
//! somewhere goes through here, so that nothing is ever in two places.

use super::{
    Engine, Exclusion, Rejected, Stage, Step,
    limits::{BANDS, CLASSES_PER_QUEUE},
    policy::band,
    slab::{AgentIx, BitSet, ClassIx, ItemIx, Ix, QueueIx},
    stage::{WrapupClock, secs},
    state::{Agent, Class, Due, Grant, Membership, Needs, SlotRef, Standing, Timer, m, normalized},
};
use okno_model::{Medium, Timestamp, doc::RequiredSkill};
use std::collections::BTreeSet;

impl Engine {
    /// Moves an interaction on and keeps every index true. Returns where it was.
    pub(super) fn step(&mut self, ix: ItemIx, step: Step) -> Result<Stage, Rejected> {
        let old = self.items[ix].stage;
        let new = old.step(self.now, step)?;
        if new != old {
            self.leave(ix, old, new);
            self.items[ix].stage = new;
            self.enter(ix, old, new);
        }
        Ok(old)
    }

    /// Removes an interaction from the indexes of a stage.
    pub(super) fn leave(&mut self, ix: ItemIx, old: Stage, new: Stage) {
        match old {
            Stage::Waiting => {
                self.set_overflow_timer(ix, false);
                let item = &self.items[ix];
                let class = &mut self.classes[item.class];
                let b = band(item.work.priority);
                assert!(class.bands[b].remove(&item.place(ix)), "R-6: a waiting interaction is in its band");
                if class.bands[b].is_empty() {
                    class.filled &= !(1 << b);
                    if class.filled == 0 {
                        self.nonempty.clear(item.class.n());
                    }
                }
                if !item.excluded.is_empty() {
                    self.classes[item.class].excluding -= 1;
                }
            }
            Stage::Held { agent, until } => {
                self.set_overflow_timer(ix, false);
                self.set_timer(ix, until, Due::Hold, false);
                let place = self.items[ix].place(ix);
                if let Some(&agent) = self.agent_ix.get(&agent) {
                    assert!(self.agents[agent].held.remove(&place), "R-6: a held interaction is at its agent");
                }
            }
            Stage::Offered { until, .. } => {
                self.set_timer(ix, until, Due::Offer, false);
                self.leave_slot(ix, old, new);
            }
            Stage::Active { .. } => self.leave_slot(ix, old, new),
            Stage::Wrapup { clock, .. } => {
                if let Some(until) = clock.until() {
                    self.set_timer(ix, until, Due::Wrapup, false);
                }
                self.leave_slot(ix, old, new);
            }
            Stage::Closed { .. } => {}
        }
    }

    /// Puts an interaction into the indexes of a stage.
    pub(super) fn enter(&mut self, ix: ItemIx, old: Stage, new: Stage) {
        match new {
            Stage::Waiting => {
                self.set_overflow_timer(ix, true);
                let item = &self.items[ix];
                let class = &mut self.classes[item.class];
                let b = band(item.work.priority);
                class.bands[b].insert(item.place(ix));
                class.filled |= 1 << b;
                class.excluding += usize::from(!item.excluded.is_empty());
                self.nonempty.set(item.class.n());
            }
            Stage::Held { agent, until } => {
                self.set_overflow_timer(ix, true);
                self.set_timer(ix, until, Due::Hold, true);
                let place = self.items[ix].place(ix);
                let agent = self.agent_ix[&agent];
                self.agents[agent].held.insert(place);
            }
            Stage::Offered { until, .. } => {
                self.set_timer(ix, until, Due::Offer, true);
                self.enter_slot(ix, old, new);
            }
            Stage::Active { .. } => self.enter_slot(ix, old, new),
            Stage::Wrapup { clock, .. } => {
                if let Some(until) = clock.until() {
                    self.set_timer(ix, until, Due::Wrapup, true);
                }
                self.enter_slot(ix, old, new);
            }
            Stage::Closed { .. } => {}
        }
    }

    fn leave_slot(&mut self, ix: ItemIx, old: Stage, new: Stage) {
        let Some(id) = old.occupies() else { return };
        let agent = self.agent_ix[&id];
        self.changed.push(agent);
        // The slot stays where it is while the same agent goes on with it.
        if new.occupies() == Some(id) {
            return;
        }
        let medium = self.items[ix].work.medium;
        let record = &mut self.agents[agent];
        record.slots.retain(|slot| slot.item != ix);
        let (routed, capacity) = (record.routed(medium), record.capacity(medium));
        record.ceiling[m(medium)] = capacity.max(record.ceiling[m(medium)].min(routed));
        // Handled work that ends sets the idle clock; an offer that ends does not.
        match old {
            Stage::Active { .. } | Stage::Wrapup { .. } => record.idle_since = self.now,
            Stage::Waiting | Stage::Held { .. } | Stage::Offered { .. } | Stage::Closed { .. } => {}
        }
        self.awake.push(agent);
    }

    fn enter_slot(&mut self, ix: ItemIx, old: Stage, new: Stage) {
        let Some(id) = new.occupies() else { return };
        let agent = self.agent_ix[&id];
        let wrapup = matches!(new, Stage::Wrapup { .. });
        let medium = self.items[ix].work.medium;
        let record = &mut self.agents[agent];
        if old.occupies() == Some(id) {
            if let Some(slot) = record.slots.iter_mut().find(|slot| slot.item == ix) {
                slot.wrapup = wrapup;
            }
            self.awake.push(agent);
        } else {
            record.slots.push(SlotRef { item: ix, medium, grant: Grant::Routed, wrapup });
        }
        self.changed.push(agent);
    }

    /// Marks the slot of an interaction as given by a person.
    pub(super) fn mark_by_hand(&mut self, agent: AgentIx, ix: ItemIx) {
        if let Some(slot) = self.agents[agent].slots.iter_mut().find(|slot| slot.item == ix) {
            slot.grant = Grant::ByHand;
        }
    }

    pub(super) fn set_timer(&mut self, ix: ItemIx, at: Timestamp, due: Due, on: bool) {
        let timer = Timer { at, interaction: self.items[ix].work.interaction, due, item: ix };
        if on {
            self.timers.insert(timer);
        } else {
            self.timers.remove(&timer);
        }
    }

    /// When a waiting interaction overflows, if it does.
    pub(super) fn overflow_at(&self, ix: ItemIx) -> Option<Timestamp> {
        let item = &self.items[ix];
        let overflow = self.queues[item.queue].profile.overflow?;
        (!item.visited.contains(&overflow.to)).then(|| item.entered + secs(overflow.after_seconds))
    }

    fn set_overflow_timer(&mut self, ix: ItemIx, on: bool) {
        if let Some(at) = self.overflow_at(ix) {
            self.set_timer(ix, at, Due::Overflow, on);
        }
    }

    /// Keeps an agent away from an interaction for a while.
    pub(super) fn exclude(&mut self, ix: ItemIx, exclusion: Exclusion) {
        self.readmit(ix, exclusion.agent);
        let item = &mut self.items[ix];
        if item.excluded.is_empty() && item.stage == Stage::Waiting {
            self.classes[item.class].excluding += 1;
        }
        item.excluded.push(exclusion);
        self.set_timer(ix, exclusion.until, Due::Readmit(exclusion.agent), true);
    }

    /// Lets an agent have an interaction again.
    pub(super) fn readmit(&mut self, ix: ItemIx, agent: okno_model::AgentId) {
        let item = &mut self.items[ix];
        let Some(at) = item.excluded.iter().position(|e| e.agent == agent) else { return };
        let gone = item.excluded.remove(at);
        if item.excluded.is_empty() && item.stage == Stage::Waiting {
            self.classes[item.class].excluding -= 1;
        }
        self.set_timer(ix, gone.until, Due::Readmit(agent), false);
    }

    /// Removes a closed interaction from memory.
    pub(super) fn forget(&mut self, ix: ItemIx) {
        debug_assert!(matches!(self.items[ix].stage, Stage::Closed { .. }), "only what is closed is forgotten");
        while let Some(e) = self.items[ix].excluded.last().copied() {
            self.readmit(ix, e.agent);
        }
        let item = self.items.remove(ix);
        self.item_ix.remove(&item.work.interaction);
        self.queues[item.queue].items -= 1;
        self.returned.retain(|&other| other != ix);
    }

    /// The class of a requirement, made on its first use.
    pub(super) fn intern(&mut self, queue: QueueIx, medium: Medium, skills: &[RequiredSkill]) -> Result<ClassIx, Rejected> {
        let own = normalized(skills);
        let record = &self.queues[queue];
        // The common case needs no allocation beyond the key itself.
        let key = (medium, own);
        if let Some(&class) = record.classes.get(&key) {
            return Ok(class);
        }
        if record.classes.len() >= CLASSES_PER_QUEUE {
            return Err(Rejected::Invalid("the queue has too many different skill requirements; use fewer skills per interaction"));
        }
        let own = key.1.clone();
        let class = self.classes.insert(Class {
            queue,
            medium,
            needs: Vec::new(),
            own,
            strategy: record.profile.strategy,
            members: BTreeSet::new(),
            ready: BTreeSet::new(),
            counts: [0; Standing::COUNT],
            bands: [const { BTreeSet::new() }; BANDS],
            filled: 0,
            excluding: 0,
        });
        self.queues[queue].classes.insert(key, class);
        self.rebuild_class(class);
        Ok(class)
    }

    /// Makes the members of a class anew after its queue changed.
    pub(super) fn rebuild_class(&mut self, class: ClassIx) {
        for agent in std::mem::take(&mut self.classes[class].members) {
            self.detach(agent, class);
        }
        let queue = &self.queues[self.classes[class].queue];
        let mut all = queue.profile.skills.clone();
        all.extend(required(&self.classes[class].own));
        let needs = normalized(&all);
        let strategy = queue.profile.strategy;
        let members: Vec<AgentIx> = queue.members.iter().copied().collect();
        let record = &mut self.classes[class];
        record.needs = required(&needs).collect();
        record.strategy = strategy;
        for agent in members {
            self.attach(agent, class);
        }
    }

    /// Makes an agent a member of a class if he meets its needs.
    pub(super) fn attach(&mut self, agent: AgentIx, class: ClassIx) {
        let record = &mut self.classes[class];
        let who = &mut self.agents[agent];
        let Some(skill) = who.skill(&record.needs) else { return };
        who.classes.push(Membership { class, medium: record.medium, skill });
        who.eligible.set(class.n());
        record.members.insert(agent);
        let standing = self.standings[agent.n()][m(record.medium)];
        record.counts[standing as usize] += 1;
        if standing == Standing::Ready {
            let key = record.key(who.published.0, who.published.1, skill, who.profile.id, agent);
            record.ready.insert(key);
        }
    }

    /// Takes an agent out of a class.
    pub(super) fn detach(&mut self, agent: AgentIx, class: ClassIx) {
        let record = &mut self.classes[class];
        let who = &mut self.agents[agent];
        let at = who.classes.iter().position(|membership| membership.class == class).expect("R-8: a member knows his classes");
        let skill = who.classes.swap_remove(at).skill;
        who.eligible.clear(class.n());
        record.members.remove(&agent);
        let standing = self.standings[agent.n()][m(record.medium)];
        record.counts[standing as usize] -= 1;
        if standing == Standing::Ready {
            let key = record.key(who.published.0, who.published.1, skill, who.profile.id, agent);
            record.ready.remove(&key);
        }
    }

    /// Brings the classes of an agent up to date with what he can take now.
    pub(super) fn publish(&mut self, agent: AgentIx) {
        let Some(who) = self.agents.get(agent) else { return };
        let old = self.standings[agent.n()];
        let new = standings(who);
        let (was, is) = (who.published, (who.load(), who.idle_since));
        if old == new && was == is {
            return;
        }
        for membership in &who.classes {
            let (before, after) = (old[m(membership.medium)], new[m(membership.medium)]);
            if before == after && (after != Standing::Ready || was == is) {
                continue;
            }
            let class = &mut self.classes[membership.class];
            class.counts[before as usize] -= 1;
            class.counts[after as usize] += 1;
            if before == Standing::Ready {
                let key = class.key(was.0, was.1, membership.skill, who.profile.id, agent);
                class.ready.remove(&key);
            }
            if after == Standing::Ready {
                let key = class.key(is.0, is.1, membership.skill, who.profile.id, agent);
                class.ready.insert(key);
            }
        }
        self.standings[agent.n()] = new;
        self.agents[agent].published = is;
    }

    /// Puts a new agent into the engine, in no queue yet.
    pub(super) fn insert_agent(&mut self, agent: Agent) -> AgentIx {
        let id = agent.profile.id;
        let standing = standings(&agent);
        let ix = self.agents.insert(agent);
        if self.standings.len() <= ix.n() {
            self.standings.resize(ix.n() + 1, standing);
        }
        self.standings[ix.n()] = standing;
        self.agent_ix.insert(id, ix);
        ix
    }

    /// Enters an agent into his queues and their classes.
    pub(super) fn join_queues(&mut self, agent: AgentIx) {
        for at in 0..self.agents[agent].profile.queues.len() {
            let id = self.agents[agent].profile.queues[at];
            let Some(&queue) = self.queue_ix.get(&id) else { continue };
            if self.queues[queue].members.insert(agent) {
                let classes: Vec<ClassIx> = self.queues[queue].classes.values().copied().collect();
                for class in classes {
                    self.attach(agent, class);
                }
            }
        }
    }

    /// Takes an agent out of his queues and their classes.
    pub(super) fn leave_queues(&mut self, agent: AgentIx) {
        while let Some(membership) = self.agents[agent].classes.last().copied() {
            self.detach(agent, membership.class);
        }
        self.agents[agent].eligible = BitSet::new();
        for at in 0..self.agents[agent].profile.queues.len() {
            let id = self.agents[agent].profile.queues[at];
            if let Some(&queue) = self.queue_ix.get(&id) {
                self.queues[queue].members.remove(&agent);
            }
        }
    }

    /// Whether a wrap-up of this queue has a fixed length: rows do not say, the queue does.
    pub(super) fn restored_clock(&self, queue: QueueIx, until: Option<Timestamp>) -> WrapupClock {
        use okno_model::doc::WrapupMode;
        match (until, self.queues[queue].profile.wrapup) {
            (None, _) => WrapupClock::Open,
            (Some(until), WrapupMode::Fixed { .. }) => WrapupClock::Fixed { until },
            (Some(until), WrapupMode::None | WrapupMode::Discretionary | WrapupMode::Timed { .. }) => WrapupClock::Timed { until },
        }
    }
}

fn required(needs: &Needs) -> impl Iterator<Item = RequiredSkill> {
    needs.iter().map(|&(skill, level)| RequiredSkill { skill, level })
}

/// What an agent can take now, by medium.
pub(super) fn standings(agent: &Agent) -> [Standing; super::state::MEDIA] {
    let mut all = [Standing::NotAvailable; super::state::MEDIA];
    for &medium in Medium::ALL {
        all[m(medium)] = agent.standing(medium);
    }
    all
}
