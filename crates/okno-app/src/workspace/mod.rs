//! The workspace: company name, time zone, language.
//!
//! * W-1 An installation has one workspace of its own from its first start; until the set-up it has no name and no users.

mod acts;

#[cfg(test)]
mod tests;

pub use acts::{answers, get, home, update};
pub(crate) use acts::{check, language};
