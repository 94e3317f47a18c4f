//! Migrations: numbered, each applied in a transaction of its own under a lock, one text for both databases. What only one of them can do stands
//! at the end, after a line `-- only sqlite` or `-- only postgres`.

use crate::{Dialect, StoreError, worker::Conn};
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
    include_str!("../migrations/0012_search.sql"),
    include_str!("../migrations/0013_departments.sql"),
    include_str!("../migrations/0014_case_edges.sql"),
    include_str!("../migrations/0015_profiles.sql"),
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
    conn.batch(&for_dialect(sql, conn.dialect()))?;
    conn.exec("INSERT INTO schema_version (version) VALUES ($1)", crate::params![found + 1])?;
    tracing::info!(version = found + 1, "the schema was migrated");
    Ok(true)
}

/// What of a migration is for this database.
fn for_dialect(sql: &str, dialect: Dialect) -> String {
    let mut mine = true;
    let mut out = String::with_capacity(sql.len());
    for line in sql.lines() {
        match line.strip_prefix("-- only ") {
            Some("sqlite") => mine = dialect == Dialect::Sqlite,
            Some("postgres") => mine = dialect == Dialect::Postgres,
            _ if mine => {
                out.push_str(line);
                out.push('\n');
            }
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_gets_its_part() {
        let sql = "A;\n-- a comment\n-- only sqlite\nB;\n-- only postgres\nC;\n";
        assert_eq!(for_dialect(sql, Dialect::Sqlite), "A;\n-- a comment\nB;\n");
        assert_eq!(for_dialect(sql, Dialect::Postgres), "A;\n-- a comment\nC;\n");
    }
}
