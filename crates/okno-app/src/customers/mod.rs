//! Customers: one person, one history, over all channels.
//!
//! * K-1 The same proven address is the same customer. A typed-in address is only a suggestion (`MatchDoc`).
//! * K-2 Two customers become one only by a person's decision, and it can be taken back at any time, in any order (`merge.rs`).
//! * K-3, K-4 Who is one customer, and who of them stands for all: `graph.rs`.

mod acts;
mod graph;
mod merge;
pub(crate) mod rows;
mod shown;
mod views;

#[cfg(test)]
mod merge_tests;
#[cfg(test)]
mod tests;

pub use acts::{CustomerChange, Verdict, decide_match, update};
pub use merge::{merge, undo as undo_merge, undone as undone_merges};
pub use views::{NamePosition, get, matches, search, timeline};
