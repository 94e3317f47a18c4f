//! The engine: inputs in, effects out.

use super::{
    AgentState, Blending, Effect, Input, Limits, Rejected, SegmentWrapup, Stage, Watch,
    hours::Hours,
    lookup::Lookup,
    slab::{AgentIx, BitSet, ClassIx, ItemIx, QueueIx, Slab},
    state::{Agent, Alarm, Class, Item, Queue, Shown, Standing, Timer},
    strategy::mix,
};
use okno_model::{AgentId, HoursId, InteractionId, OfferId, QueueId, Timestamp, doc::Slot};
use std::collections::{BTreeMap, BTreeSet};

/// The routing engine of one cell: a derived index over rows, rebuilt by [`Engine::restore`].
#[derive(Debug, Clone)]
pub struct Engine {
    pub(super) limits: Limits,
    /// Latest instant seen: the engine's time never goes back.
    pub(super) now: Timestamp,
    pub(super) queues: Slab<QueueIx, Queue>,
    pub(super) queue_ix: Lookup<QueueId, QueueIx>,
    pub(super) agents: Slab<AgentIx, Agent>,
    pub(super) agent_ix: Lookup<AgentId, AgentIx>,
    /// Agents as they are published, by index.
    pub(super) board: Vec<Shown>,
    pub(super) classes: Slab<ClassIx, Class>,
    /// Members of each class by standing: apart from the classes, since an agent changes it in all of his at once.
    pub(super) counts: Vec<[u32; Standing::COUNT]>,
    /// Agents with the skills of each queue who can take a call now; apart from the queues for the same reason.
    pub(super) callable: Vec<u32>,
    /// Queues in which something waits.
    pub(super) nonempty: BitSet,
    pub(super) items: Slab<ItemIx, Item>,
    pub(super) item_ix: Lookup<InteractionId, ItemIx>,
    pub(super) timers: BTreeSet<Timer>,
    /// Business hours that queues have.
    pub(super) hours: BTreeMap<HoursId, Hours>,
    /// When queues open or close next.
    pub(super) turns: BTreeSet<(Timestamp, QueueId, QueueIx)>,
    /// From when on it is known who is there: a minute after a restart.
    pub(super) sure: Timestamp,
    /// Queues in which somebody may be too many since the last settling.
    pub(super) crowded: Vec<QueueIx>,
    /// Queues whose agents or rules changed since the last settling.
    pub(super) stirred: Vec<QueueIx>,
    /// What becomes due of agents.
    pub(super) alarms: BTreeSet<Alarm>,
    /// Rules for work of several media at once.
    pub(super) blending: Blending,
    /// Queues with a reserve.
    pub(super) reserves: usize,
    /// Some queue has a rule that depends on who is there.
    pub(super) asking: bool,
    /// Queues in which the number of those who can take a call passed the reserve since the last settling.
    pub(super) crossed: Vec<QueueIx>,
    /// Number of offers made, part of their ids.
    pub(super) offers: u64,
    /// Agents who may be able to take something since the last settling.
    pub(super) awake: Vec<AgentIx>,
    /// Items that wait again since the last settling.
    pub(super) returned: Vec<ItemIx>,
    /// Agents that changed since the input began.
    pub(super) changed: Vec<AgentIx>,
    /// Decides without saying why.
    pub(super) silent: bool,
    /// Queues with rings.
    pub(super) ringed: BTreeSet<QueueIx>,
    /// Up to here what is due is known as overdue: now, between inputs.
    pub(super) passed: Timestamp,
    /// When the first of each class becomes overdue (`due_first`).
    pub(super) kept: BTreeSet<(i64, ClassIx)>,
    /// Who sees the machines move.
    pub(super) watch: Option<Watch>,
}

impl Engine {
    /// An empty engine.
    pub const fn new(limits: Limits) -> Self {
        Self {
            limits,
            now: Timestamp::from_millis(0),
            queues: Slab::new(),
            queue_ix: Lookup::new(),
            agents: Slab::new(),
            agent_ix: Lookup::new(),
            board: Vec::new(),
            classes: Slab::new(),
            counts: Vec::new(),
            callable: Vec::new(),
            nonempty: BitSet::new(),
            items: Slab::new(),
            item_ix: Lookup::new(),
            timers: BTreeSet::new(),
            hours: BTreeMap::new(),
            turns: BTreeSet::new(),
            sure: Timestamp::from_millis(0),
            crowded: Vec::new(),
            stirred: Vec::new(),
            alarms: BTreeSet::new(),
            blending: Blending::OPEN,
            reserves: 0,
            asking: false,
            crossed: Vec::new(),
            offers: 0,
            awake: Vec::new(),
            returned: Vec::new(),
            changed: Vec::new(),
            silent: false,
            ringed: BTreeSet::new(),
            passed: Timestamp::from_millis(0),
            kept: BTreeSet::new(),
            watch: None,
        }
    }

    /// The same engine without words, for simulations: the decisions are the same, but their documents are empty and nobody
    /// is told how an agent is ([`Effect::AgentChanged`] is left out).
    #[must_use]
    pub const fn silent(mut self) -> Self {
        self.silent = true;
        self
    }

    /// Takes one input. Whatever is due at `now` happens first. On `Err` the input itself changed nothing,
    /// but `out` may hold effects of what was due. Time that goes back counts as the latest instant seen.
    pub fn handle(&mut self, now: Timestamp, input: Input, out: &mut Vec<Effect>) -> Result<(), Rejected> {
        self.now = self.now.max(now);
        self.pass_due();
        self.fire_due(out);
        let result = self.take(input, out);
        self.settle(out);
        self.fire_due(out);
        self.tell_changes(out);
        result
    }

    fn take(&mut self, input: Input, out: &mut Vec<Effect>) -> Result<(), Rejected> {
        match input {
            Input::SetQueue(profile) => self.set_queue(*profile, out),
            Input::SetHours(doc) => {
                self.set_hours(*doc, out);
                Ok(())
            }
            Input::Estimate { interaction, seconds } => self.estimate(interaction, seconds, out),
            Input::RemoveQueue { queue } => self.remove_queue(queue),
            Input::SetAgent(profile) => self.set_agent(*profile, out),
            Input::RemoveAgent { agent } => self.remove_agent(agent, out),
            Input::SetPresence { agent, presence, by } => self.set_presence(agent, presence, by, out),
            Input::SetNextPresence { agent, presence } => self.set_next_presence(agent, presence, out),
            Input::Connected { agent } => self.connected(agent),
            Input::Disconnected { agent } => self.disconnected(agent, out),
            Input::SetPhone { agent, ready } => self.set_phone(agent, ready, out),
            Input::Enqueue(work) => self.enqueue(work, out),
            Input::Accept { interaction, agent, offer } => self.accept(interaction, agent, offer, out),
            Input::Decline { interaction, agent, offer } => self.decline(interaction, agent, offer, out),
            Input::Withdraw { interaction, how } => self.withdraw(interaction, how, out),
            Input::Finish { interaction, agent } => self.finish(interaction, agent, out),
            Input::CompleteWrapup { interaction, agent } => self.complete_wrapup(interaction, agent, out),
            Input::ExtendWrapup { interaction, agent, seconds } => self.extend_wrapup(interaction, agent, seconds, out),
            Input::RequestWrapup { interaction, agent, wanted } => self.request_wrapup(interaction, agent, wanted, out),
            Input::TransferToQueue { interaction, queue, by } => self.transfer_to_queue(interaction, queue, by, out),
            Input::TransferToAgent { interaction, agent, by } => self.transfer_to_agent(interaction, agent, by, out),
            Input::Pull { interaction, agent } => self.pull(interaction, agent, out),
            Input::Unreached { interaction, agent } => self.unreached(interaction, agent, out),
            Input::Begin { work, agent } => self.begin(work, agent, out),
            Input::SetPriority { interaction, priority } => self.set_priority(interaction, priority, out),
            Input::Busy { interaction, agent, offer } => self.busy(interaction, agent, offer, out),
            Input::SetBlending(blending) => {
                self.set_blending(blending);
                Ok(())
            }
            Input::Spoke { interaction, speaker } => {
                self.spoke(interaction, speaker);
                Ok(())
            }
            Input::Renew { interaction } => {
                self.renew(interaction);
                Ok(())
            }
            Input::Tick => Ok(()),
        }
    }

    /// When the engine wants an [`Input::Tick`] at the latest.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let timer = self.timers.first().map(|timer| timer.at);
        let alarm = self.alarms.first().map(|alarm| alarm.at);
        let turn = self.next_turn().map(|(at, ..)| at);
        timer.into_iter().chain(alarm).chain(turn).min()
    }

    /// An agent as he is now.
    pub fn agent(&self, agent: AgentId) -> Option<AgentState> {
        self.agent_ix.get(&agent).map(|&ix| self.agent_state(ix))
    }

    /// Where an interaction stands; `None` if it is not here.
    pub fn stage(&self, interaction: InteractionId) -> Option<Stage> {
        self.item_ix.get(&interaction).map(|&ix| self.items[ix].stage)
    }

    /// Priority of an interaction, without what it gained by waiting; `None` if it is not here.
    pub fn priority(&self, interaction: InteractionId) -> Option<u8> {
        self.item_ix.get(&interaction).map(|&ix| self.items[ix].work.priority)
    }

    pub(super) fn agent_state(&self, ix: AgentIx) -> AgentState {
        let agent = &self.agents[ix];
        AgentState {
            presence: agent.duty.presence.clone(),
            since: agent.duty.since,
            by: agent.duty.by,
            next: agent.duty.next.clone(),
            connected: agent.connected,
            phone: agent.phone,
            idle_since: agent.idle_since,
            misses: agent.misses,
            slots: agent
                .slots
                .iter()
                .map(|slot| Slot { interaction: slot.interaction, medium: slot.medium, activity: slot.activity.clone() })
                .chain(agent.wrapups.iter().map(SegmentWrapup::slot))
                .collect(),
            wrapups: agent.wrapups.clone(),
        }
    }

    fn tell_changes(&mut self, out: &mut Vec<Effect>) {
        if self.silent {
            self.changed.clear();
            return;
        }
        let mut changed = std::mem::take(&mut self.changed);
        changed.sort_unstable_by_key(|&ix| self.agents.get(ix).map(|agent| agent.profile.id));
        changed.dedup();
        for &ix in &changed {
            if let Some(agent) = self.agents.get(ix) {
                out.push(Effect::AgentChanged { agent: agent.profile.id, state: Box::new(self.agent_state(ix)) });
            }
        }
        changed.clear();
        self.changed = changed;
    }

    pub(super) fn find_agent(&self, agent: AgentId) -> Result<AgentIx, Rejected> {
        self.agent_ix.get(&agent).copied().ok_or(Rejected::UnknownAgent(agent))
    }

    pub(super) fn find_queue(&self, queue: QueueId) -> Result<QueueIx, Rejected> {
        self.queue_ix.get(&queue).copied().ok_or(Rejected::UnknownQueue(queue))
    }

    pub(super) fn find_item(&self, interaction: InteractionId) -> Result<ItemIx, Rejected> {
        self.item_ix.get(&interaction).copied().ok_or(Rejected::UnknownInteraction(interaction))
    }

    /// A new offer id: shaped like a UUIDv7 of now, the rest mixed from who, what and how many, so that the same inputs
    /// give the same ids and a restarted engine gives others.
    pub(super) fn offer_id(&mut self, interaction: InteractionId, agent: AgentId) -> OfferId {
        self.offers += 1;
        let fold = |id: u128| (id >> 64) as u64 ^ id as u64;
        let high = mix(fold(interaction.0.as_u128()) ^ mix(self.offers));
        let low = mix(high ^ fold(agent.0.as_u128()));
        let ms = u128::from(self.now.millis().unsigned_abs() & ((1 << 48) - 1));
        OfferId::from_u128(ms << 80 | 7 << 76 | u128::from(high & 0xfff) << 64 | 0b10 << 62 | u128::from(low >> 2))
    }
}
