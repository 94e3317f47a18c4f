//! Matching: the only place where an interaction and an agent are brought together by the engine itself.
//!
//! Between inputs nobody idle and eligible coexists with anything that waits for him. So an input has to look only
//! at what it touched: at agents who woke up and at interactions that wait again.

use super::{
    Effect, Engine, Rejected, Stage, Step,
    explain::Because,
    slab::{AgentIx, ItemIx},
    stage::secs,
    state::{Door, Grant, MEDIA, Standing, m},
};
use okno_model::{Medium, Timestamp};

/// Why a hold is possible or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Preference {
    /// He can have it now.
    Now(AgentIx),
    /// He is on duty but busy: worth waiting for.
    Wait(AgentIx, Timestamp),
    /// Nobody is preferred, or he is away.
    Nobody,
}

impl Engine {
    /// Brings everything that an input touched together, until nothing more can be done.
    pub(super) fn settle(&mut self, out: &mut Vec<Effect>) {
        self.settle_reserves();
        while !(self.awake.is_empty() && self.returned.is_empty() && self.stirred.is_empty() && self.crowded.is_empty()) {
            self.look_around(out);
            self.settle_once(out);
            self.spill(out);
        }
    }

    fn settle_once(&mut self, out: &mut Vec<Effect>) {
        if self.awake.is_empty() && self.returned.is_empty() {
            return;
        }
        let mut awake = std::mem::take(&mut self.awake);
        // Who is idle longest chooses first.
        awake.sort_unstable_by_key(|&ix| self.agents.get(ix).map(|agent| (agent.load(), agent.idle_since, agent.profile.id)));
        awake.dedup();
        let mut returned = std::mem::take(&mut self.returned);
        if returned.len() > 1 {
            returned.retain(|&item| self.items.get(item).is_some());
            returned.sort_by_cached_key(|&item| self.order_of(item));
            returned.dedup();
        }
        if returned.is_empty() && awake.len() < 2 {
            for &agent in &awake {
                if self.agents.get(agent).is_some() {
                    self.set_reserved(agent);
                }
                self.serve(agent, &returned, out);
                self.publish(agent);
            }
        } else {
            // What returned is weighed against all agents, so they have to be published before.
            for &agent in &awake {
                self.publish(agent);
            }
            for &agent in &awake {
                self.serve(agent, &returned, out);
            }
            for &item in &returned {
                self.place(item, out);
            }
        }
        // Their memory is used again.
        awake.clear();
        if self.awake.is_empty() {
            self.awake = awake;
        }
        returned.clear();
        if self.returned.is_empty() {
            self.returned = returned;
        }
    }

    /// Gives an agent the first of everything that waits for him, while he has room.
    fn serve(&mut self, agent: AgentIx, returned: &[ItemIx], out: &mut Vec<Effect>) {
        while let Some(item) = self.first_for(agent) {
            if returned.contains(&item) {
                // Somebody else may be idle longer.
                self.place(item, out);
                if !matches!(self.items[item].stage, Stage::Offered { .. }) {
                    return;
                }
            } else {
                let because = match self.items[item].stage {
                    Stage::Held { .. } => Because::Preferred,
                    Stage::Waiting
                    | Stage::Parked
                    | Stage::Offered { .. }
                    | Stage::Active { .. }
                    | Stage::Wrapup { .. }
                    | Stage::Closed { .. } => Because::FirstInLine,
                };
                self.offer(item, agent, because, out);
            }
        }
        self.join_ringing(agent, out);
    }

    /// What an agent should have next: one order over all his queues.
    pub(super) fn first_for(&self, agent: AgentIx) -> Option<ItemIx> {
        let who = self.agents.get(agent)?;
        let (mut free, mut kept) = ([false; MEDIA], [false; MEDIA]);
        let (mut any, mut beside) = (false, false);
        let standings = who.standings();
        for &medium in Medium::ALL {
            let standing = standings[m(medium)];
            free[m(medium)] = standing == Standing::Ready;
            kept[m(medium)] = standing == Standing::OtherMedia;
            any |= free[m(medium)];
            beside |= kept[m(medium)];
        }
        if !any {
            return None;
        }
        if beside { self.first_beside(who, free, kept) } else { self.first_among(who, free).map(|(_, item)| item) }
    }

    /// Finds the best agent for an interaction that waits, or says why there is none.
    pub(super) fn place(&mut self, item: ItemIx, out: &mut Vec<Effect>) {
        if self.items.get(item).is_none_or(|record| record.stage != Stage::Waiting) {
            return;
        }
        if self.items[item].door != Door::Open {
            let decision = self.why_apart(item);
            out.push(Effect::Waits { interaction: self.items[item].work.interaction, decision });
            return;
        }
        let ready = self.ready_for(item);
        if let Some(best) = ready.first() {
            self.offer(item, best.agent, Because::Chosen(ready), out);
        } else {
            let decision = self.why_it_waits(item);
            out.push(Effect::Waits { interaction: self.items[item].work.interaction, decision });
        }
    }

    /// Rings at an agent.
    pub(super) fn offer(&mut self, item: ItemIx, agent: AgentIx, because: Because, out: &mut Vec<Effect>) {
        let by_rule = matches!(because, Because::Chosen(_) | Because::FirstInLine);
        let decision = self.why_he(item, agent, because);
        let record = &self.items[item];
        let (interaction, medium) = (record.work.interaction, record.work.medium);
        let id = self.agents[agent].profile.id;
        let until = self.now + secs(self.queues[record.queue].profile.offer.of(medium));
        let offer = self.offer_id(interaction, id);
        self.step(item, Step::Offer { agent: id, offer, until }).expect("only what waits or is held is offered");
        self.publish(agent);
        if by_rule {
            self.remember(item, id);
        }
        out.push(Effect::Offered { interaction, agent: id, offer, until, decision });
        if by_rule {
            self.ring_further(item, out);
        }
    }

    /// Rings at an agent whom a person chose.
    pub(super) fn offer_by_hand(&mut self, item: ItemIx, agent: AgentIx, by: Option<AgentIx>, out: &mut Vec<Effect>) {
        let grant = match self.agents[agent].standing(self.items[item].work.medium) {
            Standing::Ready => Grant::Routed,
            Standing::NotAvailable
            | Standing::NotConnected
            | Standing::NoPhone
            | Standing::NoCapacity
            | Standing::Wrapup
            | Standing::OtherMedia
            | Standing::Reserved => Grant::ByHand,
        };
        self.offer(item, agent, Because::Sent { by }, out);
        if grant == Grant::ByHand {
            self.mark_by_hand(agent, item);
            // Without room for more of this medium he keeps himself free for none of it any longer.
            self.awake.push(agent);
        }
        self.publish(agent);
    }

    /// Starts the search for an interaction that has just come: its preferred agent first.
    pub(super) fn prefer_or_return(&mut self, item: ItemIx, out: &mut Vec<Effect>) {
        if self.items[item].door != Door::Open {
            self.returned.push(item);
            return;
        }
        match self.preference(item) {
            Preference::Now(agent) => {
                self.offer(item, agent, Because::Preferred, out);
            }
            Preference::Wait(agent, until) => {
                let id = self.agents[agent].profile.id;
                self.step(item, Step::Hold { agent: id, until }).expect("what has just come waits");
                let decision = self.why_it_is_held(item, agent, until);
                out.push(Effect::Waits { interaction: self.items[item].work.interaction, decision });
            }
            Preference::Nobody => {
                self.items[item].work.preferred = None;
                self.returned.push(item);
            }
        }
    }

    /// Matches a restored interaction without a word if nobody can take it: nothing new has happened to it.
    pub(super) fn seat(&mut self, item: ItemIx, out: &mut Vec<Effect>) {
        if self.items[item].door != Door::Open {
            return;
        }
        let ready = self.ready_for(item);
        match (self.preference(item), ready.first()) {
            (Preference::Wait(agent, until), _) => {
                let agent = self.agents[agent].profile.id;
                self.step(item, Step::Hold { agent, until }).expect("what is seated waits");
            }
            (Preference::Now(agent), _) => {
                self.offer(item, agent, Because::Preferred, out);
            }
            (Preference::Nobody, Some(best)) => {
                self.offer(item, best.agent, Because::Chosen(ready), out);
            }
            (Preference::Nobody, None) => self.items[item].work.preferred = None,
        }
    }

    fn preference(&self, item: ItemIx) -> Preference {
        let record = &self.items[item];
        let Some(preferred) = record.work.preferred else { return Preference::Nobody };
        let Some(&agent) = self.agent_ix.get(&preferred.agent) else { return Preference::Nobody };
        let who = &self.agents[agent];
        let serves = self.classes[record.class].members.contains_key(&agent) && !record.excludes(preferred.agent);
        if !serves || !who.on_duty() || who.capacity(record.work.medium) == 0 {
            return Preference::Nobody;
        }
        match who.standing(record.work.medium) {
            Standing::Ready => Preference::Now(agent),
            Standing::NoCapacity | Standing::Wrapup | Standing::OtherMedia | Standing::Reserved if preferred.until > self.now => {
                Preference::Wait(agent, preferred.until)
            }
            Standing::NoCapacity
            | Standing::Wrapup
            | Standing::OtherMedia
            | Standing::Reserved
            | Standing::NotAvailable
            | Standing::NotConnected
            | Standing::NoPhone => Preference::Nobody,
        }
    }

    /// Whether an agent may be offered something by a person now.
    pub(super) fn may_be_sent(&self, agent: AgentIx, item: ItemIx) -> Result<(), Rejected> {
        let who = &self.agents[agent];
        let work = &self.items[item].work;
        let medium = work.medium;
        if !who.on_duty() {
            return Err(Rejected::AgentNotAvailable(who.profile.id));
        }
        match (medium, who.standing(medium)) {
            (Medium::Voice, Standing::NoPhone) => Err(Rejected::NoPhone(who.profile.id)),
            // Two calls cannot ring in one ear; a written thread can wait on the desk.
            (Medium::Voice, Standing::NoCapacity | Standing::Wrapup) if !who.wraps_up(work.interaction) => {
                Err(Rejected::NoCapacity(medium))
            }
            (Medium::Voice | Medium::Email | Medium::Chat | Medium::Message | Medium::Task, _) => Ok(()),
        }
    }
}
