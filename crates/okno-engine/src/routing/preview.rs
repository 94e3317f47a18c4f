//! Questions that change nothing: who would get this, why does it wait, why not this agent.

#![expect(clippy::wildcard_enum_match_arm, reason = "few strategies and stages differ here from all the others")]

use super::{
    Effect, Engine, Excluded, Input, QueueProfile, Rejected, Restore, Stage, Work,
    slab::{AgentIx, ItemIx, Ix},
    span::words,
    state::{Door, Standing, m},
};
use okno_model::{
    AgentId, InteractionId, Timestamp,
    doc::{DecisionDoc, ReasonDoc},
};
use std::collections::BTreeSet;

impl Engine {
    /// Who would get this interaction now, and why. `changed` is the queue as it would be; nothing is changed. Decides with a
    /// small copy: the agents of the queue and what occupies them, without what waits.
    ///
    /// # Errors
    /// As those of [`Input::SetQueue`] and [`Input::Enqueue`].
    pub fn preview(&self, now: Timestamp, changed: Option<QueueProfile>, work: Work) -> Result<DecisionDoc, Rejected> {
        let queue = work.queue;
        let profile = match changed {
            Some(profile) => profile,
            None => self.queues[self.find_queue(queue)?].profile.clone(),
        };
        let mut serves: BTreeSet<_> = profile.rings.iter().flat_map(|ring| ring.add_queues.iter().copied()).collect();
        serves.insert(queue);
        let agents: Vec<AgentIx> =
            self.agents.iter().filter(|(_, agent)| agent.profile.queues.iter().any(|id| serves.contains(id))).map(|(ix, _)| ix).collect();
        let items: BTreeSet<ItemIx> = agents.iter().flat_map(|&ix| self.agents[ix].slots.iter().map(|slot| slot.item)).collect();
        let hours = self.hours.values().map(|hours| hours.doc.clone()).collect();
        let mut rows = Restore { hours, unstaffed: Some(Vec::new()), ..Restore::default() };
        rows.agents = agents.iter().map(|&ix| super::restore::agent_row(&self.agents[ix])).collect();
        rows.agents.sort_by_key(|row| row.profile.id);
        rows.work = items.iter().map(|&ix| self.work_row(ix)).collect();
        let mut queues: BTreeSet<_> = items.iter().map(|&ix| self.items[ix].queue).collect();
        queues.extend(self.queue_ix.get(&queue).copied());
        rows.queues = queues.iter().map(|&ix| self.queues[ix].profile.clone()).collect();
        rows.memories = queues.iter().map(|&ix| super::restore::memory_row(&self.queues[ix])).collect();
        let mut out = Vec::new();
        let mut copy = Self::restore(now.max(self.now), self.limits, rows, &mut out).engine;
        copy.handle(now, Input::SetQueue(Box::new(profile)), &mut out)?;
        out.clear();
        let id = work.interaction;
        copy.handle(now, Input::Enqueue(work), &mut out)?;
        let told = out.into_iter().filter_map(|effect| match effect {
            Effect::Offered { interaction, decision, .. } | Effect::Waits { interaction, decision } if interaction == id => Some(decision),
            _ => None,
        });
        let mut told: Vec<_> = told.collect();
        if told.is_empty() {
            return copy.why(id).ok_or(Rejected::UnknownInteraction(id));
        }
        Ok(told.swap_remove(0).into_doc())
    }

    /// Why an interaction is where it is now: who is weighed, who is kept away and by what, which place it has. `None` if it
    /// is not here.
    pub fn why(&self, interaction: InteractionId) -> Option<DecisionDoc> {
        let ix = *self.item_ix.get(&interaction)?;
        let item = &self.items[ix];
        let mut decision = match item.stage {
            Stage::Waiting if item.door != Door::Open => self.why_apart(ix),
            Stage::Waiting => self.why_it_waits(ix),
            Stage::Held { agent, until } => match self.agent_ix.get(&agent) {
                Some(&agent) => self.why_it_is_held(ix, agent, until),
                None => self.why_it_waits(ix),
            },
            Stage::Parked => self.said(ix, "waits", "closed", None, || "it is kept until its queue opens".into()),
            Stage::Offered { agent, until, .. } => {
                let others = item.others.len();
                let name = self.agent_ix.get(&agent).map_or("an agent", |&ix| self.name(ix));
                let more = if others > 0 { format!(" and {others} more") } else { String::new() };
                let text = format!("it rings at {name}{more} for {} more", words(until.since(self.now)));
                self.said(ix, "offered", "rings", Some(agent), || text)
            }
            Stage::Active { agent, .. } | Stage::Wrapup { agent, .. } => {
                let name = self.agent_ix.get(&agent).map_or("an agent", |&ix| self.name(ix));
                self.said(ix, "assigned", "has_it", Some(agent), || format!("{name} has it"))
            }
            Stage::Closed { .. } => return None,
        };
        decision.position = self.position(interaction).and_then(|place| i64::try_from(place).ok());
        Some(decision.into_doc())
    }

    /// Why an agent does not have or get an interaction now. `None` if either is not here.
    pub fn why_not(&self, interaction: InteractionId, agent: AgentId) -> Option<ReasonDoc> {
        let ix = *self.item_ix.get(&interaction)?;
        let who = *self.agent_ix.get(&agent)?;
        let (filter, because, until) = self.reason(ix, who);
        Some(ReasonDoc { agent, filter: filter.into(), because, until })
    }

    fn reason(&self, ix: ItemIx, who: AgentIx) -> (&'static str, String, Option<Timestamp>) {
        let item = &self.items[ix];
        let agent = &self.agents[who];
        let (id, name) = (agent.profile.id, &agent.profile.name);
        let queue = &self.queues[item.queue];
        let queue_name = &queue.profile.name;
        match item.stage {
            Stage::Offered { until, .. } if self.rings_at(ix, id) => {
                let until = item.others.iter().find(|other| other.agent == id).map_or(until, |other| other.until);
                return ("rings", format!("it rings at {name}"), Some(until));
            }
            Stage::Active { agent, .. } | Stage::Wrapup { agent, .. } if agent == id => return ("has_it", format!("{name} has it"), None),
            Stage::Held { agent, until } if agent == id => return ("chosen", format!("it waits for {name}"), Some(until)),
            _ => {}
        }
        let class = &self.classes[item.class];
        if !queue.members.contains(&who) && !queue.guests.contains_key(&who) {
            return ("not_member", format!("{name} does not serve {queue_name}"), None);
        }
        if !class.members.contains_key(&who) {
            let later = item.ring_at.filter(|_| queue.guests.contains_key(&who) || class.ring < queue.widest_ring());
            return ("no_skill", format!("{name} does not meet what is required"), later);
        }
        if let Some(e) = item.excluded.iter().find(|e| e.agent == id) {
            let text = match e.why {
                Excluded::Missed => format!("{name} missed it"),
                Excluded::Declined => format!("{name} declined it"),
                Excluded::Left => format!("{name} left while it rang"),
                Excluded::Gave => format!("{name} sent it on"),
                Excluded::Busy => format!("the phone of {name} was busy"),
                Excluded::Unreached => format!("{name} could not be reached"),
            };
            return (e.why.word(), text, Some(e.until));
        }
        let standing = agent.standing(item.work.medium);
        if standing != Standing::Ready {
            let verb = match standing {
                Standing::NoPhone => "has no phone".to_owned(),
                other => format!("is {}", other.phrase(1)),
            };
            return (standing.word(), format!("{name} {verb}"), None);
        }
        match (item.stage, item.door) {
            (Stage::Waiting, Door::ByHand) => ("by_hand", format!("agents of {queue_name} take what they choose"), None),
            (Stage::Waiting, Door::Opens(at)) => ("delayed", format!("{queue_name} asks nobody yet"), Some(at)),
            (Stage::Held { until, .. }, _) => ("kept_for_another", "it is kept for another agent".to_owned(), Some(until)),
            (Stage::Offered { .. } | Stage::Active { .. } | Stage::Wrapup { .. }, _) => {
                let shown = &self.board[who.n()];
                debug_assert_eq!(shown.standing[m(item.work.medium)], standing, "what is shown is true between inputs");
                ("not_first", "another agent was chosen".to_owned(), None)
            }
            (Stage::Waiting | Stage::Parked | Stage::Closed { .. }, _) => ("ready", format!("{name} could have it"), None),
        }
    }
}
