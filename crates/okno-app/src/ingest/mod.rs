//! Ingest: what comes in is durable before it is acknowledged, and is stored before it is understood.
//!
//! * I-1 The raw bytes and the ledger entry are on disk before [`receive`] returns.
//! * I-2 The same unit by the same key or by another way (`twin`) is one entry.
//! * I-3 Understanding a unit is one transaction: interaction, message, customer, ledger, receipt. Repeating it changes nothing.
//! * I-4 What cannot be understood stays in the ledger as `quarantined` with its words, its owner and its deadline.
//! * I-5 A chat message is durable before its acknowledgement, and `(visitor, client id)` is one message.

pub(crate) mod acts;
pub(crate) mod chat;
pub(crate) mod check;
mod form;
mod mail;
mod receipt;
mod thread;

#[cfg(test)]
mod tests;

pub use acts::{PendingUnit, pending, quarantine, receive};
pub use chat::{ChatAck, VisitorMessage, chat_message};
pub use form::{FormAck, OfflineForm, form};
pub use mail::understand_mail;
