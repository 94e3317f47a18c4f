//! The derived indexes: classes, bands, ready sets, slots, timers. Everything that puts an interaction or an agent
//! somewhere goes through here, so that nothing is ever in two places.

use super::{
    Engine, Exclusion, Rejected, Stage, Step,
    slab::{AgentIx, ItemIx},
    state::{Due, Grant, Handle, SlotRef, Timer, m},
};
use okno_model::Timestamp;

impl Engine {
    /// Moves an interaction on and keeps every index true. Returns where it was.
    pub(super) fn step(&mut self, ix: ItemIx, step: Step) -> Result<Stage, Rejected> {
        let old = self.items[ix].stage;
        let result = old.step(self.now, step);
        if let Some(watch) = self.watch {
            (watch.stage)(old, step, &result);
        }
        let new = result?;
        if new != old {
            self.learn(ix, old, new);
            self.leave(ix, old, new);
            let item = &mut self.items[ix];
            item.stage = new;
            // A preference is good for one try: whoever has it, or had it, decides what comes next.
            if new != Stage::Waiting && !matches!(new, Stage::Held { .. }) {
                item.work.preferred = None;
            }
            self.enter(ix, old, new);
            self.let_again(ix);
        }
        Ok(old)
    }

    /// Learns how long talks and wrap-ups take: a talk that goes on with somebody else is none yet.
    fn learn(&mut self, ix: ItemIx, old: Stage, new: Stage) {
        let item = &self.items[ix];
        let handle = &mut self.queues[item.queue].handle[m(item.work.medium)];
        match (old, new) {
            (Stage::Active { since, .. }, Stage::Wrapup { .. } | Stage::Closed { .. }) => {
                Handle::learn(&mut handle.talk, self.now.since(since).as_millis() as u64);
                if matches!(new, Stage::Closed { .. }) {
                    Handle::learn(&mut handle.wrapup, 0);
                }
            }
            (Stage::Wrapup { since, .. }, Stage::Closed { .. }) => {
                Handle::learn(&mut handle.wrapup, self.now.since(since).as_millis() as u64);
            }
            _ => {}
        }
    }

    /// Removes an interaction from the indexes of a stage.
    pub(super) fn leave(&mut self, ix: ItemIx, old: Stage, new: Stage) {
        self.count_in_line(ix, old, false);
        match old {
            Stage::Waiting => {
                self.wake_who_kept_free(ix);
                self.set_overflow_timer(ix, false);
                self.leave_ring(ix);
                self.leave_waiting(ix);
            }
            Stage::Parked => {
                let item = &self.items[ix];
                self.queues[item.queue].parked.remove(&(item.work.interaction, ix));
            }
            Stage::Held { agent, until } => {
                self.set_overflow_timer(ix, false);
                self.leave_ring(ix);
                self.set_timer(ix, until, Due::Hold, false);
                let place = self.place_of(ix);
                if let Some(&agent) = self.agent_ix.get(&agent) {
                    self.awake.push(agent);
                    assert!(self.agents[agent].held.remove(&place), "R-6: a held interaction is at its agent");
                }
            }
            Stage::Offered { until, .. } => {
                debug_assert!(self.items[ix].others.is_empty(), "further offers end before the interaction leaves");
                self.leave_ringing(ix);
                self.set_timer(ix, until, Due::Offer, false);
                self.leave_slot(ix, old, new);
            }
            Stage::Active { .. } => {
                let item = &mut self.items[ix];
                (item.unheard, item.renewed) = (None, None);
                if self.blending.idle_after_seconds > 0 {
                    self.weigh_silence(ix);
                }
                self.leave_slot(ix, old, new);
            }
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
        self.count_in_line(ix, new, true);
        match new {
            Stage::Waiting => {
                self.set_overflow_timer(ix, true);
                self.enter_ring(ix);
                self.enter_waiting(ix);
                self.crowd_grew(ix);
            }
            Stage::Parked => {
                let item = &self.items[ix];
                self.queues[item.queue].parked.insert((item.work.interaction, ix));
            }
            Stage::Held { agent, until } => {
                self.set_overflow_timer(ix, true);
                self.enter_ring(ix);
                self.set_timer(ix, until, Due::Hold, true);
                let place = self.place_of(ix);
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

    /// Something begins to wait in its queue, or waits no longer.
    fn count_in_line(&mut self, ix: ItemIx, stage: Stage, comes: bool) {
        let anybody = stage == Stage::Waiting;
        if !stage.waits() {
            return;
        }
        let queue = &mut self.queues[self.items[ix].queue];
        let by = if comes { 1 } else { -1 };
        queue.in_line = queue.in_line.wrapping_add_signed(by);
        queue.crowd = queue.crowd.wrapping_add_signed(if anybody { by } else { 0 });
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
        record.lower_ceiling(medium);
        // Handled work that ends sets the idle clock; an offer that ends does not, nor what occupied nothing.
        match old {
            Stage::Active { .. } => {
                record.idle_since = self.now;
                record.touched = self.now;
            }
            Stage::Wrapup { clock, .. } if clock.occupies() => {
                record.idle_since = self.now;
                record.touched = self.now;
            }
            Stage::Wrapup { .. } | Stage::Waiting | Stage::Parked | Stage::Held { .. } | Stage::Offered { .. } | Stage::Closed { .. } => {}
        }
        self.awake.push(agent);
    }

    fn enter_slot(&mut self, ix: ItemIx, old: Stage, new: Stage) {
        let (Some(id), Some(activity)) = (new.occupies(), new.activity()) else { return };
        let agent = self.agent_ix[&id];
        let (interaction, medium) = (self.items[ix].work.interaction, self.items[ix].work.medium);
        let record = &mut self.agents[agent];
        if old.occupies() == Some(id) {
            if let Some(slot) = record.slots.iter_mut().find(|slot| slot.item == ix) {
                slot.activity = activity;
            }
            if let Stage::Wrapup { clock, .. } = new
                && !clock.occupies()
                && matches!(old, Stage::Active { .. })
            {
                record.idle_since = self.now;
                record.lower_ceiling(medium);
            }
            self.awake.push(agent);
        } else {
            record.slots.push(SlotRef { item: ix, interaction, medium, grant: Grant::Routed, activity, silent: false });
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

    /// Keeps an agent away from an interaction for a while.
    pub(super) fn exclude(&mut self, ix: ItemIx, exclusion: Exclusion) {
        self.readmit(ix, exclusion.agent);
        let item = &mut self.items[ix];
        let first = item.excluded.is_empty();
        item.excluded.push(exclusion);
        if first && self.competes(ix) {
            self.begin_excluding(ix);
        }
        self.set_timer(ix, exclusion.until, Due::Readmit(exclusion.agent), true);
    }

    /// Somebody is excluded from something that competes: the head of its class may not be good for everybody.
    pub(super) fn begin_excluding(&mut self, ix: ItemIx) {
        let item = &self.items[ix];
        self.classes[item.class].excluding += 1;
        self.queues[item.queue].excluding += 1;
    }

    /// Nobody is excluded from it any more, or it competes no longer.
    pub(super) fn end_excluding(&mut self, ix: ItemIx) {
        let item = &self.items[ix];
        self.classes[item.class].excluding -= 1;
        self.queues[item.queue].excluding -= 1;
    }

    /// Lets an agent have an interaction again.
    pub(super) fn readmit(&mut self, ix: ItemIx, agent: okno_model::AgentId) {
        let item = &mut self.items[ix];
        let Some(at) = item.excluded.iter().position(|e| e.agent == agent) else { return };
        let gone = item.excluded.remove(at);
        if item.excluded.is_empty() && self.competes(ix) {
            self.end_excluding(ix);
        }
        self.set_timer(ix, gone.until, Due::Readmit(agent), false);
    }

    /// Removes a closed interaction from memory.
    pub(super) fn forget(&mut self, ix: ItemIx) {
        debug_assert!(matches!(self.items[ix].stage, Stage::Closed { .. }), "only what is closed is forgotten");
        while let Some(e) = self.items[ix].excluded.last().copied() {
            self.readmit(ix, e.agent);
        }
        let item = &self.items[ix];
        self.item_ix.remove(&item.work.interaction);
        self.queues[item.queue].items -= 1;
        self.items.discard(ix);
        self.returned.retain(|&other| other != ix);
    }
}
