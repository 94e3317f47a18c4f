//! The ledger: every inbound unit is recorded before it is parsed and ends in exactly one state (behaviour.md 3.2).
//!
//! * L-1 A unit's state changes only through [`life::step`].
//! * L-2 What is open has an owning queue and a deadline; what has ended has the time of its end.
//! * L-3 Closing is no answer: a unit is `answered` only when a person's reply was delivered and did not come back.
//! * L-4 What was lost and answered later is `recovered`, never `answered`: the loss stays on record.
//! * L-5 The sum of all states is what was received; the check runs every minute (see [`work`]).

mod acts;
pub(crate) mod life;
pub(crate) mod rows;
mod views;
pub(crate) mod work;

#[cfg(test)]
mod tests;

pub use acts::{recover, refuse};
pub use okno_store::ledger::Shown;
pub use views::{Position, RawFile, get, list, raw, summary};
pub use work::reconcile;
