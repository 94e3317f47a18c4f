//! Leases (behaviour.md B2): whatever occupies an agent has a deadline, and somebody who keeps it alive. An offer rings until
//! its time; a wrap-up has its clock, or a cap; a call is renewed by its sound; written work lives with the desk of its agent,
//! and the desk by its heartbeat. What nobody keeps alive is taken back, with words: no agent stays stuck, no customer
//! waits for somebody who is gone.

use super::{
    Effect, Engine, Stage, Step, WrapupEnd,
    duty::DutyStep,
    floor::Left,
    slab::{AgentIx, ItemIx},
    span::words,
    stage::secs,
    state::{Agent, Alarm, Alarmed, Due},
    stats::rates_due,
};
use okno_model::{InteractionId, Medium, Timestamp, doc::Closed};
use std::time::Duration;

impl Engine {
    /// Everything of an agent that has an end, as it must stand among the alarms.
    pub(super) fn alarms_of(&self, agent: &Agent) -> Vec<Alarm> {
        let lease = &self.limits.lease;
        let alarm = |at, due| Alarm { at, agent: agent.profile.id, due };
        let mut all = Vec::new();
        if agent.connected {
            all.extend(span(lease.desk).map(|after| alarm(agent.heard + after, Alarmed::Heartbeat)));
        } else if agent.duty.takes_offers() {
            all.extend(span(lease.absent).map(|after| alarm(agent.heard.max(agent.duty.since) + after, Alarmed::Absent)));
        }
        if agent.rated && agent.connected && agent.duty.takes_offers() {
            all.push(alarm(agent.rates_due, Alarmed::Rates));
        }
        for wrapup in &agent.wrapups {
            let end = wrapup.clock.until().or_else(|| span(lease.wrapup).map(|after| wrapup.since + after));
            all.extend(end.map(|at| alarm(at, Alarmed::Wrapup(wrapup.interaction))));
        }
        all
    }

    /// Brings the alarms of an agent up to date.
    pub(super) fn set_alarms(&mut self, who: AgentIx) {
        let agent = &mut self.agents[who];
        if agent.rates_due <= self.now {
            agent.rates_due = rates_due(agent.profile.id, self.now);
        }
        let new = self.alarms_of(&self.agents[who]);
        let old = std::mem::replace(&mut self.agents[who].alarms, new.clone());
        for alarm in old {
            self.alarms.remove(&alarm);
        }
        self.alarms.extend(new);
    }

    /// Something of an agent is due.
    pub(super) fn alarmed(&mut self, alarm: Alarm, out: &mut Vec<Effect>) {
        let Some(&who) = self.agent_ix.get(&alarm.agent) else { return };
        match alarm.due {
            Alarmed::Wrapup(interaction) => {
                let open = self.agents[who].wrapups.iter().any(|w| w.interaction == interaction && w.clock.until().is_none());
                let how = if open { WrapupEnd::Stalled } else { WrapupEnd::Expired };
                self.end_segment(who, interaction, how, out);
            }
            // Nobody told that the desk is gone: it would have said something.
            Alarmed::Heartbeat => self.desk_lost(who, out),
            Alarmed::Absent => self.apply_duty(who, [DutyStep::Lost], out),
            Alarmed::Rates => {
                let doing = self.agents[who].doing();
                self.agents[who].note(self.now, doing);
                self.show(who);
                self.set_alarms(who);
            }
        }
    }

    /// The desk of an agent is gone: he is routed nothing, what rings at him goes back, what he has lives on for a while.
    pub(super) fn desk_lost(&mut self, who: AgentIx, out: &mut Vec<Effect>) {
        self.agents[who].connected = false;
        self.count_on_duty(who);
        self.agents[who].heard = self.now;
        self.awake.push(who);
        self.changed.push(who);
        self.set_alarms(who);
        self.let_slots_again(who);
        self.recall_offers(who, Left::Connection, out);
        self.release_held(who);
        self.work_ended(who, out);
    }

    /// When nobody has kept alive for too long what an agent has; `None` while something does, or where it never ends.
    pub(super) fn lease_of(&self, item: ItemIx) -> Option<Timestamp> {
        let record = &self.items[item];
        let lease = &self.limits.lease;
        match record.stage {
            Stage::Active { agent, since, .. } => {
                let heard = record.renewed.map_or(since, |renewed| renewed.max(since));
                let who = self.agent_ix.get(&agent).map(|&who| &self.agents[who])?;
                let written = |seconds| (!who.connected).then(|| span(seconds).map(|after| heard.max(who.heard) + after))?;
                match record.work.medium {
                    Medium::Voice => span(lease.call).map(|after| heard + after),
                    Medium::Chat | Medium::Message => written(lease.chat),
                    Medium::Email | Medium::Task => written(lease.mail),
                }
            }
            Stage::Wrapup { clock, since, .. } if clock.until().is_none() => span(lease.wrapup).map(|after| since + after),
            Stage::Waiting | Stage::Parked | Stage::Held { .. } | Stage::Offered { .. } | Stage::Wrapup { .. } | Stage::Closed { .. } => {
                None
            }
        }
    }

    /// Brings the timer of a lease up to date.
    pub(super) fn let_again(&mut self, item: ItemIx) {
        let (had, has) = (self.items[item].lease, self.lease_of(item));
        if had == has {
            return;
        }
        if let Some(had) = had {
            self.set_timer(item, had, Due::Lease, false);
        }
        if let Some(has) = has {
            self.set_timer(item, has, Due::Lease, true);
        }
        self.items[item].lease = has;
    }

    /// The desk of an agent came or went.
    pub(super) fn let_slots_again(&mut self, who: AgentIx) {
        for at in 0..self.agents[who].slots.len() {
            self.let_again(self.agents[who].slots[at].item);
        }
    }

    /// A sign of life of what an agent works on.
    pub(super) fn renew(&mut self, interaction: InteractionId) {
        if let Some(&item) = self.item_ix.get(&interaction)
            && matches!(self.items[item].stage, Stage::Active { .. })
        {
            self.items[item].renewed = Some(self.now);
            self.let_again(item);
        }
    }

    /// A sign of life of calls at `now`, before anything that is due by then happens.
    pub fn keep_alive(&mut self, now: Timestamp, calls: &[InteractionId]) {
        for interaction in calls {
            if let Some(&item) = self.item_ix.get(interaction)
                && matches!(self.items[item].stage, Stage::Active { .. })
            {
                self.items[item].renewed = Some(now);
                self.let_again(item);
            }
        }
    }

    /// Calls whose lease ends by `now`: whoever knows that one of them lives says so ([`Self::keep_alive`]) before he lets time pass.
    pub fn calls_to_renew(&self, now: Timestamp) -> Vec<InteractionId> {
        let due = self.timers.iter().take_while(|timer| timer.at <= now);
        let calls = due.filter(|timer| timer.due == Due::Lease && self.items[timer.item].work.medium == Medium::Voice);
        calls.filter(|timer| matches!(self.items[timer.item].stage, Stage::Active { .. })).map(|timer| timer.interaction).collect()
    }

    /// Nobody has kept alive for too long what an agent has.
    pub(super) fn stalled(&mut self, item: ItemIx, out: &mut Vec<Effect>) {
        self.items[item].lease = None;
        let stage = self.items[item].stage;
        let (interaction, medium) = (self.items[item].work.interaction, self.items[item].work.medium);
        let Some(agent) = stage.occupies() else { return };
        let Some(&who) = self.agent_ix.get(&agent) else { return };
        let name = self.name(who);
        match (stage, medium) {
            (Stage::Active { .. }, Medium::Voice) => {
                let text = format!("nothing has been heard of the call of {name} for {}; it is over", words(secs(self.limits.lease.call)));
                let decision = self.said(item, "stalled", "stalled", Some(agent), || text);
                out.push(Effect::Stalled { interaction, agent, decision });
                let wrapup = self.queues[self.items[item].queue].profile.wrapup;
                let old = self.step(item, Step::Leave { wrapup, how: Closed::CustomerLeft }).expect("what is active can end");
                self.talk_over(item, old, Some(agent), out);
            }
            (Stage::Active { .. }, Medium::Email | Medium::Chat | Medium::Message | Medium::Task) => {
                let text =
                    format!("the desk of {name} has been away for {}; it waits again", words(self.now.since(self.agents[who].heard)));
                self.step(item, Step::Reclaim).expect("what is active can be taken back");
                let (queue, class, now) = (self.items[item].queue, self.items[item].class, self.now);
                self.relocate(item, queue, class, |record| record.entered = now);
                let decision = self.said(item, "queued", "stalled", Some(agent), || text);
                let (queue, enqueued) = (self.queues[queue].profile.id, self.items[item].work.enqueued);
                out.push(Effect::Queued { interaction, queue, enqueued, decision });
                self.returned.push(item);
                self.work_ended(who, out);
            }
            (Stage::Wrapup { since, .. }, _) => {
                let text = format!("{name} has wrapped up for {}; it is closed", words(self.now.since(since)));
                let decision = self.said(item, "stalled", "stalled", Some(agent), || text);
                out.push(Effect::Stalled { interaction, agent, decision });
                self.step(item, Step::Reclaim).expect("a wrap-up can be taken back");
                self.wrapup_over(item, agent, WrapupEnd::Stalled, out);
            }
            (Stage::Waiting | Stage::Parked | Stage::Held { .. } | Stage::Offered { .. } | Stage::Closed { .. }, _) => {}
        }
    }
}

/// A span that ends, if it does.
fn span(seconds: u32) -> Option<Duration> {
    (seconds > 0).then(|| secs(seconds))
}
