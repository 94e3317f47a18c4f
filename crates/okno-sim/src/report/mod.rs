//! What a run says: estimates with 95 % confidence intervals over replications.

pub(crate) mod fold;
mod measure;
mod table;

pub(crate) use measure::label;
pub use table::csv;

use crate::{
    model::Model,
    spec::{ServiceTarget, Spec},
};
use fold::Fold;
use serde::{Deserialize, Serialize};

/// An estimate and its 95 % confidence interval over replications (Student; ratios by the delta method). Without a value there was
/// nothing to count; without an interval there was one replication only.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimEstimate))]
pub struct Estimate {
    /// The estimate.
    pub value: Option<f64>,
    /// Lower end.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// Everything about the customers of one queue, or of all. Counts are means of one replication, times are seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimMeasures))]
pub struct Measures {
    /// Tried to get in, further tries and transfers included.
    pub offered: Estimate,
    /// Further tries among the offered.
    pub redials: Estimate,
    /// Transfers among the offered.
    pub transferred: Estimate,
    /// Answered.
    pub answered: Estimate,
    /// Left before an answer.
    pub abandoned: Estimate,
    /// Found no line or no place.
    pub blocked: Estimate,
    /// Were told by when they are answered, instead of waiting: the queue was closed, full or empty.
    pub promised: Estimate,
    /// Share of the promised who were answered by then, within the run.
    pub kept: Estimate,
    /// Went on to another queue while waiting.
    pub overflowed: Estimate,
    /// Offers that nobody answered.
    pub missed: Estimate,
    /// Service level, abandons count as good.
    pub f1: Estimate,
    /// Service level, answered only.
    pub f2: Estimate,
    /// Service level, abandons count as bad.
    pub f3: Estimate,
    /// Service level, early abandons ignored.
    pub f4: Estimate,
    /// Service level, short abandons count as good.
    pub f5: Estimate,
    /// Service level, short abandons ignored.
    pub f6: Estimate,
    /// Abandoned of the offered.
    pub abandonment: Estimate,
    /// Blocked of the offered.
    pub blocking: Estimate,
    /// Average speed of answer: mean wait of the answered.
    pub asa: Estimate,
    /// The same over those who waited at all.
    pub asa_queued: Estimate,
    /// Mean wait of answered and abandoned.
    pub wait: Estimate,
    /// Share of the answered who waited at all.
    pub waited: Estimate,
    /// Mean handle time, wrap-up included.
    pub handle: Estimate,
    /// Median wait of the answered.
    pub p50: Estimate,
    /// Wait that 90 % of the answered do not exceed.
    pub p90: Estimate,
    /// Wait that 95 % of the answered do not exceed.
    pub p95: Estimate,
    /// Wait that 90 % of answered and abandoned do not exceed.
    pub p90_all: Estimate,
    /// Longest wait of a replication.
    pub longest: Estimate,
    /// Mean number of waiting customers.
    pub waiting: Estimate,
    /// Largest number of waiting customers of a replication.
    pub waiting_most: Estimate,
}

/// One interval of one queue, or of all. Customers belong to the interval in which they came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimIntervalReport))]
pub struct IntervalReport {
    /// Begin, `HH:MM`; with the number of the day before it if the run is longer than one: `2 08:00`.
    pub from: String,
    /// Mean number of offered.
    pub offered: f64,
    /// Mean number of answered.
    pub answered: f64,
    /// Mean number of abandoned.
    pub abandoned: f64,
    /// Mean number of blocked.
    pub blocked: f64,
    /// Mean number of promised.
    pub promised: f64,
    /// Service level in the chosen variant.
    pub service_level: Estimate,
    /// Mean wait of the answered, seconds.
    pub asa: Option<f64>,
    /// Mean number of waiting customers.
    pub waiting: f64,
    /// Largest number of waiting customers in any replication.
    pub waiting_most: f64,
}

/// One queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimQueueReport))]
pub struct QueueReport {
    /// Name; empty for all queues together.
    pub name: String,
    /// The whole run.
    pub whole: Measures,
    /// Its intervals.
    pub intervals: Vec<IntervalReport>,
}

/// One group of agents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimGroupReport))]
pub struct GroupReport {
    /// Name; empty for all groups together.
    pub name: String,
    /// Time with anything in hand of the time there, by wall clock.
    pub occupancy: Estimate,
    /// Used capacity of the time there: an agent with one of two possible chats counts half. Above 1 when media are mixed.
    pub load: Estimate,
    /// Mean agent hours there of one replication.
    pub hours: f64,
    /// Mean number of agents there in each interval.
    pub agents: Vec<f64>,
    /// Occupancy in each interval.
    pub occupancies: Vec<Option<f64>>,
}

/// A scenario against the base, customer by customer (common random numbers).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimDifference))]
pub struct Difference {
    /// Which measure: `service_level`, `abandonment`, `asa`, `p90`, `occupancy`, `answered`.
    pub measure: String,
    /// Scenario minus base; an interval without 0 is a difference that is no chance.
    pub difference: Estimate,
}

/// One scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimScenarioReport))]
pub struct ScenarioReport {
    /// Name; of the base the name of the model.
    pub name: String,
    /// What it changes; nothing for the base.
    pub changes: Vec<String>,
    /// All queues together.
    pub all: QueueReport,
    /// Each queue.
    pub queues: Vec<QueueReport>,
    /// All agents together.
    pub agents: GroupReport,
    /// Each group.
    pub groups: Vec<GroupReport>,
    /// Against the base; empty for the base.
    pub differences: Vec<Difference>,
}

/// The result of a run. The same spec and seed give the same report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimReport))]
pub struct Report {
    /// Name of the model.
    pub name: String,
    /// Seed.
    pub seed: u64,
    /// Replications of each scenario.
    pub replications: u32,
    /// Length of the simulated time, hours.
    pub hours: f64,
    /// Length of an interval, seconds.
    pub interval_seconds: u32,
    /// What a good wait is, and how it is counted.
    pub service_level: ServiceTarget,
    /// The base first, then the scenarios.
    pub scenarios: Vec<ScenarioReport>,
}

impl Report {
    pub(crate) fn new(spec: &Spec, models: &[(String, Vec<String>, Model)], folds: &[Fold]) -> Self {
        let base = &folds[0];
        let scenarios = models.iter().zip(folds).enumerate().map(|(n, ((name, changes, model), fold))| {
            let mut report = measure::scenario(name, changes, model, fold);
            if n > 0 {
                report.differences = measure::differences(model, base, fold);
            }
            report
        });
        let model = &models[0].2;
        Self {
            name: spec.name.clone(),
            seed: spec.seed,
            replications: spec.replications,
            hours: model.horizon as f64 / 3_600_000.0,
            interval_seconds: spec.interval_seconds,
            service_level: spec.service_level,
            scenarios: scenarios.collect(),
        }
    }
}
