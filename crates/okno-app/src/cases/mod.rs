//! Cases: what customers want done, over any number of interactions, with one history.
//!
//! * P-1 The state of a case changes only by `okno_engine::cases::step`.
//! * P-2 Every change is an entry of the case's history, with what stood there before; an undo is an entry too, and refuses to overwrite
//!   what was changed since.
//! * P-3 Who changes a version that is not the newest is refused: nothing of a colleague's is overwritten unseen.
//! * P-4 An interaction is about one case at most, and both sides say so.

mod acts;
mod complaint;
pub(crate) mod forwards;
pub mod here;
mod history;
mod input;
mod merge;
mod notices;
pub mod page;
pub(crate) mod rows;
mod settings;
mod topics;
mod views;
pub(crate) mod work;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_merge;

pub use acts::{Said, comment, create, link, move_on, undo, unlink, update};
pub use complaint::complain;
pub use forwards::{Reaction, forward, forwards, react};
pub use merge::{merge, split};
pub use notices::{NoticePosition, my_notices, seen};
pub use settings::{set_settings, settings};
pub use topics::{create_topic, topics, update_topic};
pub use views::{CaseView, EntryPosition, Filter, Position, Whose, entries, get, list};
pub use work::reconcile;
