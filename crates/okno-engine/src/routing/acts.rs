//! What people and customers do with interactions.

use super::{
    Assignment, Effect, Engine, Excluded, OfferEnd, Rejected, Stage, Step, Work, WrapupEnd,
    limits::OWN_SKILLS,
    slab::{AgentIx, ClassIx, ItemIx, QueueIx},
    stage::secs,
    state::{Door, Item},
};
use okno_model::{
    AgentId, InteractionId, Medium, QueueId, Timestamp,
    doc::{Closed, Strategy},
    limits::{PRIORITY_MAX, SKILL_LEVEL_MAX},
};
use std::fmt::Write;

impl Engine {
    pub(super) fn enqueue(&mut self, work: Work, out: &mut Vec<Effect>) -> Result<(), Rejected> {
        check_work(&work)?;
        if self.item_ix.contains_key(&work.interaction) {
            return Err(Rejected::AlreadyHere(work.interaction));
        }
        let queue = self.find_queue(work.queue)?;
        let item = self.insert_item(work, queue, self.now)?;
        let profile = &self.queues[queue].profile;
        if let (Strategy::PreferredThenPool, Some(preferred)) = (profile.strategy, &mut self.items[item].work.preferred) {
            preferred.until = self.now + secs(profile.preferred_seconds);
        }
        self.enter(item, Stage::Waiting, Stage::Waiting);
        self.tell_queued(item, "entered", out);
        self.admit(item, out);
        if self.items[item].stage == Stage::Waiting && self.items[item].queue == queue {
            self.prefer_or_return(item, out);
        }
        Ok(())
    }

    /// Makes the record of an interaction that waits; the caller puts it into the indexes.
    pub(super) fn insert_item(&mut self, work: Work, queue: QueueIx, entered: Timestamp) -> Result<ItemIx, Rejected> {
        let class = self.intern(queue, work.medium, &work.skills, 0)?;
        let id = work.interaction;
        let item = Item {
            work,
            queue,
            class,
            stage: Stage::Waiting,
            entered,
            visited: Vec::new(),
            excluded: Vec::new(),
            first: entered,
            door: Door::Open,
            ring_at: None,
            tried: None,
            renewed: None,
            unheard: None,
            lease: None,
            silence: None,
            others: Vec::new(),
            wide: false,
            further_at: None,
        };
        let ix = self.items.insert(item);
        self.item_ix.insert(id, ix);
        self.queues[queue].items += 1;
        Ok(ix)
    }

    pub(super) fn tell_queued(&self, item: ItemIx, rule: &'static str, out: &mut Vec<Effect>) {
        let record = &self.items[item];
        let queue = &self.queues[record.queue].profile;
        let text = || format!("it waits in {} with priority {}", queue.name, record.work.priority);
        let decision = self.said(item, "queued", rule, None, text);
        let (interaction, enqueued) = (record.work.interaction, record.work.enqueued);
        out.push(Effect::Queued { interaction, queue: queue.id, enqueued, decision });
    }

    pub(super) fn withdraw(&mut self, interaction: InteractionId, how: Closed, out: &mut Vec<Effect>) -> Result<(), Rejected> {
        let item = self.find_item(interaction)?;
        let wrapup = self.queues[self.items[item].queue].profile.wrapup;
        let had = self.holder(item);
        let text = match how {
            Closed::Abandoned | Closed::CustomerLeft => "the customer left while it rang",
            Closed::Refused => "it was refused while it rang",
            Closed::Joined => "it was joined into another interaction while it rang",
            Closed::Finished => "it was finished while it rang",
        };
        self.end_others(item, OfferEnd::Withdrawn, "withdrawn", text, out);
        let old = self.step(item, Step::Leave { wrapup, how })?;
        if let Stage::Offered { agent, offer, .. } = old {
            let decision = self.said(item, "withdrawn", "withdrawn", Some(agent), || text.into());
            out.push(Effect::OfferEnded { interaction, agent, offer, how: OfferEnd::Withdrawn, decision });
        }
        self.talk_over(item, old, had, out);
        Ok(())
    }

    pub(super) fn finish(&mut self, interaction: InteractionId, agent: AgentId, out: &mut Vec<Effect>) -> Result<(), Rejected> {
        let item = self.find_item(interaction)?;
        let wrapup = self.queues[self.items[item].queue].profile.wrapup;
        let old = self.step(item, Step::Finish { agent, wrapup })?;
        self.talk_over(item, old, Some(agent), out);
        Ok(())
    }

    /// Tells what followed the end of a talk: wrap-up, or closed.
    pub(super) fn talk_over(&mut self, item: ItemIx, old: Stage, had: Option<AgentId>, out: &mut Vec<Effect>) {
        let interaction = self.items[item].work.interaction;
        match (old, self.items[item].stage) {
            (Stage::Active { .. }, Stage::Wrapup { agent, clock, .. }) => {
                out.push(Effect::WrapupStarted { interaction, agent, until: clock.until(), ends: clock.kind() });
                if let Some(&who) = self.agent_ix.get(&agent).filter(|_| !clock.occupies()) {
                    self.work_ended(who, out);
                }
            }
            (_, Stage::Closed { how }) => self.close(item, how, had.or(old.occupies()), had, out),
            // A customer who leaves while the agent finishes his notes changes nothing.
            (
                _,
                Stage::Wrapup { .. } | Stage::Waiting | Stage::Parked | Stage::Held { .. } | Stage::Offered { .. } | Stage::Active { .. },
            ) => {}
        }
    }

    /// Tells that an interaction is closed and forgets it. `freed` is whom it occupied, `had` who had it.
    fn close(&mut self, item: ItemIx, how: Closed, freed: Option<AgentId>, had: Option<AgentId>, out: &mut Vec<Effect>) {
        let interaction = self.items[item].work.interaction;
        out.push(Effect::Closed { interaction, how, agent: had });
        self.forget(item);
        if let Some(&agent) = freed.and_then(|agent| self.agent_ix.get(&agent)) {
            self.work_ended(agent, out);
        }
    }

    pub(super) fn wrapup_over(&mut self, item: ItemIx, agent: AgentId, how: WrapupEnd, out: &mut Vec<Effect>) {
        let Stage::Closed { how: closed } = self.items[item].stage else { return };
        out.push(Effect::WrapupEnded { interaction: self.items[item].work.interaction, agent, how });
        self.close(item, closed, Some(agent), Some(agent), out);
    }

    pub(super) fn transfer_to_queue(
        &mut self,
        interaction: InteractionId,
        queue: QueueId,
        by: Option<AgentId>,
        out: &mut Vec<Effect>,
    ) -> Result<(), Rejected> {
        let item = self.find_item(interaction)?;
        let to = self.find_queue(queue)?;
        let by_name = by.map(|by| self.find_agent(by)).transpose()?.map(|by| self.name(by).to_owned());
        let before = self.begin_transfer(item, to, out)?;
        // Whoever gives it away does not get it back at once.
        if let Some(agent) = before.agent {
            self.exclude_for(item, agent, Excluded::Gave);
        }
        let name = &self.queues[to].profile.name;
        let text = match by_name {
            Some(by) => format!("{by} sent it to {name}"),
            None => format!("it was sent to {name}"),
        };
        let decision = self.said(item, "transferred", "sent", None, || text);
        let enqueued = self.items[item].work.enqueued;
        let from = before.queue;
        out.push(Effect::Transferred { interaction, from_agent: before.agent, from, queue, to_agent: None, enqueued, decision });
        self.wrap_up_after(item, before, out);
        self.returned.push(item);
        self.admit(item, out);
        self.after_transfer(before, out);
        Ok(())
    }

    pub(super) fn transfer_to_agent(
        &mut self,
        interaction: InteractionId,
        agent: AgentId,
        by: Option<AgentId>,
        out: &mut Vec<Effect>,
    ) -> Result<(), Rejected> {
        let item = self.find_item(interaction)?;
        let to = self.find_agent(agent)?;
        let by = by.map(|by| self.find_agent(by)).transpose()?;
        if self.items[item].stage.occupies() == Some(agent) {
            return Err(Rejected::SameAgent);
        }
        self.may_be_sent(to, item)?;
        let before = self.begin_transfer(item, self.items[item].queue, out)?;
        if let Some(giver) = before.agent {
            self.exclude_for(item, giver, Excluded::Gave);
        }
        self.readmit(item, agent);
        let name = self.name(to);
        let text = match by {
            Some(by) => format!("{} sent it to {name}", self.name(by)),
            None => format!("it was sent to {name}"),
        };
        let decision = self.said(item, "transferred", "sent", Some(agent), || text);
        let enqueued = self.items[item].work.enqueued;
        let queue = before.queue;
        out.push(Effect::Transferred {
            interaction,
            from_agent: before.agent,
            from: queue,
            queue,
            to_agent: Some(agent),
            enqueued,
            decision,
        });
        self.wrap_up_after(item, before, out);
        self.offer_by_hand(item, to, by, out);
        self.after_transfer(before, out);
        Ok(())
    }

    /// Takes an interaction out of wherever it is and lets it wait in a queue. From an agent it waits anew; what waited
    /// already keeps its place.
    fn begin_transfer(&mut self, item: ItemIx, to: QueueIx, out: &mut Vec<Effect>) -> Result<Before, Rejected> {
        let class = {
            let (medium, skills) = (self.items[item].work.medium, self.items[item].work.skills.clone());
            self.intern(to, medium, &skills, 0)?
        };
        let had_in = self.items[item].queue;
        let queue = self.queues[had_in].profile.id;
        let agent = self.holder(item);
        self.end_others(item, OfferEnd::Withdrawn, "sent", "it was sent elsewhere while it rang", out);
        let old = self.step(item, Step::Requeue)?;
        let freed = old.occupies();
        if let Stage::Offered { agent, offer, .. } = old {
            let interaction = self.items[item].work.interaction;
            let decision = self.said(item, "withdrawn", "sent", Some(agent), || "it was sent elsewhere while it rang".into());
            out.push(Effect::OfferEnded { interaction, agent, offer, how: OfferEnd::Withdrawn, decision });
        }
        let now = self.now;
        self.relocate(item, to, class, |record| {
            record.entered = now;
            record.visited.clear();
            record.work.preferred = None;
            if agent.is_some() {
                record.work.enqueued = now;
            }
        });
        let requested = matches!(old, Stage::Active { requested: true, .. });
        Ok(Before { queue, had_in, agent, requested, freed })
    }

    /// Who gave it away finishes his notes by the rules of the queue in which he had it.
    fn wrap_up_after(&mut self, item: ItemIx, before: Before, out: &mut Vec<Effect>) {
        if let Some(agent) = before.agent {
            self.begin_segment(item, agent, before.had_in, before.requested, out);
        }
    }

    fn after_transfer(&mut self, before: Before, out: &mut Vec<Effect>) {
        if let Some(&agent) = before.freed.and_then(|agent| self.agent_ix.get(&agent)) {
            self.work_ended(agent, out);
        }
    }

    pub(super) fn pull(&mut self, interaction: InteractionId, agent: AgentId, out: &mut Vec<Effect>) -> Result<(), Rejected> {
        let item = self.find_item(interaction)?;
        let who = self.find_agent(agent)?;
        let medium = self.items[item].work.medium;
        let mine = self.rings_at(item, agent) || self.items[item].stage.occupies() == Some(agent);
        let waited = self.cherry(item, who);
        // His notes about it make way for it.
        let room = self.agents[who].has_room(medium) || self.agents[who].wraps_up(interaction);
        if medium == Medium::Voice && !mine && !self.agents[who].phone && self.holder(item).is_none() {
            return Err(Rejected::NoPhone(agent));
        }
        if medium == Medium::Voice && !mine && !room && self.holder(item).is_none() {
            return Err(Rejected::NoCapacity(medium));
        }
        self.lead_by_hand(item, agent);
        let mine = mine || self.items[item].stage.occupies() == Some(agent);
        self.end_others(item, OfferEnd::Taken, "pulled", &format!("{} took it by hand", self.name(who)), out);
        let old = self.step(item, Step::Take { agent })?;
        if !mine {
            // What is taken by hand is no proof that the engine kept to the capacity.
            self.mark_by_hand(who, item);
        }
        if let Stage::Offered { agent: other, offer, .. } = old
            && other != agent
        {
            let decision = self.said(item, "taken", "pulled", Some(other), || format!("{} took it by hand", self.name(who)));
            out.push(Effect::OfferEnded { interaction, agent: other, offer, how: OfferEnd::Taken, decision });
        }
        self.agents[who].misses = [0; 5];
        self.agents[who].took(self.now);
        let mut text = format!("{} took it by hand", self.name(who));
        if let Some((position, skipped)) = waited {
            let _ = write!(text, " from place {position}");
            if skipped > 0 {
                let _ = write!(text, ", before {skipped} that were before it");
            }
        }
        let mut decision = self.said(item, "assigned", "pulled", Some(agent), || text);
        decision.position = waited.map(|(position, _)| position as i64);
        decision.skipped = waited.map(|(_, skipped)| skipped as i64);
        out.push(Effect::Assigned { interaction, agent, how: Assignment::Pulled, decision });
        self.end_segment(who, interaction, WrapupEnd::Completed, out);
        self.awake.push(who);
        self.took(who, out);
        if let Some(&other) = old.occupies().filter(|&other| other != agent).and_then(|other| self.agent_ix.get(&other)) {
            self.work_ended(other, out);
        }
        Ok(())
    }

    /// The place of what waits, and how many wait before it that this agent might have as well: cherry-picking.
    fn cherry(&self, item: ItemIx, who: AgentIx) -> Option<(usize, usize)> {
        let record = &self.items[item];
        if !record.stage.waits() {
            return None;
        }
        let id = self.agents[who].profile.id;
        let might = |other: ItemIx| {
            let other = &self.items[other];
            self.classes[other.class].members.contains_key(&who) && !other.excludes(id)
        };
        Some((1 + self.before(item, |_| true), self.before(item, might)))
    }

    /// Moves a waiting interaction to a queue, with its indexes kept true.
    pub(super) fn relocate(&mut self, item: ItemIx, to: QueueIx, class: ClassIx, change: impl FnOnce(&mut Item)) {
        let stage = self.items[item].stage;
        debug_assert_eq!(stage, Stage::Waiting, "only what waits is moved");
        self.leave(item, stage, stage);
        let id = self.queues[to].profile.id;
        let record = &mut self.items[item];
        self.queues[record.queue].items -= 1;
        self.queues[to].items += 1;
        record.queue = to;
        record.work.queue = id;
        record.class = class;
        record.tried = None;
        change(record);
        self.enter(item, stage, stage);
    }
}

/// Where an interaction was before a transfer.
#[derive(Debug, Clone, Copy)]
struct Before {
    queue: QueueId,
    had_in: QueueIx,
    /// Who had it.
    agent: Option<AgentId>,
    /// He had asked for a wrap-up.
    requested: bool,
    /// Whom it occupied: he had it, or it rang at him.
    freed: Option<AgentId>,
}

pub(super) fn check_work(work: &Work) -> Result<(), Rejected> {
    check_priority(work.priority)?;
    if work.skills.len() > OWN_SKILLS {
        return Err(Rejected::Invalid("an interaction may need 16 skills besides those of its queue"));
    }
    if work.skills.iter().any(|skill| skill.level == 0 || skill.level > SKILL_LEVEL_MAX) {
        return Err(Rejected::Invalid("a skill level is 1 to 10"));
    }
    Ok(())
}

pub(super) const fn check_priority(priority: u8) -> Result<(), Rejected> {
    if priority > PRIORITY_MAX { Err(Rejected::Invalid("a priority is 0 to 9")) } else { Ok(()) }
}
