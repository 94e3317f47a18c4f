//! Rows of interactions, their segments and the decisions about them.

use crate::{StoreError, Tx, Value, params};
use okno_model::{
    AgentId, ChannelId, CustomerId, InteractionId, Medium, QueueId, Timestamp, UserId,
    doc::{DecisionDoc, InteractionDoc, SegmentDoc},
};
use std::fmt::Write;

/// Interactions that are not closed, oldest first.
pub fn open(tx: &mut Tx<'_>) -> Result<Vec<InteractionDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs("SELECT doc FROM interactions WHERE ws = $1 AND state <> 'closed' ORDER BY created, id", params![ws])
}

/// Interactions in one state, oldest first.
pub fn in_state(tx: &mut Tx<'_>, state: &str) -> Result<Vec<InteractionDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs("SELECT doc FROM interactions WHERE ws = $1 AND state = $2 ORDER BY created, id", params![ws, state])
}

/// The newest open interaction of a customer on a channel.
pub fn open_of_customer(tx: &mut Tx<'_>, channel: ChannelId, customer: CustomerId) -> Result<Vec<InteractionDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs(
        "SELECT doc FROM interactions WHERE ws = $1 AND customer = $2 AND channel = $3 AND state <> 'closed' ORDER BY last_at DESC, id DESC",
        params![ws, customer, channel],
    )
}

/// All interactions of a customer, newest first, from a place on.
pub fn of_customer(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    after: Option<(Timestamp, InteractionId)>,
    limit: usize,
) -> Result<Vec<InteractionDoc>, StoreError> {
    let ws = tx.ws();
    let (at, id) = after.unwrap_or((Timestamp(i64::MAX), InteractionId::from_u128(u128::MAX)));
    tx.docs(
        "SELECT doc FROM interactions WHERE ws = $1 AND customer = $2 AND (last_at < $3 OR (last_at = $3 AND id < $4))
         ORDER BY last_at DESC, id DESC LIMIT $5",
        params![ws, customer, at, id, limit as i64],
    )
}

/// Which interactions a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Stored words of states; empty for any.
    pub states: Vec<&'static str>,
    /// Of this queue.
    pub queue: Option<QueueId>,
    /// Of this agent.
    pub agent: Option<AgentId>,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// Text in the subject or the customer's name, lower case.
    pub text: Option<String>,
    /// Only of these queues or agents, if the reader's rights end there.
    pub within: Option<Within>,
    /// Go on after this one of the last page.
    pub after: Option<(Timestamp, InteractionId)>,
}

/// The part of the interactions that a user may see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Within {
    /// Those of these queues.
    pub queues: Vec<QueueId>,
    /// Those of these agents.
    pub agents: Vec<UserId>,
}

/// A page of interactions, the one with the newest message first.
pub fn list(tx: &mut Tx<'_>, filter: &Filter, limit: usize) -> Result<Vec<InteractionDoc>, StoreError> {
    let mut sql = String::from("SELECT doc FROM interactions WHERE ws = $1");
    let mut values: Vec<Value> = vec![tx.ws().into()];
    let push = |value: Value, values: &mut Vec<Value>| {
        values.push(value);
        values.len()
    };
    if !filter.states.is_empty() {
        let places: Vec<String> = filter.states.iter().map(|s| format!("${}", push((*s).into(), &mut values))).collect();
        // Writing to a string cannot fail.
        let _ = write!(sql, " AND state IN ({})", places.join(", "));
    }
    for (column, id) in
        [("queue", filter.queue.map(|x| x.0)), ("agent", filter.agent.map(|x| x.0)), ("customer", filter.customer.map(|x| x.0))]
    {
        if let Some(id) = id {
            let n = push(id.into(), &mut values);
            let _ = write!(sql, " AND {column} = ${n}");
        }
    }
    if let Some(Within { queues, agents }) = &filter.within {
        let mut any = vec![String::from("1 = 0")];
        for (column, ids) in [("queue", queues.iter().map(|q| q.0).collect::<Vec<_>>()), ("agent", agents.iter().map(|u| u.0).collect())] {
            for id in ids {
                any.push(format!("{column} = ${}", push(id.into(), &mut values)));
            }
        }
        let _ = write!(sql, " AND ({})", any.join(" OR "));
    }
    if let Some((at, id)) = filter.after {
        let (at, id) = (push(at.into(), &mut values), push(id.into(), &mut values));
        let _ = write!(sql, " AND (last_at < ${at} OR (last_at = ${at} AND id < ${id}))");
    }
    if let Some(text) = &filter.text {
        // The document is JSON; names and subjects are compared in the application, which knows Unicode, on a bounded scan.
        sql.push_str(" ORDER BY last_at DESC, id DESC LIMIT 5000");
        let mut found: Vec<InteractionDoc> = tx.docs(&sql, &values)?;
        found.retain(|i| i.subject.to_lowercase().contains(text) || i.customer_name.to_lowercase().contains(text));
        found.truncate(limit);
        return Ok(found);
    }
    let n = push((limit as i64).into(), &mut values);
    let _ = write!(sql, " ORDER BY last_at DESC, id DESC LIMIT ${n}");
    tx.docs(&sql, &values)
}

/// The segment that has not ended yet.
pub fn open_segment(tx: &mut Tx<'_>, interaction: InteractionId) -> Result<Option<SegmentDoc>, StoreError> {
    let ws = tx.ws();
    let found = tx.docs(
        "SELECT doc FROM segments WHERE ws = $1 AND interaction = $2 AND ended IS NULL ORDER BY enqueued DESC, id DESC LIMIT 1",
        params![ws, interaction],
    )?;
    Ok(found.into_iter().next())
}

/// All segments that have not ended yet.
pub fn open_segments(tx: &mut Tx<'_>) -> Result<Vec<SegmentDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs("SELECT doc FROM segments WHERE ws = $1 AND ended IS NULL", params![ws])
}

/// Segments of an interaction, oldest first.
pub fn segments(tx: &mut Tx<'_>, interaction: InteractionId) -> Result<Vec<SegmentDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs("SELECT doc FROM segments WHERE ws = $1 AND interaction = $2 ORDER BY enqueued, id", params![ws, interaction])
}

/// Segments that entered a queue from `from` until before `until`, oldest first, with the medium of their interaction. Without those that
/// agents began themselves.
pub fn segments_between(tx: &mut Tx<'_>, from: Timestamp, until: Timestamp, limit: usize) -> Result<Vec<(SegmentDoc, Medium)>, StoreError> {
    let params = params![tx.ws(), from, until, limit as i64];
    let all = tx.query(
        "SELECT s.doc, i.doc FROM segments s JOIN interactions i ON i.id = s.interaction AND i.ws = s.ws \
         WHERE s.ws = $1 AND s.enqueued >= $2 AND s.enqueued < $3 ORDER BY s.enqueued, s.id LIMIT $4",
        params,
        |row| Ok((row.json::<SegmentDoc>(0)?, row.json::<InteractionDoc>(1)?)),
    )?;
    Ok(all.into_iter().filter(|(_, of)| !of.outbound).map(|(segment, of)| (segment, of.medium)).collect())
}

/// What agents took of interactions that lived at `since` or later, with their media, oldest first.
pub fn handled_since(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<(SegmentDoc, Medium)>, StoreError> {
    let ws = tx.ws();
    let rows: Vec<(SegmentDoc, String)> = tx.query(
        "SELECT s.doc, i.medium FROM interactions i JOIN segments s ON s.ws = i.ws AND s.interaction = i.id
         WHERE i.ws = $1 AND i.last_at >= $2 AND s.agent IS NOT NULL ORDER BY s.enqueued, s.id",
        params![ws, since],
        |row| Ok((row.json(0)?, row.get(1)?)),
    )?;
    Ok(rows.into_iter().filter_map(|(segment, medium)| Medium::parse(&medium).map(|medium| (segment, medium))).collect())
}

/// When the last segment of an agent ended.
pub fn last_handled(tx: &mut Tx<'_>, agent: AgentId) -> Result<Option<Timestamp>, StoreError> {
    let ws = tx.ws();
    tx.query_one("SELECT MAX(ended) FROM segments WHERE ws = $1 AND agent = $2", params![ws, agent], |row| row.get(0))
}

/// Keeps a decision.
pub fn add_decision(tx: &mut Tx<'_>, interaction: InteractionId, decision: &DecisionDoc) -> Result<(), StoreError> {
    let ws = tx.ws();
    let doc = serde_json::to_string(decision).map_err(|e| StoreError::Encode(e.to_string()))?;
    tx.exec("INSERT INTO decisions (ws, interaction, at, doc) VALUES ($1, $2, $3, $4)", params![ws, interaction, decision.at, doc])?;
    Ok(())
}

/// Decisions about an interaction, newest first.
pub fn decisions(tx: &mut Tx<'_>, interaction: InteractionId, limit: usize) -> Result<Vec<DecisionDoc>, StoreError> {
    let ws = tx.ws();
    tx.query(
        "SELECT doc FROM decisions WHERE ws = $1 AND interaction = $2 ORDER BY at DESC LIMIT $3",
        params![ws, interaction, limit as i64],
        |row| row.json(0),
    )
}

/// Chats that wait for an agent while the customer's browser has been gone since before `since`.
pub fn deserted(tx: &mut Tx<'_>, since: Timestamp, limit: usize) -> Result<Vec<InteractionId>, StoreError> {
    let ws = tx.ws();
    let found: Vec<(InteractionDoc, Timestamp)> = tx.query(
        "SELECT i.doc, v.seen FROM interactions i JOIN visitors v ON v.ws = i.ws AND v.interaction = i.id
         WHERE i.ws = $1 AND i.state IN ('queued', 'offered') AND v.seen < $2 ORDER BY i.created, i.id LIMIT $3",
        params![ws, since, limit as i64],
        |row| Ok((row.json(0)?, row.get(1)?)),
    )?;
    Ok(found.into_iter().filter(|(doc, _)| !doc.customer_online && doc.promise.is_none()).map(|(doc, _)| doc.id).collect())
}

/// Chats whose customer was connected when okno last wrote about them.
pub fn online(tx: &mut Tx<'_>) -> Result<Vec<InteractionDoc>, StoreError> {
    Ok(open(tx)?.into_iter().filter(|i| i.customer_online).collect())
}
