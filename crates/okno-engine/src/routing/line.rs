//! What stands before somebody who waits: the facts that an estimate of his wait is made of.

use super::{
    Engine, Stage,
    slab::{AgentIx, ItemIx, QueueIx},
    state::Place,
};
use okno_model::{AgentId, InteractionId, Medium, QueueId, Timestamp, doc::OverflowWhen};
use std::cmp::Ordering;

/// The place of somebody in a queue, and who could serve him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Queue.
    pub queue: QueueId,
    /// Medium.
    pub medium: Medium,
    /// His place among all who wait in the queue, from 1.
    pub position: u32,
    /// Those of his medium who go before him.
    pub ahead: u32,
    /// Those of his medium who wait, without him.
    pub waiting: u32,
    /// Since when the one of them who waits longest does.
    pub first_since: Option<Timestamp>,
    /// Since when he waits.
    pub enqueued: Timestamp,
    /// Agents who take work of his kind, busy or not: who, how many at once, in how many queues.
    pub agents: Vec<(AgentId, u32, u32)>,
}

impl Engine {
    /// Where somebody stands who waits; `None` if he does not.
    pub fn line(&self, interaction: InteractionId) -> Option<Line> {
        let ix = *self.item_ix.get(&interaction)?;
        let item = &self.items[ix];
        if !matches!(item.stage, Stage::Waiting | Stage::Held { .. }) {
            return None;
        }
        let mine = self.place_of(ix);
        let members = self.classes[item.class].members.keys().copied();
        Some(self.line_at(item.queue, item.work.medium, Some((ix, mine)), item.work.enqueued, members))
    }

    /// Where somebody would stand who came now with the priority of most: behind all who wait.
    pub fn line_of_next(&self, queue: QueueId, medium: Medium) -> Option<Line> {
        let ix = *self.queue_ix.get(&queue)?;
        let members = self.queues[ix].members.iter().copied();
        Some(self.line_at(ix, medium, None, self.now, members))
    }

    fn line_at(
        &self,
        queue: QueueIx,
        medium: Medium,
        mine: Option<(ItemIx, Place)>,
        enqueued: Timestamp,
        members: impl Iterator<Item = AgentIx>,
    ) -> Line {
        let record = &self.queues[queue];
        let (mut before, mut ahead, mut waiting, mut first) = (0_u32, 0_u32, 0_u32, None::<Timestamp>);
        for &class in record.classes.values() {
            let class = &self.classes[class];
            for place in class.everybody() {
                if mine.is_some_and(|(ix, _)| ix == place.item) {
                    continue;
                }
                let earlier = mine.is_none_or(|(_, mine)| self.goes_before(queue, *place, mine));
                before += u32::from(earlier);
                if class.medium == medium {
                    ahead += u32::from(earlier);
                    waiting += 1;
                    let since = self.items[place.item].work.enqueued;
                    first = Some(first.map_or(since, |first| first.min(since)));
                }
            }
        }
        let takes = |ix: AgentIx| {
            let who = &self.agents[ix];
            let units = u32::from(who.capacity(medium));
            let there = who.on_duty() && units > 0 && who.has_device(medium);
            there.then(|| (who.profile.id, units, who.profile.queues.len().max(1) as u32))
        };
        Line {
            queue: record.profile.id,
            medium,
            position: before + 1,
            ahead,
            waiting,
            first_since: first,
            enqueued,
            agents: members.filter_map(takes).collect(),
        }
    }

    /// Who waits in a queue, first in line first, at most so many.
    pub fn in_line_of(&self, queue: QueueId, most: usize) -> Vec<InteractionId> {
        let Some(&ix) = self.queue_ix.get(&queue) else { return Vec::new() };
        let mut places: Vec<Place> = self.waiting_in(ix).into_iter().map(|item| self.place_of(item)).collect();
        places.sort_unstable_by(|a, b| if self.goes_before(ix, *a, *b) { Ordering::Less } else { Ordering::Greater });
        places.into_iter().take(most).map(|place| place.interaction).collect()
    }

    /// Who waits where a rule asks how long he will: to be told by [`super::Input::Estimate`].
    pub fn wants_estimates(&self) -> Vec<InteractionId> {
        let asks = |queue: &QueueIx| {
            self.queues[*queue].profile.overflows.iter().any(|rule| matches!(rule.when, OverflowWhen::EstimatedWait { .. }))
        };
        let queues = self.queue_ix.sorted().into_iter().filter(asks);
        queues.flat_map(|queue| self.waiting_in(queue)).map(|item| self.items[item].work.interaction).collect()
    }

    /// Queue, medium and enqueue time of an interaction, whatever its stage.
    pub fn whereabouts(&self, interaction: InteractionId) -> Option<(QueueId, Medium, Timestamp)> {
        let item = &self.items[*self.item_ix.get(&interaction)?];
        Some((item.work.queue, item.work.medium, item.work.enqueued))
    }

    /// What is active, and at whom since when.
    pub fn active(&self) -> Vec<(InteractionId, AgentId, Timestamp)> {
        let of = |(_, item): (ItemIx, &super::state::Item)| match item.stage {
            Stage::Active { agent, since, .. } => Some((item.work.interaction, agent, since)),
            Stage::Waiting | Stage::Parked | Stage::Held { .. } | Stage::Offered { .. } | Stage::Wrapup { .. } | Stage::Closed { .. } => {
                None
            }
        };
        self.items.iter().filter_map(of).collect()
    }
}
