//! Customers: one person, one history, over all channels.
//!
//! * K-1 The same proven address is the same customer. A typed-in address is only a suggestion (`MatchDoc`).
//! * K-2 Two customers become one only by a person's decision, and it can be taken back at any time, in any order (`merge.rs`).
//! * K-3, K-4 Who is one customer, and who of them stands for all: `graph.rs`.

mod acts;
mod graph;
mod history;
mod identities;
mod merge;
mod notes;
mod orders;
pub mod organizations;
mod review;
pub(crate) mod rows;
mod shown;
mod views;

#[cfg(test)]
mod merge_tests;
#[cfg(test)]
mod profile_tests;
#[cfg(test)]
mod tests;

pub use acts::{CustomerChange, Verdict, decide_match, update};
pub use history::{HistoryKind, HistoryPosition, history, history_position};
pub use identities::{add_identity, remove_identity};
pub use merge::{merge, undo as undo_merge, undone as undone_merges};
pub use notes::{NoteChange, add_note, notes, update_note};
pub use orders::{OrderInput, orders, put_order};
pub use review::{ReviewPosition, review};
pub use views::{NamePosition, get, matches, search, timeline};
