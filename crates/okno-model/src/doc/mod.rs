//! Documents: the one JSON form of each entity, stored in the journal, sent over sockets and returned by REST.
//!
//! A document holds the whole small entity, so that an event that carries it can simply replace what a client had:
//! `apply(events, snapshot) == fetch()`. Unknown fields are ignored on reading, so that old journals stay readable.

/// Derives of every document.
macro_rules! documents {
    ($($(#[$meta:meta])* pub $kind:ident $name:ident $body:tt)*) => {$(
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        $(#[$meta])*
        pub $kind $name $body
    )*};
}

mod admin;
mod agent;
mod blending;
mod call;
mod case;
mod customer;
pub(crate) mod door;
mod hours;
mod interaction;
mod ledger;
mod message;
mod profile;
mod promise;
mod routing;
mod search;
mod sla;
mod voice;
mod waiting;

pub use admin::*;
pub use agent::*;
pub use blending::*;
pub use call::*;
pub use case::*;
pub use customer::*;
pub use door::*;
pub use hours::*;
pub use interaction::*;
pub use ledger::*;
pub use message::*;
pub use profile::*;
pub use promise::*;
pub use routing::*;
pub use search::*;
pub use sla::*;
pub use voice::*;
pub use waiting::*;
