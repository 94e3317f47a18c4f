//! What happens to agents and queues themselves: profiles, presence, connection.

use super::{
    AgentProfile, AgentStats, Effect, Engine, Excluded, OfferEnd, QueueProfile, Rejected, Stage, Step, WrapupEnd,
    duty::{Duty, DutyStep},
    limits::{RINGS, TIER_MAX},
    slab::{AgentIx, BitSet, ClassIx, ItemIx, Ix, QueueIx},
    state::{Agent, Door, MEDIA, Queue, m},
};
use okno_model::{
    AgentId, InteractionId, Medium, QueueId, Timestamp,
    doc::{Presence, PresenceBy, Sweep, Treatment},
    limits::SKILL_LEVEL_MAX,
};
use std::collections::BTreeSet;

/// How an agent left his offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// By his presence: as good as declining, so that flipping it does not ring again at once.
    Presence,
    /// His connection was lost.
    Connection,
    /// His phone is gone: what needs one cannot ring.
    Phone,
    /// He was removed.
    Removed,
}

impl Engine {
    pub(super) fn set_queue(&mut self, profile: QueueProfile, out: &mut Vec<Effect>) -> Result<(), Rejected> {
        check_queue(&profile)?;
        self.change_queue(profile, out);
        Ok(())
    }

    /// Puts a new queue into the engine, without agents yet.
    pub(super) fn insert_queue(&mut self, queue: Queue) -> QueueIx {
        let id = queue.profile.id;
        let ix = self.queues.insert(queue);
        self.callable.resize(self.callable.len().max(ix.n() + 1), 0);
        self.callable[ix.n()] = 0;
        self.queue_ix.insert(id, ix);
        ix
    }

    /// Notes which rare rules any queue has.
    pub(super) fn count_reserves(&mut self) {
        self.reserves = self.queues.iter().filter(|(_, queue)| queue.profile.slots.reserve > 0).count();
        self.asking = self.queues.iter().any(|(_, queue)| queue.asks_who_is_there());
    }

    fn change_queue(&mut self, profile: QueueProfile, out: &mut Vec<Effect>) {
        let id = profile.id;
        let Some(&ix) = self.queue_ix.get(&id) else {
            let queue = self.insert_queue(Queue::new(profile));
            self.gather(queue);
            let serving = self.serving(queue);
            self.awake.extend(serving);
            self.count_reserves();
            self.stirred.push(queue);
            self.turn(queue, out);
            return;
        };
        let waiting: Vec<(ItemIx, Stage)> = self
            .items
            .iter()
            .filter(|(_, item)| item.queue == ix && matches!(item.stage, Stage::Waiting | Stage::Held { .. }))
            .map(|(item, record)| (item, record.stage))
            .collect();
        for &(item, stage) in &waiting {
            self.leave(item, stage, stage);
        }
        let mut members = self.serving(ix);
        for &agent in &members {
            self.part(agent, ix);
        }
        self.queues[ix].profile = profile;
        self.queues[ix].read_profile();
        let classes: Vec<ClassIx> = self.queues[ix].classes.values().copied().collect();
        for class in classes {
            self.set_needs(class);
        }
        self.gather(ix);
        members.extend(self.serving(ix));
        let mut opened = Vec::new();
        for &(item, stage) in &waiting {
            let was = self.items[item].door;
            self.enter(item, stage, stage);
            if stage == Stage::Waiting && was != Door::Open && self.items[item].door == Door::Open {
                opened.push(item);
            }
            if let Stage::Held { agent, .. } = stage
                && !self.classes[self.items[item].class].members.contains_key(&self.agent_ix[&agent])
            {
                self.release(item);
            }
        }
        self.awake.extend(members);
        self.count_reserves();
        // What joins the competition now has not asked its preferred agent yet.
        for item in opened {
            self.prefer_or_return(item, out);
        }
        self.stirred.push(ix);
        self.turn(ix, out);
    }

    /// Everybody who serves a queue, or may join its rings.
    fn serving(&self, queue: QueueIx) -> Vec<AgentIx> {
        let queue = &self.queues[queue];
        queue.members.iter().chain(queue.guests.keys()).copied().collect()
    }

    /// Enters everybody into a queue who serves it, and those who may join its rings.
    pub(super) fn gather(&mut self, queue: QueueIx) {
        let record = &self.queues[queue];
        let id = record.profile.id;
        let rings = record.rings().iter().any(|ring| !ring.add_queues.is_empty());
        let serving = self.agents.iter().filter(|(_, agent)| agent.profile.queues.contains(&id));
        let serving: Vec<AgentIx> = serving.map(|(agent, _)| agent).collect();
        for agent in serving {
            self.join(agent, queue);
        }
        if !rings {
            self.ringed.remove(&queue);
            return;
        }
        self.ringed.insert(queue);
        let everybody: Vec<AgentIx> = self.agents.iter().map(|(agent, _)| agent).collect();
        for agent in everybody {
            self.join_as_guest(agent, queue);
        }
    }

    pub(super) fn remove_queue(&mut self, queue: QueueId) -> Result<(), Rejected> {
        let ix = self.find_queue(queue)?;
        let count = self.queues[ix].items;
        if count > 0 {
            return Err(Rejected::QueueInUse { count });
        }
        let members = self.serving(ix);
        for &agent in &members {
            self.part(agent, ix);
        }
        self.awake.extend(members);
        self.ringed.remove(&ix);
        let classes: Vec<ClassIx> = self.queues[ix].classes.values().copied().collect();
        for class in classes {
            self.classes.remove(class);
        }
        self.nonempty.clear(ix.n());
        if let Some(at) = self.queues[ix].turns {
            self.turns.remove(&(at, queue, ix));
        }
        self.stirred.retain(|&other| other != ix);
        self.crowded.retain(|&other| other != ix);
        self.queues.remove(ix);
        self.queue_ix.remove(&queue);
        self.count_reserves();
        Ok(())
    }

    pub(super) fn set_agent(&mut self, profile: AgentProfile, out: &mut Vec<Effect>) -> Result<(), Rejected> {
        if profile.skills.iter().any(|skill| skill.level == 0 || skill.level > SKILL_LEVEL_MAX) {
            return Err(Rejected::Invalid("a skill level is 1 to 10"));
        }
        let who = if let Some(&who) = self.agent_ix.get(&profile.id) {
            self.leave_queues(who);
            self.agents[who].profile = profile;
            who
        } else {
            let agent = Agent {
                profile,
                duty: Duty::new(self.now),
                connected: false,
                phone: false,
                idle_since: self.now,
                touched: Timestamp::from_millis(0),
                stats: AgentStats::new(self.now),
                rated: false,
                rates_due: self.now,
                turn: 0,
                misses: [0; MEDIA],
                slots: Vec::new(),
                wrapups: Vec::new(),
                alarms: Vec::new(),
                blending: self.blending,
                reserved: false,
                counted: false,
                heard: self.now,
                ceiling: [0; MEDIA],
                held: BTreeSet::new(),
                pools: Vec::new(),
                guest_of: Vec::new(),
                serves: BitSet::new(),
                classes: Vec::new(),
                eligible: BitSet::new(),
            };
            self.insert_agent(agent)
        };
        self.join_queues(who);
        self.set_ceiling(who);
        let held: Vec<ItemIx> = self.agents[who].held.iter().map(|place| place.item).collect();
        for item in held {
            let record = &self.items[item];
            if !self.classes[record.class].members.contains_key(&who) || self.agents[who].capacity(record.work.medium) == 0 {
                self.release(item);
            }
        }
        self.awake.push(who);
        self.changed.push(who);
        self.work_ended(who, out);
        Ok(())
    }

    /// What he has already may stay when his capacity is lowered.
    pub(super) fn set_ceiling(&mut self, who: AgentIx) {
        for &medium in Medium::ALL {
            let agent = &mut self.agents[who];
            agent.ceiling[m(medium)] = agent.capacity_units(medium).max(agent.routed_units(medium));
        }
    }

    pub(super) fn remove_agent(&mut self, agent: AgentId, out: &mut Vec<Effect>) -> Result<(), Rejected> {
        let who = self.find_agent(agent)?;
        self.agents[who].connected = false;
        self.count_on_duty(who);
        self.recall_offers(who, Left::Removed, out);
        self.release_held(who);
        for item in self.slots_by_id(who) {
            match self.items[item].stage {
                Stage::Active { .. } => {
                    self.step(item, Step::Requeue).expect("what is active can wait again");
                    let (queue, class, now) = (self.items[item].queue, self.items[item].class, self.now);
                    self.relocate(item, queue, class, |record| record.entered = now);
                    self.tell_queued(item, "agent_removed", out);
                    self.returned.push(item);
                }
                Stage::Wrapup { how, .. } => self.wrapup_of_removed(item, agent, how, out),
                Stage::Waiting | Stage::Parked | Stage::Held { .. } | Stage::Offered { .. } | Stage::Closed { .. } => {}
            }
        }
        let wrapups: Vec<InteractionId> = self.agents[who].wrapups.iter().map(|wrapup| wrapup.interaction).collect();
        for interaction in wrapups {
            self.end_segment(who, interaction, WrapupEnd::AgentRemoved, out);
        }
        for alarm in std::mem::take(&mut self.agents[who].alarms) {
            self.alarms.remove(&alarm);
        }
        self.leave_queues(who);
        self.agent_ix.remove(&agent);
        self.agents.remove(who);
        self.awake.retain(|&ix| ix != who);
        self.changed.retain(|&ix| ix != who);
        Ok(())
    }

    fn wrapup_of_removed(&mut self, item: ItemIx, agent: AgentId, how: okno_model::doc::Closed, out: &mut Vec<Effect>) {
        let old = self.items[item].stage;
        let new = Stage::Closed { how };
        self.leave(item, old, new);
        self.items[item].stage = new;
        self.let_again(item);
        self.wrapup_over(item, agent, WrapupEnd::AgentRemoved, out);
    }

    pub(super) fn set_presence(
        &mut self,
        agent: AgentId,
        presence: Presence,
        by: PresenceBy,
        out: &mut Vec<Effect>,
    ) -> Result<(), Rejected> {
        let who = self.find_agent(agent)?;
        self.apply_duty(who, [DutyStep::Set { presence, by }], out);
        Ok(())
    }

    pub(super) fn set_next_presence(&mut self, agent: AgentId, next: Option<Presence>, out: &mut Vec<Effect>) -> Result<(), Rejected> {
        let who = self.find_agent(agent)?;
        let set = DutyStep::SetNext { next };
        if self.agents[who].is_occupied() {
            self.apply_duty(who, [set], out);
        } else {
            self.apply_duty(who, [set, DutyStep::Idle], out);
        }
        Ok(())
    }

    /// He took an interaction.
    pub(super) fn took(&mut self, who: AgentIx, out: &mut Vec<Effect>) {
        self.apply_duty(who, [DutyStep::Took], out);
    }

    /// Something that occupied him ended; if it was the last, his next presence comes into force.
    pub(super) fn work_ended(&mut self, who: AgentIx, out: &mut Vec<Effect>) {
        let agent = &self.agents[who];
        if !agent.is_occupied() && agent.duty.next.is_some() {
            self.apply_duty(who, [DutyStep::Idle], out);
        }
    }

    /// RONA: he is not there.
    pub(super) fn pause_after_misses(&mut self, who: AgentIx, out: &mut Vec<Effect>) {
        self.apply_duty(who, [DutyStep::MissedTooMany], out);
    }

    /// He accepted and could not be reached.
    pub(super) fn pause_without_phone(&mut self, who: AgentIx, out: &mut Vec<Effect>) {
        self.apply_duty(who, [DutyStep::Unreached], out);
    }

    /// Changes what he chose, and everything that follows from it.
    pub(super) fn apply_duty<const N: usize>(&mut self, who: AgentIx, steps: [DutyStep; N], out: &mut Vec<Effect>) {
        let now = self.now;
        let agent = &mut self.agents[who];
        let before = agent.duty.clone();
        for step in steps {
            let asked = self.watch.map(|watch| (watch, agent.duty.clone(), step.clone()));
            agent.duty = agent.duty.clone().step(now, step);
            if let Some((watch, had, step)) = asked {
                (watch.duty)(&had, &step, &agent.duty);
            }
        }
        if agent.duty == before {
            return;
        }
        self.count_on_duty(who);
        let agent = &mut self.agents[who];
        let (id, after) = (agent.profile.id, agent.duty.clone());
        if after.takes_offers() && !before.takes_offers() {
            agent.idle_since = now;
            agent.misses = [0; MEDIA];
        }
        if before.presence == Presence::Offline && after.presence != Presence::Offline {
            let doing = agent.doing();
            agent.note(now, doing);
            agent.stats.new_shift();
            agent.note(now, doing);
        }
        if after.presence != before.presence {
            out.push(Effect::PresenceChanged { agent: id, presence: after.presence.clone(), by: after.by });
        }
        if after.next != before.next {
            out.push(Effect::NextPresenceChanged { agent: id, next: after.next.clone() });
        }
        self.changed.push(who);
        self.awake.push(who);
        self.set_alarms(who);
        if !after.takes_offers() {
            self.recall_offers(who, Left::Presence, out);
        }
        if !self.agents[who].on_duty() {
            self.release_held(who);
        }
        self.work_ended(who, out);
    }

    pub(super) fn connected(&mut self, agent: AgentId) -> Result<(), Rejected> {
        let who = self.find_agent(agent)?;
        self.agents[who].heard = self.now;
        if !self.agents[who].connected {
            self.agents[who].connected = true;
            self.count_on_duty(who);
            self.awake.push(who);
            self.changed.push(who);
            self.let_slots_again(who);
        }
        self.set_alarms(who);
        Ok(())
    }

    pub(super) fn disconnected(&mut self, agent: AgentId, out: &mut Vec<Effect>) -> Result<(), Rejected> {
        let who = self.find_agent(agent)?;
        if self.agents[who].connected {
            self.desk_lost(who, out);
        }
        Ok(())
    }

    /// What occupies an agent, in an order that a restart does not change.
    fn slots_by_id(&self, who: AgentIx) -> Vec<ItemIx> {
        let mut items: Vec<ItemIx> = self.agents[who].slots.iter().map(|slot| slot.item).collect();
        items.sort_unstable_by_key(|&item| self.items[item].work.interaction);
        items
    }

    /// Takes back whatever rings at an agent who left: once, and not as a miss.
    pub(super) fn recall_offers(&mut self, who: AgentIx, left: Left, out: &mut Vec<Effect>) {
        for item in self.slots_by_id(who) {
            let Stage::Offered { agent: first, offer, .. } = self.items[item].stage else { continue };
            if left == Left::Phone && self.agents[who].has_device(self.items[item].work.medium) {
                continue;
            }
            let interaction = self.items[item].work.interaction;
            let (rule, text) = match left {
                Left::Presence => ("presence", format!("{} changed presence while it rang", self.name(who))),
                Left::Connection => ("connection", format!("the connection of {} was lost while it rang", self.name(who))),
                Left::Phone => ("phone", format!("the phone of {} was lost while it rang", self.name(who))),
                Left::Removed => ("removed", format!("{} was removed while it rang", self.name(who))),
            };
            let agent = self.agents[who].profile.id;
            if self.step_back(item, agent) {
                if left == Left::Presence {
                    self.exclude_for(item, agent, Excluded::Left);
                }
                self.end_other(item, agent, OfferEnd::AgentLeft, ("agent_left", rule, text), out);
                continue;
            }
            debug_assert_eq!(first, agent, "what rings at him alone rings at him first");
            self.step(item, Step::Recall).expect("what rings can be taken back");
            if left == Left::Presence {
                self.exclude_for(item, agent, Excluded::Left);
            }
            let decision = self.said(item, "agent_left", rule, Some(agent), || text);
            out.push(Effect::OfferEnded { interaction, agent, offer, how: OfferEnd::AgentLeft, decision });
            self.returned.push(item);
        }
    }

    /// Whatever waited for him alone waits for everybody.
    pub(super) fn release_held(&mut self, who: AgentIx) {
        let held: Vec<ItemIx> = self.agents[who].held.iter().map(|place| place.item).collect();
        for item in held {
            self.release(item);
        }
    }

    /// An interaction waits for one agent no longer.
    pub(super) fn release(&mut self, item: ItemIx) {
        self.step(item, Step::Release).expect("what is held can be released");
        self.items[item].work.preferred = None;
        self.returned.push(item);
    }
}

pub(super) fn check_queue(profile: &QueueProfile) -> Result<(), Rejected> {
    if Medium::ALL.iter().any(|&medium| profile.offer.of(medium) == 0) {
        return Err(Rejected::Invalid("an offer rings for at least one second"));
    }
    if profile.skills.iter().any(|skill| skill.level == 0 || skill.level > SKILL_LEVEL_MAX) {
        return Err(Rejected::Invalid("a skill level is 1 to 10"));
    }
    let treatments = [Some(profile.closed), profile.full.map(|full| full.then), profile.empty.map(|empty| empty.then)];
    let swept = if let Sweep::Overflow { to } = profile.closing.sweep { Some(to) } else { None };
    let mut leads =
        profile.overflows.iter().map(|rule| rule.to).chain(treatments.into_iter().flatten().filter_map(Treatment::to)).chain(swept);
    if leads.any(|to| to == profile.id) {
        return Err(Rejected::Invalid("a queue cannot overflow to itself; choose another queue"));
    }
    if profile.rings.windows(2).any(|pair| pair[0].after_seconds >= pair[1].after_seconds) || profile.rings.len() > RINGS {
        return Err(Rejected::Invalid("a queue has at most six rings, and each begins later than the one before it"));
    }
    if profile.tiers.iter().any(|tier| tier.tier > TIER_MAX) {
        return Err(Rejected::Invalid("a tier is 0 to 9"));
    }
    if profile.ring_seconds == 0 {
        return Err(Rejected::Invalid("one more agent is rung after at least one second"));
    }
    Ok(())
}
