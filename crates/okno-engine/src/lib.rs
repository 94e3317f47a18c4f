//! Decisions: the routing engine and other pure state machines. No IO, no clock, no randomness of its own.

pub mod cases;
pub mod hours;
mod math;
pub mod promises;
pub mod query;
pub mod routing;
pub mod search;
pub mod sla;
pub mod staffing;
pub mod wait;
