//! The door of a queue: opening and closing at the exact moment, and what becomes of who comes while it is closed, full or empty.
//!
//! Who is promised an answer while his queue is closed is *parked*: he stays in the queue, owned and with a deadline, but is offered to nobody
//! until it opens. An agent may still take him by hand.

use super::{
    Effect, Engine, Rejected, Stage, Step,
    hours::{self, Hours},
    slab::{ItemIx, QueueIx},
};
use jiff::tz::TimeZone;
use okno_model::{
    QueueId, Timestamp,
    doc::{AnswerPromise, HoursDoc, PromiseWhy, QueueDoc, Sweep, Treatment},
};
use std::time::Duration;

/// What a customer of a closed queue is promised who comes at `now`; `None` while it is open, or when its rule is another.
///
/// The same rule as the engine's, for whoever has to tell the customer before routing has decided.
pub fn closed_promise(queue: &QueueDoc, hours: Option<&HoursDoc>, now: Timestamp) -> Option<AnswerPromise> {
    let hours = hours.cloned().map(Hours::from);
    let hours = hours.as_ref();
    let promises = match queue.closed {
        Treatment::Promise => true,
        Treatment::Wait | Treatment::Overflow { .. } => false,
    };
    (promises && !hours::is_open(hours, now)).then(|| promise(PromiseWhy::Closed, hours, queue.answer_within_seconds, now))
}

/// When a queue is open: now, and from when on.
pub fn opens_at(hours: Option<&HoursDoc>, now: Timestamp) -> Option<Timestamp> {
    hours::opens(hours.cloned().map(Hours::from).as_ref(), now)
}

/// By when somebody of a queue has answered what comes now: `answer_within` of its open time.
pub fn answered_by(hours: Option<&HoursDoc>, now: Timestamp, answer_within_seconds: u32) -> Timestamp {
    within(hours.cloned().map(Hours::from).as_ref(), now, answer_within_seconds)
}

fn within(hours: Option<&Hours>, now: Timestamp, seconds: u32) -> Timestamp {
    hours::open_time_after(hours, now, Duration::from_secs(seconds.into()))
}

fn promise(why: PromiseWhy, hours: Option<&Hours>, seconds: u32, now: Timestamp) -> AnswerPromise {
    let opens = hours::opens(hours, now).filter(|&at| at > now);
    AnswerPromise { why, made: now, opens, due: within(hours, now, seconds) }
}

impl Engine {
    /// Hours came or were changed: every queue that has them turns, if it has to.
    pub(super) fn set_hours(&mut self, doc: HoursDoc, out: &mut Vec<Effect>) {
        let id = doc.id;
        self.hours.insert(id, Hours::from(doc));
        let queues: Vec<QueueIx> = self.queue_ix.sorted().into_iter().filter(|&ix| self.queues[ix].profile.hours == Some(id)).collect();
        for queue in queues {
            self.turn(queue, out);
        }
    }

    /// The time zone of a queue's hours, if it has any.
    pub fn zone_of(&self, queue: QueueId) -> Option<&TimeZone> {
        self.hours_of(*self.queue_ix.get(&queue)?)?.zone()
    }

    fn hours_of(&self, queue: QueueIx) -> Option<&Hours> {
        self.queues[queue].profile.hours.and_then(|id| self.hours.get(&id))
    }

    /// Looks at the clock of a queue: opens or closes it, and notes when it turns next.
    pub(super) fn turn(&mut self, queue: QueueIx, out: &mut Vec<Effect>) {
        let (open, next) = {
            let hours = self.hours_of(queue);
            (hours::is_open(hours, self.now), hours::turns(hours, self.now))
        };
        let now = self.now;
        let shut = if open { None } else { hours::closed_since(self.hours_of(queue), now) };
        let record = &mut self.queues[queue];
        let id = record.profile.id;
        record.shut = shut;
        let (was, had) = (std::mem::replace(&mut record.open, open), std::mem::replace(&mut record.turns, next));
        if let Some(at) = had {
            self.turns.remove(&(at, id, queue));
        }
        if let Some(at) = next {
            self.turns.insert((at, id, queue));
        }
        if open {
            self.release_parked(queue, out);
        } else if was {
            self.sweep(queue, out);
        } else {
            self.sweep_missed(queue, out);
        }
    }

    /// The first instant at which a queue opens or closes.
    pub(super) fn next_turn(&self) -> Option<(Timestamp, QueueId, QueueIx)> {
        self.turns.first().copied()
    }

    /// It opens: whoever was parked waits with his old place.
    fn release_parked(&mut self, queue: QueueIx, out: &mut Vec<Effect>) {
        let parked: Vec<ItemIx> = self.queues[queue].parked.iter().map(|&(_, ix)| ix).collect();
        for ix in parked {
            let now = self.now;
            self.items[ix].entered = now;
            self.step(ix, Step::Release).expect("what is parked can be released");
            self.tell_queued(ix, "opened", out);
            self.returned.push(ix);
        }
    }

    /// It closes: those who still wait.
    fn sweep(&mut self, queue: QueueIx, out: &mut Vec<Effect>) {
        let sweep = self.queues[queue].profile.closing.sweep;
        if sweep == Sweep::Serve {
            return;
        }
        for ix in self.waiting_in(queue) {
            self.sweep_one(ix, sweep, out);
        }
    }

    /// Those who waited when it closed and were not swept: okno was not running, or the rule is new.
    pub(super) fn sweep_missed(&mut self, queue: QueueIx, out: &mut Vec<Effect>) {
        for ix in self.waiting_in(queue) {
            self.sweep_returned(ix, out);
        }
    }

    /// Whether its hours say that it is open now.
    pub(super) fn is_open_now(&self, queue: QueueIx) -> bool {
        hours::is_open(self.hours_of(queue), self.now)
    }

    /// Who waits in a queue, or is kept for one agent of it, in the order of the ids.
    pub(super) fn waiting_in(&self, queue: QueueIx) -> Vec<ItemIx> {
        let record = &self.queues[queue];
        let waiting = record.classes.values().flat_map(|&class| self.classes[class].everybody());
        let held = record.members.iter().chain(record.guests.keys()).flat_map(|&agent| self.agents[agent].held.iter());
        let mut all: Vec<_> = waiting
            .chain(held)
            .filter(|place| self.items[place.item].queue == queue)
            .map(|place| (place.interaction, place.item))
            .collect();
        all.sort_unstable_by_key(|&(interaction, _)| interaction);
        all.into_iter().map(|(_, ix)| ix).collect()
    }

    fn sweep_one(&mut self, ix: ItemIx, sweep: Sweep, out: &mut Vec<Effect>) {
        let name = self.queues[self.items[ix].queue].profile.name.clone();
        match sweep {
            Sweep::Serve => {}
            Sweep::Promise => self.park(ix, PromiseWhy::Closing, out),
            Sweep::Overflow { to } => {
                let text = format!("{name} has closed; it goes on");
                if !self.relocate_to(ix, to, "closing", text, out) {
                    self.park(ix, PromiseWhy::Closing, out);
                }
            }
        }
    }

    /// What came back to a queue that has closed meanwhile is treated as what waited when it closed.
    pub(super) fn sweep_returned(&mut self, ix: ItemIx, out: &mut Vec<Effect>) {
        let Some(item) = self.items.get(ix) else { return };
        let queue = &self.queues[item.queue];
        if item.stage == Stage::Waiting && queue.shut.is_some_and(|shut| item.entered < shut) {
            self.sweep_one(ix, queue.profile.closing.sweep, out);
        }
    }

    /// Something comes into a queue, from outside or by overflow: the first of closed, full and empty that holds decides what becomes of it. It
    /// never comes back to where it was, so that the ways over full queues end.
    pub(super) fn admit(&mut self, ix: ItemIx, out: &mut Vec<Effect>) {
        let item = &self.items[ix];
        let queue = &self.queues[item.queue];
        let profile = &queue.profile;
        let (then, why) = if !queue.open {
            (profile.closed, PromiseWhy::Closed)
        } else if let Some(full) = profile.full.filter(|full| queue.in_line > full.max_waiting as usize) {
            (full.then, PromiseWhy::Full)
        } else if let Some(empty) = profile.empty.filter(|_| self.is_empty(item.queue, item.work.medium)) {
            (empty.then, PromiseWhy::Empty)
        } else {
            return;
        };
        let word = match why {
            PromiseWhy::Closed | PromiseWhy::Closing => "closed",
            PromiseWhy::Full => "full",
            PromiseWhy::Empty | PromiseWhy::Asked => "empty",
        };
        let text = format!("{} is {word}; it goes on", profile.name);
        match then {
            Treatment::Wait => {}
            Treatment::Overflow { to } => {
                if !self.relocate_to(ix, to, word, text, out) && why == PromiseWhy::Closed {
                    self.park(ix, why, out);
                }
            }
            Treatment::Promise if why == PromiseWhy::Closed => self.park(ix, why, out),
            Treatment::Promise => self.promise(ix, why, out),
        }
    }

    /// Keeps it until the queue opens, and says by when it is answered.
    fn park(&mut self, ix: ItemIx, why: PromiseWhy, out: &mut Vec<Effect>) {
        self.promise(ix, why, out);
        self.step(ix, Step::Park).expect("what waits can be parked");
        self.returned.retain(|&other| other != ix);
    }

    fn promise(&mut self, ix: ItemIx, why: PromiseWhy, out: &mut Vec<Effect>) {
        let item = &self.items[ix];
        let (interaction, queue) = (item.work.interaction, item.queue);
        let profile = &self.queues[queue].profile;
        let promise = promise(why, self.hours_of(queue), profile.answer_within_seconds, self.now);
        let (word, text) = match why {
            PromiseWhy::Closed => ("closed", format!("{} is closed; the customer is told by when he is answered", profile.name)),
            PromiseWhy::Closing => ("closing", format!("{} has closed; the customer is told by when he is answered", profile.name)),
            PromiseWhy::Full => ("full", format!("{} is full; the customer is told by when he is answered", profile.name)),
            PromiseWhy::Empty | PromiseWhy::Asked => {
                ("empty", format!("nobody is in {}; the customer is told by when he is answered", profile.name))
            }
        };
        let decision = self.said(ix, "promised", word, None, || text);
        out.push(Effect::Promised { interaction, promise, decision });
    }

    /// Whether a queue is open now.
    ///
    /// # Errors
    /// [`Rejected::UnknownQueue`].
    pub fn is_open(&self, queue: QueueId) -> Result<bool, Rejected> {
        self.find_queue(queue).map(|ix| self.queues[ix].open)
    }

    /// How many wait in a queue.
    pub fn waiting_count(&self, queue: QueueId) -> usize {
        self.queue_ix.get(&queue).map_or(0, |&ix| self.queues[ix].in_line)
    }
}
