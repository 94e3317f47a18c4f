//! Migrations: numbered, each applied in a transaction of its own under a lock, one text for both databases.

use crate::{StoreError, worker::Conn};
use okno_model::WorkspaceId;
use std::collections::BTreeSet;

/// The migrations in order; the number of a migration is its place, from 1. Released ones are never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_foundation.sql"),
    include_str!("../migrations/0002_voice.sql"),
    include_str!("../migrations/0003_outbox_owner.sql"),
    include_str!("../migrations/0004_waiting.sql"),
    include_str!("../migrations/0005_calls.sql"),
    include_str!("../migrations/0006_blending.sql"),
    include_str!("../migrations/0007_history.sql"),
    include_str!("../migrations/0008_callbacks.sql"),
    include_str!("../migrations/0009_cases.sql"),
    include_str!("../migrations/0010_merges.sql"),
    include_str!("../migrations/0011_promises.sql"),
];

/// Brings the schema up to date. A crash leaves the old or the new schema of each step, never something between.
pub(crate) fn run(conn: &mut Conn) -> Result<(), StoreError> {
    conn.patient(true)?;
    run_all(conn)?;
    conn.patient(false)
}

fn run_all(conn: &mut Conn) -> Result<(), StoreError> {
    loop {
        locked(conn)?;
        match step(conn) {
            Ok(true) => conn.commit()?,
            Ok(false) => {
                conn.rollback();
                return Ok(());
            }
            Err(e) => {
                conn.rollback();
                return Err(e);
            }
        }
    }
}

/// Begins a transaction that no other migrating process can have at the same time.
fn locked(conn: &mut Conn) -> Result<(), StoreError> {
    // No workspace has the greatest possible id, so this lock is the migration's own.
    conn.begin(&BTreeSet::from([WorkspaceId::from_u128(u128::MAX)]))
}

/// Applies the next migration; tells whether there was one.
fn step(conn: &mut Conn) -> Result<bool, StoreError> {
    let known = MIGRATIONS.len() as i64;
    conn.batch("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")?;
    let mut found = Ok(0);
    let mut read = |row: &crate::Row<'_>| {
        found = row.get::<i64>(0);
        true
    };
    conn.query("SELECT COALESCE(MAX(version), 0) FROM schema_version", &[], &mut read)?;
    let found = found?;
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    let Some(sql) = usize::try_from(found).ok().and_then(|n| MIGRATIONS.get(n)) else { return Ok(false) };
    conn.batch(sql)?;
    conn.exec("INSERT INTO schema_version (version) VALUES ($1)", crate::params![found + 1])?;
    tracing::info!(version = found + 1, "the schema was migrated");
    Ok(true)
}
