//! How long customers wait: learned from what routing decides, foretold from how it stands, and held against what came of it.

use super::cell::Cell;
use jiff::tz::TimeZone;
use okno_engine::{
    hours::hour_of_week,
    routing::{Assignment, Effect, Engine, Input, Line},
    wait::{Estimate, Facts, Part, Unknown, WaitKey, WaitModel},
};
use okno_model::{
    AgentId, InteractionId, Medium, QueueId, Timestamp,
    doc::{Closed, LineDoc, MediumWaitDoc, QueueWaitDoc, WaitDoc},
};
use okno_store::waits::WaitRow;
use std::{collections::BTreeMap, time::Duration};

/// What was learned is kept this often; a crash loses no more.
const KEEP: Duration = Duration::from_secs(30);
/// The rules by estimated wait are told the estimates this often.
const LOOK: Duration = Duration::from_secs(5);
/// Who waits and is listed.
const LISTED: usize = 200;

/// Somebody who waits.
#[derive(Debug, Clone)]
struct Waiting {
    key: WaitKey,
    enqueued: Timestamp,
    /// What was foretold first, and when.
    foretold: Option<(Estimate, Timestamp)>,
}

/// What a cell knows about waits.
#[derive(Debug, Clone)]
pub(super) struct Waits {
    model: WaitModel,
    waiting: BTreeMap<InteractionId, Waiting>,
    /// What agents work at, and since when.
    busy: BTreeMap<InteractionId, (WaitKey, AgentId, Timestamp)>,
    kept: Timestamp,
    looked: Timestamp,
    changed: bool,
    /// Where the company is: where queues without hours are.
    zone: TimeZone,
    log: Vec<Log>,
}

/// A line for the log of predictions.
#[derive(Debug, Clone)]
pub(super) enum Log {
    /// Something was foretold.
    Said(Box<WaitRow>),
    /// This came of it.
    Ended(InteractionId, &'static str, i64),
}

/// What a batch has to write.
pub(super) struct Written {
    /// The log.
    pub(super) log: Vec<Log>,
    /// Parts of what was learned by their names, if it is time to keep them.
    pub(super) parts: Vec<(String, String)>,
    /// It was.
    pub(super) kept: bool,
}

/// What was learned about waits, as rows.
#[derive(Debug, Default)]
pub(super) struct Learned {
    /// Parts.
    pub(super) parts: Vec<String>,
    /// As earlier versions kept it.
    pub(super) whole: Option<String>,
    /// The company's time zone.
    pub(super) zone: String,
}

impl Learned {
    fn model(&self) -> WaitModel {
        let unreadable = |error: &serde_json::Error| {
            tracing::warn!(%error, "something that was learned about waits cannot be read; it is learned anew");
        };
        if let (true, Some(whole)) = (self.parts.is_empty(), &self.whole) {
            let mut model: WaitModel = serde_json::from_str(whole).inspect_err(unreadable).unwrap_or_default();
            model.touch_all();
            return model;
        }
        let parts = self.parts.iter().filter_map(|text| serde_json::from_str::<Part>(text).inspect_err(unreadable).ok());
        WaitModel::of_parts(parts)
    }
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// Where somebody stands who waits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// His place, from 1.
    pub position: u32,
    /// How much longer he presumably waits; nothing when that cannot be said honestly.
    pub estimate: Option<Estimate>,
}

impl Waits {
    /// After a start: what was learned, and who waits and works.
    pub(super) fn restored(learned: &Learned, open: Vec<WaitRow>, engine: &Engine) -> Self {
        let mut waits = Self {
            model: learned.model(),
            waiting: BTreeMap::new(),
            busy: BTreeMap::new(),
            kept: Timestamp(0),
            looked: Timestamp(0),
            changed: false,
            zone: zone(&learned.zone),
            log: Vec::new(),
        };
        for row in open {
            if let (Some(line), Ok(estimate)) = (engine.line(row.interaction), serde_json::from_str(&row.estimate)) {
                let waiting = Waiting { key: key(&line), enqueued: line.enqueued, foretold: Some((estimate, row.at)) };
                waits.waiting.insert(row.interaction, waiting);
            }
        }
        for (interaction, agent, since) in engine.active() {
            if let Some((queue, medium, _)) = engine.whereabouts(interaction) {
                waits.busy.insert(interaction, (WaitKey { queue, medium }, agent, since));
            }
        }
        waits
    }

    /// The company says where it is.
    pub(super) fn moved(&mut self, name: &str) {
        self.zone = zone(name);
    }

    /// Learns from what was decided.
    pub(super) fn observe(&mut self, engine: &Engine, now: Timestamp, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Queued { interaction, .. } | Effect::Waits { interaction, .. } | Effect::Overflowed { interaction, .. } => {
                    self.waits(engine, *interaction, now);
                }
                Effect::Transferred { interaction, .. } => {
                    self.worked(engine, *interaction, now);
                    self.waits(engine, *interaction, now);
                }
                Effect::Assigned { interaction, agent, how, .. } => self.taken(engine, *interaction, *agent, *how, now),
                Effect::Unreached { interaction, .. } => drop(self.busy.remove(interaction)),
                Effect::Promised { interaction, .. } => self.over(*interaction, now, None),
                Effect::Closed { interaction, how, .. } => {
                    let gave_up = match how {
                        Closed::Abandoned | Closed::CustomerLeft => Some(true),
                        Closed::Finished | Closed::Joined | Closed::Refused => None,
                    };
                    self.over(*interaction, now, gave_up);
                    self.worked(engine, *interaction, now);
                }
                Effect::Prioritized { .. }
                | Effect::Offered { .. }
                | Effect::OfferEnded { .. }
                | Effect::Stalled { .. }
                | Effect::WrapupStarted { .. }
                | Effect::WrapupExtended { .. }
                | Effect::WrapupRequested { .. }
                | Effect::SegmentWrapupStarted { .. }
                | Effect::SegmentWrapupExtended { .. }
                | Effect::SegmentWrapupEnded { .. }
                | Effect::WrapupEnded { .. }
                | Effect::PresenceChanged { .. }
                | Effect::NextPresenceChanged { .. }
                | Effect::AgentChanged { .. } => {}
            }
        }
    }

    fn waits(&mut self, engine: &Engine, interaction: InteractionId, now: Timestamp) {
        let Some(line) = engine.line(interaction) else { return };
        let key = key(&line);
        if self.waiting.get(&interaction).is_some_and(|had| had.key == key && (had.foretold.is_some() || had.enqueued == line.enqueued)) {
            return;
        }
        self.over(interaction, now, None);
        let estimate = self.estimate(engine, &line, now).ok();
        if let Some(estimate) = &estimate
            && let Ok(text) = serde_json::to_string(estimate)
        {
            let (waited, queue, medium) = (millis(now.since(line.enqueued)), line.queue, line.medium);
            let row = WaitRow { interaction, at: now, queue, medium, waited, estimate: text, outcome: None, total: None };
            self.log.push(Log::Said(Box::new(row)));
        }
        let foretold = estimate.map(|estimate| (estimate, now));
        self.waiting.insert(interaction, Waiting { key, enqueued: line.enqueued, foretold });
    }

    fn taken(&mut self, engine: &Engine, interaction: InteractionId, agent: AgentId, how: Assignment, now: Timestamp) {
        let Some((queue, medium, enqueued)) = engine.whereabouts(interaction) else { return };
        let key = WaitKey { queue, medium };
        if how != Assignment::Began {
            if self.waiting.contains_key(&interaction) {
                self.over(interaction, now, Some(false));
            } else {
                self.model.answered(key, now, seconds(now.since(enqueued)), None);
            }
        }
        self.busy.insert(interaction, (key, agent, now));
        self.changed = true;
    }

    /// He waits no longer: answered, gave up, or neither.
    fn over(&mut self, interaction: InteractionId, now: Timestamp, gave_up: Option<bool>) {
        let Some(had) = self.waiting.remove(&interaction) else { return };
        let total = now.since(had.enqueued);
        let said = had.foretold.as_ref().map(|(estimate, at)| (estimate, seconds(at.since(had.enqueued))));
        let word = match gave_up {
            Some(true) => {
                self.model.gave_up(had.key, seconds(total), said);
                "gave_up"
            }
            Some(false) => {
                self.model.answered(had.key, now, seconds(total), said);
                "answered"
            }
            None => "other",
        };
        self.changed = true;
        if had.foretold.is_some() {
            self.log.push(Log::Ended(interaction, word, millis(total)));
        }
    }

    fn worked(&mut self, engine: &Engine, interaction: InteractionId, now: Timestamp) {
        let Some((key, agent, since)) = self.busy.remove(&interaction) else { return };
        let took = seconds(now.since(since));
        let hour = self.hour(engine, key.queue, since);
        self.model.handled(key, hour, took);
        self.model.shares.handled(agent, key, took);
        self.changed = true;
    }

    /// How much longer.
    fn estimate(&self, engine: &Engine, line: &Line, now: Timestamp) -> Result<Estimate, Unknown> {
        let key = key(line);
        let facts = Facts {
            ahead: line.ahead,
            waiting: line.waiting,
            first_waited: line.first_since.map(|since| seconds(now.since(since))),
            agents: self.model.shares.effective(key, line.agents.iter().copied()),
            hour: self.hour(engine, line.queue, now),
        };
        self.model.estimate(key, now, &facts)
    }

    /// The hour of the week where a queue is: the same hours are alike week by week there, in summer and in winter.
    fn hour(&self, engine: &Engine, queue: QueueId, at: Timestamp) -> u16 {
        hour_of_week(engine.zone_of(queue).unwrap_or(&self.zone), at)
    }

    /// Where somebody stands.
    pub(super) fn standing(&self, engine: &Engine, interaction: InteractionId, now: Timestamp) -> Option<Standing> {
        let line = engine.line(interaction)?;
        Some(Standing { position: line.position, estimate: self.estimate(engine, &line, now).ok() })
    }

    /// The waits of a queue.
    pub(super) fn queue(&self, engine: &Engine, queue: QueueId, opens: Option<Timestamp>, now: Timestamp) -> Option<QueueWaitDoc> {
        let open = engine.is_open(queue).ok()?;
        let media = Medium::ALL.iter().filter_map(|&medium| {
            let line = engine.line_of_next(queue, medium)?;
            let said = self.estimate(engine, &line, now);
            Some(MediumWaitDoc {
                medium,
                waiting: line.waiting,
                longest_seconds: line.first_since.map_or(0, |since| now.since(since).as_secs().try_into().unwrap_or(u32::MAX)),
                agents: line.agents.len().try_into().unwrap_or(u32::MAX),
                wait: said.as_ref().ok().map(doc),
                unknown: said.err().map(|why| match why {
                    Unknown::TooFew { .. } => "too_few".to_owned(),
                    Unknown::NobodyWorks => "nobody_works".to_owned(),
                }),
            })
        });
        let line = engine.in_line_of(queue, LISTED).into_iter().filter_map(|interaction| {
            let at = self.standing(engine, interaction, now)?;
            Some(LineDoc { interaction, position: at.position, wait: at.estimate.as_ref().map(doc) })
        });
        Some(QueueWaitDoc { queue, at: now, open, opens: opens.filter(|_| !open), media: media.collect(), line: line.collect() })
    }

    /// What the rules by estimated wait have to be told now.
    fn due(&mut self, engine: &Engine, now: Timestamp) -> Vec<Input> {
        if now.since(self.looked) < LOOK {
            return Vec::new();
        }
        self.looked = now;
        let of = |interaction: InteractionId| {
            let estimate = self.standing(engine, interaction, now)?.estimate?;
            Some(Input::Estimate { interaction, seconds: whole(estimate.p80) })
        };
        engine.wants_estimates().into_iter().filter_map(of).collect()
    }

    /// Whether a batch has to be written for this alone.
    pub(super) fn has_to_write(&self, now: Timestamp) -> bool {
        !self.log.is_empty() || self.changed && now.since(self.kept) >= KEEP
    }

    /// What has to be written with this batch.
    pub(super) fn written(&mut self, now: Timestamp) -> Written {
        let time = self.changed && now.since(self.kept) >= KEEP;
        let mut parts = Vec::new();
        if time {
            (self.kept, self.changed) = (now, false);
            let changed = self.model.take_changed();
            parts.extend(changed.iter().filter_map(|part| Some((part.name(), serde_json::to_string(part).ok()?))));
        }
        Written { log: std::mem::take(&mut self.log), parts, kept: time }
    }
}

/// What the rules by estimated wait of a cell have to be told now.
pub(super) fn due(cell: &mut Cell, now: Timestamp) -> Vec<Input> {
    cell.waits.due(&cell.engine, now)
}

/// An estimate as documents have it.
pub(crate) fn doc(estimate: &Estimate) -> WaitDoc {
    WaitDoc {
        p50_seconds: whole(estimate.p50),
        p80_seconds: whole(estimate.p80),
        p90_seconds: whole(estimate.p90),
        sample: estimate.sample,
    }
}

const fn key(line: &Line) -> WaitKey {
    WaitKey { queue: line.queue, medium: line.medium }
}

fn whole(seconds: f64) -> u32 {
    seconds.clamp(0.0, f64::from(u32::MAX)).ceil() as u32
}

fn seconds(time: Duration) -> f64 {
    time.as_secs_f64()
}

fn millis(time: Duration) -> i64 {
    time.as_millis().try_into().unwrap_or(i64::MAX)
}
