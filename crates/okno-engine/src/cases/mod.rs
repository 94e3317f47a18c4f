//! Decisions about cases: pure, with the time as an argument.

mod forward;
mod machine;

pub use forward::{ForwardInput, ForwardRefused, Heard, step_forward};
pub use machine::{Effect, Input, Refused, step};
