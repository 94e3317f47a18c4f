//! Customers: one person, one history, over all channels.
//!
//! * K-1 The same proven address is the same customer. A typed-in address is only a suggestion (`MatchDoc`).
//! * K-2 Two customers become one only by a person's decision; the audit log keeps what is needed to take it back.

mod acts;
pub(crate) mod rows;
mod views;

#[cfg(test)]
mod tests;

pub use acts::{CustomerChange, Verdict, decide_match, update};
pub use views::{NamePosition, get, matches, search, timeline};
