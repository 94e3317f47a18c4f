//! Overflow: what waits goes on to another queue with its place, when a rule of its queue says so.
//!
//! Rules by time are timers. What depends on who is there is looked at when somebody comes or goes: a queue whose rules ask for it keeps in
//! mind since when nobody takes its work. An estimate comes from outside ([`super::Input::Estimate`]): the engine does not foretell.

use super::{
    Effect, Engine, Rejected, Stage, Step,
    slab::{AgentIx, ClassIx, ItemIx, QueueIx},
    span::words,
    stage::secs,
    state::{Due, MEDIA, Queue, m},
};
use okno_model::{
    InteractionId, Medium, QueueId, Timestamp,
    doc::{OverflowRule, OverflowWhen},
};

/// Nobody has to be there for so long before [`OverflowWhen::NoAgents`] holds: a page that is loaded again, a shift that hands over, a
/// process that starts and whose desks come back.
pub(super) const NO_AGENTS_SECONDS: u32 = 60;

impl Engine {
    /// The next instant at which a rule of its queue may hold for what waits.
    pub(super) fn overflow_at(&self, ix: ItemIx) -> Option<Timestamp> {
        let item = &self.items[ix];
        let queue = &self.queues[item.queue];
        let medium = m(item.work.medium);
        let due = queue.profile.overflows.iter().filter(|rule| !item.visited.contains(&rule.to)).filter_map(|rule| match rule.when {
            OverflowWhen::Wait { seconds } => Some(item.entered + secs(seconds)),
            OverflowWhen::NoAgents => queue.unstaffed[medium].map(|since| since.max(item.entered) + secs(NO_AGENTS_SECONDS)),
            OverflowWhen::EstimatedWait { .. } | OverflowWhen::Ratio { .. } => None,
        });
        due.min()
    }

    pub(super) fn set_overflow_timer(&mut self, ix: ItemIx, on: bool) {
        if let Some(at) = self.overflow_at(ix) {
            self.set_timer(ix, at, Due::Overflow, on);
        }
    }

    /// The time of a rule has come: the first of the list that holds counts.
    pub(super) fn overflow(&mut self, ix: ItemIx, out: &mut Vec<Effect>) {
        let Some(rule) = self.first_rule(ix, None) else { return };
        self.go_on(ix, rule, None, out);
    }

    /// The first rule that holds now for what waits.
    pub(super) fn first_rule(&self, ix: ItemIx, estimate: Option<u32>) -> Option<OverflowRule> {
        let item = &self.items[ix];
        let queue = &self.queues[item.queue];
        let rules = queue.profile.overflows.iter().filter(|rule| !item.visited.contains(&rule.to));
        let holds = |rule: &&OverflowRule| match rule.when {
            OverflowWhen::Wait { seconds } => self.now >= item.entered + secs(seconds),
            OverflowWhen::NoAgents => {
                queue.unstaffed[m(item.work.medium)].is_some_and(|since| self.now >= since.max(item.entered) + secs(NO_AGENTS_SECONDS))
            }
            OverflowWhen::EstimatedWait { seconds } => estimate.is_some_and(|estimate| estimate > seconds),
            OverflowWhen::Ratio { waiting_per_agent_percent } => self.too_many(item.queue, waiting_per_agent_percent),
        };
        rules.into_iter().find(holds).copied()
    }

    /// How long it will presumably wait, told from outside.
    pub(super) fn estimate(&mut self, interaction: InteractionId, seconds: u32, out: &mut Vec<Effect>) -> Result<(), Rejected> {
        let ix = self.find_item(interaction)?;
        if matches!(self.items[ix].stage, Stage::Waiting | Stage::Held { .. })
            && let Some(rule) = self.first_rule(ix, Some(seconds))
        {
            self.go_on(ix, rule, Some(seconds), out);
        }
        Ok(())
    }

    /// Since when nobody takes work, as rows.
    pub(super) fn unstaffed_rows(&self) -> Vec<(QueueId, Medium, Timestamp)> {
        let of = |&ix: &QueueIx| {
            let queue = &self.queues[ix];
            Medium::ALL.iter().filter_map(move |&medium| queue.unstaffed[m(medium)].map(|since| (queue.profile.id, medium, since)))
        };
        self.queue_ix.sorted().iter().flat_map(of).collect()
    }

    /// Something waits in a queue: its ratio is to be looked at.
    pub(super) fn crowd_grew(&mut self, ix: ItemIx) {
        let queue = self.items[ix].queue;
        if self.queues[queue].profile.overflows.iter().any(|rule| matches!(rule.when, OverflowWhen::Ratio { .. })) {
            self.crowded.push(queue);
        }
    }

    /// Who came and went since the last settling.
    pub(super) fn look_around(&mut self, out: &mut Vec<Effect>) {
        // Mostly nobody asks: then nobody's queues have to be looked up.
        let awake = if self.asking { self.awake.len() } else { 0 };
        for at in 0..awake {
            let Some(who) = self.agents.get(self.awake[at]) else { continue };
            let queues = who.profile.queues.iter().filter_map(|id| self.queue_ix.get(id).copied());
            self.stirred.extend(queues.filter(|&queue| self.queues[queue].asks_who_is_there()));
        }
        let mut stirred = std::mem::take(&mut self.stirred);
        stirred.sort_unstable();
        stirred.dedup();
        for queue in stirred {
            if self.queues.get(queue).is_some() {
                self.recount_queue(queue);
            }
        }
        let shut = |ix: &ItemIx| self.items.get(*ix).is_some_and(|item| self.queues[item.queue].shut.is_some());
        let returned: Vec<ItemIx> = self.returned.iter().copied().filter(shut).collect();
        for ix in returned {
            self.sweep_returned(ix, out);
        }
    }

    /// Moves what waits by a rule. It stays if the other queue cannot take it: then that is not tried again.
    fn go_on(&mut self, ix: ItemIx, rule: OverflowRule, estimate: Option<u32>, out: &mut Vec<Effect>) {
        let item = &self.items[ix];
        let name = self.queues[item.queue].profile.name.clone();
        let waited = words(self.now.since(item.work.enqueued));
        let to = self.queue_ix.get(&rule.to).map_or("another queue", |&to| &self.queues[to].profile.name);
        let (word, text) = match rule.when {
            OverflowWhen::Wait { seconds } => {
                ("wait", format!("it waited {waited}; after {} in {name} it goes to {to}", words(secs(seconds))))
            }
            OverflowWhen::EstimatedWait { seconds } => {
                let estimate = words(secs(estimate.unwrap_or(seconds)));
                let limit = words(secs(seconds));
                ("estimated_wait", format!("it would presumably wait {estimate} in {name}, more than {limit}; it goes to {to}"))
            }
            OverflowWhen::Ratio { waiting_per_agent_percent } => {
                let (waiting, staff) = self.crowd(item.queue);
                let text = format!("{waiting} wait in {name} for {staff} agents, more than {waiting_per_agent_percent} %; it goes to {to}");
                ("ratio", text)
            }
            OverflowWhen::NoAgents => {
                ("no_agents", format!("nobody has taken work of {name} for {}; it goes to {to}", words(secs(NO_AGENTS_SECONDS))))
            }
        };
        self.relocate_to(ix, rule.to, word, text, out);
    }

    /// Moves what waits to another queue with its place, unless that is gone, closed, full of requirements, or it was there before: then it
    /// stays and does not try again. What comes so into a queue that is full or empty is treated as what comes to it otherwise.
    pub(super) fn relocate_to(&mut self, ix: ItemIx, to_id: QueueId, rule: &'static str, text: String, out: &mut Vec<Effect>) -> bool {
        let from = self.items[ix].queue;
        let from_id = self.queues[from].profile.id;
        let (medium, skills) = (self.items[ix].work.medium, self.items[ix].work.skills.clone());
        let target =
            self.queue_ix.get(&to_id).copied().filter(|&to| to != from && self.queues[to].open && !self.items[ix].visited.contains(&to_id));
        let Some((to, class)) = target.and_then(|to| Some((to, self.intern(to, medium, &skills, 0).ok()?))) else {
            self.set_overflow_timer(ix, false);
            if !self.items[ix].visited.contains(&to_id) {
                self.items[ix].visited.push(to_id);
            }
            self.set_overflow_timer(ix, true);
            return false;
        };
        if !matches!(self.items[ix].stage, Stage::Waiting) {
            self.step(ix, Step::Release).expect("what is held or parked can be released");
        }
        let (interaction, now) = (self.items[ix].work.interaction, self.now);
        self.relocate(ix, to, class, |record| {
            record.visited.push(from_id);
            record.entered = now;
            record.work.preferred = None;
        });
        let decision = self.said(ix, "overflowed", rule, None, || text);
        out.push(Effect::Overflowed { interaction, from: from_id, to: to_id, decision });
        self.returned.push(ix);
        self.crowded.push(to);
        self.admit(ix, out);
        true
    }

    /// Who waits in a queue, and who takes its work now, busy or not.
    fn crowd(&self, queue: QueueIx) -> (usize, usize) {
        let record = &self.queues[queue];
        (record.crowd, record.on_duty)
    }

    /// An agent is on duty in his queues, or no longer.
    pub(super) fn count_on_duty(&mut self, agent: AgentIx) {
        let who = &mut self.agents[agent];
        let (was, is) = (who.counted, who.on_duty());
        if was == is {
            return;
        }
        who.counted = is;
        for at in 0..self.agents[agent].profile.queues.len() {
            let id = self.agents[agent].profile.queues[at];
            // A queue that he is named for twice counts him once.
            let again = self.agents[agent].profile.queues[..at].contains(&id);
            if let Some(&queue) = self.queue_ix.get(&id).filter(|&&queue| !again && self.queues[queue].members.contains(&agent)) {
                let count = &mut self.queues[queue].on_duty;
                *count = if is { *count + 1 } else { *count - 1 };
            }
        }
    }

    fn too_many(&self, queue: QueueIx, percent: u32) -> bool {
        let (waiting, staff) = self.crowd(queue);
        // Without anybody there is no ratio: that is a rule of its own.
        staff > 0 && waiting as u64 * 100 > staff as u64 * u64::from(percent)
    }

    /// Looks at the ratios of queues in which somebody came to wait or went away: the last in line go on.
    pub(super) fn spill(&mut self, out: &mut Vec<Effect>) {
        while let Some(queue) = self.crowded.pop() {
            while let Some((ix, rule)) = self.last_too_many(queue) {
                self.go_on(ix, rule, None, out);
            }
        }
    }

    /// Who is last in a queue whose ratio is exceeded, and the rule.
    pub(super) fn last_too_many(&self, queue: QueueIx) -> Option<(ItemIx, OverflowRule)> {
        let record = self.queues.get(queue)?;
        let ratios = record.profile.overflows.iter().filter(|rule| match rule.when {
            OverflowWhen::Ratio { waiting_per_agent_percent } => self.too_many(queue, waiting_per_agent_percent),
            OverflowWhen::Wait { .. } | OverflowWhen::EstimatedWait { .. } | OverflowWhen::NoAgents => false,
        });
        // A rule by which everybody has gone already leaves the others in force.
        ratios.into_iter().find_map(|rule| {
            let may = |place: &&super::state::Place| !self.items[place.item].visited.contains(&rule.to);
            let last = |&class: &ClassIx| {
                let class = &self.classes[class];
                class.waiting.iter().rev().find(may).max(class.apart.iter().rev().find(may)).copied()
            };
            record.classes.values().filter_map(last).max().map(|place| (place.item, *rule))
        })
    }

    /// Whether nobody takes work of this medium in a queue now. In the first minute after a start nobody knows.
    pub(super) fn is_empty(&self, queue: QueueIx, medium: Medium) -> bool {
        self.now >= self.sure && self.queues[queue].unstaffed[m(medium)].is_some()
    }

    /// Since when nobody takes work of each medium in a queue; kept only where a rule asks for it.
    pub(super) fn recount_queue(&mut self, queue: QueueIx) {
        let record = &self.queues[queue];
        let rules = &record.profile.overflows;
        if rules.iter().any(|rule| matches!(rule.when, OverflowWhen::Ratio { .. })) {
            self.crowded.push(queue);
        }
        let mut now = [None; MEDIA];
        if record.profile.empty.is_some() || rules.iter().any(|rule| rule.when == OverflowWhen::NoAgents) {
            for &medium in Medium::ALL {
                let takes = |agent: &AgentIx| {
                    let who = &self.agents[*agent];
                    who.on_duty() && who.capacity(medium) > 0 && who.has_device(medium)
                };
                let staffed = record.members.iter().any(takes);
                now[m(medium)] = (!staffed).then(|| record.unstaffed[m(medium)].unwrap_or(self.now));
            }
        }
        if now == record.unstaffed {
            return;
        }
        let waiting = self.waiting_in(queue);
        for &ix in &waiting {
            self.set_overflow_timer(ix, false);
        }
        self.queues[queue].unstaffed = now;
        for &ix in &waiting {
            self.set_overflow_timer(ix, true);
        }
    }
}

impl Queue {
    /// Whether it matters here who comes and goes.
    pub(super) fn asks_who_is_there(&self) -> bool {
        let depends = |rule: &OverflowRule| matches!(rule.when, OverflowWhen::NoAgents | OverflowWhen::Ratio { .. });
        self.profile.empty.is_some() || self.profile.overflows.iter().any(depends)
    }
}
