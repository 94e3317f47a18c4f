//! Acts: use cases check the right, decide, write once, tell.
//!
//! A folder per feature: `mod.rs` says why and names the invariants, `acts.rs` holds the commands, `views.rs` the queries,
//! `work.rs` the reconcilers. The app knows no door: what goes out leaves as journal events and outbox rows.

pub mod access;
mod act;
pub mod attributes;
pub mod audit;
pub mod callbacks;
pub mod calls;
pub mod cases;
pub mod channels;
pub mod clock;
mod config;
pub mod ctx;
pub mod customers;
mod deadlines;
pub mod error;
pub mod feed;
pub mod ingest;
pub mod interactions;
pub mod ledger;
pub mod messages;
pub mod outbound;
mod promise;
pub mod promises;
pub mod recordings;
pub mod routing;
pub mod routing_config;
pub mod search;
pub mod secrets;
pub mod sim;
pub mod sla;
#[cfg(test)]
pub(crate) mod stage;
pub mod uploads;
pub mod users;
pub mod visitors;
pub mod voice_config;
pub mod widget;
pub mod workspace;

pub use clock::{Clock, Ids, SystemClock, SystemIds};
pub use ctx::{App, Ctx, Urls};
pub use error::AppError;
