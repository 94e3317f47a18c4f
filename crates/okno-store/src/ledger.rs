//! The ledger's rows: every inbound unit, its keys and its raw bytes.

use crate::{Row, StoreError, Tx, Value, named, params};
use okno_model::{
    ChannelId, CustomerId, InteractionId, QueueId, Timestamp, UnitId,
    doc::{CauseCount, InteractionDoc, LedgerDoc, StateCount, UnitKind, UnitState},
};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// How a unit came in, apart from its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Envelope {
    /// Recipients of the envelope, or the mailbox's own address.
    pub to: Vec<String>,
    /// Older than the channel's archive date: kept, never routed.
    pub archive: bool,
}

/// A unit that nobody has understood yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Which.
    pub id: UnitId,
    /// Kind.
    pub kind: UnitKind,
    /// Where it came in.
    pub channel: ChannelId,
    /// Blob of the raw bytes.
    pub raw_blob: String,
    /// Envelope.
    pub envelope: Envelope,
}

/// Keys and bytes of a new unit.
#[derive(Debug, Clone)]
pub struct Origin<'a> {
    /// Makes a repeat the same unit; unique per channel.
    pub key: &'a str,
    /// The same unit by another way; unique per channel.
    pub twin: Option<&'a str>,
    /// Blob of the raw bytes, if there are any.
    pub raw_blob: Option<&'a str>,
    /// Envelope.
    pub envelope: &'a Envelope,
}

/// The unit with this key or twin, if it came in before.
pub fn find(tx: &mut Tx<'_>, channel: ChannelId, key: &str, twin: Option<&str>) -> Result<Option<UnitId>, StoreError> {
    let ws = tx.ws();
    let by_key =
        tx.query_opt("SELECT id FROM ledger WHERE ws = $1 AND channel = $2 AND key = $3", params![ws, channel, key], |row| row.get(0))?;
    match (by_key, twin) {
        (Some(id), _) => Ok(Some(id)),
        (None, Some(twin)) => {
            tx.query_opt("SELECT id FROM ledger WHERE ws = $1 AND channel = $2 AND twin = $3", params![ws, channel, twin], |row| row.get(0))
        }
        (None, None) => Ok(None),
    }
}

/// Stores a new unit; `false` if its key or twin is there already.
pub fn insert(tx: &mut Tx<'_>, unit: &LedgerDoc, origin: &Origin<'_>) -> Result<bool, StoreError> {
    let envelope = serde_json::to_string(origin.envelope).map_err(|e| StoreError::Encode(e.to_string()))?;
    // A unit of an interaction names the same part of the customer as the interaction does.
    let part = match (unit.interaction, unit.customer) {
        (Some(interaction), Some(customer)) => named::origin::<InteractionDoc>(tx, interaction, customer)?,
        (Some(_) | None, _) => None,
    };
    tx.insert_with(
        unit,
        &[
            ("key", origin.key.into()),
            ("twin", origin.twin.into()),
            ("raw_blob", origin.raw_blob.into()),
            ("envelope", envelope.into()),
            ("origin_customer", part.into()),
        ],
    )
}

/// Units that nobody has understood yet, oldest first.
pub fn pending(tx: &mut Tx<'_>, kind: UnitKind, limit: usize) -> Result<Vec<Pending>, StoreError> {
    let ws = tx.ws();
    tx.query(
        "SELECT id, kind, channel, raw_blob, envelope FROM ledger
         WHERE ws = $1 AND state = $2 AND kind = $3 AND raw_blob IS NOT NULL ORDER BY received, id LIMIT $4",
        params![ws, UnitState::Received, kind, limit as i64],
        |row| Ok(Pending { id: row.get(0)?, kind: row.get(1)?, channel: row.get(2)?, raw_blob: row.get(3)?, envelope: row.json(4)? }),
    )
}

/// Raw bytes and envelope of a unit.
pub fn raw(tx: &mut Tx<'_>, unit: UnitId) -> Result<Option<(Option<String>, Envelope)>, StoreError> {
    let ws = tx.ws();
    tx.query_opt("SELECT raw_blob, envelope FROM ledger WHERE ws = $1 AND id = $2", params![ws, unit], |row| {
        Ok((row.get(0)?, row.json(1)?))
    })
}

/// Units of an interaction, oldest first.
pub fn of_interaction(tx: &mut Tx<'_>, interaction: InteractionId) -> Result<Vec<LedgerDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs("SELECT doc FROM ledger WHERE ws = $1 AND interaction = $2 ORDER BY received, id", params![ws, interaction])
}

/// Calls and messages of a customer's that nobody has answered: open, or lost.
pub fn owed_calls(tx: &mut Tx<'_>, customer: CustomerId) -> Result<Vec<LedgerDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs(
        "SELECT doc FROM ledger WHERE ws = $1 AND customer = $2 AND kind IN ('call', 'voicemail') AND state IN ('open', 'black_hole')
         ORDER BY received, id",
        params![ws, customer],
    )
}

/// Which entries a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// Everything.
    #[default]
    All,
    /// Received, quarantined or open.
    Open,
    /// Open past the deadline.
    Overdue,
    /// Lost.
    BlackHole,
    /// Not understood.
    Quarantined,
    /// Any end.
    Ended,
}

/// A page of the ledger, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Which entries.
    pub shown: Shown,
    /// Only of these queues or owned by this user, if the reader's rights end there.
    pub within: Option<Within>,
    /// Go on after this entry of the last page.
    pub after: Option<(Timestamp, UnitId)>,
}

/// The part of the ledger that a user may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Within {
    /// Entries of these queues.
    pub queues: Vec<QueueId>,
    /// Entries owned by these users.
    pub owners: Vec<okno_model::UserId>,
}

/// A page of the ledger, newest first.
pub fn list(tx: &mut Tx<'_>, filter: &Filter, now: Timestamp, limit: usize) -> Result<Vec<LedgerDoc>, StoreError> {
    let mut sql = String::from("SELECT doc FROM ledger WHERE ws = $1");
    let mut values: Vec<Value> = vec![tx.ws().into()];
    match filter.shown {
        Shown::All => {}
        Shown::Open => sql.push_str(" AND ended IS NULL"),
        Shown::Overdue => {
            values.push(now.into());
            sql.push_str(" AND ended IS NULL AND deadline < $2");
        }
        Shown::BlackHole => sql.push_str(" AND state = 'black_hole'"),
        Shown::Quarantined => sql.push_str(" AND state = 'quarantined'"),
        Shown::Ended => sql.push_str(" AND ended IS NOT NULL"),
    }
    if let Some(within) = &filter.within {
        let mut any = vec![String::from("1 = 0")];
        for (column, ids) in
            [("queue", within.queues.iter().map(|q| q.0).collect::<Vec<_>>()), ("owner", within.owners.iter().map(|u| u.0).collect())]
        {
            for id in ids {
                values.push(id.into());
                any.push(format!("{column} = ${}", values.len()));
            }
        }
        // Writing to a string cannot fail.
        let _ = write!(sql, " AND ({})", any.join(" OR "));
    }
    if let Some((at, id)) = filter.after {
        values.push(at.into());
        values.push(id.into());
        let n = values.len();
        let _ = write!(sql, " AND (received < ${} OR (received = ${} AND id < ${n}))", n - 1, n - 1);
    }
    values.push((limit as i64).into());
    let _ = write!(sql, " ORDER BY received DESC, id DESC LIMIT ${}", values.len());
    tx.docs(&sql, &values)
}

/// How many units came in since `since`, by state.
pub fn states(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<StateCount>, StoreError> {
    let ws = tx.ws();
    tx.query(
        "SELECT state, COUNT(*) FROM ledger WHERE ws = $1 AND received >= $2 GROUP BY state ORDER BY state",
        params![ws, since],
        |row| Ok(StateCount { state: row.get(0)?, count: row.get(1)? }),
    )
}

/// Black holes since `since`, by cause.
pub fn causes(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<CauseCount>, StoreError> {
    let ws = tx.ws();
    tx.query(
        "SELECT cause, COUNT(*) FROM ledger WHERE ws = $1 AND received >= $2 AND state = 'black_hole' AND cause IS NOT NULL
         GROUP BY cause ORDER BY cause",
        params![ws, since],
        |row| Ok(CauseCount { cause: row.get(0)?, count: row.get(1)? }),
    )
}

/// Counts that need no grouping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Units that came in in the period.
    pub received: i64,
    /// Open units past their deadline, of any age.
    pub overdue: i64,
    /// Customers with two or more black holes in the period.
    pub repeat_victims: i64,
    /// When the oldest open unit came in.
    pub oldest_open: Option<Timestamp>,
}

/// Counts that need no grouping, since `since`.
pub fn totals(tx: &mut Tx<'_>, since: Timestamp, now: Timestamp) -> Result<Totals, StoreError> {
    let ws = tx.ws();
    let count = |row: &Row<'_>| row.get::<i64>(0);
    let received = tx.query_one("SELECT COUNT(*) FROM ledger WHERE ws = $1 AND received >= $2", params![ws, since], count)?;
    let overdue = tx.query_one("SELECT COUNT(*) FROM ledger WHERE ws = $1 AND ended IS NULL AND deadline < $2", params![ws, now], count)?;
    let repeat_victims = tx.query_one(
        "SELECT COUNT(*) FROM (SELECT customer FROM ledger WHERE ws = $1 AND received >= $2 AND state = 'black_hole' AND customer IS NOT NULL
         GROUP BY customer HAVING COUNT(*) >= 2) AS victims",
        params![ws, since],
        count,
    )?;
    let oldest_open = tx.query_one("SELECT MIN(received) FROM ledger WHERE ws = $1 AND ended IS NULL", params![ws], |row| row.get(0))?;
    Ok(Totals { received, overdue, repeat_victims, oldest_open })
}

/// A rule of the ledger that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Violation {
    /// The rule, in words.
    pub rule: &'static str,
    /// How many units break it; at most 1,000 are counted.
    pub count: i64,
    /// One of them.
    pub example: UnitId,
}

/// What breaks the conservation rule.
pub fn violations(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<Violation>, StoreError> {
    let ws = tx.ws();
    let rules = [
        (
            "an ended unit has no time of its end, or an open one has",
            "(l.ended IS NULL) <> (l.state IN ('received', 'quarantined', 'open'))",
        ),
        ("an open unit has no owning queue", "l.ended IS NULL AND l.queue IS NULL"),
        ("an open unit has no deadline", "l.ended IS NULL AND l.deadline IS NULL"),
        ("a black hole has no cause", "l.state = 'black_hole' AND l.cause IS NULL"),
        ("an open unit has no interaction", "l.state = 'open' AND l.interaction IS NULL"),
        (
            "an open unit's interaction is gone",
            "l.state = 'open' AND l.interaction IS NOT NULL AND NOT EXISTS (SELECT 1 FROM interactions i WHERE i.ws = l.ws AND i.id = l.interaction)",
        ),
    ];
    let mut found = Vec::new();
    for (rule, condition) in rules {
        let sql = format!("SELECT l.id FROM ledger l WHERE l.ws = $1 AND l.received >= $2 AND {condition} LIMIT 1000");
        let ids: Vec<UnitId> = tx.query(&sql, params![ws, since], |row| row.get(0))?;
        if let Some(&example) = ids.first() {
            found.push(Violation { rule, count: ids.len() as i64, example });
        }
    }
    Ok(found)
}

/// Open units with closed interactions: the caller decides which of them wait rightly (for a relay, for a call back).
pub fn open_but_closed(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<LedgerDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs(
        "SELECT l.doc FROM ledger l JOIN interactions i ON i.ws = l.ws AND i.id = l.interaction
         WHERE l.ws = $1 AND l.state = 'open' AND i.state = 'closed' ORDER BY l.received, l.id LIMIT $2",
        params![ws, limit as i64],
    )
}

/// Open units whose deadline has passed, oldest deadline first, from a place on.
pub fn due(tx: &mut Tx<'_>, now: Timestamp, after: Option<(Timestamp, UnitId)>, limit: usize) -> Result<Vec<LedgerDoc>, StoreError> {
    let ws = tx.ws();
    let (at, id) = after.unwrap_or((Timestamp(i64::MIN), UnitId::from_u128(0)));
    tx.docs(
        "SELECT doc FROM ledger WHERE ws = $1 AND ended IS NULL AND deadline <= $2 AND (deadline > $3 OR (deadline = $3 AND id > $4))
         ORDER BY deadline, id LIMIT $5",
        params![ws, now, at, id, limit as i64],
    )
}

/// Units that were received before `since` and that nobody has tried to understand.
pub fn unread(tx: &mut Tx<'_>, since: Timestamp) -> Result<i64, StoreError> {
    let ws = tx.ws();
    tx.query_one("SELECT COUNT(*) FROM ledger WHERE ws = $1 AND state = 'received' AND received < $2", params![ws, since], |row| row.get(0))
}

/// The next deadline after `now`.
pub fn next_deadline(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let ws = tx.ws();
    tx.query_one("SELECT MIN(deadline) FROM ledger WHERE ws = $1 AND ended IS NULL AND deadline > $2", params![ws, now], |row| row.get(0))
}
