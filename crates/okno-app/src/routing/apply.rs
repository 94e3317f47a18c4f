//! What the engine decided, as rows: interactions, segments, decisions, agents, the ledger, the journal.

use super::{
    cell::Cell,
    segments::{begin_segment, change_given, change_segment, end_segment},
    wrapups::wrapup_doc,
};
use crate::{
    AppError,
    act::Act,
    interactions::thread::{Draft, Thread},
    ledger::rows as ledger,
    messages, promises,
};
use okno_engine::routing::{AgentState, Assignment, Effect, OfferEnd, answered_by};
use okno_model::{
    AgentId, InteractionId, Medium, OfferId, QueueId, Timestamp,
    doc::{
        AgentDoc, AnswerPromise, CallDoc, Closed, DecisionDoc, InteractionDoc, InteractionState, OtherOffer, Presence, QueueDoc,
        SegmentOutcome, UserDoc, WrapupKind,
    },
    event::{self, What},
};
use okno_store::{calls, interactions};
use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    sync::Arc,
};

/// What the transaction needs to write agents: their users, and the state of those whose profile changed.
pub(super) struct Floor {
    users: Arc<BTreeMap<AgentId, UserDoc>>,
    touched: BTreeMap<AgentId, Option<AgentState>>,
}

impl Floor {
    /// The floor as the cell knows it; `touched` agents are written in any case.
    pub(super) fn of(cell: &Cell, touched: BTreeSet<AgentId>) -> Self {
        let touched = touched.into_iter().map(|agent| (agent, cell.engine.agent(agent))).collect();
        Self { users: Arc::clone(&cell.profiles), touched }
    }

    /// The document of a touched agent.
    pub(super) fn doc(&self, agent: AgentId) -> Option<AgentDoc> {
        let state = self.touched.get(&agent)?.as_ref()?;
        Some(agent_doc(self.users.get(&agent)?, state))
    }
}

fn agent_doc(user: &UserDoc, state: &AgentState) -> AgentDoc {
    AgentDoc {
        id: user.id.into(),
        name: user.name.clone(),
        team: user.team,
        presence: state.presence.clone(),
        since: state.since,
        by: state.by,
        next: state.next.clone(),
        connected: state.connected,
        phone: state.phone,
        slots: state.slots.clone(),
        wrapups: state.wrapups.iter().map(wrapup_doc).collect(),
        queues: user.queues.clone(),
        skills: user.skills.clone(),
        capacity: user.capacity,
    }
}

/// Writes everything that was decided, in its order.
pub(super) fn apply(act: &mut Act<'_, '_>, done: Vec<(event::Actor, Vec<Effect>)>, floor: Floor) -> Result<(), AppError> {
    let mut writer = Writer { docs: BTreeMap::new(), floor };
    for (by, effects) in done {
        act.by = by;
        for effect in effects {
            writer.effect(act, effect)?;
        }
    }
    act.by = event::Actor::System;
    for doc in writer.docs.values() {
        act.tx.put(doc)?;
    }
    writer.agents(act)
}

struct Writer {
    docs: BTreeMap<InteractionId, InteractionDoc>,
    floor: Floor,
}

impl Writer {
    fn effect(&mut self, act: &mut Act<'_, '_>, effect: Effect) -> Result<(), AppError> {
        match effect {
            Effect::Queued { interaction, queue, enqueued, decision } => {
                let entered = decision.rule == "entered";
                decided(act, interaction, decision.into_doc())?;
                begin_segment(act, interaction, queue)?;
                self.change(act, interaction, What::InteractionQueued, |doc| {
                    doc.state = InteractionState::Queued;
                    doc.queue = queue;
                    doc.agent = None;
                    doc.enqueued = enqueued;
                })?;
                ledger::released(act, interaction, queue)?;
                if entered { self.due_in_open_time(act, interaction, queue) } else { Ok(()) }
            }
            Effect::Promised { interaction, promise, decision } => {
                decided(act, interaction, decision.into_doc())?;
                self.promised(act, interaction, promise)
            }
            Effect::Stalled { interaction, agent: _, decision } => decided(act, interaction, decision.into_doc()),
            // The row and event of a priority are where the engine has it from: a person's act wrote them (`news`). To write it
            // again could undo what another person has chosen since.
            Effect::Waits { interaction, decision } | Effect::Prioritized { interaction, priority: _, decision } => {
                decided(act, interaction, decision.into_doc())
            }
            Effect::Offered { interaction, agent, offer, until, decision } => {
                decided(act, interaction, decision.into_doc())?;
                self.change(act, interaction, What::InteractionOffered, |doc| {
                    // It may ring at others already: then he is one more.
                    if let InteractionState::Offered { others, .. } = &mut doc.state {
                        others.push(OtherOffer { offer, agent, until });
                    } else {
                        doc.state = InteractionState::Offered { offer, agent, until, others: Vec::new() };
                    }
                })
            }
            Effect::OfferEnded { interaction, agent: _, offer, how, decision } => {
                decided(act, interaction, decision.into_doc())?;
                if matches!(how, OfferEnd::Missed | OfferEnd::Declined) {
                    change_segment(act, interaction, |s| s.offers += 1)?;
                }
                self.change(act, interaction, What::InteractionOfferEnded, |doc| doc.state = without(&doc.state, offer))
            }
            Effect::Assigned { interaction, agent, how, decision } => {
                let queue = decision.queue;
                decided(act, interaction, decision.into_doc())?;
                if how == Assignment::Began {
                    begin_segment(act, interaction, queue)?;
                }
                // Taken out of the hands of another: what he did was a part of its own.
                if let Some(had) = interactions::open_segment(act.tx, interaction)?.filter(|s| s.agent.is_some_and(|had| had != agent)) {
                    end_segment(act, interaction, SegmentOutcome::Transferred)?;
                    begin_segment(act, interaction, had.queue)?;
                }
                let now = act.now;
                change_segment(act, interaction, |s| {
                    s.agent = Some(agent);
                    s.answered = s.answered.or(Some(now));
                })?;
                self.change(act, interaction, What::InteractionAssigned, |doc| {
                    doc.state = InteractionState::Active { agent, since: now, wrapup_requested: false };
                    doc.agent = Some(agent);
                    doc.promise = None;
                })?;
                ledger::taken(act, interaction, agent.into())
            }
            Effect::Unreached { interaction, agent: _, decision } => {
                let queue = decision.queue;
                decided(act, interaction, decision.into_doc())?;
                // They never talked: it counts as an offer, not as an answer.
                change_segment(act, interaction, |s| {
                    s.agent = None;
                    s.answered = None;
                    s.offers += 1;
                })?;
                self.change(act, interaction, What::InteractionQueued, |doc| {
                    doc.state = InteractionState::Queued;
                    doc.agent = None;
                })?;
                ledger::released(act, interaction, queue)
            }
            Effect::WrapupStarted { interaction, agent, until, ends } => {
                let since = act.now;
                change_segment(act, interaction, |s| s.wrapup = Some(since))?;
                self.change(act, interaction, What::InteractionWrapupStarted, |doc| {
                    doc.state = InteractionState::Wrapup { agent, since, until, ends, extended: 0 };
                })
            }
            Effect::WrapupExtended { interaction, agent, until, extended } => {
                let since = act.now;
                self.change(act, interaction, What::InteractionChanged, |doc| {
                    let (since, ends) = if let InteractionState::Wrapup { since, ends, .. } = doc.state {
                        (since, ends)
                    } else {
                        (since, WrapupKind::Timed)
                    };
                    doc.state = InteractionState::Wrapup { agent, since, until: Some(until), ends, extended };
                })
            }
            Effect::WrapupRequested { interaction, agent: _, wanted } => self.change(act, interaction, What::InteractionChanged, |doc| {
                if let InteractionState::Active { wrapup_requested, .. } = &mut doc.state {
                    *wrapup_requested = wanted;
                }
            }),
            Effect::Closed { interaction, how, agent: _ } => self.close(act, interaction, how),
            Effect::Overflowed { interaction, from: _, to, decision } => {
                decided(act, interaction, decision.into_doc())?;
                self.moved(act, interaction, to, SegmentOutcome::Overflowed, |doc| doc.queue = to)
            }
            Effect::Transferred { interaction, from_agent: _, from: _, queue, to_agent: _, enqueued, decision } => {
                decided(act, interaction, decision.into_doc())?;
                self.moved(act, interaction, queue, SegmentOutcome::Transferred, |doc| {
                    doc.queue = queue;
                    doc.enqueued = enqueued;
                })
            }
            // He gave it away, and his notes belong to his part of it. What occupies him follows with `AgentChanged`.
            Effect::SegmentWrapupStarted { interaction, agent, .. } => {
                let since = act.now;
                change_given(act, interaction, agent, |s| (s.wrapup, s.wrapup_ended) = (Some(since), None))
            }
            Effect::SegmentWrapupEnded { interaction, agent, how: _ } => {
                let now = act.now;
                change_given(act, interaction, agent, |s| s.wrapup_ended = Some(now))
            }
            // `Closed` follows and says everything else; the agent's whole document follows with `AgentChanged`.
            Effect::WrapupEnded { interaction, agent: _, how: _ } => {
                let now = act.now;
                change_segment(act, interaction, |s| s.wrapup_ended = Some(now))
            }
            Effect::SegmentWrapupExtended { .. }
            | Effect::PresenceChanged { agent: _, presence: _, by: _ }
            | Effect::NextPresenceChanged { agent: _, next: _ } => Ok(()),
            Effect::AgentChanged { agent, state } => {
                self.floor.touched.insert(agent, Some(*state));
                Ok(())
            }
        }
    }

    fn doc(&mut self, act: &mut Act<'_, '_>, id: InteractionId) -> Result<&mut InteractionDoc, AppError> {
        match self.docs.entry(id) {
            Entry::Occupied(had) => Ok(had.into_mut()),
            Entry::Vacant(free) => {
                let doc = act
                    .tx
                    .get::<InteractionDoc>(id)?
                    .ok_or_else(|| AppError::Internal(format!("routing decided about interaction {id}, which has no row")))?;
                Ok(free.insert(doc))
            }
        }
    }

    fn change(
        &mut self,
        act: &mut Act<'_, '_>,
        id: InteractionId,
        what: fn(InteractionDoc) -> What,
        change: impl FnOnce(&mut InteractionDoc),
    ) -> Result<(), AppError> {
        let doc = self.doc(act, id)?;
        let before = hands(doc);
        change(doc);
        let moved = doc.medium == Medium::Voice && hands(doc) != before;
        let told = what(doc.clone());
        act.tell(told)?;
        if moved {
            self.calls_moved(act, id)?;
        }
        Ok(())
    }

    /// Whoever sees the interaction now sees its calls, and whoever lost sight of it loses them. The row of the interaction must say so
    /// before, since that is where the sight of a call comes from.
    fn calls_moved(&mut self, act: &mut Act<'_, '_>, id: InteractionId) -> Result<(), AppError> {
        let doc = self.doc(act, id)?.clone();
        act.tx.put(&doc)?;
        for call in calls::of_interaction(act.tx, id)?.into_iter().filter(CallDoc::is_live) {
            act.tell(What::CallChanged(call))?;
        }
        Ok(())
    }

    /// The promise of a queue with hours counts their time.
    fn due_in_open_time(&mut self, act: &mut Act<'_, '_>, id: InteractionId, queue: QueueId) -> Result<(), AppError> {
        let Some(queue) = act.tx.get::<QueueDoc>(queue)?.filter(|queue| queue.hours.is_some()) else { return Ok(()) };
        let hours = ledger::hours_of(act.tx, &queue)?;
        let doc = self.doc(act, id)?;
        let due = answered_by(hours.as_ref(), doc.enqueued, queue.answer_within_seconds);
        if doc.due.is_some_and(|had| had >= due) {
            return Ok(());
        }
        self.change(act, id, What::InteractionChanged, |doc| doc.due = Some(due))?;
        ledger::promised(act, id, queue.id, due)
    }

    /// The customer is told by when he is answered; the unit is owed until then. What he is told where is up to his channel.
    fn promised(&mut self, act: &mut Act<'_, '_>, id: InteractionId, promise: AnswerPromise) -> Result<(), AppError> {
        let mut doc = self.doc(act, id)?.clone();
        doc.promise = Some(promise);
        doc.due = Some(promise.due);
        if let Some(callback) = &mut doc.callback {
            let expires = crate::calls::rows::callback_expires(act.tx, doc.channel, act.now, Some(&promise))?;
            callback.expires = callback.expires.max(expires);
        }
        let queue = doc.queue;
        let mut thread = Thread::of(doc);
        let told = format!("The customer is told that he is answered by {}.", shown(promise.due));
        thread.say(Draft::notice(act, "promised", told));
        let doc = thread.save(act)?;
        promises::follow::told(act, &doc)?;
        self.docs.insert(id, doc);
        ledger::promised(act, id, queue, promise.due)
    }

    fn moved(
        &mut self,
        act: &mut Act<'_, '_>,
        id: InteractionId,
        queue: QueueId,
        outcome: SegmentOutcome,
        change: impl FnOnce(&mut InteractionDoc),
    ) -> Result<(), AppError> {
        end_segment(act, id, outcome)?;
        begin_segment(act, id, queue)?;
        self.change(act, id, What::InteractionTransferred, |doc| {
            change(doc);
            doc.state = InteractionState::Queued;
            doc.agent = None;
        })?;
        ledger::released(act, id, queue)
    }

    fn close(&mut self, act: &mut Act<'_, '_>, id: InteractionId, how: Closed) -> Result<(), AppError> {
        let outcome = if how == Closed::Abandoned { SegmentOutcome::Abandoned } else { SegmentOutcome::Handled };
        end_segment(act, id, outcome)?;
        let at = act.now;
        self.change(act, id, What::InteractionClosed, |doc| doc.state = InteractionState::Closed { at, how })?;
        let doc = self.doc(act, id)?.clone();
        let reachable = doc.medium == Medium::Email || messages::has_address(act, &doc)?;
        ledger::closed(act, &doc, reachable)
    }

    /// Writes the agents that changed, each once, as they are after the batch.
    fn agents(self, act: &mut Act<'_, '_>) -> Result<(), AppError> {
        for (&id, state) in &self.floor.touched {
            let doc = match (self.floor.users.get(&id), state) {
                (Some(user), Some(state)) => agent_doc(user, state),
                // He is no agent any more: his row stays for history, routed nothing.
                (None, _) | (_, None) => match act.tx.get::<AgentDoc>(id)? {
                    Some(had) => {
                        let (connected, phone) = (false, false);
                        let (slots, wrapups, queues) = (Vec::new(), Vec::new(), Vec::new());
                        AgentDoc { presence: Presence::Offline, next: None, connected, phone, slots, wrapups, queues, ..had }
                    }
                    None => continue,
                },
            };
            let had = act.tx.get::<AgentDoc>(id)?;
            if had.as_ref() != Some(&doc) {
                note_presence(act, had.as_ref(), &doc)?;
                act.tx.put(&doc)?;
                act.tell(What::AgentChanged(doc))?;
            }
        }
        Ok(())
    }
}

/// Keeps when an agent was there: history that the rows of agents do not have.
fn note_presence(act: &mut Act<'_, '_>, had: Option<&AgentDoc>, doc: &AgentDoc) -> Result<(), AppError> {
    let at = match had {
        Some(had) if had.presence == doc.presence && had.since == doc.since => return Ok(()),
        // He is no agent any more: nobody said since when.
        Some(had) if had.since == doc.since => act.now,
        Some(_) | None => doc.since,
    };
    Ok(okno_store::presences::began(act.tx, doc.id, at, &doc.presence)?)
}

/// The state without one of its offers: it rings at the others, or waits again.
fn without(state: &InteractionState, ended: OfferId) -> InteractionState {
    let mut live = state.ringing().filter(|one| one.offer != ended);
    match live.next() {
        Some(OtherOffer { offer, agent, until }) => InteractionState::Offered { offer, agent, until, others: live.collect() },
        None => InteractionState::Queued,
    }
}

/// In whose hands an interaction is: what decides who sees it.
fn hands(doc: &InteractionDoc) -> (QueueId, Option<AgentId>, Vec<AgentId>) {
    (doc.queue, doc.agent, doc.state.agents().collect())
}

/// An instant for a line that agents read; screens show it in their own words.
fn shown(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.millis())
        .map_or_else(|_| at.millis().to_string(), |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

fn decided(act: &mut Act<'_, '_>, interaction: InteractionId, decision: DecisionDoc) -> Result<(), AppError> {
    interactions::add_decision(act.tx, interaction, &decision)?;
    act.tell(What::InteractionDecided { interaction, decision })
}
