//! What was learned, and estimates from it.

use super::{
    calibration::{Calibration, QUANTILES},
    mean::{HourlyMean, Mean},
    passage::Passage,
    patience::Patience,
    share::Shares,
};
use okno_model::{Medium, QueueId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Whose waits are alike: those of one medium in one queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WaitKey {
    /// Queue.
    pub queue: QueueId,
    /// Medium.
    pub medium: Medium,
}

/// What an estimate needs to know of now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Facts {
    /// Customers who will be served before him by the routing order, not counting who already talks.
    pub ahead: u32,
    /// Customers who wait in the class, without him.
    pub waiting: u32,
    /// How long the first of them has waited, seconds; `None` if nobody waits.
    pub first_waited: Option<f64>,
    /// Effective agents ([`Shares::effective`]): busy or ready, who may be given work of the class.
    pub agents: f64,
    /// Local hour of the week, 0 for Monday 00:00, to 167.
    pub hour: u16,
}

/// An estimate of how much longer somebody waits, seconds from now.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Half of the waits are not longer. With `p80` the band to announce.
    pub p50: f64,
    /// Four in five are not longer.
    pub p80: f64,
    /// Nine in ten are not longer.
    pub p90: f64,
    /// Where it comes from.
    pub basis: Basis,
    /// Answered interactions that it rests on.
    pub sample: u32,
    /// Customers ahead when it was made.
    pub ahead: u32,
}

/// Where an estimate comes from; the desk shows it to who asks why.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Basis {
    /// Mean wait by the queue (`QL_A`), seconds.
    pub by_queue: f64,
    /// Wait by recent history (HOL), seconds; `None` if nobody waited.
    pub by_history: Option<f64>,
    /// Weight of the history in the blend, 0 to 1.
    pub history_weight: f64,
    /// Mean handle time that was used, seconds.
    pub handle: f64,
    /// Rate at which customers give up that was used, per second.
    pub give_up_rate: f64,
}

/// Why nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Unknown {
    /// The sample is too small.
    #[error("only {answered} interactions were answered lately; an estimate needs {needed}")]
    TooFew {
        /// Answered within the look-back.
        answered: u32,
        /// The minimum.
        needed: u32,
    },
    /// There is no agent who could end the wait.
    #[error("no agent is there who takes this work")]
    NobodyWorks,
}

/// Limits of estimates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Answered interactions within the look-back, below which nothing is said.
    pub min_sample: u32,
    /// The look-back, hours: a week, as rates are learned by hour of the week.
    pub look_back_hours: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { min_sample: 20, look_back_hours: 168 }
    }
}

/// What was learned of the waits of a workspace.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct WaitModel {
    /// Limits.
    #[serde(default)]
    pub settings: Settings,
    /// How agents divide their time.
    #[serde(default)]
    pub shares: Shares,
    #[serde(with = "entries", default)]
    pub(super) classes: BTreeMap<WaitKey, Class>,
    /// Classes that changed since they were kept.
    #[serde(skip)]
    pub(super) changed: BTreeSet<WaitKey>,
}

/// What was learned of one class.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Class {
    handle: HourlyMean,
    patience: Patience,
    /// Hours since the epoch and how many were answered in them, within the look-back.
    answered: VecDeque<(i64, u32)>,
    /// Recent errors of the estimates by the queue and by the history, where there were both: squares and product.
    queue_error: Mean,
    history_error: Mean,
    product_of_errors: Mean,
    calibration: Calibration,
}

/// About the last 200 outcomes decide between queue and history.
const KEEP_ERROR: f64 = 0.995;
/// Fewer effective agents are none.
const AGENTS_MIN: f64 = 0.01;

impl WaitModel {
    /// Somebody was answered after waiting `waited` seconds in all. `said` is an estimate that was made while he waited
    /// (whether it was announced or not), with the seconds that he had waited by then: it is held against the outcome.
    /// Who did not wait at all counts, too, without an estimate.
    pub fn answered(&mut self, key: WaitKey, at: Timestamp, waited: f64, said: Option<(&Estimate, f64)>) {
        let look_back = i64::from(self.settings.look_back_hours);
        let class = self.class(key);
        let hour = hours(at);
        match class.answered.back_mut() {
            Some((last, count)) if *last >= hour => *count += 1,
            _ => class.answered.push_back((hour, 1)),
        }
        while class.answered.front().is_some_and(|(old, _)| *old < hour - look_back) {
            class.answered.pop_front();
        }
        class.ended(waited, false, said);
    }

    /// Somebody gave up after waiting `waited` seconds in all.
    pub fn gave_up(&mut self, key: WaitKey, waited: f64, said: Option<(&Estimate, f64)>) {
        self.class(key).ended(waited, true, said);
    }

    /// An agent has handled an interaction: talk, hold and wrap-up took so many seconds. `hour` is the local hour of the
    /// week in which it began.
    pub fn handled(&mut self, key: WaitKey, hour: u16, seconds: f64) {
        if seconds.is_finite() && seconds >= 0.0 {
            self.class(key).handle.add(hour, seconds.max(1.0));
        }
    }

    fn class(&mut self, key: WaitKey) -> &mut Class {
        self.changed.insert(key);
        self.classes.entry(key).or_default()
    }

    /// How much longer somebody waits.
    pub fn estimate(&self, key: WaitKey, at: Timestamp, facts: &Facts) -> Result<Estimate, Unknown> {
        let needed = self.settings.min_sample;
        let class = self.classes.get(&key);
        let sample = class.map_or(0, |class| class.sample(hours(at) - i64::from(self.settings.look_back_hours)));
        let Some((class, handle)) = class.filter(|_| sample >= needed).and_then(|class| Some((class, class.handle.get(facts.hour)?)))
        else {
            return Err(Unknown::TooFew { answered: sample, needed });
        };
        // NaN is nobody, too.
        if facts.agents.is_nan() || facts.agents < AGENTS_MIN {
            return Err(Unknown::NobodyWorks);
        }
        let answers = facts.agents / handle;
        // First with the rate of all ages, then with that of the ages that those before him may reach.
        let first = Passage::new(answers, class.patience.mean_rate(), facts.ahead);
        let give_up_rate = class.patience.rate(first.mean);
        let passage = Passage::new(answers, give_up_rate, facts.ahead);
        // The first in line has waited so long for what was then before him; who is elsewhere gets his part of it.
        let by_history = facts
            .first_waited
            .filter(|waited| waited.is_finite() && *waited >= 0.0)
            .map(|waited| waited * f64::from(facts.ahead + 1) / f64::from(facts.waiting.max(facts.ahead) + 1));
        let history_weight = if by_history.is_some() { class.history_weight() } else { 0.0 };
        let blend = passage.mean + history_weight * (by_history.unwrap_or(0.0) - passage.mean);
        // Never below half of what the history says.
        let least = by_history.unwrap_or(0.0) / 2.0;
        let mut longest = least;
        let mut quantiles = [0.0; 3];
        for ((quantile, p), factor) in quantiles.iter_mut().zip(QUANTILES).zip(class.calibration.factors(facts.ahead)) {
            // Corrections are learned apart, but a higher quantile is never shorter.
            longest = (blend * passage.quantile_of_mean(p) * factor).max(longest);
            *quantile = longest;
        }
        let [p50, p80, p90] = quantiles;
        let basis = Basis { by_queue: passage.mean, by_history, history_weight, handle, give_up_rate };
        Ok(Estimate { p50, p80, p90, basis, sample, ahead: facts.ahead })
    }

    /// The patience of a class.
    pub fn patience(&self, key: WaitKey) -> Option<&Patience> {
        self.classes.get(&key).map(|class| &class.patience)
    }

    /// How honest the estimates of a class were.
    pub fn calibration(&self, key: WaitKey) -> Option<&Calibration> {
        self.classes.get(&key).map(|class| &class.calibration)
    }

    /// Begins new calibration reports; what was learned stays.
    pub fn restart_reports(&mut self) {
        for class in self.classes.values_mut() {
            class.calibration.restart();
        }
        self.changed.extend(self.classes.keys());
    }

    /// Classes that anything is known of.
    pub fn keys(&self) -> impl Iterator<Item = WaitKey> {
        self.classes.keys().copied()
    }

    /// A queue that was deleted.
    pub fn forget(&mut self, queue: QueueId) {
        self.classes.retain(|key, _| key.queue != queue);
    }
}

impl Class {
    fn sample(&self, since: i64) -> u32 {
        self.answered.iter().filter(|(hour, _)| *hour >= since).map(|(_, count)| count).sum()
    }

    fn ended(&mut self, waited: f64, gave_up: bool, said: Option<(&Estimate, f64)>) {
        if !waited.is_finite() || waited < 0.0 {
            return;
        }
        self.patience.add(waited, gave_up);
        let Some((estimate, then)) = said else { return };
        let rest = (waited - then).max(0.0);
        self.calibration.add([estimate.p50, estimate.p80, estimate.p90], estimate.ahead, rest, gave_up);
        if let (false, Some(history)) = (gave_up, estimate.basis.by_history) {
            let (by_queue, by_history) = (rest - estimate.basis.by_queue, rest - history);
            self.queue_error.add(by_queue * by_queue, KEEP_ERROR);
            self.history_error.add(by_history * by_history, KEEP_ERROR);
            self.product_of_errors.add(by_queue * by_history, KEEP_ERROR);
        }
    }

    /// The weight with which the blend had the least squared error lately: `(q - c) / (q + h - 2 c)` with the mean squared
    /// errors `q`, `h` and the mean product `c` (Bates & Granger 1969). For errors that have nothing in common that is the
    /// inverse of the squared errors; these two have. Equal while nothing is known.
    fn history_weight(&self) -> f64 {
        let (Some(queue), Some(history)) = (self.queue_error.get(), self.history_error.get()) else { return 0.5 };
        let product = self.product_of_errors.get().unwrap_or(0.0);
        let apart = queue + history - 2.0 * product;
        if apart > 0.0 { ((queue - product) / apart).clamp(0.0, 1.0) } else { 0.5 }
    }
}

fn hours(at: Timestamp) -> i64 {
    at.millis().div_euclid(3_600_000)
}

/// Maps whose keys are no text, as lists of pairs.
pub(super) mod entries {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::collections::BTreeMap;

    pub(in crate::wait) fn serialize<K: Serialize, V: Serialize, S: Serializer>(map: &BTreeMap<K, V>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(map)
    }

    pub(in crate::wait) fn deserialize<'de, K, V, D>(from: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Vec::<(K, V)>::deserialize(from)?.into_iter().collect())
    }
}
