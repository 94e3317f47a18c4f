//! Agents come, go, and are paused.

use super::{Event, World, agent_of};
use crate::{
    model::Model,
    rng::{Purpose, Seed},
    stats::normal_quantile,
    tally::{Counted, Tally},
};
use okno_engine::routing::Input;
use okno_model::{
    AgentId, Medium,
    doc::{Presence, PresenceBy},
};

/// An agent as the simulation knows him.
#[derive(Debug, Clone)]
pub(super) struct AgentState {
    pub(super) group: usize,
    /// Factor of his own on handle times.
    pub(super) pace: f64,
    /// He should be there.
    on: bool,
    /// He is routed to.
    available: bool,
    /// Counted as there.
    present: bool,
    /// Talks and wrap-ups.
    pub(super) slots: u32,
    pub(super) absent: bool,
}

impl AgentState {
    /// He has one more in hand.
    pub(super) fn occupy(&mut self, tally: &mut Tally, model: &Model, now: u64, counted: &Counted, queue: usize) {
        self.slots += 1;
        let area = &mut tally.groups[self.group];
        if self.slots == 1 {
            area.busy.change(now, 1.0, counted);
        }
        area.load.change(now, unit(model, self.group, queue), counted);
        self.show(tally, now, counted);
    }

    /// He has one less in hand.
    pub(super) fn release(&mut self, tally: &mut Tally, model: &Model, now: u64, counted: &Counted, queue: usize) {
        self.slots -= 1;
        let area = &mut tally.groups[self.group];
        if self.slots == 0 {
            area.busy.change(now, -1.0, counted);
        }
        area.load.change(now, -unit(model, self.group, queue), counted);
        self.show(tally, now, counted);
    }

    /// Who is available, or still has work in hand, is there.
    fn show(&mut self, tally: &mut Tally, now: u64, counted: &Counted) {
        let present = self.available || self.slots > 0;
        if present != self.present {
            self.present = present;
            tally.groups[self.group].present.change(now, if present { 1.0 } else { -1.0 }, counted);
        }
    }
}

/// The part of an agent's capacity that one interaction of a queue takes.
fn unit(model: &Model, group: usize, queue: usize) -> f64 {
    let capacity = model.groups[group].capacity;
    let of = match model.queues[queue].medium {
        Medium::Voice => capacity.voice,
        Medium::Email => capacity.email,
        Medium::Chat => capacity.chat,
        Medium::Message => capacity.message,
        Medium::Task => capacity.task,
    };
    1.0 / f64::from(of.max(1))
}

/// The pace of one agent: lognormal around 1.
fn own_pace(seed: Seed, agent: usize, varies: f64) -> f64 {
    if varies <= 0.0 {
        return 1.0;
    }
    let variance = (1.0 + varies * varies).ln();
    let z = normal_quantile(seed.stream(Purpose::Agent, agent as u64, 1).unit());
    (variance.sqrt() * z - 0.5 * variance).exp()
}

impl World<'_> {
    /// Everybody is known and connected; who begins his shift at once is there before the first customer.
    pub(super) fn seat_agents(&mut self) {
        for (n, agent) in self.model.agents.iter().enumerate() {
            let group = &self.model.groups[agent.group];
            let absent = group.absent > 0.0 && self.seed.stream(Purpose::Agent, n as u64, 0).unit() < group.absent;
            let pace = own_pace(self.seed, n, group.pace_varies);
            self.agents.push(AgentState { group: agent.group, pace, on: false, available: false, present: false, slots: 0, absent });
            let id = agent.profile.id;
            self.drive(Input::SetAgent(Box::new(agent.profile.clone())));
            self.drive(Input::Connected { agent: id });
            self.drive(Input::SetPhone { agent: id, ready: true });
            for window in &agent.windows {
                self.plan(window.from, Event::Duty { agent: n as u32, on: true });
                if window.to <= self.model.horizon {
                    self.plan(window.to, Event::Duty { agent: n as u32, on: false });
                }
            }
        }
        for (n, group) in self.model.groups.iter().enumerate() {
            let mut last = None;
            for (interval, &agents) in group.per_interval.iter().enumerate() {
                if last != Some(agents) {
                    self.plan(interval as u64 * self.model.interval, Event::Staff { group: n as u32, interval: interval as u32 });
                    last = Some(agents);
                }
            }
        }
    }

    /// A piece of a shift begins or ends. Who has something in hand finishes it first.
    pub(super) fn duty(&mut self, agent: usize, on: bool) {
        let who = &mut self.agents[agent];
        if who.absent || who.on == on {
            return;
        }
        who.on = on;
        let id = AgentId::from_u128(1 + agent as u128);
        if on {
            self.drive(Input::SetPresence { agent: id, presence: Presence::Available, by: PresenceBy::Agent });
        } else {
            self.drive(Input::SetNextPresence { agent: id, presence: Some(Presence::Offline) });
        }
    }

    /// Sends so many agents of a group to work, or home: idle ones first.
    pub(super) fn staff(&mut self, group: usize, interval: usize) {
        let spec = &self.model.groups[group];
        let want = spec.per_interval[interval] as usize;
        let (first, end) = (spec.first, spec.first + spec.count);
        let there = (first..end).filter(|&agent| self.agents[agent].on || self.agents[agent].absent).count();
        if want > there {
            // Absent agents are planned, and do not come.
            let more: Vec<usize> = (first..end).filter(|&a| !self.agents[a].on && !self.agents[a].absent).take(want - there).collect();
            for agent in more {
                self.duty(agent, true);
            }
        } else {
            let mut here: Vec<usize> = (first..end).filter(|&agent| self.agents[agent].on).collect();
            here.sort_by_key(|&agent| (self.agents[agent].slots, std::cmp::Reverse(agent)));
            here.truncate(there - want);
            for agent in here {
                self.duty(agent, false);
            }
        }
    }

    /// Back after a pause for misses.
    pub(super) fn back(&mut self, agent: usize) {
        if self.agents[agent].on && !self.agents[agent].available {
            let id = AgentId::from_u128(1 + agent as u128);
            self.drive(Input::SetPresence { agent: id, presence: Presence::Available, by: PresenceBy::Agent });
        }
    }

    pub(super) fn presence_changed(&mut self, agent: AgentId, presence: &Presence, by: PresenceBy) {
        let agent = agent_of(agent);
        let available = matches!(presence, Presence::Available | Presence::AvailableOnDemand);
        let (now, counted) = (self.now, self.counted);
        let who = &mut self.agents[agent];
        who.available = available;
        who.show(&mut self.tally, now, &counted);
        if !available && by == PresenceBy::Rona {
            let after = self.model.groups[who.group].back_after;
            self.plan(now + after, Event::Back { agent: agent as u32 });
        }
    }
}
