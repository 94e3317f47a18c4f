//! The reference model: what the effects say, and nothing of the engine's insides.

use super::world::{Seen, World};
use okno_engine::routing::{Assignment, Effect, OfferEnd, Restore, RestoreWork, Work};
use okno_model::{
    AgentId, InteractionId,
    doc::{InteractionState, Ordering, Strategy},
};
use std::{collections::BTreeSet, time::Duration};

impl World {
    /// Follows the effects with a model that knows nothing of the engine's insides.
    pub(super) fn follow(&mut self, before: &Restore, out: &[Effect]) {
        let mut told = BTreeSet::new();
        for effect in out {
            match effect {
                Effect::Queued { interaction, decision, .. } => {
                    self.stalls += usize::from(decision.rule == "stalled");
                    let old = self.seen.insert(*interaction, Seen::Queued);
                    let opened = decision.rule == "opened" && old == Some(Seen::Queued);
                    assert!(
                        opened || matches!(old, None | Some(Seen::Active(_))),
                        "only what is new or loses its agent is queued: {old:?}"
                    );
                }
                Effect::Waits { interaction, decision } => {
                    assert_eq!(self.seen.get(interaction), Some(&Seen::Queued), "only what is queued waits");
                    assert!(!decision.because.is_empty());
                }
                Effect::Prioritized { interaction, priority, decision } => {
                    assert!(self.seen.contains_key(interaction), "only what is here has a priority");
                    let old = self.priorities.insert(*interaction, *priority);
                    let rule = if old < Some(*priority) { "raised_by_person" } else { "lowered_by_person" };
                    assert!(old.is_some_and(|old| old != *priority) && decision.rule == rule, "from {old:?}: {decision:?}");
                    self.check_place(*interaction);
                }
                Effect::Offered { interaction, agent, offer, until, decision } => {
                    let mut live = match self.seen.remove(interaction) {
                        Some(Seen::Queued) => Vec::new(),
                        Some(Seen::Offered(live)) if ["ring_all", "ring_progressively"].contains(&&*decision.rule) => live,
                        other => panic!("only what is queued is offered, and to several only by a rule that says so: {other:?}"),
                    };
                    assert!(live.iter().all(|(who, _)| who != agent), "nothing rings twice at one agent");
                    let first = live.is_empty();
                    live.push((*agent, *offer));
                    live.sort_unstable();
                    self.seen.insert(*interaction, Seen::Offered(live));
                    assert!(*until > self.now, "an offer rings for some time");
                    assert!(decision.candidates.iter().any(|c| c.agent == *agent), "the chosen agent is among the candidates");
                    self.offers += 1;
                    if first {
                        self.check_order(before, *interaction, *agent, &decision.rule);
                    }
                }
                Effect::OfferEnded { interaction, agent, offer, how, .. } => {
                    let Some(Seen::Offered(mut live)) = self.seen.remove(interaction) else { panic!("only what rings ends to ring") };
                    let at = live.iter().position(|one| *one == (*agent, *offer));
                    live.remove(at.expect("an offer ends once"));
                    self.seen.insert(*interaction, if live.is_empty() { Seen::Queued } else { Seen::Offered(live) });
                    assert_ne!(*how, OfferEnd::Lapsed, "nothing lapses while okno runs");
                }
                Effect::Assigned { interaction, agent, how, .. } => {
                    let old = self.seen.insert(*interaction, Seen::Active(*agent));
                    match how {
                        Assignment::Accepted => assert!(matches!(old, Some(Seen::Offered(live)) if live.len() == 1 && live[0].0 == *agent)),
                        Assignment::Pulled => assert!(matches!(old, Some(Seen::Queued | Seen::Offered(..)))),
                        Assignment::Began => assert_eq!(old, None, "what an agent begins was nowhere before"),
                    }
                }
                Effect::Unreached { interaction, agent, .. } => {
                    assert_eq!(self.seen.insert(*interaction, Seen::Queued), Some(Seen::Active(*agent)), "only who has it is unreached");
                    let place = |rows: &Restore| rows.work.iter().find(|r| r.work.interaction == *interaction).map(|r| r.work.enqueued);
                    assert_eq!(place(before), place(&self.engine.rows()), "it keeps its place");
                }
                Effect::Stalled { interaction, agent, decision } => {
                    let had = self.seen.get(interaction);
                    assert!(
                        had == Some(&Seen::Active(*agent)) || had == Some(&Seen::Wrapup(*agent)),
                        "only what somebody has is taken back"
                    );
                    assert_eq!(decision.rule, "stalled");
                    self.stalls += 1;
                }
                Effect::WrapupStarted { interaction, agent, .. } => {
                    assert_eq!(self.seen.insert(*interaction, Seen::Wrapup(*agent)), Some(Seen::Active(*agent)));
                }
                Effect::WrapupExtended { interaction, agent, .. } | Effect::WrapupEnded { interaction, agent, .. } => {
                    assert_eq!(self.seen.get(interaction), Some(&Seen::Wrapup(*agent)));
                }
                Effect::WrapupRequested { interaction, agent, .. } => {
                    assert_eq!(self.seen.get(interaction), Some(&Seen::Active(*agent)), "only who has it wants a wrap-up of it");
                }
                Effect::SegmentWrapupStarted { interaction, agent, .. } => {
                    assert!(self.given.insert((*agent, *interaction)), "one wrap-up of each thing that was given away");
                    assert_ne!(self.seen.get(interaction), Some(&Seen::Active(*agent)), "he gave it away");
                    self.notes += 1;
                }
                Effect::SegmentWrapupExtended { interaction, agent, until } => {
                    assert!(self.given.contains(&(*agent, *interaction)) && *until > self.now);
                }
                Effect::SegmentWrapupEnded { interaction, agent, .. } => {
                    assert!(self.given.remove(&(*agent, *interaction)), "what ends has run");
                }
                Effect::Closed { interaction, .. } => {
                    assert!(self.seen.remove(interaction).is_some(), "what is closed was here, and is closed once");
                }
                Effect::Promised { interaction, promise, .. } => {
                    assert_eq!(self.seen.get(interaction), Some(&Seen::Queued), "only who waits is promised");
                    assert!(promise.due > self.now && promise.opens.is_none_or(|at| at > self.now), "a promise is of the future");
                }
                Effect::Overflowed { interaction, .. } => assert_eq!(self.seen.get(interaction), Some(&Seen::Queued)),
                Effect::Transferred { interaction, from_agent, .. } => {
                    let old = self.seen.insert(*interaction, Seen::Queued);
                    assert!(matches!((old, from_agent), (Some(Seen::Queued), None) | (Some(Seen::Active(_)), Some(_))));
                }
                Effect::PresenceChanged { .. } | Effect::NextPresenceChanged { .. } => {}
                Effect::AgentChanged { agent, .. } => assert!(told.insert(*agent), "an agent is told once, at the end"),
            }
        }
    }

    /// R-5 as seen from outside: nothing older of the same class and band waits that this agent might have had.
    pub(super) fn check_order(&self, before: &Restore, offered: InteractionId, agent: AgentId, rule: &str) {
        if rule == "sent" || rule == "preferred" {
            return;
        }
        let after = self.engine.rows();
        let Some(mine) = after.work.iter().find(|row| row.work.interaction == offered) else { return };
        for other in &before.work {
            let (a, b) = (&mine.work, &other.work);
            let Some(queue) = before.queues.iter().find(|queue| queue.id == a.queue) else { continue };
            // What a changed queue lets go follows its new order.
            if after.queues.iter().find(|new| new.id == queue.id) != Some(queue) {
                continue;
            }
            // What came to the queue later may be older, and is in a narrower ring all the same.
            if queue.strategy == Strategy::Bullseye && mine.entered != other.entered {
                continue;
            }
            // What is overdue goes behind what can still be kept; what came last goes first.
            let newest_first = queue.order == Ordering::Lifo;
            if queue.order == Ordering::DueFirst {
                continue;
            }
            let alike = (a.queue, a.medium, a.priority, &a.skills) == (b.queue, b.medium, b.priority, &b.skills);
            let older = if newest_first {
                b.enqueued > a.enqueued || (b.enqueued == a.enqueued && b.interaction < a.interaction)
            } else {
                (b.enqueued, b.interaction) < (a.enqueued, a.interaction)
            };
            let waits = |rows: &Restore| {
                let row = rows.work.iter().find(|row| row.work.interaction == b.interaction);
                row.is_some_and(|row| {
                    let excluded = row.excluded.iter().any(|e| e.agent == agent);
                    let apart = row.entered + Duration::from_secs(u64::from(queue.delay_seconds)) > self.now;
                    row.state == InteractionState::Queued
                        && !row.parked
                        && !excluded
                        && !apart
                        && row.work.preferred.is_none()
                        && row.work.queue == a.queue
                })
            };
            // An interaction that came back in this very instant is weighed later in it.
            assert!(!(alike && older && waits(before) && waits(&after)), "R-5: {b:?} was before {a:?} by {rule}: {queue:?}");
        }
    }

    /// The place after a change of the priority, counted anew from the rows: as many go before it as wait for anybody in
    /// its queue with more priority, ageing included, or as long before it with the same.
    pub(super) fn check_place(&mut self, id: InteractionId) {
        let rows = self.engine.rows();
        let mine = rows.work.iter().find(|row| row.work.interaction == id).expect("it is here");
        if mine.state != InteractionState::Queued || mine.parked {
            assert_eq!(self.engine.position(id), None, "what does not wait has no place");
            return;
        }
        let queue = rows.queues.iter().find(|queue| queue.id == mine.work.queue).expect("its queue is here");
        // What waits apart for its preferred agent looks like what is held for him.
        if queue.order != Ordering::PriorityThenAge || queue.delay_seconds > 0 || queue.strategy == Strategy::Pull {
            return;
        }
        let step = i64::from(queue.ageing_seconds) * 1000;
        let key = |w: &Work| {
            let (priority, since) = (i64::from(w.priority), w.enqueued.millis());
            if step == 0 { (-priority, since, w.interaction) } else { (since - priority * step, since, w.interaction) }
        };
        let waits = |row: &&RestoreWork| {
            row.state == InteractionState::Queued && !row.parked && row.work.queue == mine.work.queue && row.work.preferred.is_none()
        };
        let before = rows.work.iter().filter(waits).filter(|row| key(&row.work) < key(&mine.work)).count();
        assert_eq!(self.engine.position(id), Some(before + 1), "{id} stands where its priority says");
        self.moved += 1;
    }
}
