//! A restart in the middle changes nothing.

use super::world::World;
use crate::coverage::WATCH;
use crate::draw::{AGENTS, Rng, agent_id};
use okno_engine::routing::{Blending, Effect, Engine, Input, Stage};
use okno_model::{
    OfferId, Timestamp,
    doc::{Presence, PresenceBy},
};
use std::time::Duration;

impl World {
    /// A restart in the middle: the same rows, and the same answers to what follows.
    pub(super) fn restart(&mut self) {
        let rows = self.engine.rows();
        let mut out = Vec::new();
        let restored = Engine::restore(self.now, self.limits, rows.clone(), &mut out);
        assert!(restored.orphans.is_empty(), "nothing is lost by a restart");
        if rows.blending.may_receive != Blending::OPEN.may_receive && !out.is_empty() {
            // Who keeps free for something that waited longer is asked again: with time another may have become more urgent.
            let asked = |effect: &Effect| matches!(effect, Effect::Offered { .. } | Effect::AgentChanged { .. });
            assert!(out.iter().all(asked), "a restart only offers what could be offered: {out:?}");
            self.follow(&rows, &out);
            self.engine = restored.engine.watched(WATCH);
            return;
        }
        assert_eq!(out, vec![], "a restart decides nothing anew");
        let rebuilt = restored.engine.rows();
        for (new, old) in rebuilt.work.iter().zip(&rows.work) {
            assert_eq!(new, old, "a rebuilt engine has the same interactions");
        }
        for (new, old) in rebuilt.agents.iter().zip(&rows.agents) {
            assert_eq!(new, old, "a rebuilt engine has the same agents");
        }
        for (new, old) in rebuilt.memories.iter().zip(&rows.memories) {
            assert_eq!(new, old, "a rebuilt engine has the same memories");
        }
        assert!(rebuilt == rows, "a rebuilt engine has the same rows");
        restored.engine.check().expect("a rebuilt engine is whole");
        let (mut old, mut new, mut rng) = (self.engine.clone(), restored.engine, Rng(self.rng.next()));
        let mut now = self.now;
        for _ in 0..10 {
            now = now + Duration::from_millis(rng.below(20_000));
            let who = agent_id(rng.below(AGENTS));
            let open: Vec<_> = rows.work.iter().map(|row| row.work.interaction).collect();
            let inputs = |engine: &Engine| match (now.millis() % 3, open.first()) {
                (0, Some(&interaction)) => match engine.stage(interaction) {
                    Some(Stage::Offered { agent, offer, .. }) => Input::Accept { interaction, agent, offer },
                    Some(Stage::Active { agent, .. }) => Input::Finish { interaction, agent },
                    _ => Input::Tick,
                },
                (1, _) => Input::SetPresence { agent: who, presence: Presence::Available, by: PresenceBy::Agent },
                _ => Input::Tick,
            };
            let (a, b) = (step(&mut old, now, inputs), step(&mut new, now, inputs));
            assert_eq!(a, b, "a rebuilt engine decides alike");
        }
        self.engine = Engine::restore(self.now, self.limits, rows, &mut out).engine.watched(WATCH);
    }
}

/// Feeds one input and returns its effects without what may differ: ids of offers, the order of slots and of names.
fn step(engine: &mut Engine, now: Timestamp, input: impl Fn(&Engine) -> Input) -> Vec<Effect> {
    let mut out = Vec::new();
    let _ = engine.handle(now, input(engine), &mut out);
    for effect in &mut out {
        match effect {
            Effect::Offered { offer, decision, .. } | Effect::OfferEnded { offer, decision, .. } => {
                *offer = OfferId::from_u128(0);
                decision.removed.iter_mut().for_each(|removed| removed.agents.sort());
            }
            Effect::Waits { decision, .. } => decision.removed.iter_mut().for_each(|removed| removed.agents.sort()),
            Effect::AgentChanged { state, .. } => {
                state.slots.sort_by_key(|slot| slot.interaction);
                for slot in &mut state.slots {
                    if let okno_model::doc::Activity::Offered { offer, .. } = &mut slot.activity {
                        *offer = OfferId::from_u128(0);
                    }
                }
            }
            Effect::Queued { .. }
            | Effect::Prioritized { .. }
            | Effect::Assigned { .. }
            | Effect::Unreached { .. }
            | Effect::Stalled { .. }
            | Effect::WrapupStarted { .. }
            | Effect::WrapupExtended { .. }
            | Effect::WrapupEnded { .. }
            | Effect::WrapupRequested { .. }
            | Effect::SegmentWrapupStarted { .. }
            | Effect::SegmentWrapupExtended { .. }
            | Effect::SegmentWrapupEnded { .. }
            | Effect::Closed { .. }
            | Effect::Overflowed { .. }
            | Effect::Promised { .. }
            | Effect::Transferred { .. }
            | Effect::PresenceChanged { .. }
            | Effect::NextPresenceChanged { .. } => {}
        }
    }
    out
}
