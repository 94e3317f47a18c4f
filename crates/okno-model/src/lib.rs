//! Words: ids, entities, events, rights and limits of okno. No IO, no clock.
//!
//! The types under [`doc`] are okno's *documents*: the one JSON form of an entity that is stored in the journal,
//! sent over the sockets and returned by the REST API (decision 0002).

pub mod doc;
pub mod event;
pub mod id;
pub mod input;
pub mod limits;
pub mod medium;
pub mod phone;
pub mod query;
pub mod right;
pub mod time;
pub mod wire;

pub use id::*;
pub use medium::{ChannelKind, IdentityKind, Medium};
pub use time::Timestamp;
