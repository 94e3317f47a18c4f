//! The cell host: one task owns the routing engine of a workspace and writes what it decides.
//!
//! * C-1 The engine's memory is derived: it is rebuilt from rows at start, after a take-over, a failed write or a panic.
//! * C-2 Every write of a decision checks the lease's epoch in its own transaction: an owner who was replaced changes nothing.
//! * C-3 A batch of inputs is one transaction; its callers are answered after it is durable.
//! * C-4 Nothing is polled: the task sleeps until a command, a poke of the journal or the engine's next deadline.
//! * C-5 What enters routing comes through the journal: an interaction that was committed as `new` is queued, even if the
//!   process died in between. A call enters with the transaction that records it, where the owner runs in the same process
//!   (`ask_within`); the journal's word of it is then passed over. A priority that a person gave to one that waits comes the same way: whichever process wrote
//!   the row, the owner moves it.

mod acts;
mod apply;
mod cell;
mod explain;
mod facts;
mod foretold;
mod handle;
mod load;
mod news;
mod present;
mod segments;
mod turn;
pub(crate) mod waits;
mod wrapups;

#[cfg(test)]
mod day_tests;
#[cfg(test)]
mod door_tests;

#[cfg(test)]
mod phone_tests;
#[cfg(test)]
mod slots_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod why_tests;

pub(crate) use acts::begin;
pub use acts::{agents, desk_connected, desk_disconnected, set_next_presence, set_phone, set_presence, unreached};
pub use explain::{preview, why, why_not};
pub use foretold::{announce_rule, calibration, queue_wait};
pub use handle::{Cells, position, ready, standing, stands_by, start, stop, tick};
pub(crate) use handle::{Extra, Told, ask, ask_within};
pub(crate) use news::enters;
pub use okno_engine::wait::{Announcement, Announcer, Basis, Estimate, Reason, SaidPosition, SaidWait};
pub use waits::Standing;
