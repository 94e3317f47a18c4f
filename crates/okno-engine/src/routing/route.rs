//! Matching: the only place where an interaction and an agent are brought together by the engine itself.
//!
//! Between inputs nobody idle and eligible coexists with anything that waits for him. So an input has to look only
//! at what it touched: at agents who woke up and at interactions that wait again.

use super::{
    Effect, Engine, Rejected, Stage, Step,
    explain::Because,
    limits::EXPLAINED_AGENTS,
    policy::{WorkRank, work_rank},
    slab::{AgentIx, ItemIx, Ix, QueueIx},
    stage::secs,
    state::{Agent, Grant, MEDIA, Place, ReadyKey, Standing, m},
};
use okno_model::{InteractionId, Medium, Timestamp, doc::Strategy};

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
        while !(self.awake.is_empty() && self.returned.is_empty() && self.stirred.is_empty() && self.crowded.is_empty()) {
            self.look_around(out);
            self.bring_together(out);
            self.spill(out);
        }
    }

    fn bring_together(&mut self, out: &mut Vec<Effect>) {
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
        awake.clear();
        if self.awake.is_empty() {
            self.awake = awake;
        }
    }

    /// Place of an interaction in the one order over all queues.
    pub(super) fn order_of(&self, item: ItemIx) -> (WorkRank, InteractionId) {
        self.rank_of(self.items[item].queue, self.place_of(item))
    }

    fn rank_of(&self, queue: QueueIx, place: Place) -> (WorkRank, InteractionId) {
        (work_rank(self.now, place.order, self.queues[queue].profile.ageing_seconds), place.interaction)
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
    }

    /// What an agent should have next: one order over all his queues.
    pub(super) fn first_for(&self, agent: AgentIx) -> Option<ItemIx> {
        let who = self.agents.get(agent)?;
        let mut free = [false; MEDIA];
        let mut any = false;
        for &medium in Medium::ALL {
            free[m(medium)] = who.standing(medium) == Standing::Ready;
            any |= free[m(medium)];
        }
        if !any {
            return None;
        }
        let mut best: Option<((WorkRank, InteractionId), ItemIx)> = None;
        let mut weigh = |rank: (WorkRank, InteractionId), item: ItemIx| {
            if best.is_none_or(|(first, _)| rank < first) {
                best = Some((rank, item));
            }
        };
        for queue in who.serves.both(&self.nonempty) {
            let queue = QueueIx::new(queue as u32);
            if let Some(place) = self.first_in(queue, who, free) {
                weigh(self.rank_of(queue, place), place.item);
            }
        }
        for place in &who.held {
            let item = &self.items[place.item];
            if free[m(item.work.medium)] {
                weigh(self.rank_of(item.queue, *place), place.item);
            }
        }
        best.map(|(_, item)| item)
    }

    /// What an agent should have next of one queue. Looks at the heads of its classes, and behind a head only where
    /// somebody is excluded from something.
    fn first_in(&self, queue: QueueIx, who: &Agent, free: [bool; MEDIA]) -> Option<Place> {
        let mut best: Option<Place> = None;
        for head in &self.queues[queue].heads {
            if best.is_some_and(|first| first < head.place) {
                break;
            }
            if !free[m(head.medium)] || !who.eligible.has(head.class.n()) {
                continue;
            }
            let class = &self.classes[head.class];
            let place = if class.excluding == 0 {
                Some(head.place)
            } else {
                class.waiting.iter().copied().find(|place| !self.items[place.item].excludes(who.profile.id))
            };
            if let Some(place) = place {
                best = Some(best.map_or(place, |first| first.min(place)));
            }
        }
        best
    }

    /// Finds the best agent for an interaction that waits, or says why there is none.
    pub(super) fn place(&mut self, item: ItemIx, out: &mut Vec<Effect>) {
        if self.items.get(item).is_none_or(|record| record.stage != Stage::Waiting) {
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

    /// The best agents for an interaction now, best first, as many as an explanation names.
    ///
    /// The ready set of a queue is one for all media and all own skills: an agent's load changes it once per queue,
    /// not once per class. So what does not fit is passed over here; that a fitting agent exists is known before.
    pub(super) fn ready_for(&self, item: ItemIx) -> Vec<ReadyKey> {
        let record = &self.items[item];
        let class = &self.classes[record.class];
        let ready = class.counts[Standing::Ready as usize] as usize;
        if ready == 0 {
            return Vec::new();
        }
        let queue = &self.queues[record.queue];
        let medium = m(class.medium);
        let fits = |key: &&ReadyKey| {
            self.board[key.agent.n()].standing[medium] == Standing::Ready
                && (class.own.is_empty() || class.members.contains_key(&key.agent))
                && (record.excluded.is_empty() || !record.excludes(key.id))
        };
        let excluded = record.excluded.iter().filter_map(|e| self.agent_ix.get(&e.agent));
        let excluded = excluded.filter(|ix| self.board[ix.n()].standing[medium] == Standing::Ready && class.members.contains_key(ix));
        let there = ready - excluded.count();
        let fitting = queue.ready.iter().filter(fits);
        let skill = |agent: &AgentIx| class.members.get(agent).copied().unwrap_or(0);
        match (queue.profile.strategy, class.own.is_empty()) {
            (Strategy::LongestIdle, _) | (Strategy::SkillRank, true) => {
                let most = if self.silent { 1 } else { EXPLAINED_AGENTS }.min(there);
                let mut best: Vec<ReadyKey> = Vec::with_capacity(most);
                best.extend(fitting.take(most));
                if !class.own.is_empty() {
                    for key in &mut best {
                        key.skill = skill(&key.agent);
                    }
                }
                best
            }
            // The own skills count as well: this rare order is made anew.
            (Strategy::SkillRank, false) => {
                let anew = |key: &ReadyKey| queue.key(&self.board[key.agent.n()], skill(&key.agent), key.agent);
                let mut all = Vec::with_capacity(there);
                all.extend(fitting.take(there).map(anew));
                all.sort_unstable();
                all.truncate(EXPLAINED_AGENTS);
                all
            }
        }
    }

    /// Rings at an agent.
    pub(super) fn offer(&mut self, item: ItemIx, agent: AgentIx, because: Because, out: &mut Vec<Effect>) {
        let decision = self.why_he(item, agent, because);
        let record = &self.items[item];
        let (interaction, medium) = (record.work.interaction, record.work.medium);
        let id = self.agents[agent].profile.id;
        let until = self.now + secs(self.queues[record.queue].profile.offer.of(medium));
        let offer = self.offer_id(interaction, id);
        self.step(item, Step::Offer { agent: id, offer, until }).expect("only what waits or is held is offered");
        self.publish(agent);
        out.push(Effect::Offered { interaction, agent: id, offer, until, decision });
    }

    /// Rings at an agent whom a person chose.
    pub(super) fn offer_by_hand(&mut self, item: ItemIx, agent: AgentIx, by: Option<AgentIx>, out: &mut Vec<Effect>) {
        let grant = match self.agents[agent].standing(self.items[item].work.medium) {
            Standing::Ready => Grant::Routed,
            Standing::NotAvailable | Standing::NotConnected | Standing::NoPhone | Standing::NoCapacity | Standing::Wrapup => Grant::ByHand,
        };
        self.offer(item, agent, Because::Sent { by }, out);
        if grant == Grant::ByHand {
            self.mark_by_hand(agent, item);
        }
        self.publish(agent);
    }

    /// Starts the search for an interaction that has just come: its preferred agent first.
    pub(super) fn prefer_or_return(&mut self, item: ItemIx, out: &mut Vec<Effect>) {
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
            Standing::NoCapacity | Standing::Wrapup if preferred.until > self.now => Preference::Wait(agent, preferred.until),
            Standing::NoCapacity | Standing::Wrapup | Standing::NotAvailable | Standing::NotConnected | Standing::NoPhone => {
                Preference::Nobody
            }
        }
    }

    /// Whether an agent may be offered something by a person now.
    pub(super) fn may_be_sent(&self, agent: AgentIx, medium: Medium) -> Result<(), Rejected> {
        let who = &self.agents[agent];
        if !who.on_duty() {
            return Err(Rejected::AgentNotAvailable(who.profile.id));
        }
        match (medium, who.standing(medium)) {
            (Medium::Voice, Standing::NoPhone) => Err(Rejected::NoPhone(who.profile.id)),
            // Two calls cannot ring in one ear; a written thread can wait on the desk.
            (Medium::Voice, Standing::NoCapacity | Standing::Wrapup) => Err(Rejected::NoCapacity(medium)),
            (Medium::Voice | Medium::Email | Medium::Chat | Medium::Message | Medium::Task, _) => Ok(()),
        }
    }
}
