//! Rows of cases, their histories and whose they are.

use crate::{StoreError, Tx, Value, params};
use okno_model::{
    CaseEntryId, CaseId, CustomerId, QueueId, TeamId, Timestamp, TopicId, UserId,
    doc::{CaseDoc, CaseEntryDoc, CaseKind},
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
        Some(true) => sql.text.push_str(&format!(" AND state NOT IN {ENDED}")),
        Some(false) => sql.text.push_str(&format!(" AND state IN {ENDED}")),
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

/// Entries of a case, the newest first, from a place on.
pub fn entries(
    tx: &mut Tx<'_>,
    case: CaseId,
    after: Option<(Timestamp, CaseEntryId)>,
    limit: usize,
) -> Result<Vec<CaseEntryDoc>, StoreError> {
    let ws = tx.ws();
    let (at, id) = after.unwrap_or((Timestamp(i64::MAX), CaseEntryId::from_u128(u128::MAX)));
    tx.docs(
        "SELECT doc FROM case_entries WHERE ws = $1 AND case_id = $2 AND (at < $3 OR (at = $3 AND id < $4)) ORDER BY at DESC, id DESC LIMIT $5",
        params![ws, case, at, id, limit as i64],
    )
}
