//! Customers come, wait, leave, come again and are sent on.

use super::{Again, At, Customer, Event, World, factor};
use crate::{model::queue_id, rng::Purpose};
use okno_engine::routing::{Input, Work};
use okno_model::{AgentId, InteractionId, doc::Closed};

/// Most transfers of one customer: more would be a model that never ends.
const HOPS_MAX: u16 = 10;

impl World<'_> {
    /// Somebody tries to get in.
    pub(super) fn enter(&mut self, queue: usize, number: u64, attempt: u8) {
        let (now, interval, counted) = (self.now, self.model.interval_of(self.now), self.now >= self.model.warmup);
        self.tally.customers += 1;
        if counted {
            let cell = self.tally.cell(queue, interval);
            cell.offered += 1;
            cell.redials += u64::from(attempt > 1);
        }
        if self.model.lines.is_some_and(|lines| self.inside >= lines) {
            if counted {
                self.tally.cell(queue, interval).blocked += 1;
            }
            self.redial(queue, number, attempt);
            return;
        }
        let spec = &self.model.queues[queue];
        let (mut priority, mut skills) = (spec.priority, Vec::new());
        if !spec.classes.is_empty() {
            let u = self.seed.stream(Purpose::Class, queue as u64, number).unit();
            if let Some(class) = spec.classes.iter().find(|class| u < class.upto) {
                priority = class.priority;
                skills.clone_from(&class.skills);
            }
        }
        self.serial += 1;
        let slot = self.free.pop().unwrap_or(self.customers.len() as u32);
        let interaction = InteractionId::from_u128(u128::from(self.serial) << 64 | u128::from(slot));
        let turn = self.customers.get(slot as usize).map_or(0, |old| old.turn + 1);
        let customer = Customer {
            interaction,
            queue: queue as u32,
            here: queue as u32,
            number,
            arrived: now,
            interval: interval as u32,
            attempt,
            hops: 0,
            turn,
            at: At::Waiting,
            agent: u32::MAX,
            counted,
            patience_set: false,
            promised: None,
            answered: 0,
        };
        match self.customers.get_mut(slot as usize) {
            Some(place) => *place = customer,
            None => self.customers.push(customer),
        }
        self.inside += 1;
        self.waits(queue, 1);
        let medium = spec.medium;
        self.drive(Input::Enqueue(Work {
            interaction,
            queue: queue_id(spec.host),
            medium,
            priority,
            enqueued: self.model.instant(now),
            due: None,
            skills,
            preferred: None,
        }));
    }

    pub(super) fn waits(&mut self, queue: usize, by: i32) {
        self.waiting[queue] = self.waiting[queue].wrapping_add_signed(by);
        self.tally.waiting[queue].change(self.now, f64::from(by), &self.counted);
    }

    /// Whoever waits has his patience from now on.
    pub(super) fn lose_patience(&mut self, customer: u32) {
        let who = self.customers[customer as usize];
        if who.patience_set {
            return;
        }
        self.customers[customer as usize].patience_set = true;
        let queue = &self.model.queues[who.queue as usize];
        if let Some(patience) = &queue.patience {
            let name = who.number << 8 | u64::from(who.attempt) ^ u64::from(who.hops) << 4;
            let ms = patience.draw(&mut self.seed.stream(Purpose::Patience, u64::from(who.queue), name));
            let ms = ms * factor(&queue.patience_profile, who.interval);
            let left = ms - (self.now - who.arrived) as f64;
            self.after(left.max(0.0), Event::Leave { customer, turn: who.turn });
        }
    }

    /// He is told by when he is answered, and goes: what he wants is done when there is time.
    pub(super) fn is_promised(&mut self, customer: u32, due: u64) {
        let who = &mut self.customers[customer as usize];
        if who.promised.is_some() {
            return;
        }
        (who.promised, who.patience_set) = (Some(due), true);
        // His patience ends no more.
        who.turn += 1;
        let who = *who;
        self.owed += 1;
        self.waits(who.here as usize, -1);
        if who.counted {
            self.tally.cell(who.queue as usize, who.interval as usize).promised += 1;
        }
    }

    pub(super) fn abandon(&mut self, customer: u32) {
        let who = self.customers[customer as usize];
        if who.counted {
            let wait = self.now - who.arrived;
            let t = self.model.target;
            let (within, short) = (crate::model::ms(t.seconds), crate::model::ms(t.short_seconds));
            let cell = self.tally.cell(who.queue as usize, who.interval as usize);
            cell.abandoned += 1;
            cell.abandoned_in += u64::from(wait <= within);
            cell.short += u64::from(wait <= short);
            cell.wait_abandoned += wait;
            cell.longest = cell.longest.max(wait);
            self.tally.all[who.queue as usize].add(wait);
        }
        self.drive(Input::Withdraw { interaction: who.interaction, how: Closed::Abandoned });
        self.redial(who.queue as usize, who.number, who.attempt);
    }

    pub(super) fn redial(&mut self, queue: usize, number: u64, attempt: u8) {
        if let Some((probability, delay, tries)) = &self.model.queues[queue].redial
            && attempt < *tries
        {
            let mut stream = self.seed.stream(Purpose::Redial, queue as u64, number << 8 | u64::from(attempt));
            if stream.unit() < *probability {
                let ms = delay.draw(&mut stream);
                let at = self.now + ms.round() as u64;
                // Nobody comes after closing.
                if at <= self.model.horizon {
                    self.again.push(Again { queue: queue as u32, number, attempt: attempt + 1 });
                    let again = self.again.len() as u32 - 1;
                    self.plan(at, Event::Redial { again });
                }
            }
        }
    }

    /// The talk ends: the customer goes, or on to another queue.
    pub(super) fn talk_over(&mut self, customer: u32) {
        let who = self.customers[customer as usize];
        let agent = AgentId::from_u128(1 + u128::from(who.agent));
        let here = who.here as usize;
        let transfers = &self.model.queues[here].transfers;
        if !transfers.is_empty() && who.hops < HOPS_MAX {
            let name = who.number << 8 | u64::from(who.hops);
            let u = self.seed.stream(Purpose::Transfer, u64::from(who.queue), name).unit();
            if let Some(&(to, _)) = transfers.iter().find(|&&(_, upto)| u < upto) {
                self.send_on(customer, agent, to);
                return;
            }
        }
        self.drive(Input::Finish { interaction: who.interaction, agent });
    }

    /// A new segment: he waits anew, in another queue, as one of its customers.
    pub(super) fn send_on(&mut self, customer: u32, agent: AgentId, to: usize) {
        let (now, interval) = (self.now, self.model.interval_of(self.now));
        let who = &mut self.customers[customer as usize];
        let (queue, old_interval, counted) = (who.queue as usize, who.interval as usize, who.counted);
        let (handled, interaction) = (now - who.answered, who.interaction);
        self.agents[who.agent as usize].release(&mut self.tally, self.model, now, &self.counted, who.here as usize);
        who.turn += 1;
        (who.queue, who.here, who.arrived, who.interval) = (to as u32, to as u32, now, interval as u32);
        (who.hops, who.at, who.agent, who.patience_set, who.promised) = (who.hops + 1, At::Waiting, u32::MAX, false, None);
        who.counted = now >= self.model.warmup;
        if counted {
            let cell = self.tally.cell(queue, old_interval);
            cell.handled += 1;
            cell.handle += handled;
        }
        if now >= self.model.warmup {
            let cell = self.tally.cell(to, interval);
            cell.offered += 1;
            cell.transferred += 1;
        }
        self.waits(to, 1);
        let queue = queue_id(self.model.queues[to].host);
        self.drive(Input::TransferToQueue { interaction, queue, by: Some(agent) });
    }
}
