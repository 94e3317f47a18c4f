//! Messages: replies and notes of agents, their delivery, what each side has seen.
//!
//! * M-1 A message has the next number of its interaction, without gaps; `client_id` makes a repeat the same message.
//! * M-2 A mail's Message-ID is fixed with the message, before the first try.
//! * M-3 Delivery never moves back, except to `failed`; a failed reply opens its customer's unit again.

mod acts;
pub(crate) mod bounce;
pub(crate) mod outgoing;
mod views;

#[cfg(test)]
mod tests;

pub(crate) use acts::has_address;
pub(crate) use acts::write;
pub use acts::{NewMessage, NewMessageKind, delivered, mark_read, read_by_customer, retry, send};
pub use views::{list, visible_to_customer};
