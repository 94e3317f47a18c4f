//! What may be dialed. Pure: no clock, no network.

mod rules;

pub use rules::{DialRule, DialRules, NumberPlan};
