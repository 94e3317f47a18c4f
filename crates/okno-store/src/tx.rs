//! A transaction, as a closure sees it.

use crate::{Dialect, Row, StoreError, Value, recent::Written, worker::Conn};
use okno_model::{
    EventId, Timestamp, WorkspaceId,
    event::{Actor, Event, What},
};
use std::sync::Arc;

/// [`okno_model::event::Event`] without a copy of its document: the same JSON.
#[derive(serde::Serialize)]
struct EventRef<'a> {
    id: EventId,
    seq: i64,
    workspace: WorkspaceId,
    at: Timestamp,
    actor: &'a Actor,
    #[serde(flatten)]
    what: &'a What,
}

/// What an event says: given away, or lent and copied.
pub trait Told {
    /// It.
    fn told(self) -> What;
}

impl Told for What {
    fn told(self) -> What {
        self
    }
}

impl Told for &What {
    fn told(self) -> What {
        self.clone()
    }
}

/// The transaction of one closure. In [`crate::Store::read`] it is read-only and sees one snapshot.
#[derive(Debug)]
pub struct Tx<'c> {
    pub(crate) conn: &'c mut Conn,
    pub(crate) ws: WorkspaceId,
    /// A statement failed: PostgreSQL takes no further statement until a rollback, so SQLite does not either.
    pub(crate) failed: bool,
    /// Depth of [`Tx::attempt`].
    pub(crate) depth: u32,
    /// Events that were appended: readers of the journal have news.
    pub(crate) appended: Vec<Written>,
    /// Number of the last event before them, once one was appended.
    before: Option<i64>,
}

impl<'c> Tx<'c> {
    pub(crate) const fn new(conn: &'c mut Conn, ws: WorkspaceId) -> Self {
        Self { conn, ws, failed: false, depth: 0, appended: Vec::new(), before: None }
    }

    /// The workspace that the closure works in. Every statement of yours must filter by it.
    pub const fn ws(&self) -> WorkspaceId {
        self.ws
    }

    /// Which database it is. Needed only where the SQL cannot be the same.
    pub const fn dialect(&self) -> Dialect {
        self.conn.dialect()
    }

    /// Whether this closure has appended events so far.
    pub const fn has_news(&self) -> bool {
        !self.appended.is_empty()
    }

    /// Runs a statement without answer rows; returns how many rows it changed.
    pub fn exec(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        self.usable()?;
        let result = self.conn.exec(sql, params);
        self.note(result)
    }

    /// Runs a statement and maps each row.
    pub fn query<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.usable()?;
        let (mut out, mut bad) = (Vec::new(), None);
        let result = self.conn.query(sql, params, &mut |row| match map(row) {
            Ok(x) => {
                out.push(x);
                true
            }
            Err(e) => {
                bad = Some(e);
                false
            }
        });
        self.note(result)?;
        bad.map_or(Ok(out), Err)
    }

    /// The first row, if there is one.
    pub fn query_opt<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.query(sql, params, map)?.into_iter().next())
    }

    /// The first row; [`StoreError::Missing`] if there is none.
    pub fn query_one<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.query_opt(sql, params, map)?.ok_or(StoreError::Missing)
    }

    /// Runs `f` in a savepoint of its own: if it fails, only it is rolled back and the closure can go on.
    pub fn attempt<T, E: From<StoreError>>(&mut self, f: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        self.usable()?;
        let name = format!("attempt_{}", self.depth);
        let begun = self.conn.control(&format!("SAVEPOINT {name}"));
        self.note(begun)?;
        self.depth += 1;
        let appended = self.appended.len();
        let mut result = f(self);
        self.depth -= 1;
        if self.failed && result.is_ok() {
            result = Err(StoreError::Aborted.into());
        }
        let end = if result.is_ok() {
            format!("RELEASE SAVEPOINT {name}")
        } else {
            self.appended.truncate(appended);
            format!("ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}")
        };
        self.failed = false;
        let ended = self.conn.control(&end);
        self.note(ended)?;
        result
    }

    /// Appends an event to the workspace's journal, in this transaction, and returns its number (from 1, without gaps). Those who follow the journal
    /// in memory get what it is given: given away, it is not copied.
    pub fn append(&mut self, at: Timestamp, id: EventId, actor: &Actor, what: impl Told) -> Result<i64, StoreError> {
        self.append_owned(at, id, actor, what.told())
    }

    fn append_owned(&mut self, at: Timestamp, id: EventId, actor: &Actor, what: What) -> Result<i64, StoreError> {
        let ws = self.ws;
        let seq = self.head()? + 1;
        let event = EventRef { id, seq, workspace: ws, at, actor, what: &what };
        let body = serde_json::to_string(&event).map_err(|e| StoreError::Encode(e.to_string()))?;
        let bytes = body.len();
        self.exec(
            "INSERT INTO events (ws, seq, id, at, type, subject, body) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            crate::params![ws, seq, id, at, what.name(), crate::documents::subject(&what), body],
        )?;
        let event = Event { id, seq, workspace: ws, at, actor: actor.clone(), what };
        self.appended.push((Arc::new(event), bytes));
        Ok(seq)
    }

    /// Number of the last event, those of this closure included. The writes of one workspace run one after the other, so that it is read once.
    fn head(&mut self) -> Result<i64, StoreError> {
        let ws = self.ws;
        let before = match self.before {
            Some(before) => before,
            None => self
                .query_opt("SELECT seq FROM workspaces WHERE id = $1", &[ws.into()], |row| row.get(0))?
                .ok_or_else(|| StoreError::Setup(format!("workspace {ws} does not exist; create it before appending events")))?,
        };
        self.before = Some(before);
        Ok(before + self.appended.len() as i64)
    }

    /// Number of the last event that the row of the workspace says, or of the last one that was appended here.
    pub(crate) fn head_after(&self, row: i64) -> i64 {
        self.before.map_or(row, |before| before + self.appended.len() as i64)
    }

    /// At the end of a closure: the row of the workspace learns the number of the last event.
    pub(crate) fn finish(&mut self) -> Result<(), StoreError> {
        let (Some(before), false) = (self.before, self.appended.is_empty()) else { return Ok(()) };
        let head = before + self.appended.len() as i64;
        let moved = self.exec("UPDATE workspaces SET seq = $2 WHERE id = $1 AND seq = $3", crate::params![self.ws, head, before])?;
        if moved == 1 { Ok(()) } else { Err(StoreError::Sql("somebody else has numbered events of this workspace".to_owned())) }
    }

    const fn usable(&self) -> Result<(), StoreError> {
        if self.failed { Err(StoreError::Aborted) } else { Ok(()) }
    }

    fn note<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        self.failed |= result.is_err();
        result
    }
}
