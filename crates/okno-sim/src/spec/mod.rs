//! What is simulated, as people write it: JSON with `//` comments.

mod group;
mod parse;
mod rules;

pub use group::{CapacitySpec, GroupSpec, ShiftSpec, Span};
pub use parse::{SpecError, parse};
pub use rules::{
    BlendingSpec, CalendarSpec, ExceptionSpec, FullSpec, HolidaySpec, OffersSpec, OverflowRuleSpec, RingSpec, RulesSpec, SweepSpec,
    TierSpec, TreatSpec, WeekSpec,
};

use crate::dist::Dist;
use okno_model::{
    Medium,
    doc::{Ordering, Strategy},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A simulated center: who comes, who serves, for how long, and beside which scenarios.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimModel))]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// A name for people.
    #[serde(default)]
    pub name: String,
    /// When it opens, `HH:MM`: the labels of intervals, and what shifts count from.
    #[serde(default = "midnight")]
    pub opens: String,
    /// The day on which it opens, `YYYY-MM-DD`; needed where a queue has business hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// IANA time zone of `date` and `opens`.
    #[serde(default = "utc")]
    pub time_zone: String,
    /// How long it is open, hours; by default as long as the longest `per_interval` of an arrival profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<f64>,
    /// Length of an interval, seconds.
    #[serde(default = "half_hour")]
    pub interval_seconds: u32,
    /// Seed of all randomness.
    #[serde(default = "one")]
    pub seed: u64,
    /// How often the same is simulated with other randomness.
    #[serde(default = "thirty")]
    pub replications: u32,
    /// Not counted at the beginning, seconds: the center does not start empty.
    #[serde(default)]
    pub warmup_seconds: f64,
    /// Whether those who wait at the end are still served; otherwise everything stops then.
    #[serde(default = "yes")]
    pub drain: bool,
    /// Whether the agents' time after closing counts for occupancy.
    #[serde(default)]
    pub count_drain: bool,
    /// What a good wait is.
    #[serde(default)]
    pub service_level: ServiceTarget,
    /// Some days are busier than others: all arrivals of a day are multiplied by one gamma number of this shape with mean 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busyness_shape: Option<f64>,
    /// Most customers in the center at once, waiting or served; the next is blocked. Without it there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<u32>,
    /// Business hours that queues have by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calendars: Vec<CalendarSpec>,
    /// What may come beside what; without it everything beside everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blending: Option<BlendingSpec>,
    /// Queues.
    pub queues: Vec<QueueSpec>,
    /// Groups of agents.
    pub groups: Vec<GroupSpec>,
    /// Scenarios to compare with this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scenarios: Vec<ScenarioSpec>,
}

impl Spec {
    /// Customers that one replication has about; 0 if nobody comes.
    pub fn expected_customers(&self) -> f64 {
        crate::Model::new(self).map_or(0.0, |model| (0..self.queues.len()).map(|queue| model.expected(queue).iter().sum::<f64>()).sum())
    }
}

/// A goal for the wait.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimServiceTarget))]
#[serde(deny_unknown_fields)]
pub struct ServiceTarget {
    /// Answered within so many seconds.
    pub seconds: f64,
    /// Share to reach, 0 to 1.
    #[serde(default = "eighty")]
    pub share: f64,
    /// Who leaves within so many seconds is a short abandon.
    #[serde(default = "five")]
    pub short_seconds: f64,
    /// How the share is counted.
    #[serde(default)]
    pub variant: Variant,
}

impl Default for ServiceTarget {
    fn default() -> Self {
        Self { seconds: 20.0, share: eighty(), short_seconds: five(), variant: Variant::F6 }
    }
}

/// How a service level is counted. `ans` answered, `ab` abandoned, `_T` within the target, `_short` within the short limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimVariant))]
pub enum Variant {
    /// Abandons count as good: `(ans_T + ab_T) / (ans + ab)`.
    F1,
    /// Only answered: `ans_T / ans`.
    F2,
    /// Abandons count as bad: `ans_T / (ans + ab)`.
    F3,
    /// Early abandons ignored: `ans_T / (ans + ab - ab_T)`.
    F4,
    /// Short abandons count as good: `(ans_T + ab_short) / (ans + ab)`.
    F5,
    /// Short abandons ignored: `ans_T / (ans + ab - ab_short)`.
    #[default]
    F6,
}

impl Variant {
    /// Every variant.
    pub const ALL: [Self; 6] = [Self::F1, Self::F2, Self::F3, Self::F4, Self::F5, Self::F6];
}

/// One queue and its customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimQueue))]
#[serde(deny_unknown_fields)]
pub struct QueueSpec {
    /// Name.
    pub name: String,
    /// Medium of its interactions.
    #[serde(default = "voice")]
    pub medium: Medium,
    /// Its customers wait in that other queue, by its rules: so one queue has customers of several media.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joins: Option<String>,
    /// How an agent is chosen: the strategies of the engine.
    #[serde(default = "longest_idle")]
    pub strategy: Strategy,
    /// In which order waiting customers are served: the orders of the engine.
    #[serde(default)]
    pub order: Ordering,
    /// Priority, 0 to 9.
    #[serde(default = "middle")]
    pub priority: u8,
    /// One priority step is gained after so many seconds of waiting; 0 for none.
    #[serde(default)]
    pub ageing_seconds: u32,
    /// Skills that all its customers need, with the least level.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skills: BTreeMap<String, u8>,
    /// Who comes when.
    pub arrivals: Arrivals,
    /// How long customers wait before they leave; without it for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience: Option<Dist>,
    /// Factors on patience by the interval in which a customer comes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patience_profile: Vec<f64>,
    /// How long an agent talks with a customer.
    pub handle: Dist,
    /// Factors on the handle time by the interval in which a customer comes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handle_profile: Vec<f64>,
    /// How much longer each further interaction that an agent has at the same time makes this one: `0.3` is 30 % more for each.
    #[serde(default)]
    pub concurrency_penalty: f64,
    /// Wrap-up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrapup: Option<Wrapup>,
    /// Most customers that may wait; the next is blocked. Without it there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<u32>,
    /// Who left or was blocked comes again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redial: Option<Redial>,
    /// An offer rings so many seconds.
    #[serde(default = "twenty")]
    pub offer_seconds: u32,
    /// Overflow to another queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overflow: Option<OverflowSpec>,
    /// What agents send on after the talk.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<Transfer>,
    /// Kinds of customers that need more than the queue's skills, or have another priority; the rest is ordinary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<ClassSpec>,
    /// All the other rules of the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Box<RulesSpec>>,
}

impl QueueSpec {
    /// A queue with the usual rules.
    pub fn new(name: impl Into<String>, medium: Medium, arrivals: Arrivals, handle: Dist) -> Self {
        Self {
            name: name.into(),
            medium,
            joins: None,
            strategy: longest_idle(),
            order: Ordering::default(),
            priority: middle(),
            ageing_seconds: 0,
            skills: BTreeMap::new(),
            arrivals,
            patience: None,
            patience_profile: Vec::new(),
            handle,
            handle_profile: Vec::new(),
            concurrency_penalty: 0.0,
            wrapup: None,
            places: None,
            redial: None,
            offer_seconds: twenty(),
            overflow: None,
            transfers: Vec::new(),
            classes: Vec::new(),
            rules: None,
        }
    }
}

/// When customers come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimArrivals))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Arrivals {
    /// At random, with so many expected in each interval; a profile shorter than the opening hours is repeated.
    Poisson {
        /// Expected customers of each interval.
        per_interval: Vec<f64>,
    },
    /// At random, always at the same rate.
    Rate {
        /// Expected customers in an hour.
        per_hour: f64,
    },
    /// Exactly so many in each interval, at random times within it: a recorded day of which only the counts are known.
    Counts {
        /// Customers of each interval.
        per_interval: Vec<u32>,
    },
    /// Exactly then: a recorded day.
    Times {
        /// Seconds after opening.
        seconds: Vec<f64>,
    },
    /// Exactly then, from a file: one time in each line, as seconds after opening or `YYYY-MM-DD HH:MM:SS`. The command line reads
    /// it; the API does not.
    File {
        /// Path, beside the scenario file.
        path: String,
    },
    /// Nobody by itself: only what is transferred or overflows.
    Nobody,
}

/// Wrap-up after a talk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimWrapup))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Wrapup {
    /// As long as the agent needs.
    Needed {
        /// How long.
        time: Dist,
    },
    /// As long as the agent needs, but at most so long.
    Timed {
        /// How long.
        time: Dist,
        /// At most so many seconds.
        seconds: u32,
    },
    /// Always so long.
    Fixed {
        /// Seconds.
        seconds: u32,
    },
}

/// Who left or was blocked comes again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimRedial))]
#[serde(deny_unknown_fields)]
pub struct Redial {
    /// Probability after each try, 0 to 1.
    pub probability: f64,
    /// After which time.
    pub delay: Dist,
    /// Most tries of one customer, the first included.
    #[serde(default = "tries")]
    pub tries: u8,
}

/// Overflow to another queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimOverflow))]
#[serde(deny_unknown_fields)]
pub struct OverflowSpec {
    /// After so many seconds of waiting.
    pub after_seconds: u32,
    /// Name of the other queue.
    pub to: String,
}

/// What agents send on after the talk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimTransfer))]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// Name of the other queue.
    pub to: String,
    /// Probability, 0 to 1.
    pub probability: f64,
}

/// A kind of customers of one queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimClass))]
#[serde(deny_unknown_fields)]
pub struct ClassSpec {
    /// Share of the queue's customers, 0 to 1.
    pub share: f64,
    /// Skills that they need besides those of the queue.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skills: BTreeMap<String, u8>,
    /// Their priority; by default the queue's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<u8>,
}

/// A scenario: changes to the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimScenario))]
#[serde(deny_unknown_fields)]
pub struct ScenarioSpec {
    /// Name; by default its changes.
    #[serde(default)]
    pub name: String,
    /// Changes in short form: `+2 agents`, `skill de`, `strategy least_occupied`, `+10% volume`, `aht 240`.
    pub changes: Vec<String>,
}

fn utc() -> String {
    "UTC".into()
}
fn midnight() -> String {
    "00:00".into()
}
const fn half_hour() -> u32 {
    1800
}
const fn one() -> u64 {
    1
}
const fn thirty() -> u32 {
    30
}
const fn yes() -> bool {
    true
}
const fn eighty() -> f64 {
    0.8
}
const fn five() -> f64 {
    5.0
}
const fn voice() -> Medium {
    Medium::Voice
}
const fn longest_idle() -> Strategy {
    Strategy::LongestIdle
}
const fn middle() -> u8 {
    5
}
const fn twenty() -> u32 {
    20
}
const fn tries() -> u8 {
    5
}
