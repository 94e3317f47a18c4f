//! Channels: mailboxes and widgets, their secrets, and what the mail door needs of them.
//!
//! * C-1 One address leads to one mailbox: addresses and aliases never repeat.
//! * C-2 A stored password is sealed, never returned, and never sent to another server than the one it was entered for.
//! * C-3 A widget's key is made here and never changes.

mod acts;
mod address;
pub mod mailboxes;
mod phone;
mod settings;
mod tests_of;

#[cfg(test)]
mod tests;

pub use acts::{create, delete, get, identity_secret, list, update, widget};
pub use address::{address_of, normalize_address};
pub(crate) use phone::number;
pub use tests_of::{ChannelCheck, test};
