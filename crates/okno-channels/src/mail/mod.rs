//! The e-mail door: mailboxes by IMAP and an SMTP listener in, SMTP out.
//!
//! In: raw bytes are stored with their ledger entry *before* anything is parsed, and only then the other side hears that
//! okno has them (`\Seen`, `250`). A worker parses what is stored; what it cannot understand goes to a person. Out: rows of
//! the outbox, each with its Message-ID fixed before the first try.

pub mod build;
mod door;
mod health;
mod imap;
pub mod limits;
mod office;
pub mod parse;
mod send;
pub mod smtp_in;
mod tls;
mod understand;
mod wait;

pub use door::{MailConfig, MailDoor, MailError};
pub use tls::TrustError;
