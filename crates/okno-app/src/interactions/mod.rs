//! Interactions: what agents do with them, and what a desk shows.
//!
//! * N-1 The state of an interaction changes only by what the routing engine decides (see [`crate::routing`]).
//! * N-2 Every act checks its right in a transaction, and its answer is the interaction as it is afterwards.
//! * N-3 `apply(events, snapshot)` is the same as a new snapshot: the property test of this folder holds it around every act.

mod acts;
mod snapshot;
pub(crate) mod thread;
mod views;

#[cfg(test)]
mod tests;

pub use acts::{Transfer, WrapUp, accept, decline, extend_wrap_up, finish, pull, request_wrap_up, transfer, wrap_up};
pub use snapshot::{Counts, Person, Snapshot, belongs, snapshot};
pub(crate) use views::within;
pub use views::{Detail, Filter, Position, Shown, decisions, detail, list};
