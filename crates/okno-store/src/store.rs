//! The handle.

use crate::{
    StoreError, Tx, migrate,
    postgres::PostgresConn,
    recent::Recent,
    sqlite::SqliteConn,
    worker::{Conn, Job, Msg, read_loop, write_loop},
};
use okno_model::{WorkspaceId, event::Event};
use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
    thread::JoinHandle,
};
use tokio::sync::{Mutex, mpsc};

/// Closures that may wait for the writer; more callers wait for a place, so that a slow disk becomes back-pressure and not memory.
const WRITES_WAITING: usize = 1024;
/// The same for readers.
const READS_WAITING: usize = 1024;
/// Read connections.
const READERS: usize = 4;
/// Write connections on PostgreSQL. The writes of one workspace always take the same one.
const POSTGRES_WRITERS: usize = 4;

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, embedded.
    Sqlite,
    /// PostgreSQL 15 or newer.
    Postgres,
}

/// Where the facts are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file; made with its folder if missing.
    Sqlite(PathBuf),
    /// A connection URL. The schema is chosen by `?options=-csearch_path%3D<schema>`; it must exist.
    Postgres(String),
}

impl Target {
    /// Reads `sqlite:<path>` or `postgres://...`.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            if path.is_empty() {
                return Err(StoreError::Setup("`sqlite:` needs a path, for example `sqlite:okno-data/okno.db`".to_owned()));
            }
            return Ok(Self::Sqlite(path.into()));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let scheme = text.split(':').next().unwrap_or_default();
        Err(StoreError::Setup(format!("the database must be `sqlite:<path>` or `postgres://...`, not `{scheme}:...`")))
    }
}

/// A cheap handle to the database. The threads end when the last handle is dropped, or with [`Store::close`].
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    dialect: Dialect,
    writers: Vec<mpsc::Sender<Msg>>,
    readers: mpsc::Sender<Msg>,
    threads: std::sync::Mutex<Vec<JoinHandle<()>>>,
    stopped: Arc<OnceLock<String>>,
    recent: Arc<Recent>,
}

impl Store {
    /// Opens the database, checks that its settings keep what is acknowledged, and migrates the schema.
    pub async fn open(target: Target) -> Result<Self, StoreError> {
        let dialect = match target {
            Target::Sqlite(_) => Dialect::Sqlite,
            Target::Postgres(_) => Dialect::Postgres,
        };
        let (writers, readers) = tokio::task::spawn_blocking(move || connect(&target))
            .await
            .map_err(|e| StoreError::Setup(format!("opening the database failed: {e}")))??;
        let stopped = Arc::new(OnceLock::new());
        let recent = Arc::new(Recent::default());
        let mut threads = Vec::new();
        let mut writer_senders = Vec::new();
        for (n, conn) in writers.into_iter().enumerate() {
            let (sender, receiver) = mpsc::channel(WRITES_WAITING);
            let (stopped, recent) = (Arc::clone(&stopped), Arc::clone(&recent));
            threads.push(spawn(format!("store-writer-{n}"), move || write_loop(conn, receiver, &stopped, &recent))?);
            writer_senders.push(sender);
        }
        let (read_sender, receiver) = mpsc::channel(READS_WAITING);
        let receiver = Arc::new(Mutex::new(receiver));
        for (n, conn) in readers.into_iter().enumerate() {
            let receiver = Arc::clone(&receiver);
            threads.push(spawn(format!("store-reader-{n}"), move || read_loop(conn, &receiver))?);
        }
        Ok(Self(Arc::new(Inner {
            dialect,
            writers: writer_senders,
            readers: read_sender,
            threads: std::sync::Mutex::new(threads),
            stopped,
            recent,
        })))
    }

    /// Runs a closure in a write transaction, and answers after it is durable.
    ///
    /// Concurrent closures share a commit. An error or panic of the closure rolls back only itself. If the caller goes away
    /// meanwhile, the closure still runs. On [`StoreError::Lost`] the outcome is unknown: repeat with the same unique key.
    pub async fn write<T, E, F>(&self, ws: WorkspaceId, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let writers = &self.0.writers;
        let n = ws.0.as_u128() % writers.len() as u128;
        submit(&writers[n as usize], ws, f).await
    }

    /// Runs a closure in a read-only transaction with one snapshot. It sees every write that was answered before.
    pub async fn read<T, E, F>(&self, ws: WorkspaceId, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        submit(&self.0.readers, ws, f).await
    }

    /// The journal's events after `seq`, oldest first, at most `limit`: from memory if this process has just written them, else read.
    ///
    /// An empty answer soon after a write may be late by what another process has written meanwhile: look again now and then.
    pub async fn events(&self, ws: WorkspaceId, seq: i64, limit: usize) -> Result<Vec<Arc<Event>>, StoreError> {
        if let Some(events) = self.0.recent.after(ws, seq, limit) {
            return Ok(events);
        }
        self.read(ws, move |tx| Ok(crate::journal::after(tx, seq, limit)?.into_iter().map(Arc::new).collect())).await
    }

    /// Which database it is.
    pub fn dialect(&self) -> Dialect {
        self.0.dialect
    }

    /// Whether the database answers and writes are possible; for readiness and the doctor.
    pub async fn check(&self) -> Result<(), StoreError> {
        if let Some(why) = self.0.stopped.get() {
            return Err(StoreError::Stopped(why.clone()));
        }
        let nobody = WorkspaceId::from_u128(0);
        self.read(nobody, |tx| tx.query_one("SELECT 1", &[], |_| Ok(()))).await
    }

    /// Finishes what waits and ends the threads. Later calls on other handles get [`StoreError::Closed`].
    pub async fn close(self) {
        for sender in self.0.writers.iter().chain([&self.0.readers]) {
            // An error means that the thread has ended already.
            drop(sender.send(Msg::Stop).await);
        }
        let threads: Vec<_> = self.0.threads.lock().map(|mut t| t.drain(..).collect()).unwrap_or_default();
        let joined = tokio::task::spawn_blocking(move || threads.into_iter().for_each(|t| drop(t.join()))).await;
        if joined.is_err() {
            tracing::warn!("the store's threads could not be joined");
        }
    }
}

async fn submit<T, E, F>(to: &mpsc::Sender<Msg>, ws: WorkspaceId, f: F) -> Result<T, E>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let (job, answer) = Job::new(ws, f);
    to.send(Msg::Run(job)).await.map_err(|_| E::from(StoreError::Closed))?;
    answer.await.unwrap_or_else(|_| Err(StoreError::Closed.into()))
}

fn spawn(name: String, f: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StoreError> {
    std::thread::Builder::new().name(name).spawn(f).map_err(|e| StoreError::Setup(format!("a store thread could not be started: {e}")))
}

/// Migrates, and opens the write and read connections.
fn connect(target: &Target) -> Result<(Vec<Conn>, Vec<Conn>), StoreError> {
    match target {
        Target::Sqlite(path) => {
            let mut writer = Conn::Sqlite(Box::new(SqliteConn::open_writer(path)?));
            migrate::run(&mut writer)?;
            let readers =
                (0..READERS).map(|_| SqliteConn::open_reader(path).map(|c| Conn::Sqlite(Box::new(c)))).collect::<Result<_, _>>()?;
            Ok((vec![writer], readers))
        }
        Target::Postgres(url) => {
            let mut first = Conn::Postgres(Box::new(PostgresConn::connect(url)?));
            migrate::run(&mut first)?;
            let more = |n| (0..n).map(|_| PostgresConn::lazy(url).map(|c| Conn::Postgres(Box::new(c)))).collect::<Result<Vec<_>, _>>();
            let mut writers = vec![first];
            writers.extend(more(POSTGRES_WRITERS - 1)?);
            Ok((writers, more(READERS)?))
        }
    }
}
