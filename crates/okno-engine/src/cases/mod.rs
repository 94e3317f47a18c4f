//! Decisions about cases: pure, with the time as an argument.

mod machine;

pub use machine::{Effect, Input, Refused, step};
