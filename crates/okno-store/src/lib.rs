//! Facts: the only SQL. Journal, outbox, leases, blobs and rows on SQLite and PostgreSQL.
//!
//! One set of SQL with `$1` parameters runs inside synchronous closures: [`Store::write`] and [`Store::read`].
//! Concurrent writes share one commit (one fsync) and are answered only after it; a failed closure rolls back
//! only itself. On both databases the writes of one workspace run one after the other, so a closure never has
//! to fear a concurrent one. A closure does no IO but SQL, and no waiting (decision 0003).

pub mod access;
pub mod audit;
pub mod blobs;
pub mod callbacks;
pub mod calls;
pub mod cases;
pub mod channels;
pub mod customers;
pub mod deadlines;
pub mod documents;
mod entity;
mod error;
pub mod idempotency;
pub mod interactions;
pub mod journal;
pub mod lease;
pub mod ledger;
pub mod mail;
pub mod merges;
pub mod messages;
mod migrate;
pub mod named;
pub mod outbox;
mod postgres;
pub mod presences;
pub mod profiles;
pub mod promises;
pub mod query;
mod recent;
pub mod recordings;
mod row;
pub mod search;
mod sqlite;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod tx;
mod value;
pub mod visitors;
pub mod voice;
pub mod waits;
mod worker;
pub mod workspaces;

pub use entity::Entity;
pub use error::StoreError;
pub use row::{Column, ColumnRef, Row};
pub use store::{Dialect, Store, Target};
pub use tx::{Told, Tx};
pub use value::Value;
