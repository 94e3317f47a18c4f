//! Nobody waits forever. With ageing, what is less urgent overtakes whatever comes later than its head start; so even under
//! an overload that never ends the number of those who can go before it is fixed when it comes, and so is its longest wait.

use super::line::{START, agent};
use crate::draw::Rng;
use okno_engine::routing::{AgentProfile, Blending, Effect, Engine, Input, Limits, MediaSet, QueueProfile, SlotRules, Work};
use okno_model::{
    AgentId, InteractionId, Medium, QueueId, Timestamp,
    doc::{Capacity, Ordering, Presence, PresenceBy, WrapupMode},
};
use proptest::{prelude::*, sample::select};
use std::{collections::BTreeSet, time::Duration};

const FIRST: QueueId = QueueId::from_u128(10);
const SECOND: QueueId = QueueId::from_u128(11);
const POOR: InteractionId = InteractionId::from_u128(1);
/// Longest talk, seconds.
const TALK: u64 = 60;

/// An overload that never ends: agents accept at once and talk for some time, and more urgent work comes faster than they work.
struct Overload {
    engine: Engine,
    now: Timestamp,
    rng: Rng,
    ends: BTreeSet<(Timestamp, InteractionId, AgentId)>,
    made: u128,
    /// What came so early that it may go before the poor one, and waits.
    before: BTreeSet<InteractionId>,
    offered_poor: Option<Timestamp>,
}

impl Overload {
    fn new(queues: Vec<QueueProfile>, agents: u8, capacity: Capacity, blending: Blending, seed: u64) -> Self {
        let engine = Engine::new(Limits::default());
        let (ends, before) = (BTreeSet::new(), BTreeSet::new());
        let mut floor = Self { engine, now: START, rng: Rng(seed), ends, made: 100, before, offered_poor: None };
        floor.feed(Input::SetBlending(blending));
        let ids: Vec<QueueId> = queues.iter().map(|queue| queue.id).collect();
        for queue in queues {
            floor.feed(Input::SetQueue(Box::new(queue)));
        }
        for n in 0..agents {
            let agent = agent(n);
            floor.feed(Input::SetAgent(Box::new(AgentProfile {
                queues: ids.clone(),
                capacity,
                ..AgentProfile::new(agent, format!("a{n}"))
            })));
            floor.feed(Input::Connected { agent });
            floor.feed(Input::SetPhone { agent, ready: true });
            floor.feed(Input::SetPresence { agent, presence: Presence::Available, by: PresenceBy::Agent });
        }
        floor
    }

    fn feed(&mut self, input: Input) {
        let mut out = Vec::new();
        self.engine.handle(self.now, input, &mut out).expect("what happens is possible");
        for effect in out {
            if let Effect::Offered { interaction, agent, offer, .. } = effect {
                if interaction == POOR {
                    self.offered_poor.get_or_insert(self.now);
                }
                self.before.remove(&interaction);
                let talk = TALK * 500 + self.rng.below(TALK * 500);
                self.ends.insert((self.now + Duration::from_millis(talk), interaction, agent));
                self.feed(Input::Accept { interaction, agent, offer });
            }
        }
    }

    fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        loop {
            let end = self.ends.first().map(|&(at, ..)| at);
            let next = end.into_iter().chain(self.engine.next_deadline()).min().filter(|&at| at <= until);
            let Some(at) = next else { break };
            self.now = self.now.max(at);
            if let Some((at, interaction, agent)) = self.ends.pop_first() {
                if at <= self.now {
                    self.feed(Input::Finish { interaction, agent });
                } else {
                    self.ends.insert((at, interaction, agent));
                    self.feed(Input::Tick);
                }
            } else {
                self.feed(Input::Tick);
            }
        }
        self.now = until;
    }

    fn arrives(&mut self, queue: QueueId, medium: Medium, priority: u8) -> InteractionId {
        self.made += 1;
        let id = InteractionId::from_u128(self.made);
        self.feed(Input::Enqueue(Work { priority, ..Work::new(id, queue, medium, self.now) }));
        id
    }

    fn poor(&mut self, queue: QueueId, medium: Medium) {
        self.feed(Input::Enqueue(Work { priority: 0, ..Work::new(POOR, queue, medium, self.now) }));
    }
}

fn queue(id: QueueId, ageing_seconds: u32) -> QueueProfile {
    QueueProfile { ageing_seconds, order: Ordering::PriorityThenAge, wrapup: WrapupMode::None, ..QueueProfile::new(id, "q") }
}

const fn capacity(voice: u8, chat: u8) -> Capacity {
    Capacity { voice, email: 0, chat, message: 0, task: 0 }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Overload by the highest priority, in the same queue or in another one with the same ageing, with a delay or without:
    /// from the end of the head start on nobody joins those before the poor one, so they are served in so many talks.
    #[test]
    fn ageing_bounds_every_wait(
        agents in 1..4_u8,
        ageing in 2..30_u32,
        delay in select(&[0_u32, 45][..]),
        other in any::<bool>(),
        seed: u64,
    ) {
        let poor = QueueProfile { delay_seconds: delay, ..queue(FIRST, ageing) };
        let rich = if other { SECOND } else { FIRST };
        let mut floor = Overload::new(vec![poor, queue(SECOND, ageing)], agents, capacity(0, 1), Blending::OPEN, seed);
        // Everybody is busy, and some wait already.
        for _ in 0..2 * agents {
            let id = floor.arrives(rich, Medium::Chat, 9);
            floor.before.insert(id);
        }
        floor.poor(FIRST, Medium::Chat);
        let head_start = Duration::from_secs(u64::from(9 * ageing).max(delay.into()));
        let mut bound = None;
        // One and a half times as fast as they work, for as long as it takes.
        let gap = Duration::from_millis(TALK * 500 / u64::from(agents));
        while floor.offered_poor.is_none() {
            floor.pass(gap);
            let id = floor.arrives(rich, Medium::Chat, 9);
            if floor.now <= START + head_start {
                floor.before.insert(id);
            }
            floor.before.retain(|id| matches!(floor.engine.stage(*id), Some(stage) if stage.waits()));
            if bound.is_none() && floor.now > START + head_start {
                // Each round of talks serves as many as there are agents, and one round is under way.
                let rounds = floor.before.len() as u64 / u64::from(agents) + 2;
                bound = Some(floor.now + Duration::from_secs(rounds * TALK));
            }
            prop_assert!(bound.is_none_or(|bound| floor.now <= bound), "it waits beyond {bound:?}");
        }
    }

    /// A call that the chats of an agent keep away goes before every chat that comes later: it waits for the chats that he
    /// has, and no longer, whatever number of chats come.
    #[test]
    fn chats_do_not_starve_a_call(agents in 1..4_u8, chats in 1..4_u8, seed: u64) {
        let mut blending = Blending::OPEN;
        blending.may_receive[Medium::Chat as usize] = MediaSet::of(&[Medium::Chat]);
        blending.may_receive[Medium::Voice as usize] = MediaSet::NONE;
        let mut floor = Overload::new(vec![queue(FIRST, 30), queue(SECOND, 30)], agents, capacity(1, chats), blending, seed);
        for _ in 0..2 * agents * chats {
            floor.arrives(SECOND, Medium::Chat, 0);
        }
        floor.poor(FIRST, Medium::Voice);
        let waiting_before = 2 * u64::from(agents * chats);
        let bound = START + Duration::from_secs((waiting_before / u64::from(agents) + 2) * TALK);
        while floor.offered_poor.is_none() {
            floor.pass(Duration::from_secs(5));
            floor.arrives(SECOND, Medium::Chat, 0);
            prop_assert!(floor.now <= bound, "the call waits beyond {bound:?}");
        }
    }

    /// A reserve keeps written work away while too few are free for calls, and not a moment longer.
    #[test]
    fn a_reserve_gives_way_when_enough_are_free(agents in 2..6_u8, reserve in 1..4_u8, seed: u64) {
        let reserve = reserve.min(agents - 1);
        let slots = SlotRules { reserve, ..SlotRules::default() };
        let first = QueueProfile { slots, ..queue(FIRST, 30) };
        let mut floor = Overload::new(vec![first], agents, capacity(1, 1), Blending::OPEN, seed);
        for _ in 0..agents {
            floor.arrives(FIRST, Medium::Voice, 9);
        }
        floor.poor(FIRST, Medium::Chat);
        for _ in 0..5 {
            floor.pass(Duration::from_secs(10));
            floor.arrives(FIRST, Medium::Voice, 9);
        }
        // The calls stop: the chat goes to somebody when more than the reserve are free, and that is within the longest talks.
        let calls = 5 + u64::from(agents);
        floor.pass(Duration::from_secs((calls / u64::from(agents) + 2) * TALK));
        prop_assert!(floor.offered_poor.is_some(), "the chat waits although everybody is free");
    }
}
