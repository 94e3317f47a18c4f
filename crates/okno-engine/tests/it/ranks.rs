//! Ranks of agents, said a second time and slowly; and what the engine tells and learns of single interactions.

use okno_engine::routing::{
    AgentFacts, AgentProfile, AgentRank, Effect, Engine, Input, Limits, QueueProfile, UNLISTED, Work, agent_rank, by_skill,
};
use okno_model::{
    AgentId, InteractionId, Medium, QueueId, Timestamp,
    doc::{Capacity, Presence, PresenceBy, SkillsMode, Strategy, WrapupMode},
};
use proptest::{prelude::*, sample::select, strategy::Strategy as Generator};
use std::{cmp::Reverse, time::Duration};

const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn facts() -> impl Generator<Value = AgentFacts> {
    let place = prop_oneof![3 => 0..40_u32, 1 => Just(UNLISTED)];
    (0..10_u8, place, 0..200_u16, 0..4_u16, 0..3_000_i64, 0..3_000_i64, 0..5_000_u32).prop_map(
        |(tier, place, skill, load, idle, touched, rate)| AgentFacts {
            tier,
            place,
            skill,
            load,
            idle_since: START + Duration::from_millis(idle.unsigned_abs()),
            touched: START + Duration::from_millis(touched.unsigned_abs()),
            rate,
        },
    )
}

/// What is compared, from left to right; the lowest goes first.
fn compared(strategy: Strategy, mode: SkillsMode, facts: &AgentFacts) -> (u8, u32, Reverse<u16>, u16, u32, i64) {
    let skill = Reverse(if by_skill(strategy, mode) { facts.skill } else { 0 });
    match strategy {
        Strategy::Linear | Strategy::RoundRobin => (facts.tier, facts.place, Reverse(0), 0, 0, 0),
        Strategy::Random | Strategy::WeightedRandom => (facts.tier, 0, Reverse(0), 0, 0, 0),
        Strategy::LeastRecent => (facts.tier, 0, skill, facts.load, 0, facts.touched.millis()),
        Strategy::FewestTaken | Strategy::LeastTalkTime | Strategy::LeastOccupied => {
            (facts.tier, 0, skill, facts.load, facts.rate, facts.idle_since.millis())
        }
        Strategy::LongestIdle
        | Strategy::RingAll
        | Strategy::RingProgressively
        | Strategy::SkillRank
        | Strategy::BestAvailableSkills
        | Strategy::Bullseye
        | Strategy::PreferredThenPool
        | Strategy::Pull => (facts.tier, 0, skill, facts.load, 0, facts.idle_since.millis()),
    }
}

proptest! {
    #[test]
    fn a_rank_compares_what_its_strategy_says(
        strategy in select(&Strategy::ALL[..]),
        mode in select(&[SkillsMode::All, SkillsMode::Best, SkillsMode::Disregard][..]),
        one in facts(),
        other in facts(),
        same in 0..64_u8,
    ) {
        // Few differences at a time, so that the ones further right decide as well.
        let other = AgentFacts {
            tier: if same & 1 > 0 { one.tier } else { other.tier },
            place: if same & 2 > 0 { one.place } else { other.place },
            skill: if same & 4 > 0 { one.skill } else { other.skill },
            load: if same & 8 > 0 { one.load } else { other.load },
            rate: if same & 16 > 0 { one.rate } else { other.rate },
            idle_since: if same & 32 > 0 { one.idle_since } else { other.idle_since },
            ..other
        };
        let rank = |facts: &AgentFacts| -> AgentRank { agent_rank(strategy, mode, facts) };
        let model = compared(strategy, mode, &one).cmp(&compared(strategy, mode, &other));
        prop_assert_eq!(rank(&one).cmp(&rank(&other)), model, "{:?} {:?}", one, other);
    }
}

const QUEUE: QueueId = QueueId::from_u128(1);
const ANNA: AgentId = AgentId::from_u128(2);

fn chat(n: u128, priority: u8, at: Timestamp) -> Work {
    Work { priority, ..Work::new(InteractionId::from_u128(n), QUEUE, Medium::Chat, at) }
}

#[test]
fn the_priority_of_an_interaction_is_told() {
    let mut engine = Engine::new(Limits::default());
    let mut out = Vec::new();
    let mut feed = |engine: &mut Engine, input| engine.handle(START, input, &mut out).unwrap();
    feed(&mut engine, Input::SetQueue(Box::new(QueueProfile::new(QUEUE, "chats"))));
    let interaction = InteractionId::from_u128(7);
    assert_eq!(engine.priority(interaction), None);
    feed(&mut engine, Input::Enqueue(chat(7, 7, START)));
    assert_eq!(engine.priority(interaction), Some(7));
    feed(&mut engine, Input::SetPriority { interaction, priority: 3 });
    assert_eq!(engine.priority(interaction), Some(3));
}

/// A moving mean, with an eighth for the newest, of talks and of wrap-ups, each for itself and at most a day.
#[test]
fn usual_times_follow_what_was_seen() {
    let mut engine = Engine::new(Limits::default());
    let profile = QueueProfile { wrapup: WrapupMode::Discretionary, ..QueueProfile::new(QUEUE, "chats") };
    let mut now = START;
    let feed = |engine: &mut Engine, now: Timestamp, input| {
        let mut out = Vec::new();
        engine.handle(now, input, &mut out).unwrap();
        out
    };
    feed(&mut engine, now, Input::SetQueue(Box::new(profile)));
    feed(
        &mut engine,
        now,
        Input::SetAgent(Box::new(AgentProfile { queues: vec![QUEUE], capacity: Capacity::default(), ..AgentProfile::new(ANNA, "anna") })),
    );
    feed(&mut engine, now, Input::Connected { agent: ANNA });
    feed(&mut engine, now, Input::SetPresence { agent: ANNA, presence: Presence::Available, by: PresenceBy::Agent });
    let (mut talk, mut wrapup) = (300_000_u64, 0_u64);
    let day = 86_400_000;
    for (n, (talked, wrapped)) in [(60_000, 8_000), (1_000, 80_000), (900_000, 1), (3 * day, 2 * day)].into_iter().enumerate() {
        let interaction = InteractionId::from_u128(100 + n as u128);
        let out = feed(&mut engine, now, Input::Enqueue(chat(100 + n as u128, 5, now)));
        let offer = out.iter().find_map(|effect| if let Effect::Offered { offer, .. } = effect { Some(*offer) } else { None });
        feed(&mut engine, now, Input::Accept { interaction, agent: ANNA, offer: offer.expect("anna is free") });
        now = now + Duration::from_millis(talked);
        feed(&mut engine, now, Input::Finish { interaction, agent: ANNA });
        now = now + Duration::from_millis(wrapped);
        // The last one lasts so long that it is taken back before he ends it.
        let _ = engine.handle(now, Input::CompleteWrapup { interaction, agent: ANNA }, &mut Vec::new());
        (talk, wrapup) = ((talk * 7 + talked.min(day)) / 8, (wrapup * 7 + wrapped.min(day)) / 8);
        let memory = engine.rows().memories.remove(0);
        let learned = memory.handle_ms[Medium::Chat as usize];
        assert_eq!((u64::from(learned.0), u64::from(learned.1)), (talk, wrapup), "after {} talks", n + 1);
    }
}
