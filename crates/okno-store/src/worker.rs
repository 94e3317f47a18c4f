//! The threads that own connections: the writer groups waiting closures into one commit, readers run one at a time.

use crate::{
    Dialect, Row, StoreError, Tx, Value,
    postgres::PostgresConn,
    recent::{Recent, Written},
    sqlite::SqliteConn,
};
use okno_model::WorkspaceId;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, OnceLock},
};
use tokio::sync::{Mutex, mpsc, oneshot};

/// Closures in one commit, at most: bounds how long the first one waits for its answer.
const GROUP_MAX: usize = 256;

/// One connection, owned by one thread.
#[derive(Debug)]
pub(crate) enum Conn {
    Sqlite(Box<SqliteConn>),
    Postgres(Box<PostgresConn>),
}

macro_rules! both {
    ($self:ident, $conn:ident => $call:expr) => {
        match $self {
            Conn::Sqlite($conn) => $call,
            Conn::Postgres($conn) => $call,
        }
    };
}

impl Conn {
    pub(crate) const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) fn exec(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        both!(self, c => c.exec(sql, params))
    }

    /// Calls `each` with every row until it answers `false`.
    pub(crate) fn query(&mut self, sql: &str, params: &[Value], each: &mut dyn FnMut(&Row<'_>) -> bool) -> Result<(), StoreError> {
        both!(self, c => c.query(sql, params, each))
    }

    /// Statements without parameters that cannot fail while the transaction lives (savepoints); may be sent with the next statement.
    pub(crate) fn control(&mut self, sql: &str) -> Result<(), StoreError> {
        both!(self, c => c.control(sql))
    }

    /// Several statements without parameters, at once.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        both!(self, c => c.batch(sql))
    }

    /// Begins a write transaction that holds the given workspaces.
    pub(crate) fn begin(&mut self, workspaces: &BTreeSet<WorkspaceId>) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(c) => c.begin(),
            Self::Postgres(c) => c.begin(workspaces),
        }
    }

    /// Lets migrations take their time.
    pub(crate) fn patient(&mut self, patient: bool) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(c) => c.patient(patient),
        }
    }

    fn begin_read(&mut self) -> Result<(), StoreError> {
        both!(self, c => c.begin_read())
    }

    /// Makes the transaction durable. After an error nothing of it may be acknowledged.
    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        both!(self, c => c.commit())
    }

    pub(crate) fn rollback(&mut self) {
        both!(self, c => c.rollback());
    }

    /// The error that ended the whole transaction, if one did.
    fn broken(&mut self) -> Option<StoreError> {
        both!(self, c => c.broken())
    }

    /// Reconnects if the connection is gone.
    fn ensure(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(c) => c.ensure(),
        }
    }

    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        match self {
            Self::Sqlite(c) => c.block_on(future),
            Self::Postgres(c) => c.block_on(future),
        }
    }
}

/// What a thread is asked for.
pub(crate) enum Msg {
    Run(Job),
    /// Finish what waits, then end.
    Stop,
}

/// A closure with the way to answer its caller.
pub(crate) struct Job {
    ws: WorkspaceId,
    run: Box<Run>,
}

/// Runs the closure, or refuses it.
type Run = dyn FnOnce(Result<&mut Tx<'_>, StoreError>) -> Ran + Send;

/// A closure that has run and waits for the outcome of the commit.
struct Ran {
    keep: bool,
    answer: Box<dyn FnOnce(Result<(), StoreError>) + Send>,
}

impl Job {
    /// Wraps a closure; the answer arrives at the receiver after the commit.
    pub(crate) fn new<T, E, F>(ws: WorkspaceId, f: F) -> (Self, oneshot::Receiver<Result<T, E>>)
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let run = move |tx: Result<&mut Tx<'_>, StoreError>| {
            let result = match tx {
                Ok(tx) => run_closure(tx, f),
                Err(e) => Err(e.into()),
            };
            let keep = result.is_ok();
            // The caller may have gone; what was committed stays.
            let answer = move |commit: Result<(), StoreError>| drop(sender.send(commit.map_err(E::from).and(result)));
            Ran { keep, answer: Box::new(answer) }
        };
        (Self { ws, run: Box::new(run) }, receiver)
    }

    fn refuse(self, why: &StoreError) {
        ((self.run)(Err(why.clone())).answer)(Ok(()));
    }
}

/// Runs a closure; a panic, and a failed statement whose error the closure dropped, become errors.
fn run_closure<T, E, F>(tx: &mut Tx<'_>, f: F) -> Result<T, E>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E>,
    E: From<StoreError>,
{
    match catch_unwind(AssertUnwindSafe(|| f(tx))) {
        Ok(Ok(_)) if tx.failed => Err(StoreError::Aborted.into()),
        Ok(Ok(done)) => tx.finish().map(|()| done).map_err(E::from),
        Ok(result) => result,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            let text = text.unwrap_or_else(|| "no message".to_owned());
            tracing::error!(panic = %text, "a transaction closure panicked; it was rolled back");
            Err(StoreError::Panicked(text).into())
        }
    }
}

/// The writer: takes whatever closures wait, runs each in a savepoint, commits them together, then answers all.
pub(crate) fn write_loop(mut conn: Conn, mut messages: mpsc::Receiver<Msg>, stopped: &OnceLock<String>, recent: &Recent) {
    let mut waiting = VecDeque::new();
    loop {
        if waiting.is_empty() {
            match conn.block_on(messages.recv()) {
                None => return,
                Some(Msg::Stop) => messages.close(),
                Some(Msg::Run(job)) => waiting.push_back(job),
            }
        }
        while waiting.len() < GROUP_MAX {
            match messages.try_recv() {
                Ok(Msg::Run(job)) => waiting.push_back(job),
                Ok(Msg::Stop) => messages.close(),
                Err(_) => break,
            }
        }
        if waiting.is_empty() {
            continue;
        }
        let ready = match stopped.get() {
            Some(why) => Err(StoreError::Stopped(why.clone())),
            None => conn.ensure(),
        };
        match ready {
            Ok(()) => commit_group(&mut conn, &mut waiting, stopped, recent),
            Err(e) => waiting.drain(..).for_each(|job| job.refuse(&e)),
        }
    }
}

/// One transaction of everything in `waiting`. Closures that did not get to run because the transaction broke stay there.
fn commit_group(conn: &mut Conn, waiting: &mut VecDeque<Job>, stopped: &OnceLock<String>, recent: &Recent) {
    let workspaces = waiting.iter().map(|job| job.ws).collect();
    let begun = match conn.begin(&workspaces) {
        // The connection was dead already: nothing has run, so a new one may try.
        Err(StoreError::Lost(_)) => conn.ensure().and_then(|()| conn.begin(&workspaces)),
        other => other,
    };
    if let Err(e) = begun {
        conn.rollback();
        note_stop(&e, stopped);
        waiting.drain(..).for_each(|job| job.refuse(&e));
        return;
    }
    let mut ran = Vec::with_capacity(waiting.len());
    let mut news: BTreeMap<WorkspaceId, Vec<Written>> = BTreeMap::new();
    let mut broken = None;
    while let Some(job) = waiting.pop_front() {
        if let Err(e) = conn.control("SAVEPOINT job") {
            broken = Some(conn.broken().unwrap_or(e));
            waiting.push_front(job);
            break;
        }
        let mut tx = Tx::new(conn, job.ws);
        let done = (job.run)(Ok(&mut tx));
        let appended = std::mem::take(&mut tx.appended);
        if done.keep && !appended.is_empty() {
            news.entry(job.ws).or_default().extend(appended);
        }
        let end = if done.keep { "RELEASE SAVEPOINT job" } else { "ROLLBACK TO SAVEPOINT job; RELEASE SAVEPOINT job" };
        ran.push(done);
        broken = conn.broken();
        if broken.is_none() {
            broken = conn.control(end).err().map(|e| conn.broken().unwrap_or(e));
        }
        if broken.is_some() {
            break;
        }
    }
    let outcome = match broken {
        Some(e) => {
            conn.rollback();
            Err(e)
        }
        None if ran.iter().any(|r| r.keep) => conn.commit(),
        None => {
            conn.rollback();
            Ok(())
        }
    };
    if let Err(e) = &outcome {
        note_stop(e, stopped);
        tracing::warn!(error = %e, closures = ran.len(), "a group of writes was rolled back");
        if ran.is_empty() {
            // Nothing ran, so nothing would change by trying the same group again.
            waiting.drain(..).for_each(|job| job.refuse(e));
        }
    }
    if outcome.is_ok() {
        // Before anybody is told that there are news.
        for (ws, written) in news {
            recent.push(ws, written);
        }
    }
    for done in ran {
        (done.answer)(outcome.clone());
    }
}

/// After an IO error the disk's content is unknown: no further write until a restart has read it again.
fn note_stop(error: &StoreError, stopped: &OnceLock<String>) {
    if let StoreError::Stopped(why) = error
        && stopped.set(why.clone()).is_ok()
    {
        tracing::error!(%why, "writing has stopped after a disk error; check the disk, then restart okno");
    }
}

/// A reader: runs one closure after another, each in a read-only transaction of its own.
pub(crate) fn read_loop(mut conn: Conn, messages: &Arc<Mutex<mpsc::Receiver<Msg>>>) {
    loop {
        let message = conn.block_on(async {
            let mut messages = messages.lock().await;
            let message = messages.recv().await;
            if matches!(message, Some(Msg::Stop)) {
                messages.close();
            }
            message
        });
        let job = match message {
            None => return,
            Some(Msg::Stop) => continue,
            Some(Msg::Run(job)) => job,
        };
        if let Err(e) = conn.ensure().and_then(|()| conn.begin_read()) {
            job.refuse(&e);
            continue;
        }
        let mut tx = Tx::new(&mut conn, job.ws);
        let done = (job.run)(Ok(&mut tx));
        conn.rollback();
        (done.answer)(Ok(()));
    }
}
