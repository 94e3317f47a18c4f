//! Rows of cases, their histories and whose they are.

use crate::{StoreError, Tx, Value, params};
use okno_model::{
    CaseEntryId, CaseId, CustomerId, NoticeId, QueueId, TeamId, Timestamp, TopicId, UserId,
    doc::{CaseDoc, CaseEntryDoc, CaseKind, ForwardDoc, NoticeDoc},
};
use std::{collections::BTreeSet, fmt::Write};
use uuid::Uuid;

/// The next number of a year, from 1. A number is given once: one that comes to nothing stays missing.
pub fn next_number(tx: &mut Tx<'_>, year: i64) -> Result<i64, StoreError> {
    let ws = tx.ws();
    tx.exec(
        "INSERT INTO case_numbers (ws, year, last) VALUES ($1, $2, 1) ON CONFLICT (ws, year) DO UPDATE SET last = case_numbers.last + 1",
        params![ws, year],
    )?;
    tx.query_one("SELECT last FROM case_numbers WHERE ws = $1 AND year = $2", params![ws, year], |row| row.get(0))
}

/// The case with this number.
pub fn by_number(tx: &mut Tx<'_>, number: &str) -> Result<Option<CaseDoc>, StoreError> {
    let ws = tx.ws();
    Ok(tx.docs("SELECT doc FROM cases WHERE ws = $1 AND number = $2", params![ws, number])?.into_iter().next())
}

/// All cases of a customer, the one that changed last first.
pub fn of_customer(tx: &mut Tx<'_>, customer: CustomerId) -> Result<Vec<CaseDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs("SELECT doc FROM cases WHERE ws = $1 AND customer = $2 ORDER BY updated DESC, id DESC", params![ws, customer])
}

/// Says anew to which people and teams a case belongs.
pub fn set_seats(tx: &mut Tx<'_>, case: CaseId, seats: &BTreeSet<Uuid>) -> Result<(), StoreError> {
    let ws = tx.ws();
    let had: BTreeSet<Uuid> =
        tx.query("SELECT seat FROM case_seats WHERE ws = $1 AND case_id = $2", params![ws, case], |row| row.get(0))?.into_iter().collect();
    for gone in had.difference(seats) {
        tx.exec("DELETE FROM case_seats WHERE ws = $1 AND case_id = $2 AND seat = $3", params![ws, case, *gone])?;
    }
    for new in seats.difference(&had) {
        tx.exec("INSERT INTO case_seats (ws, case_id, seat) VALUES ($1, $2, $3)", params![ws, case, *new])?;
    }
    Ok(())
}

/// Which cases a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Only those with something to do, or only those without.
    pub open: Option<bool>,
    /// In this state, by its word.
    pub state: Option<String>,
    /// Of this kind.
    pub kind: Option<CaseKind>,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// Of this person; `Some(None)` for those of nobody.
    pub assignee: Option<Option<UserId>>,
    /// Of this team.
    pub team: Option<TeamId>,
    /// Of this queue.
    pub queue: Option<QueueId>,
    /// About one of these topics; empty for any.
    pub topics: Vec<TopicId>,
    /// Number, title or customer's name contain this, lower case.
    pub text: Option<String>,
    /// Only these, if the reader's rights end there.
    pub within: Option<Within>,
    /// Go on after this one of the last page.
    pub after: Option<(Timestamp, CaseId)>,
}

/// The part of the cases that a user may see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Within {
    /// Those of these queues.
    pub queues: Vec<QueueId>,
    /// Those of these people and teams.
    pub seats: Vec<Uuid>,
}

const ENDED: &str = "('resolved', 'closed', 'merged')";

/// A page of cases, the one that changed last first.
pub fn list(tx: &mut Tx<'_>, filter: &Filter, limit: usize) -> Result<Vec<CaseDoc>, StoreError> {
    let mut sql = Sql { text: String::from("SELECT doc FROM cases c WHERE ws = $1"), values: vec![tx.ws().into()] };
    match filter.open {
        Some(true) => sql.add(format_args!(" AND state NOT IN {ENDED}")),
        Some(false) => sql.add(format_args!(" AND state IN {ENDED}")),
        None => {}
    }
    sql.equal("state", filter.state.clone().map(Value::Text));
    sql.equal("kind", filter.kind.map(Value::from));
    sql.equal("customer", filter.customer.map(Value::from));
    match filter.assignee {
        Some(Some(user)) => sql.equal("assignee", Some(user.into())),
        Some(None) => sql.text.push_str(" AND assignee IS NULL"),
        None => {}
    }
    sql.equal("team", filter.team.map(Value::from));
    sql.equal("queue", filter.queue.map(Value::from));
    if !filter.topics.is_empty() {
        let topics = sql.places(filter.topics.iter().map(|id| Value::from(*id)));
        sql.add(format_args!(" AND topic IN ({topics})"));
    }
    if let Some(Within { queues, seats }) = &filter.within {
        let mut any = vec![String::from("1 = 0")];
        if !queues.is_empty() {
            let queues = sql.places(queues.iter().map(|id| Value::from(*id)));
            any.push(format!("queue IN ({queues})"));
        }
        if !seats.is_empty() {
            let seats = sql.places(seats.iter().map(|id| Value::from(*id)));
            any.push(format!("EXISTS (SELECT 1 FROM case_seats s WHERE s.ws = c.ws AND s.case_id = c.id AND s.seat IN ({seats}))"));
        }
        sql.add(format_args!(" AND ({})", any.join(" OR ")));
    }
    if let Some(text) = &filter.text {
        let pattern = format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        let place = sql.places([Value::Text(pattern)]);
        sql.add(format_args!(" AND search LIKE {place} ESCAPE '\\'"));
    }
    if let Some((at, id)) = filter.after {
        let (at, id) = (sql.places([at.into()]), sql.places([id.into()]));
        sql.add(format_args!(" AND (updated < {at} OR (updated = {at} AND id < {id}))"));
    }
    let limit = sql.places([(limit as i64).into()]);
    sql.add(format_args!(" ORDER BY updated DESC, id DESC LIMIT {limit}"));
    tx.docs(&sql.text, &sql.values)
}

/// A statement that grows with its parameters.
struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    fn add(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.text.write_fmt(text);
    }

    /// The places of these values: `$3, $4`.
    fn places(&mut self, values: impl IntoIterator<Item = Value>) -> String {
        let mut places = Vec::new();
        for value in values {
            self.values.push(value);
            places.push(format!("${}", self.values.len()));
        }
        places.join(", ")
    }

    fn equal(&mut self, column: &str, value: Option<Value>) {
        if let Some(value) = value {
            let place = self.places([value]);
            self.add(format_args!(" AND {column} = {place}"));
        }
    }
}

/// Entries of a case and of the cases that are parts of it, the newest first, from a place on.
pub fn entries(
    tx: &mut Tx<'_>,
    case: CaseId,
    after: Option<(Timestamp, CaseEntryId)>,
    limit: usize,
) -> Result<Vec<CaseEntryDoc>, StoreError> {
    let (at, id) = after.unwrap_or((Timestamp(i64::MAX), CaseEntryId::from_u128(u128::MAX)));
    let all = whole(tx, case)?;
    let mut sql = Sql { text: String::from("SELECT doc FROM case_entries WHERE ws = $1"), values: vec![tx.ws().into()] };
    let cases = sql.places(all.into_iter().map(Value::from));
    let (at, id, limit) = (sql.places([at.into()]), sql.places([id.into()]), sql.places([(limit as i64).into()]));
    sql.add(format_args!(" AND case_id IN ({cases}) AND (at < {at} OR (at = {at} AND id < {id})) ORDER BY at DESC, id DESC LIMIT {limit}"));
    tx.docs(&sql.text, &sql.values)
}

/// A case and all cases that are parts of it, at any depth.
fn whole(tx: &mut Tx<'_>, case: CaseId) -> Result<Vec<CaseId>, StoreError> {
    let ws = tx.ws();
    let mut all = vec![case];
    let mut next = 0;
    while let Some(&whole) = all.get(next) {
        next += 1;
        let sql = "SELECT part FROM case_edges WHERE ws = $1 AND whole = $2 AND kind = 'merged' AND undone IS NULL ORDER BY id";
        let parts: Vec<CaseId> = tx.query(sql, params![ws, whole], |row| row.get(0))?;
        all.extend(parts.into_iter().filter(|part| !all.contains(part)).collect::<Vec<_>>());
    }
    Ok(all)
}

/// Resolved cases in which nothing has happened since an instant.
pub fn resolved_before(tx: &mut Tx<'_>, at: Timestamp, limit: usize) -> Result<Vec<CaseDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs(
        "SELECT doc FROM cases WHERE ws = $1 AND state = 'resolved' AND updated <= $2 ORDER BY updated LIMIT $3",
        params![ws, at, limit as i64],
    )
}

/// Cases whose hold has ended at `now`, the longest first.
pub fn woken(tx: &mut Tx<'_>, now: Timestamp, limit: usize) -> Result<Vec<CaseDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs(
        "SELECT doc FROM cases WHERE ws = $1 AND wake IS NOT NULL AND wake <= $2 ORDER BY wake, id LIMIT $3",
        params![ws, now, limit as i64],
    )
}

/// Questions whose silence is to be heard at `now`, the oldest first.
pub fn silent(tx: &mut Tx<'_>, now: Timestamp, limit: usize) -> Result<Vec<ForwardDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs(
        "SELECT doc FROM case_forwards WHERE ws = $1 AND next IS NOT NULL AND next <= $2 ORDER BY next, id LIMIT $3",
        params![ws, now, limit as i64],
    )
}

/// When something has to be looked at next.
pub fn next_wake(tx: &mut Tx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let ws = tx.ws();
    let held: Option<Timestamp> =
        tx.query_one("SELECT MIN(wake) FROM cases WHERE ws = $1 AND wake IS NOT NULL", params![ws], |row| row.get(0))?;
    let asked: Option<Timestamp> =
        tx.query_one("SELECT MIN(next) FROM case_forwards WHERE ws = $1 AND next IS NOT NULL", params![ws], |row| row.get(0))?;
    Ok(held.into_iter().chain(asked).min())
}

/// Questions to departments about a case, oldest first.
pub fn forwards(tx: &mut Tx<'_>, case: CaseId) -> Result<Vec<ForwardDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs("SELECT doc FROM case_forwards WHERE ws = $1 AND case_id = $2 ORDER BY at, id", params![ws, case])
}

/// What stands in somebody's inbox, the newest first, from a place on.
pub fn notices(
    tx: &mut Tx<'_>,
    person: UserId,
    unseen: bool,
    after: Option<(Timestamp, NoticeId)>,
    limit: usize,
) -> Result<Vec<NoticeDoc>, StoreError> {
    let ws = tx.ws();
    let (at, id) = after.unwrap_or((Timestamp(i64::MAX), NoticeId::from_u128(u128::MAX)));
    let which = if unseen { " AND seen IS NULL" } else { "" };
    let sql = format!(
        "SELECT doc FROM notices WHERE ws = $1 AND person = $2{which} AND (at < $3 OR (at = $3 AND id < $4)) ORDER BY at DESC, id DESC LIMIT $5"
    );
    tx.docs(&sql, params![ws, person, at, id, limit as i64])
}
