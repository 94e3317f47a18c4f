//! What becomes of an offer: accepted, declined, busy, missed.

use super::{
    Assignment, Effect, Engine, Excluded, Exclusion, OfferEnd, Rejected, Stage, Step, WrapupEnd, slab::ItemIx, span::words, stage::secs,
    state::m,
};
use okno_model::{AgentId, InteractionId, OfferId};

impl Engine {
    pub(super) fn accept(
        &mut self,
        interaction: InteractionId,
        agent: AgentId,
        offer: OfferId,
        out: &mut Vec<Effect>,
    ) -> Result<(), Rejected> {
        let item = self.find_item(interaction)?;
        let who = self.find_agent(agent)?;
        self.take_lead(item, agent, offer);
        let his = matches!(self.items[item].stage, Stage::Offered { agent: first, offer: which, .. } if first == agent && which == offer);
        if his && !self.items[item].others.is_empty() {
            self.end_others(item, OfferEnd::Taken, "accepted", &format!("{} was quicker", self.name(who)), out);
        }
        self.step(item, Step::Accept { agent, offer })?;
        self.agents[who].misses = [0; 5];
        self.agents[who].took(self.now);
        let decision = self.said(item, "assigned", "accepted", Some(agent), || format!("{} accepted", self.name(who)));
        out.push(Effect::Assigned { interaction, agent, how: Assignment::Accepted, decision });
        self.end_segment(who, interaction, WrapupEnd::Completed, out);
        self.took(who, out);
        Ok(())
    }

    pub(super) fn decline(
        &mut self,
        interaction: InteractionId,
        agent: AgentId,
        offer: OfferId,
        out: &mut Vec<Effect>,
    ) -> Result<(), Rejected> {
        self.turned_down(interaction, agent, offer, Excluded::Declined, out)
    }

    /// His phone was busy: it did not ring, so he is not to blame.
    pub(super) fn busy(
        &mut self,
        interaction: InteractionId,
        agent: AgentId,
        offer: OfferId,
        out: &mut Vec<Effect>,
    ) -> Result<(), Rejected> {
        self.turned_down(interaction, agent, offer, Excluded::Busy, out)
    }

    /// An offer ends because he, or his phone, says no.
    fn turned_down(
        &mut self,
        interaction: InteractionId,
        agent: AgentId,
        offer: OfferId,
        why: Excluded,
        out: &mut Vec<Effect>,
    ) -> Result<(), Rejected> {
        let item = self.find_item(interaction)?;
        let who = self.find_agent(agent)?;
        self.take_lead(item, agent, offer);
        let his = matches!(self.items[item].stage, Stage::Offered { agent: first, offer: which, .. } if first == agent && which == offer);
        let others_ring = his && self.step_back(item, agent);
        if !others_ring {
            self.step(item, Step::Decline { agent, offer })?;
        }
        let phone = why == Excluded::Busy;
        if !phone {
            // Whoever declines is at his desk: the misses are not in a row.
            self.agents[who].misses = [0; 5];
        }
        self.exclude_for(item, agent, why);
        let (how, word) = if phone { (OfferEnd::Busy, "busy") } else { (OfferEnd::Declined, "declined") };
        let name = self.name(who);
        let text = || if phone { format!("the phone of {name} was busy") } else { format!("{name} declined") };
        if others_ring {
            let text = text();
            self.end_other(item, agent, how, (word, word, text), out);
            return Ok(());
        }
        let decision = self.said(item, word, word, Some(agent), text);
        out.push(Effect::OfferEnded { interaction, agent, offer, how, decision });
        self.returned.push(item);
        self.work_ended(who, out);
        Ok(())
    }

    /// Keeps an agent away from an interaction for the time that its queue says, at least a second: never a tight loop.
    pub(super) fn exclude_for(&mut self, item: ItemIx, agent: AgentId, why: Excluded) {
        let queue = &self.queues[self.items[item].queue].profile;
        let seconds = match why {
            Excluded::Missed | Excluded::Unreached => queue.no_answer_delay_seconds,
            Excluded::Declined | Excluded::Left | Excluded::Gave => queue.decline_delay_seconds,
            Excluded::Busy => queue.slots.busy_delay_seconds,
        };
        let until = self.now + secs(seconds.max(1));
        self.exclude(item, Exclusion { agent, until, why });
    }

    /// The time of an offer is over.
    pub(super) fn miss(&mut self, item: ItemIx, out: &mut Vec<Effect>) {
        let Stage::Offered { agent, offer, until } = self.items[item].stage else { return };
        if self.step_back(item, agent) {
            return self.miss_other(item, agent, out);
        }
        let wide = self.items[item].wide;
        let who = self.agent_ix[&agent];
        let interaction = self.items[item].work.interaction;
        let medium = self.items[item].work.medium;
        self.step(item, Step::Miss).expect("an offer that is due can be missed");
        if !self.agents[who].connected || !self.agents[who].has_device(medium) {
            // Restored after a stop, and his desk or his phone did not come back: it could not ring.
            let text = || format!("{} could not see the offer", self.name(who));
            let decision = self.said(item, "missed", "lapsed", Some(agent), text);
            out.push(Effect::OfferEnded { interaction, agent, offer, how: OfferEnd::Lapsed, decision });
            self.returned.push(item);
            self.work_ended(who, out);
            return;
        }
        self.exclude_for(item, agent, Excluded::Missed);
        // What rang at several at once is nobody's fault alone.
        let limit = if wide { 0 } else { self.limits.max_no_answer.of(medium) };
        let misses = &mut self.agents[who].misses[m(medium)];
        *misses = if wide { *misses } else { misses.saturating_add(1) };
        let misses = *misses;
        let text = || {
            let rang = words(secs(self.queues[self.items[item].queue].profile.offer.of(medium)));
            let count = if limit > 0 { format!(" ({misses} of {limit} in a row)") } else { String::new() };
            format!("{} did not answer within {rang}{count}", self.name(who))
        };
        let decision = self.said(item, "missed", "no_answer", Some(agent), text);
        debug_assert!(self.now >= until, "a miss is never early");
        out.push(Effect::OfferEnded { interaction, agent, offer, how: OfferEnd::Missed, decision });
        self.returned.push(item);
        if limit > 0 && misses >= limit {
            self.pause_after_misses(who, out);
        }
        self.work_ended(who, out);
    }
}
