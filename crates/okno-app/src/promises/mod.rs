//! Promises: who promised what to whom and by when, who is reminded of it, and how it was kept (behaviour.md 3.3).
//!
//! * PR-1 The state of a promise that a person made changes only through `okno_engine::promises::step`.
//! * PR-2 A promise that follows from something else (a callback, what routing told a customer) has its state from that: [`follow`].
//! * PR-3 A reminder and a breach happen exactly once for each time that was promised, in the transaction that marks their deadline.

mod acts;
pub(crate) mod follow;
mod rows;
mod views;
mod words;
pub(crate) mod work;

#[cfg(test)]
mod tests;

pub use acts::{NewPromise, NewTime, cancel, keep, make, preview, update};
pub use views::{Position, Shown, draft, list, report};
pub(crate) use words::with_footer;
