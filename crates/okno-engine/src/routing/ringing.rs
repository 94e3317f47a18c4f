//! Several offers of one interaction at the same time (`ring_all`, `ring_progressively`).
//!
//! An interaction that rings is in one place as ever, [`Stage::Offered`], at the first agent; the others are kept beside it,
//! each with its slot, its offer and its end. Whoever accepts first becomes the first, the others are told that it is taken. An
//! offer that ends while others ring ends alone: the interaction returns to its queue with the last one.

#![expect(clippy::wildcard_enum_match_arm, reason = "few strategies and stages differ here from all the others")]

use super::{
    Effect, Engine, Excluded, OfferEnd, Stage,
    explain::Because,
    slab::{AgentIx, ItemIx, Ix, QueueIx},
    stage::secs,
    state::{Due, Grant, SlotRef, Standing},
};
use okno_model::{
    AgentId, OfferId, Timestamp,
    doc::{Activity, OtherOffer, Strategy},
};

/// Agents at whom one interaction rings at most: a bigger team is asked in turns.
pub(super) const AT_ONCE: usize = 100;

impl Engine {
    /// It was offered by the rule of its queue: where all are asked at once, the others are asked now.
    pub(super) fn ring_further(&mut self, ix: ItemIx, out: &mut Vec<Effect>) {
        let queue = self.items[ix].queue;
        match self.queues[queue].profile.strategy {
            Strategy::RingAll => {
                self.items[ix].wide = true;
                self.queues[queue].ringing.insert((self.items[ix].work.interaction, ix));
                for agent in self.more_for(ix, AT_ONCE) {
                    self.ring_other(ix, agent, out);
                }
            }
            Strategy::RingProgressively => {
                self.items[ix].wide = true;
                self.queues[queue].ringing.insert((self.items[ix].work.interaction, ix));
                self.set_further(ix, Some(self.now + secs(self.queues[queue].profile.ring_seconds)));
            }
            _ => {}
        }
    }

    /// The time for one more agent has come.
    pub(super) fn ring_one_more(&mut self, ix: ItemIx, out: &mut Vec<Effect>) {
        let profile = &self.queues[self.items[ix].queue].profile;
        let again = (profile.strategy == Strategy::RingProgressively).then(|| self.now + secs(profile.ring_seconds.max(1)));
        self.set_further(ix, again);
        if again.is_some()
            && let Some(&agent) = self.more_for(ix, 1).first()
        {
            self.ring_other(ix, agent, out);
        }
    }

    fn set_further(&mut self, ix: ItemIx, at: Option<Timestamp>) {
        if let Some(had) = std::mem::replace(&mut self.items[ix].further_at, at) {
            self.set_timer(ix, had, Due::Further, false);
        }
        if let Some(at) = at {
            self.set_timer(ix, at, Due::Further, true);
        }
    }

    /// It rings nowhere any more, or somebody has it.
    pub(super) fn leave_ringing(&mut self, ix: ItemIx) {
        self.set_further(ix, None);
        if std::mem::take(&mut self.items[ix].wide) {
            let key = (self.items[ix].work.interaction, ix);
            let queue = self.items[ix].queue;
            self.queues[queue].ringing.remove(&key);
        }
    }

    /// Ready agents at whom it does not ring yet, best first.
    fn more_for(&mut self, ix: ItemIx, most: usize) -> Vec<AgentIx> {
        let known = self.items[ix].others.len() + 1;
        let ready = self.ready_up_to(ix, most + known);
        let rings = |agent: AgentId| self.rings_at(ix, agent);
        ready.into_iter().filter(|key| !rings(key.id)).map(|key| key.agent).take(most.saturating_sub(known - 1)).collect()
    }

    /// Whether it rings at an agent.
    pub(super) fn rings_at(&self, ix: ItemIx, agent: AgentId) -> bool {
        let item = &self.items[ix];
        matches!(item.stage, Stage::Offered { agent: first, .. } if first == agent) || item.others.iter().any(|o| o.agent == agent)
    }

    /// An agent who has nothing else joins those at whom something rings (`ring_all`).
    pub(super) fn join_ringing(&mut self, agent: AgentIx, out: &mut Vec<Effect>) {
        loop {
            let Some(who) = self.agents.get(agent) else { return };
            let id = who.profile.id;
            let mut best = None;
            for pool in &who.pools {
                let queue = &self.queues[pool.queue];
                if queue.ringing.is_empty() || queue.profile.strategy != Strategy::RingAll {
                    continue;
                }
                for &(_, ix) in &queue.ringing {
                    let item = &self.items[ix];
                    let may = who.standing(item.work.medium) == Standing::Ready
                        && who.eligible.has(item.class.n())
                        && !item.excludes(id)
                        && !self.rings_at(ix, id)
                        && item.others.len() + 1 < AT_ONCE;
                    if may {
                        let rank = self.order_of(ix);
                        if best.is_none_or(|(first, _)| rank < first) {
                            best = Some((rank, ix));
                        }
                    }
                }
            }
            let Some((_, ix)) = best else { return };
            self.ring_other(ix, agent, out);
        }
    }

    /// Rings at one more agent.
    fn ring_other(&mut self, ix: ItemIx, agent: AgentIx, out: &mut Vec<Effect>) {
        let decision = self.why_he(ix, agent, Because::Further);
        let record = &self.items[ix];
        let (interaction, medium) = (record.work.interaction, record.work.medium);
        let id = self.agents[agent].profile.id;
        let until = self.now + secs(self.queues[record.queue].profile.offer.of(medium));
        let offer = self.offer_id(interaction, id);
        self.enter_other(ix, OtherOffer { offer, agent: id, until });
        self.publish(agent);
        out.push(Effect::Offered { interaction, agent: id, offer, until, decision });
    }

    /// Puts a further offer into the indexes.
    pub(super) fn enter_other(&mut self, ix: ItemIx, other: OtherOffer) {
        let agent = self.agent_ix[&other.agent];
        let (interaction, medium) = (self.items[ix].work.interaction, self.items[ix].work.medium);
        let activity = Activity::Offered { offer: other.offer, until: other.until };
        self.items[ix].others.push(other);
        self.agents[agent].slots.push(SlotRef { item: ix, interaction, medium, grant: Grant::Routed, activity, silent: false });
        self.set_timer(ix, other.until, Due::Other(other.agent), true);
        self.changed.push(agent);
    }

    /// Takes a further offer out of the indexes.
    fn leave_other(&mut self, ix: ItemIx, agent: AgentId) -> Option<OtherOffer> {
        let at = self.items[ix].others.iter().position(|other| other.agent == agent)?;
        let other = self.items[ix].others.remove(at);
        self.set_timer(ix, other.until, Due::Other(agent), false);
        let medium = self.items[ix].work.medium;
        if let Some(&who) = self.agent_ix.get(&agent) {
            let record = &mut self.agents[who];
            record.slots.retain(|slot| slot.item != ix);
            record.lower_ceiling(medium);
            self.changed.push(who);
            self.awake.push(who);
        }
        Some(other)
    }

    /// Lets one of the others be the first; the first becomes one of the others. Nothing that an agent sees changes.
    fn swap_first(&mut self, ix: ItemIx, agent: AgentId) -> bool {
        let Stage::Offered { agent: first, offer, until } = self.items[ix].stage else { return false };
        let Some(at) = self.items[ix].others.iter().position(|other| other.agent == agent) else { return false };
        let other = self.items[ix].others.remove(at);
        self.set_timer(ix, until, Due::Offer, false);
        self.set_timer(ix, other.until, Due::Other(other.agent), false);
        self.items[ix].stage = Stage::Offered { agent: other.agent, offer: other.offer, until: other.until };
        self.items[ix].others.push(OtherOffer { offer, agent: first, until });
        self.set_timer(ix, other.until, Due::Offer, true);
        self.set_timer(ix, until, Due::Other(first), true);
        true
    }

    /// Whoever answers his own offer among several becomes the first.
    pub(super) fn take_lead(&mut self, ix: ItemIx, agent: AgentId, offer: OfferId) {
        if self.items[ix].others.iter().any(|other| other.agent == agent && other.offer == offer) {
            self.swap_first(ix, agent);
        }
    }

    /// Whoever takes by hand what rings at him among others becomes the first.
    pub(super) fn lead_by_hand(&mut self, ix: ItemIx, agent: AgentId) {
        self.swap_first(ix, agent);
    }

    /// Makes an offer one of the others, if any rings besides it; says whether it is one now.
    pub(super) fn step_back(&mut self, ix: ItemIx, agent: AgentId) -> bool {
        if self.items[ix].others.iter().any(|other| other.agent == agent) {
            return true;
        }
        match self.items[ix].others.first().map(|other| other.agent) {
            Some(next) => self.swap_first(ix, next),
            None => false,
        }
    }

    /// Ends one of several offers; the others ring on.
    pub(super) fn end_other(
        &mut self,
        ix: ItemIx,
        agent: AgentId,
        how: OfferEnd,
        words: (&'static str, &'static str, String),
        out: &mut Vec<Effect>,
    ) {
        let Some(other) = self.leave_other(ix, agent) else { return };
        let (act, rule, text) = words;
        let decision = self.said(ix, act, rule, Some(agent), || text);
        let interaction = self.items[ix].work.interaction;
        out.push(Effect::OfferEnded { interaction, agent, offer: other.offer, how, decision });
        if let Some(&who) = self.agent_ix.get(&agent) {
            self.work_ended(who, out);
        }
    }

    /// Ends every further offer of what somebody took, or what went elsewhere.
    pub(super) fn end_others(&mut self, ix: ItemIx, how: OfferEnd, rule: &'static str, text: &str, out: &mut Vec<Effect>) {
        let mut agents: Vec<AgentId> = self.items[ix].others.iter().map(|other| other.agent).collect();
        agents.sort_unstable();
        let act = if how == OfferEnd::Taken { "taken" } else { "withdrawn" };
        for agent in agents {
            self.end_other(ix, agent, how, (act, rule, text.to_owned()), out);
        }
    }

    /// The time of one of several offers is over. It rang at others too, so it does not count towards a pause.
    pub(super) fn miss_other(&mut self, ix: ItemIx, agent: AgentId, out: &mut Vec<Effect>) {
        let Some(&who) = self.agent_ix.get(&agent) else { return };
        let name = self.name(who).to_owned();
        if self.agents[who].connected && self.agents[who].has_device(self.items[ix].work.medium) {
            self.exclude_for(ix, agent, Excluded::Missed);
            let text = format!("{name} did not answer; it rang at others too");
            self.end_other(ix, agent, OfferEnd::Missed, ("missed", "no_answer", text), out);
        } else {
            let text = format!("{name} could not see the offer");
            self.end_other(ix, agent, OfferEnd::Lapsed, ("missed", "lapsed", text), out);
        }
    }

    /// Puts a restored interaction that rings by a rule for several back among them.
    pub(super) fn restore_ringing(&mut self, ix: ItemIx, wide: bool, further: Option<Timestamp>) {
        if !wide {
            return;
        }
        let queue: QueueIx = self.items[ix].queue;
        self.items[ix].wide = true;
        self.queues[queue].ringing.insert((self.items[ix].work.interaction, ix));
        self.set_further(ix, further);
    }
}
