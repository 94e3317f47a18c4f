//! Service levels: policies as administrators write them, which one a matter has, and how its clocks stand (behaviour.md B11).
//!
//! * SL-1 Clocks are computed from recorded facts by `okno_engine::sla`; nobody keeps them, so a changed policy loses no pause.
//! * SL-2 A warn point or a breach is told and acted on exactly once for each due time, in the transaction that marks its deadline.

mod facts;
mod policies;
mod views;
pub(crate) mod work;

#[cfg(test)]
mod tests;

pub use policies::{archive, create, get, list, update};
pub use views::{Question, clocks_of_case, clocks_of_interaction, preview};
