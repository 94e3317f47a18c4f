//! What the strategies need to know from the rows after a start: what agents did lately, how long work takes, whose turn it is,
//! who served a customer last.

use crate::AppError;
use okno_engine::routing::{AgentStats, Preferred, QueueMemory};
use okno_model::{
    AgentId, InteractionId, Medium, QueueId, Timestamp,
    doc::{AgentDoc, InteractionDoc, Presence, QueueDoc, SegmentDoc, Strategy},
};
use okno_store::{Tx, interactions};
use std::{collections::BTreeMap, time::Duration};

/// How far back agents and queues remember: the longest window of a strategy.
const WINDOW: Duration = Duration::from_secs(24 * 60 * 60);
/// Interactions of a customer that are looked at for who served him last.
const LATEST: usize = 10;
/// The usual handle time before anything is known, milliseconds; as in the engine.
const UNKNOWN_HANDLE_MS: u32 = 300_000;

/// What is remembered.
pub(super) struct Facts {
    now: Timestamp,
    handled: BTreeMap<AgentId, Vec<SegmentDoc>>,
    /// What queues remember.
    pub(super) memories: Vec<QueueMemory>,
}

impl Facts {
    /// Reads what happened within the longest window.
    pub(super) fn read(tx: &mut Tx<'_>, now: Timestamp, queues: &[QueueDoc]) -> Result<Self, AppError> {
        let rows = interactions::handled_since(tx, now - WINDOW)?;
        let mut handled: BTreeMap<AgentId, Vec<SegmentDoc>> = BTreeMap::new();
        let mut last: BTreeMap<(QueueId, AgentId), Timestamp> = BTreeMap::new();
        let mut times: BTreeMap<(QueueId, Medium), (u64, u64, u64)> = BTreeMap::new();
        for (segment, medium) in rows {
            let (Some(agent), Some(answered)) = (segment.agent, segment.answered) else { continue };
            let took = last.entry((segment.queue, agent)).or_insert(answered);
            *took = (*took).max(answered);
            if let Some(ended) = segment.ended {
                let talked = segment.wrapup.unwrap_or(ended);
                let (count, talk, wrapup) = times.entry((segment.queue, medium)).or_default();
                *count += 1;
                *talk += talked.since(answered).as_millis() as u64;
                *wrapup += ended.since(talked).as_millis() as u64;
            }
            handled.entry(agent).or_default().push(segment);
        }
        let memory = |queue: &QueueDoc| {
            let mut turns: Vec<(Timestamp, AgentId)> = last
                .range((queue.id, AgentId::from_u128(0))..)
                .take_while(|((q, _), _)| *q == queue.id)
                .map(|((_, a), at)| (*at, *a))
                .collect();
            turns.sort_unstable();
            let mut handle_ms = [(UNKNOWN_HANDLE_MS, 0); 5];
            for (slot, medium) in handle_ms.iter_mut().zip(Medium::ALL) {
                if let Some((count, talk, wrapup)) = times.get(&(queue.id, *medium)) {
                    let mean = |sum: &u64| u32::try_from(sum / count).unwrap_or(u32::MAX / 2);
                    *slot = (mean(talk), mean(wrapup));
                }
            }
            // The latest of each tier is entered last and stays.
            QueueMemory { queue: queue.id, last_offered: turns.into_iter().map(|(_, agent)| agent).collect(), handle_ms }
        };
        let memories = queues.iter().map(memory).collect();
        Ok(Self { now, handled, memories })
    }

    /// What an agent did lately, and when he last took or ended something. How long he was on duty is not in the rows: it is
    /// counted from the first thing that he took within the window, or from his last change of presence.
    pub(super) fn stats(&self, agent: AgentId, doc: Option<&AgentDoc>) -> (Box<AgentStats>, Timestamp) {
        let mut stats = AgentStats::new(self.now);
        let mut touched = Timestamp(0);
        let mut first = None;
        for segment in self.handled.get(&agent).into_iter().flatten() {
            let Some(answered) = segment.answered else { continue };
            let ended = segment.ended.unwrap_or(self.now);
            stats.handled(answered, segment.wrapup.unwrap_or(ended), ended);
            touched = touched.max(segment.ended.unwrap_or(answered)).max(answered);
            first = Some(first.map_or(answered, |first: Timestamp| first.min(answered)));
        }
        let available = doc.filter(|doc| matches!(doc.presence, Presence::Available | Presence::AvailableOnDemand));
        match (first, available) {
            (Some(first), Some(_)) => stats.on_duty(first, self.now),
            (Some(first), None) => stats.on_duty(first, doc.map_or(touched, |doc| doc.since).max(touched)),
            (None, Some(doc)) => stats.on_duty(doc.since, self.now),
            (None, None) => {}
        }
        stats.loaded();
        (stats, touched)
    }
}

/// The agent who served the customer last, if the queue wants to ask him first. `entered` is when it came into the queue.
pub(super) fn preferred(
    tx: &mut Tx<'_>,
    doc: &InteractionDoc,
    queue: Option<&QueueDoc>,
    entered: Timestamp,
) -> Result<Option<Preferred>, AppError> {
    let (Some(queue), Some(customer)) = (queue.filter(|queue| queue.strategy == Strategy::PreferredThenPool), doc.customer) else {
        return Ok(None);
    };
    let until = entered + Duration::from_secs(queue.preferred_seconds.into());
    let latest = interactions::of_customer(tx, customer, None, LATEST)?;
    let agent = latest.iter().filter(|other| other.id != doc.id && other.answered.is_some()).find_map(|other| other.agent);
    Ok(agent.map(|agent| Preferred { agent, until }))
}

/// Who was tried last, where the queue goes on from him.
pub(super) fn tried(tx: &mut Tx<'_>, interaction: InteractionId, queue: Option<&QueueDoc>) -> Result<Option<AgentId>, AppError> {
    if queue.is_none_or(|queue| queue.strategy != Strategy::Linear) {
        return Ok(None);
    }
    let offered = interactions::decisions(tx, interaction, LATEST)?.into_iter().find(|decision| decision.act == "offered");
    Ok(offered.and_then(|decision| decision.agent))
}
