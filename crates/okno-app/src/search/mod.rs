//! Search: one box for customers, cases, interactions, messages and notes, over all channels and years.
//!
//! * F-1 The index is derived: it begins with the rows, follows the journal with a cursor, and can be thrown away at any time ([`rebuild`]).
//! * F-2 It answers with places, never with content. What is shown is read from the rows, and each row is reached through the rights of whoever asks.
//! * F-3 Both databases compare terms made by `okno_engine::search` and nothing else, so they find the same.

mod text;
mod views;
pub(crate) mod work;

#[cfg(test)]
mod tests;

pub use views::{Position, Wanted, search};
pub use work::rebuild;
