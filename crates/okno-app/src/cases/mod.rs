//! Cases: what customers want done, over any number of interactions, with one history.
//!
//! * P-1 The state of a case changes only by `okno_engine::cases::step`.
//! * P-2 Every change is an entry of the case's history, with what stood there before; an undo is an entry too, and refuses to overwrite
//!   what was changed since.
//! * P-3 Who changes a version that is not the newest is refused: nothing of a colleague's is overwritten unseen.
//! * P-4 An interaction is about one case at most, and both sides say so.

mod acts;
mod history;
mod input;
pub(crate) mod rows;
mod views;

#[cfg(test)]
mod tests;

pub use acts::{comment, create, link, move_on, undo, unlink, update};
pub use views::{CaseView, EntryPosition, Filter, Position, Whose, entries, get, list};
