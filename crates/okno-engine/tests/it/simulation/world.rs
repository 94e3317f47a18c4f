//! The floor: an engine, the model that follows its effects, and the clock between them.

use crate::coverage::WATCH;
use crate::draw::{AGENTS, HOURS, QUEUES, Rng, agent, agent_id, blending, hours, limits, queue};
use okno_engine::routing::{Engine, Input, Limits, Rejected, Restore, RestoreWork};
use okno_model::{
    AgentId, InteractionId, OfferId, Timestamp,
    doc::{InteractionState, Presence, PresenceBy},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// What the effects say, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    Queued,
    /// Every live offer, the first one first.
    Offered(Vec<(AgentId, OfferId)>),
    Active(AgentId),
    Wrapup(AgentId),
}

pub(super) struct World {
    pub(super) rng: Rng,
    pub(super) limits: Limits,
    pub(super) now: Timestamp,
    pub(super) engine: Engine,
    pub(super) seen: BTreeMap<InteractionId, Seen>,
    /// Who wraps up what he gave away, as the effects have it.
    pub(super) given: BTreeSet<(AgentId, InteractionId)>,
    /// Wrap-ups of what was given away.
    pub(super) notes: usize,
    /// Interactions that were taken back because nothing was heard of them.
    pub(super) stalls: usize,
    /// Priorities as the inputs and the effects have them.
    pub(super) priorities: BTreeMap<InteractionId, u8>,
    pub(super) made: u64,
    /// Moves of the interaction machine that happened.
    pub(super) moves: BTreeSet<(&'static str, &'static str)>,
    pub(super) offers: usize,
    /// Every input with its time and what came of it, where that is wanted.
    pub(super) record: Option<Vec<(Timestamp, Input, String)>>,
    /// Interactions that took another place while they waited.
    pub(super) moved: usize,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        Self::made(seed, None)
    }

    /// A floor that records every input, those that make it too.
    pub(super) fn recorded(seed: u64) -> Self {
        Self::made(seed, Some(Vec::new()))
    }

    fn made(seed: u64, record: Option<Vec<(Timestamp, Input, String)>>) -> Self {
        let mut world = Self {
            rng: Rng(seed),
            limits: limits(seed),
            now: Timestamp::from_millis(1_700_000_000_000),
            engine: Engine::new(limits(seed)).watched(WATCH),
            seen: BTreeMap::new(),
            given: BTreeSet::new(),
            notes: 0,
            stalls: 0,
            priorities: BTreeMap::new(),
            made: 0,
            moves: BTreeSet::new(),
            offers: 0,
            record,
            moved: 0,
        };
        for n in 0..HOURS {
            let doc = hours(&mut world.rng, n, world.now);
            let _ = world.feed(Input::SetHours(Box::new(doc)));
        }
        let rules = blending(&mut world.rng);
        let _ = world.feed(Input::SetBlending(rules));
        for n in 0..QUEUES {
            let profile = queue(&mut world.rng, n);
            let _ = world.feed(Input::SetQueue(Box::new(profile)));
        }
        for n in 0..AGENTS {
            let profile = agent(&mut world.rng, n);
            let _ = world.feed(Input::SetAgent(Box::new(profile)));
            let _ = world.feed(Input::Connected { agent: agent_id(n) });
            let _ = world.feed(Input::SetPhone { agent: agent_id(n), ready: true });
            let _ = world.feed(Input::SetPresence { agent: agent_id(n), presence: Presence::Available, by: PresenceBy::Agent });
        }
        world
    }

    /// The clock stops at every deadline, as a host's does.
    pub(super) fn pass(&mut self) {
        let until = self.now + Duration::from_millis(self.rng.below(15_000));
        while let Some(deadline) = self.engine.next_deadline().filter(|&deadline| deadline <= until) {
            self.now = self.now.max(deadline);
            self.feed(Input::Tick).expect("a tick is always taken");
        }
        self.now = until;
    }

    pub(super) fn feed(&mut self, input: Input) -> Result<(), Rejected> {
        let before = self.engine.rows();
        let mut out = Vec::new();
        if let Input::Enqueue(work) | Input::Begin { work, .. } = &input {
            self.priorities.entry(work.interaction).or_insert(work.priority);
        }
        let text = format!("{input:?}");
        let told = self.record.is_some().then(|| input.clone());
        let result = self.engine.handle(self.now, input, &mut out);
        if let (Some(record), Some(input)) = (&mut self.record, told) {
            record.push((self.now, input, format!("{result:?} {out:?}")));
        }
        self.follow(&before, &out);
        if let Err(violation) = self.engine.check() {
            panic!("{violation}; after {text}, which gave {out:#?}");
        }
        self.compare(&before);
        result
    }

    /// The model and the engine agree: the effects tell everything.
    pub(super) fn compare(&mut self, before: &Restore) {
        let rows = self.engine.rows();
        assert_eq!(rows.work.len(), self.seen.len(), "nothing is lost and nothing is invented");
        for row in &rows.work {
            let expected = match &row.state {
                InteractionState::Queued => Seen::Queued,
                InteractionState::Offered { .. } => {
                    let mut live: Vec<_> = row.state.ringing().map(|o| (o.agent, o.offer)).collect();
                    live.sort_unstable();
                    Seen::Offered(live)
                }
                InteractionState::Active { agent, .. } => Seen::Active(*agent),
                InteractionState::Wrapup { agent, .. } => Seen::Wrapup(*agent),
                InteractionState::New | InteractionState::Closed { .. } => panic!("{:?} is not a state in the engine", row.state),
            };
            assert_eq!(self.seen.get(&row.work.interaction), Some(&expected));
            assert_eq!(self.priorities.get(&row.work.interaction), Some(&row.work.priority), "a priority changes by an effect only");
        }
        let given = rows.agents.iter().flat_map(|agent| agent.wrapups.iter().map(|wrapup| (agent.profile.id, wrapup.interaction)));
        assert_eq!(given.collect::<BTreeSet<_>>(), self.given, "the effects tell of every wrap-up");
        let word = |rows: &Restore, id| rows.work.iter().find(|row| row.work.interaction == id).map_or("gone", word);
        let ids = before.work.iter().chain(&rows.work).map(|row| row.work.interaction);
        self.moves.extend(ids.map(|id| (word(before, id), word(&rows, id))).filter(|(a, b)| a != b));
    }
}

fn word(row: &RestoreWork) -> &'static str {
    match row.state {
        InteractionState::Queued if row.parked => "parked",
        InteractionState::Queued if row.work.preferred.is_some() => "held",
        InteractionState::Queued => "waiting",
        InteractionState::Offered { .. } => "offered",
        InteractionState::Active { .. } => "active",
        InteractionState::Wrapup { .. } => "wrapup",
        InteractionState::New | InteractionState::Closed { .. } => "gone",
    }
}
