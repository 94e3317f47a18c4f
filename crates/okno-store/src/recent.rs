//! The newest events of each workspace as they were written here. Whoever follows the journal takes them from memory: nobody has to read
//! and parse again what this process has just made. What is not here is in the journal.

use okno_model::{WorkspaceId, event::Event};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Bytes of JSON that the kept events of one workspace have, at most: some seconds of the busiest floor.
const KEPT_BYTES: usize = 4 << 20;
/// Events kept of one workspace.
const KEPT: usize = 4096;
/// Whoever is woken once more for what he has already needs no look into the journal so soon after it was written.
const FRESH: Duration = Duration::from_millis(50);

/// An event and the size of its JSON.
pub(crate) type Written = (Arc<Event>, usize);

/// The newest events.
#[derive(Debug, Default)]
pub(crate) struct Recent(Mutex<BTreeMap<WorkspaceId, Tail>>);

#[derive(Debug)]
struct Tail {
    events: VecDeque<Written>,
    bytes: usize,
    at: Instant,
}

impl Recent {
    /// Takes events that are durable, in their order.
    pub(crate) fn push(&self, ws: WorkspaceId, written: Vec<Written>) {
        if written.is_empty() {
            return;
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let tail = all.entry(ws).or_insert_with(|| Tail { events: VecDeque::new(), bytes: 0, at: now });
        tail.at = now;
        for (event, bytes) in written {
            if tail.events.back().is_some_and(|(last, _)| last.seq + 1 != event.seq) {
                // Another process has written in between: what is kept must have no hole.
                tail.events.clear();
                tail.bytes = 0;
            }
            tail.bytes += bytes;
            tail.events.push_back((event, bytes));
        }
        while tail.events.len() > KEPT || tail.bytes > KEPT_BYTES {
            let Some((_, bytes)) = tail.events.pop_front() else { break };
            tail.bytes -= bytes;
        }
    }

    /// The events after `seq`, oldest first, at most `limit`; `None` when only the journal knows.
    pub(crate) fn after(&self, ws: WorkspaceId, seq: i64, limit: usize) -> Option<Vec<Arc<Event>>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tail = all.get(&ws)?;
        let first = tail.events.front()?.0.seq;
        let skip = usize::try_from(seq + 1 - first).ok()?;
        if skip >= tail.events.len() {
            return (skip == tail.events.len() && tail.at.elapsed() < FRESH).then(Vec::new);
        }
        Some(tail.events.range(skip..).take(limit).map(|(event, _)| Arc::clone(event)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use okno_model::{
        EventId, InteractionId, QueueId, Timestamp,
        doc::DecisionDoc,
        event::{Actor, What},
    };

    fn event(seq: i64) -> Written {
        let decision = DecisionDoc {
            at: Timestamp(0),
            act: "waits".into(),
            rule: "".into(),
            because: String::new(),
            agent: None,
            queue: QueueId::from_u128(1),
            candidates: Vec::new(),
            removed: Vec::new(),
            position: None,
            skipped: None,
        };
        let what = What::InteractionDecided { interaction: InteractionId::from_u128(1), decision };
        let (id, workspace) = (EventId::from_u128(seq as u128), WorkspaceId::from_u128(1));
        (Arc::new(Event { id, seq, workspace, at: Timestamp(0), actor: Actor::System, what }), 1 << 20)
    }

    #[test]
    fn what_is_kept_has_no_hole_and_an_end() {
        let (recent, ws) = (Recent::default(), WorkspaceId::from_u128(1));
        let seqs = |after| recent.after(ws, after, 10).map(|list| list.iter().map(|e| e.seq).collect::<Vec<_>>());
        assert_eq!(seqs(0), None, "nothing is known yet");
        recent.push(ws, vec![event(5), event(6)]);
        assert_eq!((seqs(3), seqs(4), seqs(5), seqs(7)), (None, Some(vec![5, 6]), Some(vec![6]), None));
        recent.push(ws, vec![event(8)]);
        assert_eq!((seqs(5), seqs(7)), (None, Some(vec![8])), "another process wrote 7");
        recent.push(ws, (9..20).map(event).collect());
        assert_eq!((seqs(7), seqs(15)), (None, Some(vec![16, 17, 18, 19])), "the oldest go");
    }
}
