//! The store's promises, on SQLite always and on PostgreSQL when `OKNO_TEST_POSTGRES` holds a URL.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

/// Runs each test body on a fresh store of every database that is there.
macro_rules! both_dbs {
    ($($(#[$meta:meta])* async fn $name:ident($fresh:ident: &Fresh) $body:block)*) => {$(
        $(#[$meta])*
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            async fn body($fresh: &okno_store::testing::Fresh) $body
            for fresh in okno_store::testing::fresh_all().await {
                println!("on {:?}", fresh.dialect());
                body(&fresh).await;
            }
        }
    )*};
}

mod audit;
mod blobs;
mod documents;
mod durability;
mod faults;
mod idempotency;
mod journal;
mod lease;
mod migrations;
mod outbox;
mod presences;
mod query;
mod samples;
mod search;
mod tls;
mod transactions;
