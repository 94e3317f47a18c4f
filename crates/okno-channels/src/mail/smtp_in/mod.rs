//! The SMTP listener: mail that another server forwards to okno. It relays nothing, and says `250` only when the mail is durable.

mod data;
pub(crate) mod listener;
pub mod session;
