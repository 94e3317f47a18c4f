//! Every state of an interaction and of a presence, put there through the engine's door, meets everything that people may
//! ask for there, in every meaning. What is refused changes nothing.

use super::coverage::WATCH;
use okno_engine::routing::{AgentProfile, Engine, Input, Limits, MaxNoAnswer, Preferred, QueueProfile, Rejected, SlotRules, Stage, Work};
use okno_model::{
    AgentId, HoursId, InteractionId, Medium, OfferId, QueueId, Timestamp,
    doc::{Capacity, Closed, ClosingRule, HoursDoc, Presence, PresenceBy, Sweep, Treatment, WrapupMode},
};
use std::time::Duration;

const ANNA: AgentId = AgentId::from_u128(1);
const BORIS: AgentId = AgentId::from_u128(2);
const QUEUE: QueueId = QueueId::from_u128(10);
const OTHER: QueueId = QueueId::from_u128(11);
const CLOSED: HoursId = HoursId::from_u128(20);
const ONE: InteractionId = InteractionId::from_u128(100);
const TWO: InteractionId = InteractionId::from_u128(101);

const MODES: [WrapupMode; 7] = [
    WrapupMode::None,
    WrapupMode::Discretionary,
    WrapupMode::Timed { seconds: 60 },
    WrapupMode::Fixed { seconds: 60 },
    WrapupMode::AgentRequested { seconds: 60 },
    WrapupMode::Optional,
    WrapupMode::OptionalTimed { seconds: 60 },
];

const PRESENCES: [Presence; 4] = [Presence::Available, Presence::AvailableOnDemand, Presence::Paused { code: None }, Presence::Offline];

/// A floor that can be copied, to try one thing after the other in the same state.
#[derive(Clone)]
struct Floor {
    engine: Engine,
    now: Timestamp,
    queue: QueueProfile,
}

impl Floor {
    fn new() -> Self {
        let limits = Limits { max_no_answer: MaxNoAnswer { voice: 1, email: 1, chat: 1, message: 1, task: 1 }, ..Limits::default() };
        let now = Timestamp::from_millis(1_700_000_000_000);
        let queue = QueueProfile::new(QUEUE, "q");
        let mut floor = Self { engine: Engine::new(limits).watched(WATCH), now, queue };
        floor.set_queue(|_| ());
        let week = std::array::from_fn(|_| vec![]);
        let (holidays, exceptions) = (vec![], vec![]);
        let never = HoursDoc { id: CLOSED, name: "never".into(), time_zone: "UTC".into(), week, holidays, exceptions, archived: false };
        floor.go(Input::SetHours(Box::new(never)));
        floor.go(Input::SetQueue(Box::new(QueueProfile::new(OTHER, "other"))));
        for agent in [ANNA, BORIS] {
            let capacity = Capacity { voice: 1, email: 1, chat: 2, message: 1, task: 1 };
            let queues = vec![QUEUE];
            floor.go(Input::SetAgent(Box::new(AgentProfile {
                queues,
                capacity,
                ..AgentProfile::new(agent, if agent == ANNA { "anna" } else { "boris" })
            })));
        }
        floor
    }

    /// Feeds an input; a refusal changes nothing.
    fn feed(&mut self, input: Input) -> Result<(), Rejected> {
        let before = self.engine.rows();
        let result = self.engine.handle(self.now, input.clone(), &mut Vec::new());
        self.engine.check().expect("every invariant holds");
        assert!(result.is_ok() || self.engine.rows() == before, "{input:?} was refused and changed something: {result:?}");
        result
    }

    fn go(&mut self, input: Input) {
        let text = format!("{input:?}");
        self.feed(input).unwrap_or_else(|why| panic!("{text}: {why}"));
    }

    /// Tries something, and forgets it.
    fn try_out(&self, inputs: impl IntoIterator<Item = Input>) {
        let mut floor = self.clone();
        for input in inputs {
            let _ = floor.feed(input);
        }
    }

    fn set_queue(&mut self, change: impl FnOnce(&mut QueueProfile)) {
        change(&mut self.queue);
        self.go(Input::SetQueue(Box::new(self.queue.clone())));
    }

    fn sign_in(&mut self, agent: AgentId) {
        self.go(Input::Connected { agent });
        self.go(Input::SetPhone { agent, ready: true });
        self.go(Input::SetPresence { agent, presence: Presence::Available, by: PresenceBy::Agent });
    }

    fn work(&self, interaction: InteractionId, medium: Medium) -> Work {
        Work::new(interaction, QUEUE, medium, self.now)
    }

    fn pass(&mut self, seconds: u64) {
        self.now = self.now + Duration::from_secs(seconds);
        self.go(Input::Tick);
    }

    fn accept(&mut self, interaction: InteractionId) {
        let Some(Stage::Offered { agent, offer, .. }) = self.engine.stage(interaction) else { panic!("it does not ring") };
        self.go(Input::Accept { interaction, agent, offer });
    }

    /// Anna has an interaction.
    fn active(medium: Medium) -> Self {
        let mut floor = Self::new();
        floor.sign_in(ANNA);
        floor.go(Input::Enqueue(floor.work(ONE, medium)));
        floor.accept(ONE);
        floor
    }
}

/// One floor per state of an interaction that can be met at the door.
fn states() -> Vec<Floor> {
    let mut waiting = Floor::new();
    waiting.go(Input::Enqueue(waiting.work(ONE, Medium::Chat)));
    let mut parked = Floor::new();
    parked.set_queue(|queue| (queue.hours, queue.closed) = (Some(CLOSED), Treatment::Promise));
    parked.go(Input::Enqueue(parked.work(ONE, Medium::Chat)));
    let mut held = Floor::active(Medium::Voice);
    held.go(Input::Withdraw { interaction: ONE, how: Closed::CustomerLeft });
    held.set_queue(|queue| queue.wrapup = WrapupMode::None);
    if held.engine.stage(ONE).is_some() {
        held.go(Input::CompleteWrapup { interaction: ONE, agent: ANNA });
    }
    held.go(Input::Begin { work: held.work(TWO, Medium::Voice), agent: ANNA });
    let preferred = Some(Preferred { agent: ANNA, until: held.now + Duration::from_secs(600) });
    held.go(Input::Enqueue(Work { preferred, ..held.work(ONE, Medium::Voice) }));
    held.sign_in(BORIS);
    let mut offered = Floor::new();
    offered.sign_in(ANNA);
    offered.go(Input::Enqueue(offered.work(ONE, Medium::Chat)));
    let active = Floor::active(Medium::Chat);
    let mut wanted = active.clone();
    wanted.set_queue(|queue| queue.wrapup = MODES[4]);
    wanted.go(Input::RequestWrapup { interaction: ONE, agent: ANNA, wanted: true });
    let mut all = vec![waiting, parked, held, offered, active.clone(), wanted];
    for mode in [MODES[1], MODES[2], MODES[3], MODES[6]] {
        let mut wrapup = active.clone();
        wrapup.set_queue(|queue| queue.wrapup = mode);
        wrapup.go(Input::Finish { interaction: ONE, agent: ANNA });
        all.push(wrapup);
    }
    all
}

/// What people may ask of an interaction, in every meaning.
fn requests(floor: &Floor) -> Vec<Vec<Input>> {
    let interaction = ONE;
    let mut all = Vec::new();
    let offers = match floor.engine.stage(ONE) {
        Some(Stage::Offered { offer, .. }) => vec![offer, OfferId::from_u128(7)],
        _ => vec![OfferId::from_u128(7)],
    };
    for agent in [ANNA, BORIS] {
        for &offer in &offers {
            all.push(vec![Input::Accept { interaction, agent, offer }]);
            all.push(vec![Input::Decline { interaction, agent, offer }]);
            all.push(vec![Input::Busy { interaction, agent, offer }]);
        }
        all.push(vec![Input::CompleteWrapup { interaction, agent }]);
        all.push(vec![Input::Unreached { interaction, agent }]);
        all.push(vec![Input::Pull { interaction, agent }]);
        let with = |change: fn(&mut QueueProfile)| {
            let mut queue = floor.queue.clone();
            change(&mut queue);
            Input::SetQueue(Box::new(queue))
        };
        for wanted in [true, false] {
            let ask = Input::RequestWrapup { interaction, agent, wanted };
            all.push(vec![with(|queue| queue.wrapup = MODES[4]), ask]);
        }
        for mode in MODES {
            let mut queue = floor.queue.clone();
            queue.wrapup = mode;
            all.push(vec![Input::SetQueue(Box::new(queue.clone())), Input::Finish { interaction, agent }]);
            all.push(vec![Input::SetQueue(Box::new(queue)), Input::Withdraw { interaction, how: Closed::CustomerLeft }]);
        }
        let extend = |seconds| Input::ExtendWrapup { interaction, agent, seconds: Some(seconds) };
        let slots = |slots: SlotRules| {
            let mut queue = floor.queue.clone();
            queue.slots = slots;
            Input::SetQueue(Box::new(queue))
        };
        let usual = SlotRules::default();
        all.push(vec![slots(usual), extend(usual.extension_seconds)]);
        all.push(vec![slots(usual), extend(usual.extension_seconds + 1)]);
        all.push(vec![slots(SlotRules { wrapup_extensions: 0, ..usual }), extend(10)]);
        all.push(vec![slots(SlotRules { extension_seconds: 20_000, ..usual }), extend(20_000)]);
    }
    for how in [Closed::Refused, Closed::Joined, Closed::Abandoned] {
        all.push(vec![Input::Withdraw { interaction, how }]);
    }
    let closing = ClosingRule { sweep: Sweep::Promise };
    all.push(vec![Input::SetQueue(Box::new(QueueProfile { hours: Some(CLOSED), closing, ..floor.queue.clone() }))]);
    all.push(vec![Input::TransferToQueue { interaction, queue: OTHER, by: None }]);
    all.push(vec![Input::TransferToAgent { interaction, agent: BORIS, by: None }]);
    all
}

/// Meets every state of an interaction with every request.
pub(crate) fn probe_interactions() {
    for floor in states() {
        for request in requests(&floor) {
            floor.try_out(request);
        }
        // His desk goes away for good.
        let mut floor = floor.clone();
        let _ = floor.feed(Input::Disconnected { agent: ANNA });
        floor.pass(30_000);
    }
}

/// Anna, busy with a chat, with a presence and a next one; and whether a call or a chat occupies her.
fn on_duty(presence: &Presence, next: Option<&Presence>, medium: Medium) -> Floor {
    let mut floor = Floor::active(medium);
    floor.set_queue(|queue| queue.wrapup = WrapupMode::None);
    floor.go(Input::SetPresence { agent: ANNA, presence: presence.clone(), by: PresenceBy::Agent });
    if let Some(next) = next {
        floor.go(Input::SetNextPresence { agent: ANNA, presence: Some(next.clone()) });
    }
    floor
}

/// Meets every presence, with every next one, with everything that changes it.
pub(crate) fn probe_presences() {
    let agent = ANNA;
    let nexts = || std::iter::once(None).chain(PRESENCES.iter().map(Some));
    for (presence, next) in PRESENCES.iter().flat_map(|presence| nexts().map(move |next| (presence, next))) {
        let floor = on_duty(presence, next, Medium::Chat);
        for other in &PRESENCES {
            floor.try_out([Input::SetPresence { agent, presence: other.clone(), by: PresenceBy::Agent }]);
            floor.try_out([Input::SetNextPresence { agent, presence: Some(other.clone()) }]);
        }
        floor.try_out([Input::SetNextPresence { agent, presence: None }]);
        floor.try_out([Input::Finish { interaction: ONE, agent }]);
        floor.try_out([Input::Enqueue(floor.work(TWO, Medium::Email)), Input::Pull { interaction: TWO, agent }]);
        // Unoccupied, a next presence comes at once.
        let mut idle = floor.clone();
        idle.go(Input::Finish { interaction: ONE, agent });
        idle.go(Input::SetPresence { agent, presence: presence.clone(), by: PresenceBy::Agent });
        idle.try_out([Input::SetNextPresence { agent, presence: next.cloned() }]);
        // A second chat rings at her, and she does not hear it.
        let mut rings = on_duty(presence, None, Medium::Chat);
        rings.go(Input::Enqueue(rings.work(TWO, Medium::Chat)));
        if rings.feed(Input::TransferToAgent { interaction: TWO, agent, by: None }).is_ok()
            || matches!(rings.engine.stage(TWO), Some(Stage::Offered { .. }))
        {
            rings.go(Input::SetNextPresence { agent, presence: next.cloned() });
            rings.pass(3_000);
        }
        let mut call = on_duty(presence, next, Medium::Voice);
        let _ = call.feed(Input::Unreached { interaction: ONE, agent });
        // Her desk goes away for good.
        let mut lost = floor.clone();
        lost.go(Input::Disconnected { agent });
        lost.pass(30_000);
    }
}
