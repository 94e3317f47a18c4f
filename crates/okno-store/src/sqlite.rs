//! SQLite through rusqlite.

use crate::{
    Row, StoreError, Value,
    row::{ColumnRef, Inner},
};
use rusqlite::{
    Connection, ErrorCode, OpenFlags,
    config::DbConfig,
    ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE, SQLITE_IOERR_SHMSIZE},
    hooks::Wal,
    types::ValueRef,
};
use std::{
    borrow::Cow,
    path::Path,
    sync::{Arc, OnceLock},
    time::Duration,
};

/// How long a statement waits for another process's lock.
const BUSY: Duration = Duration::from_secs(5);
/// Prepared statements kept per connection: more than okno has.
const STATEMENTS: usize = 512;
/// Pages in the WAL after which it is written back into the database file: 16 MB, so that a page that changes often is written once.
const CHECKPOINT_PAGES: i32 = 4000;

/// One connection.
#[derive(Debug)]
pub(crate) struct SqliteConn {
    conn: Connection,
    runtime: tokio::runtime::Runtime,
    /// The worst error of the current transaction.
    fatal: Option<StoreError>,
    /// A disk error while the WAL was written back.
    checkpoint_failed: Arc<OnceLock<String>>,
}

impl SqliteConn {
    /// The one connection that writes. Creates the file and its folder.
    pub(crate) fn open_writer(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            let made = std::fs::create_dir_all(folder);
            made.map_err(|e| StoreError::Setup(format!("the data folder `{}` cannot be made: {e}", folder.display())))?;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut this = Self::open(path, flags)?;
        let mode: String = this.pragma("PRAGMA journal_mode = WAL")?;
        if mode != "wal" {
            return Err(StoreError::Setup(format!(
                "`{}` cannot use WAL (SQLite answered `{mode}`); put the data folder on a local disk",
                path.display()
            )));
        }
        this.batch("PRAGMA synchronous = FULL")?;
        let synchronous: i64 = this.pragma("PRAGMA synchronous")?;
        if synchronous != 2 {
            return Err(StoreError::Setup(format!(
                "SQLite refuses synchronous=FULL (it says {synchronous}); acknowledged writes could be lost"
            )));
        }
        // SQLite drops the errors of its own checkpoints, and a WAL hook's error loses its code. So ours keeps it.
        let failed = Arc::clone(&this.checkpoint_failed);
        let hook = move |wal: &mut Wal, pages| {
            if let Err(StoreError::Stopped(why)) = checkpoint(wal, pages) {
                // Only the first one counts.
                drop(failed.set(why));
            }
            Ok(())
        };
        this.conn.wal_hook(Some(hook)).map_err(|e| error(&e))?;
        Ok(this)
    }

    /// A connection that only reads. There are several, and the system keeps the file's pages for all of them: a small cache is enough.
    pub(crate) fn open_reader(path: &Path) -> Result<Self, StoreError> {
        let mut this = Self::open(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        this.batch("PRAGMA query_only = ON; PRAGMA cache_size = -2000")?;
        Ok(this)
    }

    fn open(path: &Path, flags: OpenFlags) -> Result<Self, StoreError> {
        let conn = Connection::open_with_flags(path, flags)
            .map_err(|e| StoreError::Setup(format!("the database `{}` cannot be opened: {e}", path.display())))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .map_err(|e| StoreError::Setup(format!("a runtime could not be started: {e}")))?;
        conn.busy_timeout(BUSY).map_err(|e| error(&e))?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS);
        // A statement is planned once, and not anew for each value where an index has a condition.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(|e| error(&e))?;
        let mut this = Self { conn, runtime, fatal: None, checkpoint_failed: Arc::default() };
        this.batch("PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY")?;
        Ok(this)
    }

    fn pragma<T: rusqlite::types::FromSql>(&self, sql: &str) -> Result<T, StoreError> {
        self.conn.query_row(sql, [], |row| row.get(0)).map_err(|e| error(&e))
    }

    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    pub(crate) fn exec(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        let done = self.conn.prepare_cached(&numbered(sql)).and_then(|mut s| s.execute(rusqlite::params_from_iter(params)));
        self.note(done).map(|n| n as u64)
    }

    pub(crate) fn query(&mut self, sql: &str, params: &[Value], each: &mut dyn FnMut(&Row<'_>) -> bool) -> Result<(), StoreError> {
        let done = self.conn.prepare_cached(&numbered(sql)).and_then(|mut statement| {
            let mut rows = statement.query(rusqlite::params_from_iter(params))?;
            while let Some(row) = rows.next()? {
                if !each(&Row(Inner::Sqlite(row))) {
                    break;
                }
            }
            Ok(())
        });
        self.note(done)
    }

    pub(crate) fn control(&mut self, sql: &str) -> Result<(), StoreError> {
        for one in sql.split("; ") {
            self.exec(one, &[])?;
        }
        Ok(())
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        let done = self.conn.execute_batch(sql);
        self.note(done)
    }

    pub(crate) fn begin(&mut self) -> Result<(), StoreError> {
        self.fatal = None;
        self.exec("BEGIN IMMEDIATE", &[]).map(drop)
    }

    pub(crate) fn begin_read(&mut self) -> Result<(), StoreError> {
        self.fatal = None;
        self.exec("BEGIN", &[]).map(drop)
    }

    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        let done = self.exec("COMMIT", &[]).map(drop);
        if done.is_err() {
            self.rollback();
        }
        match self.checkpoint_failed.get() {
            Some(why) => Err(StoreError::Stopped(why.clone())),
            None => done,
        }
    }

    pub(crate) fn rollback(&mut self) {
        // Some errors have rolled back already; what then remains to be done is nothing.
        if !self.conn.is_autocommit()
            && let Err(e) = self.conn.prepare_cached("ROLLBACK").and_then(|mut s| s.execute([]))
        {
            tracing::error!(error = %e, "SQLite could not roll back");
        }
    }

    /// A disk error, or an error by which SQLite has rolled back the whole transaction.
    pub(crate) fn broken(&mut self) -> Option<StoreError> {
        match self.fatal.take() {
            Some(e @ StoreError::Stopped(_)) => Some(e),
            other if self.conn.is_autocommit() => Some(other.unwrap_or(StoreError::Aborted)),
            _ => None,
        }
    }

    fn note<T>(&mut self, result: rusqlite::Result<T>) -> Result<T, StoreError> {
        result.map_err(|e| {
            let e = error(&e);
            if !matches!(self.fatal, Some(StoreError::Stopped(_))) {
                self.fatal = Some(e.clone());
            }
            e
        })
    }
}

/// Writes the WAL back when it has grown. A reader in the way or a full disk just leaves the work to a later commit.
fn checkpoint(wal: &mut Wal, pages: i32) -> Result<(), StoreError> {
    if pages < CHECKPOINT_PAGES {
        return Ok(());
    }
    wal.checkpoint().map_err(|e| error(&e))
}

/// SQLite numbers `?1`; `$1` would be a name there.
fn numbered(sql: &str) -> Cow<'_, str> {
    if !sql.contains('$') {
        return Cow::Borrowed(sql);
    }
    let mut pieces = sql.split('$');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    let mut quoted = out.matches('\'').count() % 2 == 1;
    for piece in pieces {
        let place = !quoted && piece.starts_with(|c: char| c.is_ascii_digit());
        out.push(if place { '?' } else { '$' });
        out.push_str(piece);
        quoted ^= piece.matches('\'').count() % 2 == 1;
    }
    Cow::Owned(out)
}

/// Reads a column.
pub(crate) fn column<'a>(row: &'a rusqlite::Row<'a>, index: usize) -> Result<ColumnRef<'a>, StoreError> {
    Ok(match row.get_ref(index).map_err(|e| StoreError::Corrupt(e.to_string()))? {
        ValueRef::Null => ColumnRef::Null,
        ValueRef::Integer(x) => ColumnRef::Int(x),
        ValueRef::Real(x) => ColumnRef::Float(x),
        ValueRef::Text(x) => {
            ColumnRef::Text(std::str::from_utf8(x).map_err(|e| StoreError::Corrupt(format!("column {index} is not UTF-8: {e}")))?)
        }
        ValueRef::Blob(x) => ColumnRef::Bytes(x),
    })
}

fn error(e: &rusqlite::Error) -> StoreError {
    let text = e.to_string();
    let Some(code) = e.sqlite_error() else { return StoreError::Sql(text) };
    let unique = [SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY].contains(&code.extended_code);
    if code.code == ErrorCode::DiskFull || code.extended_code == SQLITE_IOERR_SHMSIZE {
        StoreError::Full
    } else if matches!(code.code, ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) {
        StoreError::Stopped(text)
    } else if matches!(code.code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) {
        StoreError::Busy(text)
    } else if unique {
        // "UNIQUE constraint failed: users.ws, users.email"
        StoreError::Conflict { constraint: text.rsplit("failed: ").next().unwrap_or_default().to_owned() }
    } else if code.code == ErrorCode::ConstraintViolation {
        StoreError::Constraint(text)
    } else {
        StoreError::Sql(text)
    }
}
