//! Service levels: policies as administrators write them, which one a matter has, and how its clocks stand (behaviour.md B11).
//!
//! * SL-1 Clocks are computed from recorded facts by `okno_engine::sla`; nobody keeps them, so a changed policy loses no pause.

mod facts;
mod policies;
mod views;

#[cfg(test)]
mod tests;

pub use policies::{archive, create, get, list, update};
pub use views::{Question, clocks_of_interaction, preview};
