//! PostgreSQL through tokio-postgres, driven from the connection's own thread.

mod tls;
mod values;

use crate::{Row, StoreError, Value, row::Inner};
use okno_model::WorkspaceId;
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeSet, HashMap},
    error::Error as _,
    time::{Duration, Instant},
};
use tls::Tls;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::{
    Client, Config, Connection, NoTls, Statement,
    config::{Host, SslMode},
    error::SqlState,
    types::ToSql,
};
pub(crate) use values::column;

/// How long one attempt to connect may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long waiting closures wait for a database that is restarting, before they are refused.
const RECONNECT: Duration = Duration::from_secs(10);
/// First and longest pause between attempts to reconnect.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));
/// An unanswered connection is given up after this (F20).
const HALF_OPEN: Duration = Duration::from_secs(20);
/// Prepared statements kept per connection: more than okno has.
const STATEMENTS: usize = 512;
/// Time-outs instead of pile-ups (F15), and an end for transactions of a frozen process.
const SESSION: &str = "SET lock_timeout = '5s'; SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '15s';
    SET client_min_messages = 'warning'; SET timezone = 'UTC'";

/// One connection.
#[derive(Debug)]
pub(crate) struct PostgresConn {
    runtime: tokio::runtime::Runtime,
    config: Config,
    /// `None`: not encrypted.
    tls: Option<Tls>,
    schema: String,
    client: Option<Client>,
    statements: HashMap<String, Statement>,
    /// Control statements that go out together with the next statement.
    pending: String,
    /// The error that ended the transaction.
    fatal: Option<StoreError>,
}

impl PostgresConn {
    /// Connects and checks the server's settings.
    pub(crate) fn connect(url: &str) -> Result<Self, StoreError> {
        let mut this = Self::lazy(url)?;
        if this.tls.is_none() && is_remote(&this.config) {
            tracing::warn!("the connection to PostgreSQL is not encrypted; add `sslmode=require` to the URL");
        }
        this.reconnect()?;
        Ok(this)
    }

    /// Connects when it is needed first.
    pub(crate) fn lazy(url: &str) -> Result<Self, StoreError> {
        let (url, root) = tls::split(url);
        let mut config: Config = url.parse().map_err(|e| StoreError::Setup(format!("the PostgreSQL URL cannot be read: {e}")))?;
        config.application_name("okno").connect_timeout(CONNECT).tcp_user_timeout(HALF_OPEN).keepalives_idle(HALF_OPEN);
        let encrypted = config.get_ssl_mode() == SslMode::Require;
        if root.is_some() && !encrypted {
            return Err(StoreError::Setup("`sslrootcert` needs `sslmode=require` in the PostgreSQL URL".to_owned()));
        }
        let tls = if encrypted { Some(Tls::new(root.as_deref())?) } else { None };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| StoreError::Setup(format!("a runtime could not be started: {e}")))?;
        let mut this = Self {
            runtime,
            config,
            tls,
            schema: String::new(),
            client: None,
            statements: HashMap::new(),
            pending: String::new(),
            fatal: None,
        };
        this.reconnect()?;
        Ok(this)
    }

    fn reconnect(&mut self) -> Result<(), StoreError> {
        self.client = None;
        self.statements.clear();
        self.pending.clear();
        let client = match &self.tls {
            Some(tls) => self.runtime.block_on(async { self.config.connect(tls.clone()).await.map(drive) }),
            None => self.runtime.block_on(async { self.config.connect(NoTls).await.map(drive) }),
        };
        let client = client.map_err(|e| refused(&e))?;
        self.client = Some(client);
        self.batch(SESSION)?;
        self.check()
    }

    /// What a commit is worth depends on these settings.
    fn check(&mut self) -> Result<(), StoreError> {
        let version: i64 = self.show("server_version_num")?.parse().unwrap_or(0);
        if version < 150_000 {
            return Err(StoreError::Setup(format!("PostgreSQL 15 or newer is needed, the server has version {version}")));
        }
        if self.show("synchronous_commit")? != "remote_apply" {
            self.batch("SET synchronous_commit = 'on'")?;
            let commit = self.show("synchronous_commit")?;
            if commit != "on" {
                return Err(StoreError::Setup(format!("synchronous_commit must be `on`, the server insists on `{commit}`")));
            }
        }
        if self.show("fsync")? != "on" {
            tracing::warn!("PostgreSQL runs with fsync = off: a power cut will lose acknowledged work; set fsync = on");
        }
        let mut schema = None;
        let mut read = |row: &Row<'_>| {
            schema = row.get::<Option<String>>(0).ok().flatten();
            true
        };
        self.query("SELECT CAST(current_schema() AS TEXT)", &[], &mut read)?;
        self.schema = schema.ok_or_else(|| {
            let hint = "no schema of the search_path exists; run CREATE SCHEMA, or correct `options=-csearch_path%3D...` in the URL";
            StoreError::Setup(hint.to_owned())
        })?;
        Ok(())
    }

    fn show(&mut self, setting: &str) -> Result<String, StoreError> {
        let mut value = String::new();
        let mut read = |row: &Row<'_>| {
            value = row.get(0).unwrap_or_default();
            true
        };
        self.query("SELECT current_setting($1)", &[setting.into()], &mut read)?;
        Ok(value)
    }

    /// Reconnects with backoff while the server restarts (F14).
    pub(crate) fn ensure(&mut self) -> Result<(), StoreError> {
        if self.client.as_ref().is_some_and(|c| !c.is_closed()) {
            return Ok(());
        }
        let begun = Instant::now();
        let mut pause = BACKOFF.0;
        loop {
            match self.reconnect() {
                Ok(()) => {
                    tracing::info!("reconnected to PostgreSQL");
                    return Ok(());
                }
                Err(e) if begun.elapsed() >= RECONNECT => return Err(StoreError::Lost(e.to_string())),
                Err(e) => tracing::debug!(error = %e, "PostgreSQL does not answer yet"),
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(BACKOFF.1);
        }
    }

    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    pub(crate) fn exec(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        self.run(sql, params, async |client, statement, params| client.execute(statement, params).await)
    }

    pub(crate) fn query(&mut self, sql: &str, params: &[Value], each: &mut dyn FnMut(&Row<'_>) -> bool) -> Result<(), StoreError> {
        let rows = self.run(sql, params, async |client, statement, params| client.query(statement, params).await)?;
        for row in &rows {
            if !each(&Row(Inner::Postgres(row))) {
                break;
            }
        }
        Ok(())
    }

    /// Runs a prepared statement; control statements that wait go out in the same round trip, before it.
    fn run<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        call: impl AsyncFnOnce(&Client, &Statement, &[&(dyn ToSql + Sync)]) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, StoreError> {
        let statement = self.statement(sql)?;
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as &(dyn ToSql + Sync)).collect();
        let pending = std::mem::take(&mut self.pending);
        let Some(client) = &self.client else { return Err(StoreError::Lost("not connected".to_owned())) };
        let (control, answer) = self.runtime.block_on(async {
            if pending.is_empty() {
                return (Ok(()), call(client, &statement, &params).await);
            }
            tokio::join!(biased; client.batch_execute(&pending), call(client, &statement, &params))
        });
        self.note_control(control)?;
        // The plan may be out of date after a migration by another node: it is prepared anew.
        self.note(answer).inspect_err(|e| {
            if matches!(e, StoreError::Sql(_)) {
                self.statements.remove(sql);
            }
        })
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        // The savepoint must stand before a statement that may be refused.
        self.flush()?;
        let Some(client) = &self.client else { return Err(StoreError::Lost("not connected".to_owned())) };
        let prepared = self.runtime.block_on(client.prepare(sql));
        let statement = self.note(prepared)?;
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Keeps the statements for the next round trip: they cannot fail while the transaction lives.
    pub(crate) fn control(&mut self, sql: &str) -> Result<(), StoreError> {
        if let Some(e) = &self.fatal {
            return Err(e.clone());
        }
        self.pending.push_str(sql);
        self.pending.push(';');
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let pending = std::mem::take(&mut self.pending);
        let Some(client) = &self.client else { return Err(StoreError::Lost("not connected".to_owned())) };
        let done = self.runtime.block_on(client.batch_execute(&pending));
        self.note_control(done)
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.flush()?;
        let Some(client) = &self.client else { return Err(StoreError::Lost("not connected".to_owned())) };
        let done = self.runtime.block_on(client.batch_execute(sql));
        self.note(done)
    }

    /// Migrations wait for each other and take the time they need; everything else has time-outs.
    pub(crate) fn patient(&mut self, patient: bool) -> Result<(), StoreError> {
        self.batch(if patient { "SET lock_timeout = 0; SET statement_timeout = 0" } else { SESSION })
    }

    /// Begins, and locks the workspaces in one order: the writes of a workspace run one after the other on all nodes,
    /// as they do on SQLite, so there are no deadlocks and no gaps in the journal.
    pub(crate) fn begin(&mut self, workspaces: &BTreeSet<WorkspaceId>) -> Result<(), StoreError> {
        self.fatal = None;
        self.pending.clear();
        let keys: BTreeSet<i64> = workspaces.iter().map(|ws| self.lock_key(*ws)).collect();
        let locks = keys.iter().map(|key| format!("; SELECT pg_advisory_xact_lock({key})"));
        let sql = format!("BEGIN{}", locks.collect::<String>());
        self.batch(&sql)
    }

    fn lock_key(&self, ws: WorkspaceId) -> i64 {
        let digest = Sha256::new().chain_update(b"okno workspace").chain_update(&self.schema).chain_update(ws.0.as_bytes()).finalize();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        i64::from_be_bytes(first)
    }

    #[expect(clippy::unnecessary_wraps, reason = "the same shape as on SQLite")]
    pub(crate) fn begin_read(&mut self) -> Result<(), StoreError> {
        self.fatal = None;
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;".clone_into(&mut self.pending);
        Ok(())
    }

    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        self.pending.push_str("COMMIT");
        self.flush()
    }

    pub(crate) fn rollback(&mut self) {
        self.pending.clear();
        let Some(client) = &self.client else { return };
        if client.is_closed() {
            return;
        }
        if let Err(e) = self.runtime.block_on(client.batch_execute("ROLLBACK")) {
            tracing::warn!(error = %e, "PostgreSQL could not roll back; the connection is given up");
            self.client = None;
        }
    }

    pub(crate) fn broken(&mut self) -> Option<StoreError> {
        self.fatal.take()
    }

    fn note<T>(&mut self, result: Result<T, tokio_postgres::Error>) -> Result<T, StoreError> {
        result.map_err(|e| {
            let error = error(&e);
            if matches!(error, StoreError::Lost(_)) {
                self.fatal = Some(error.clone());
                self.client = None;
            }
            error
        })
    }

    /// A failed control statement ends the whole transaction.
    fn note_control(&mut self, result: Result<(), tokio_postgres::Error>) -> Result<(), StoreError> {
        self.note(result).inspect_err(|e| self.fatal = Some(e.clone()))
    }
}

/// Serves the connection whenever its thread waits for an answer or for work.
fn drive<S, T>((client, connection): (Client, Connection<S, T>)) -> Client
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    Connection<S, T>: Future<Output = Result<(), tokio_postgres::Error>>,
{
    tokio::spawn(async move {
        if let Err(e) = connection.await {
            tracing::warn!(error = %e, "a connection to PostgreSQL ended");
        }
    });
    client
}

/// Whether the traffic leaves this machine.
fn is_remote(config: &Config) -> bool {
    config.get_hosts().iter().any(|host| match host {
        Host::Tcp(name) => name != "localhost" && name.parse::<std::net::IpAddr>().map_or(true, |ip| !ip.is_loopback()),
        Host::Unix(_) => false,
    })
}

fn refused(e: &tokio_postgres::Error) -> StoreError {
    let cause = e.source().map(|s| format!(" ({s})")).unwrap_or_default();
    StoreError::Setup(format!("PostgreSQL cannot be reached: {e}{cause}"))
}

fn error(e: &tokio_postgres::Error) -> StoreError {
    let Some(db) = e.as_db_error() else {
        let cause = e.source().map(|s| format!(": {s}")).unwrap_or_default();
        let text = format!("{e}{cause}");
        // Wrong parameters are the program's fault; everything else that is no answer of the server is a broken connection.
        return if text.contains("serializing parameter") || text.contains("expected") {
            StoreError::Sql(text)
        } else {
            StoreError::Lost(text)
        };
    };
    let text = format!("{} ({})", db.message(), db.code().code());
    let code = db.code();
    if *code == SqlState::UNIQUE_VIOLATION {
        return StoreError::Conflict { constraint: db.constraint().unwrap_or(db.message()).to_owned() };
    }
    match code.code().get(..2) {
        _ if *code == SqlState::DISK_FULL => StoreError::Full,
        _ if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED => StoreError::Collision(text),
        _ if *code == SqlState::LOCK_NOT_AVAILABLE || *code == SqlState::QUERY_CANCELED => StoreError::Busy(text),
        _ if *code == SqlState::IN_FAILED_SQL_TRANSACTION => StoreError::Aborted,
        _ if *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => StoreError::Lost(text),
        Some("23") => StoreError::Constraint(text),
        // Connection exceptions, shutdowns of the server, and a server that lost its disk.
        Some("08" | "57" | "58" | "F0") => StoreError::Lost(text),
        _ => StoreError::Sql(text),
    }
}
