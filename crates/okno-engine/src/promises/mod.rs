//! Promises: their life, when somebody is reminded of them, and how people write their times (behaviour.md 3.3).

mod life;
mod nudge;
#[cfg(test)]
mod tests;
mod time;
mod words;

pub use life::{Input, PromiseError, step};
pub use nudge::{Nudges, nudges};
pub use time::{Parsed, Trouble, parse};
