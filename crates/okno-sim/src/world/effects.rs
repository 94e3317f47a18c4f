//! What the engine decided, and what customers and agents do then.

use super::{At, Event, World, agent_of, factor, queue_of, slot_of};
use crate::{model::ms, rng::Purpose};
use okno_engine::routing::{Effect, Input, OfferEnd};
use okno_model::{AgentId, InteractionId, OfferId, Timestamp, doc::Closed};

impl World<'_> {
    pub(super) fn effect(&mut self, effect: Effect) {
        match effect {
            Effect::Waits { interaction, .. } => self.must_wait(interaction),
            Effect::Offered { interaction, agent, offer, until, .. } => self.rings(interaction, agent, offer, until),
            Effect::OfferEnded { interaction, agent, how, .. } => self.offer_ended(interaction, agent, how),
            Effect::Assigned { interaction, agent, .. } => self.answered(interaction, agent),
            Effect::WrapupStarted { interaction, until, .. } => self.wraps_up(interaction, until),
            Effect::Closed { interaction, .. } => self.closed(interaction),
            Effect::Overflowed { interaction, from, to, .. } => {
                let slot = slot_of(interaction) as usize;
                let medium = self.model.queues[self.customers[slot].queue as usize].medium;
                let (from, to) = (self.model.row(queue_of(from), medium), self.model.row(queue_of(to), medium));
                if self.customers[slot].promised.is_none() {
                    self.waits(from, -1);
                    self.waits(to, 1);
                }
                let who = &mut self.customers[slot];
                who.here = to as u32;
                if who.counted {
                    let (queue, interval) = (who.queue as usize, who.interval as usize);
                    self.tally.cell(queue, interval).overflowed += 1;
                }
            }
            // A model knows no notes about what was given away: they end at once, or by their own clock.
            Effect::SegmentWrapupStarted { interaction, agent, .. } => self.todo.push_back(Input::CompleteWrapup { interaction, agent }),
            Effect::Promised { interaction, promise, .. } => self.is_promised(slot_of(interaction), self.model.time_of(promise.due)),
            Effect::PresenceChanged { agent, presence, by } => self.presence_changed(agent, &presence, by),
            Effect::Queued { .. }
            | Effect::Prioritized { .. }
            | Effect::Unreached { .. }
            | Effect::WrapupExtended { .. }
            | Effect::WrapupEnded { .. }
            | Effect::WrapupRequested { .. }
            | Effect::SegmentWrapupExtended { .. }
            | Effect::SegmentWrapupEnded { .. }
            | Effect::Stalled { .. }
            | Effect::Transferred { .. }
            | Effect::NextPresenceChanged { .. }
            | Effect::AgentChanged { .. } => {}
        }
    }

    /// Nobody is free for him: he waits, or is blocked if there is no place.
    fn must_wait(&mut self, interaction: InteractionId) {
        let slot = slot_of(interaction);
        let who = self.customers[slot as usize];
        if who.interaction != interaction || who.at != At::Waiting {
            return;
        }
        let queue = who.here as usize;
        let full = self.model.queues[queue].places.is_some_and(|places| self.waiting[queue] > places);
        if full && who.arrived == self.now && !who.patience_set {
            if who.counted {
                self.tally.cell(who.queue as usize, who.interval as usize).blocked += 1;
            }
            self.customers[slot as usize].patience_set = true;
            self.todo.push_back(Input::Withdraw { interaction, how: Closed::Refused });
            if who.hops == 0 {
                self.redial(who.queue as usize, who.number, who.attempt);
            }
            return;
        }
        self.lose_patience(slot);
    }

    /// It rings at an agent. He accepts after a while, or not at all.
    fn rings(&mut self, interaction: InteractionId, agent: AgentId, offer: OfferId, until: Timestamp) {
        let slot = slot_of(interaction);
        let group = &self.model.groups[self.agents[agent_of(agent)].group];
        if group.answer.is_none() && group.misses <= 0.0 {
            let who = &mut self.customers[slot as usize];
            (who.at, who.agent) = (At::Ringing, agent_of(agent) as u32);
            self.todo.push_back(Input::Accept { interaction, agent, offer });
            return;
        }
        let who = &mut self.customers[slot as usize];
        (who.at, who.agent) = (At::Ringing, agent_of(agent) as u32);
        self.offers.insert((slot, agent_of(agent) as u32), offer);
        let who = *who;
        let mut stream = self.seed.stream(Purpose::Answer, agent_of(agent) as u64, self.serial << 20 | self.made & 0xf_ffff);
        let missed = stream.unit() < group.misses;
        let delay = group.answer.as_ref().map_or(0.0, |answer| answer.draw(&mut stream));
        if !missed && delay < self.until(until) {
            self.after(delay, Event::Accept { customer: slot, turn: who.turn, agent: who.agent });
        }
        self.lose_patience(slot);
    }

    /// Milliseconds from now until an instant.
    fn until(&self, instant: Timestamp) -> f64 {
        instant.since(self.model.instant(self.now)).as_millis() as f64
    }

    pub(super) fn accept(&mut self, customer: u32, agent: u32) {
        let who = self.customers[customer as usize];
        if let Some(offer) = self.offers.remove(&(customer, agent)) {
            let agent = AgentId::from_u128(1 + u128::from(agent));
            self.drive(Input::Accept { interaction: who.interaction, agent, offer });
        }
    }

    fn offer_ended(&mut self, interaction: InteractionId, agent: AgentId, how: OfferEnd) {
        let slot = slot_of(interaction);
        self.offers.remove(&(slot, agent_of(agent) as u32));
        let rings_elsewhere = self.offers.range((slot, 0)..=(slot, u32::MAX)).next().is_some();
        let who = &mut self.customers[slot as usize];
        if who.at != At::Ringing {
            return;
        }
        if !rings_elsewhere {
            who.at = At::Waiting;
        }
        if how == OfferEnd::Missed && who.counted {
            let (queue, interval) = (who.queue as usize, who.interval as usize);
            self.tally.cell(queue, interval).missed += 1;
        }
    }

    fn answered(&mut self, interaction: InteractionId, agent: AgentId) {
        let slot = slot_of(interaction);
        let agent = agent_of(agent);
        let (now, counted) = (self.now, self.counted);
        let who = &mut self.customers[slot as usize];
        who.at = At::Talking;
        who.agent = agent as u32;
        who.answered = now;
        who.turn += 1;
        let who = *who;
        let here = who.here as usize;
        if who.promised.is_none() {
            self.waits(here, -1);
        } else {
            self.owed -= 1;
        }
        self.agents[agent].occupy(&mut self.tally, self.model, now, &counted, here);
        if let Some(due) = who.promised {
            let kept = who.counted && now <= due;
            self.tally.cell(who.queue as usize, who.interval as usize).kept += u64::from(kept);
        } else if who.counted {
            let wait = now - who.arrived;
            let within = ms(self.model.target.seconds);
            let cell = self.tally.cell(who.queue as usize, who.interval as usize);
            cell.answered += 1;
            cell.answered_in += u64::from(wait <= within);
            cell.answered_queued += u64::from(wait > 0);
            cell.wait_answered += wait;
            cell.longest = cell.longest.max(wait);
            self.tally.answered[who.queue as usize].add(wait);
            self.tally.all[who.queue as usize].add(wait);
        }
        let queue = &self.model.queues[who.queue as usize];
        let state = &self.agents[agent];
        let name = who.number << 8 | u64::from(who.hops);
        let talk = queue.handle.draw(&mut self.seed.stream(Purpose::Handle, u64::from(who.queue), name));
        let pace = state.pace * self.model.groups[state.group].pace[who.queue as usize];
        let beside = 1.0 + queue.concurrency_penalty * f64::from(state.slots - 1);
        let talk = talk * pace * beside * factor(&queue.handle_profile, who.interval);
        self.after(talk, Event::Done { customer: slot, turn: who.turn });
    }

    fn wraps_up(&mut self, interaction: InteractionId, until: Option<Timestamp>) {
        let slot = slot_of(interaction);
        let who = &mut self.customers[slot as usize];
        who.at = At::Wrapup;
        who.turn += 1;
        let who = *who;
        let queue = &self.model.queues[who.here as usize];
        let Some(wrapup) = &queue.wrapup else { return };
        let name = who.number << 8 | u64::from(who.hops);
        let group = self.agents[who.agent as usize].group;
        let time_needed = wrapup.draw(&mut self.seed.stream(Purpose::Wrapup, u64::from(who.queue), name))
            * self.model.groups[group].pace[who.queue as usize];
        let allowed = until.map_or(f64::INFINITY, |until| self.until(until));
        // What lasts longer than allowed is ended by the engine.
        if time_needed < allowed {
            self.after(time_needed, Event::Wrapped { customer: slot, turn: who.turn });
        }
    }

    /// He is gone, and his place is free.
    fn closed(&mut self, interaction: InteractionId) {
        let slot = slot_of(interaction);
        let (now, counted) = (self.now, self.counted);
        let who = &mut self.customers[slot as usize];
        let was = who.at;
        who.at = At::Gone;
        who.turn += 1;
        let who = *who;
        match was {
            At::Talking | At::Wrapup => {
                self.agents[who.agent as usize].release(&mut self.tally, self.model, now, &counted, who.here as usize);
                if who.counted {
                    let cell = self.tally.cell(who.queue as usize, who.interval as usize);
                    cell.handled += 1;
                    cell.handle += now - who.answered;
                }
            }
            At::Waiting | At::Ringing if who.promised.is_some() => self.owed -= 1,
            At::Waiting | At::Ringing => self.waits(who.here as usize, -1),
            At::Gone => {}
        }
        self.inside -= 1;
        self.free.push(slot);
    }
}
