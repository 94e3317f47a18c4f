//! Rebuilding the engine from rows.

use super::{
    apply::{self, Floor},
    cell::{Cell, WriteError},
    facts::{Facts, preferred, tried},
    news::{agents, profile, speaker, work},
    present::Present,
    waits::{Learned, Waits},
};
use crate::{AppError, Ctx, act::Act, routing_config};
use okno_bus::Topic;
use okno_engine::routing::{
    Blending, Effect, Engine, Excluded, Exclusion, Input, LeaseSeconds, Limits, Preferred, QueueProfile, Restore, RestoreAgent,
    RestoreWork, Signs, Speaker, Work,
};
use okno_model::{
    AgentId, CellId, InteractionId, Medium, Timestamp,
    doc::{
        AgentDoc, Closed, DecisionDoc, InteractionDoc, InteractionState, Presence, PresenceBy, PromiseWhy, QueueDoc, SegmentDoc, Strategy,
        UserDoc, WorkspaceDoc,
    },
    event, limits,
};
use okno_store::{
    Tx, interactions, journal, lease, messages,
    waits::{self, WaitRow},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// Decisions of one interaction that are looked at for agents who missed or declined it lately.
const RECENT_DECISIONS: usize = 20;
/// Messages of one chat that are looked at for who spoke last; notes and events lie between them.
const RECENT_MESSAGES: usize = 20;

struct Rows {
    restore: Restore,
    fresh: Vec<(InteractionDoc, Option<Preferred>)>,
    profiles: BTreeMap<AgentId, UserDoc>,
    docs: BTreeMap<AgentId, AgentDoc>,
    cursor: i64,
    /// What was learned about waits.
    learned: Learned,
    foretold: Vec<WaitRow>,
}

/// Builds a cell from the rows, and writes what became due while nobody decided.
pub(super) async fn load(ctx: &Ctx, id: CellId, epoch: i64, present: &Present) -> Result<Cell, WriteError> {
    let here = present.clone();
    let now = ctx.now();
    let rows = ctx.read(move |tx| read(tx, &here, now)).await?;
    let mut effects: Vec<Effect> = Vec::new();
    let restored = Engine::restore(now, limits(), rows.restore, &mut effects);
    let mut engine = restored.engine;
    for orphan in restored.orphans {
        tracing::error!(interaction = %orphan, "this interaction's queue is missing; move it to another queue");
    }
    for (doc, preferred) in rows.fresh {
        if let Err(error) = engine.handle(now, Input::Enqueue(Work { preferred, ..work(&doc) }), &mut effects) {
            tracing::error!(interaction = %doc.id, %error, "a new interaction cannot be queued");
        }
    }
    let mut waits = Waits::restored(&rows.learned, rows.foretold, &engine);
    waits.observe(&engine, now, &effects);
    let cell = Cell::new(ctx.clone(), id, epoch, engine, Arc::new(rows.profiles), rows.cursor, waits);
    // Agents whose row does not say what the engine knows now: above all that no desk and no phone is there after a start.
    let changed =
        cell.profiles.keys().copied().filter(|agent| rows.docs.get(agent) != Floor::of(&cell, [*agent].into()).doc(*agent).as_ref());
    let floor = Floor::of(&cell, changed.collect());
    let inner = ctx.clone();
    ctx.app
        .store
        .write(ctx.ws, move |tx| -> Result<(), WriteError> {
            lease::check_epoch(tx, id, epoch)?;
            let mut act = Act::new(&inner, tx, now, event::Actor::System);
            apply::apply(&mut act, vec![(event::Actor::System, effects)], floor)?;
            Ok(())
        })
        .await?;
    ctx.poke(Topic::Journal);
    Ok(cell)
}

/// The engine's limits: a desk that says nothing and a call of which nothing is heard do not last.
fn limits() -> Limits {
    let lease = LeaseSeconds { desk: limits::DESK_LEASE_SECONDS, call: limits::CALL_LEASE_SECONDS, ..LeaseSeconds::default() };
    Limits { lease, ..Limits::default() }
}

fn read(tx: &mut Tx<'_>, present: &Present, now: Timestamp) -> Result<Rows, AppError> {
    let cursor = journal::head(tx)?;
    let profiles = agents(tx)?;
    let docs: BTreeMap<AgentId, AgentDoc> = tx.list::<AgentDoc>()?.into_iter().map(|a| (a.id, a)).collect();
    let queues = tx.list::<QueueDoc>()?;
    let segments: BTreeMap<InteractionId, SegmentDoc> = interactions::open_segments(tx)?.into_iter().map(|s| (s.interaction, s)).collect();
    let facts = Facts::read(tx, now, &queues)?;
    let mut restore = Restore { hours: tx.list()?, queues: queues.iter().map(QueueProfile::from).collect(), ..Restore::default() };
    restore.blending = Blending::from(&routing_config::blending_of(tx)?);
    for (id, user) in &profiles {
        let agent = agent(tx, now, user, docs.get(id), present, &facts)?;
        restore.agents.push(agent);
    }
    let mut fresh = Vec::new();
    for doc in interactions::open(tx)? {
        if doc.state == InteractionState::New {
            let queue = queues.iter().find(|q| q.id == doc.queue);
            let preferred = preferred(tx, &doc, queue, now)?;
            fresh.push((doc, preferred));
        } else {
            let queue = queues.iter().find(|q| q.id == doc.queue);
            let entered = segments.get(&doc.id).map_or(doc.enqueued, |s| s.enqueued);
            let preferred = preferred(tx, &doc, queue, entered)?.filter(|preferred| preferred.until > now);
            restore.work.push(RestoreWork {
                work: Work { preferred, ..work(&doc) },
                how: Closed::Finished,
                entered,
                first: doc.created,
                tried: tried(tx, doc.id, queue)?,
                wide: wide(tx, &doc, queue)?,
                further: further(&doc, queue, now),
                parked: doc.promise.is_some_and(|p| matches!(p.why, PromiseWhy::Closed | PromiseWhy::Closing)),
                visited: visited(tx, &doc)?,
                excluded: excluded(tx, &doc, queue)?,
                signs: signs(tx, now, &doc)?,
                state: doc.state,
            });
        }
    }
    restore.memories = facts.memories;
    let ws = tx.ws();
    let zone = tx.get::<WorkspaceDoc>(ws)?.map_or_else(|| "UTC".to_owned(), |workspace| workspace.time_zone);
    let learned = Learned { parts: waits::parts(tx)?, whole: waits::state(tx)?, zone };
    let foretold = waits::open(tx)?;
    Ok(Rows { restore, fresh, profiles, docs, cursor, learned, foretold })
}

fn agent(
    tx: &mut Tx<'_>,
    now: Timestamp,
    user: &UserDoc,
    doc: Option<&AgentDoc>,
    present: &Present,
    facts: &Facts,
) -> Result<RestoreAgent, AppError> {
    let (stats, touched) = facts.stats(user.id.into(), doc);
    let since = doc.map_or(Timestamp(0), |d| d.since);
    let handled = interactions::last_handled(tx, user.id.into())?;
    let available = matches!(doc.map(|d| &d.presence), Some(Presence::Available | Presence::AvailableOnDemand));
    let idle_since = handled.max(available.then_some(since)).unwrap_or(since);
    Ok(RestoreAgent {
        profile: profile(user),
        presence: doc.map_or(Presence::Offline, |d| d.presence.clone()),
        since,
        by: doc.map_or(PresenceBy::Agent, |d| d.by),
        next: doc.and_then(|d| d.next.clone()),
        connected: present.has_desk(user.id.into()),
        phone: present.has_phone(user.id.into()),
        idle_since,
        misses: [0; 5],
        touched: touched.max(handled.unwrap_or(touched)),
        stats,
        wrapups: doc.map(|d| d.wrapups.iter().map(super::wrapups::wrapup_of).collect()).unwrap_or_default(),
        heard: now,
    })
}

/// Who spoke last since the agent has it: a customer who does not answer is silent from then on. A call lives until it is asked for.
fn signs(tx: &mut Tx<'_>, now: Timestamp, doc: &InteractionDoc) -> Result<Signs, AppError> {
    let InteractionState::Active { since, .. } = doc.state else { return Ok(Signs::default()) };
    let renewed = Some(now);
    match doc.medium {
        Medium::Chat | Medium::Message => {}
        Medium::Voice => return Ok(Signs { renewed, unheard: None }),
        Medium::Email | Medium::Task => return Ok(Signs::default()),
    }
    let said = messages::before(tx, doc.id, i64::MAX, RECENT_MESSAGES)?;
    let said: Vec<_> = said.iter().filter(|m| m.at >= since).filter_map(|m| speaker(m).map(|speaker| (speaker, m.at))).collect();
    let renewed = said.iter().rev().find(|(speaker, _)| *speaker == Speaker::Agent).map(|&(_, at)| at);
    let unheard = said.last().filter(|(speaker, _)| *speaker == Speaker::Agent).map(|&(_, at)| at);
    Ok(Signs { renewed, unheard })
}

/// Whether it rings by the rule of a queue that asks several at once: what somebody sent, and what a preferred agent is asked, rings at one.
fn wide(tx: &mut Tx<'_>, doc: &InteractionDoc, queue: Option<&QueueDoc>) -> Result<bool, AppError> {
    let several = queue.is_some_and(|queue| matches!(queue.strategy, Strategy::RingAll | Strategy::RingProgressively));
    if !several || !matches!(doc.state, InteractionState::Offered { .. }) {
        return Ok(false);
    }
    let offered = interactions::decisions(tx, doc.id, RECENT_DECISIONS)?.into_iter().find(|decision| decision.act == "offered");
    Ok(offered.is_some_and(|decision| !["sent", "preferred"].contains(&&*decision.rule)))
}

/// When one more agent is rung, where agents are added one by one.
fn further(doc: &InteractionDoc, queue: Option<&QueueDoc>, now: Timestamp) -> Option<Timestamp> {
    let queue = queue.filter(|queue| queue.strategy == Strategy::RingProgressively)?;
    matches!(doc.state, InteractionState::Offered { .. }).then(|| now + Duration::from_secs(queue.ring_seconds.into()))
}

/// Queues from which it overflowed.
fn visited(tx: &mut Tx<'_>, doc: &InteractionDoc) -> Result<Vec<okno_model::QueueId>, AppError> {
    use okno_model::doc::SegmentOutcome;
    let segments = interactions::segments(tx, doc.id)?;
    Ok(segments.iter().filter(|s| s.outcome == Some(SegmentOutcome::Overflowed)).map(|s| s.queue).collect())
}

/// Agents who missed or declined it so lately that they are not asked again yet.
fn excluded(tx: &mut Tx<'_>, doc: &InteractionDoc, queue: Option<&QueueDoc>) -> Result<Vec<Exclusion>, AppError> {
    let Some(queue) = queue else { return Ok(Vec::new()) };
    let of = |decision: &DecisionDoc| {
        let (why, delay) = match &*decision.act {
            "missed" => (Excluded::Missed, queue.no_answer_delay_seconds),
            "declined" => (Excluded::Declined, queue.decline_delay_seconds),
            "busy" => (Excluded::Busy, queue.busy_delay_seconds),
            "unreached" => (Excluded::Unreached, queue.no_answer_delay_seconds),
            _ => return None,
        };
        decision.agent.map(|agent| Exclusion { agent, until: decision.at + Duration::from_secs(delay.into()), why })
    };
    Ok(interactions::decisions(tx, doc.id, RECENT_DECISIONS)?.iter().filter_map(of).collect())
}
