//! Agents of a spec.

use crate::dist::Dist;
use okno_model::Medium;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Agents who are alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimGroup))]
#[serde(deny_unknown_fields)]
pub struct GroupSpec {
    /// Name.
    pub name: String,
    /// So many agents all the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agents: Option<u32>,
    /// So many agents in each interval; a profile shorter than the opening hours is repeated. Who leaves finishes what he has; idle
    /// agents leave first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub per_interval: Vec<u32>,
    /// Shifts with breaks, every day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shifts: Vec<ShiftSpec>,
    /// Names of the queues that they serve.
    pub queues: Vec<String>,
    /// Skills with levels, 1 to 10.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skills: BTreeMap<String, u8>,
    /// Interactions at once.
    #[serde(default)]
    pub capacity: CapacitySpec,
    /// Factor on all handle times: 0.9 is 10 % faster.
    #[serde(default = "one_f")]
    pub pace: f64,
    /// Factor on the handle times of one queue, by its name, besides `pace`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pace_by_queue: BTreeMap<String, f64>,
    /// How much the agents differ in their pace: the coefficient of variation of a lognormal factor; 0 for alike.
    #[serde(default)]
    pub pace_varies: f64,
    /// How long until an agent accepts what rings; at once without it. Longer than the offer rings is a miss.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Dist>,
    /// Probability that an offer is not answered at all, 0 to 1.
    #[serde(default)]
    pub misses: f64,
    /// An agent who was paused for missed offers comes back after so many seconds.
    #[serde(default = "minute")]
    pub back_after_seconds: f64,
    /// Share of agents who do not come at all, drawn for each agent and replication.
    #[serde(default)]
    pub absent: f64,
}

/// Interactions that an agent may have at once, by medium.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimCapacity))]
#[serde(deny_unknown_fields, default)]
pub struct CapacitySpec {
    /// Calls.
    pub voice: u8,
    /// E-mails.
    pub email: u8,
    /// Chats.
    pub chat: u8,
    /// Messenger threads.
    pub message: u8,
    /// Tasks.
    pub task: u8,
}

impl CapacitySpec {
    /// The number of one medium.
    pub(crate) const fn of(self, medium: Medium) -> u8 {
        match medium {
            Medium::Voice => self.voice,
            Medium::Email => self.email,
            Medium::Chat => self.chat,
            Medium::Message => self.message,
            Medium::Task => self.task,
        }
    }

    /// Sets the number of one medium.
    pub(crate) const fn set(&mut self, medium: Medium, most: u8) {
        match medium {
            Medium::Voice => self.voice = most,
            Medium::Email => self.email = most,
            Medium::Chat => self.chat = most,
            Medium::Message => self.message = most,
            Medium::Task => self.task = most,
        }
    }
}

impl Default for CapacitySpec {
    fn default() -> Self {
        Self { voice: 1, email: 1, chat: 1, message: 1, task: 1 }
    }
}

/// A shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimShift))]
#[serde(deny_unknown_fields)]
pub struct ShiftSpec {
    /// So many agents.
    pub agents: u32,
    /// Begin, `HH:MM`.
    pub from: String,
    /// End, `HH:MM`; not later than the begin means the next day.
    pub to: String,
    /// Breaks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<Span>,
}

/// A span of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimSpan))]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// Begin, `HH:MM`.
    pub from: String,
    /// End, `HH:MM`.
    pub to: String,
}

const fn one_f() -> f64 {
    1.0
}
const fn minute() -> f64 {
    60.0
}
