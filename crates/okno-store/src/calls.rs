//! Rows of calls.

use crate::{StoreError, Tx, Value, params};
use okno_model::{
    AgentId, CallId, CustomerId, InteractionId, QueueId, Timestamp, UserId,
    doc::{CallDirection, CallDoc},
};
use std::fmt::Write;

/// Stores a new call that `node` carries; `false` if its key is there already.
pub fn insert(tx: &mut Tx<'_>, call: &CallDoc, key: &str, node: &str) -> Result<bool, StoreError> {
    tx.insert_with(call, &[("key", key.into()), ("node", node.into())])
}

/// The node says that it lives until `until`.
pub fn node_lives(tx: &mut Tx<'_>, node: &str, until: Timestamp) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec(
        "INSERT INTO voice_nodes (ws, node, expires) VALUES ($1, $2, $3) ON CONFLICT (ws, node) DO UPDATE SET expires = excluded.expires",
        params![ws, node, until],
    )?;
    Ok(())
}

/// Calls that go on in the rows and that nobody carries: those of nodes that are dead at `now`. With `own`, those of this node too: it has
/// just started and carries none. Oldest first. Nodes that are long dead are forgotten.
pub fn orphans(tx: &mut Tx<'_>, own: Option<&str>, now: Timestamp) -> Result<Vec<CallDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs(
        "SELECT doc FROM calls c WHERE c.ws = $1 AND c.state <> 'ended' AND (c.node = $2
         OR NOT EXISTS (SELECT 1 FROM voice_nodes n WHERE n.ws = c.ws AND n.node = c.node AND n.expires > $3)) ORDER BY c.id",
        params![ws, own.unwrap_or_default(), now],
    )
}

/// The call with this key.
pub fn by_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<CallDoc>, StoreError> {
    let ws = tx.ws();
    Ok(tx.docs("SELECT doc FROM calls WHERE ws = $1 AND key = $2", params![ws, key])?.into_iter().next())
}

/// Calls that go on, oldest first.
pub fn live(tx: &mut Tx<'_>) -> Result<Vec<CallDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs("SELECT doc FROM calls WHERE ws = $1 AND state <> 'ended' ORDER BY id", params![ws])
}

/// Calls of an interaction, oldest first.
pub fn of_interaction(tx: &mut Tx<'_>, interaction: InteractionId) -> Result<Vec<CallDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs("SELECT doc FROM calls WHERE ws = $1 AND interaction = $2 ORDER BY started, id", params![ws, interaction])
}

/// Outgoing calls since `since` in interactions that this agent has or had last.
pub fn dialed_by(tx: &mut Tx<'_>, agent: AgentId, since: Timestamp) -> Result<Vec<CallDoc>, StoreError> {
    let ws = tx.ws();
    let mut found: Vec<CallDoc> = tx.docs(
        "SELECT c.doc FROM calls c JOIN interactions i ON i.ws = c.ws AND i.id = c.interaction
         WHERE c.ws = $1 AND i.agent = $2 AND c.started >= $3",
        params![ws, agent, since],
    )?;
    found.retain(|call| call.direction == CallDirection::Outbound);
    Ok(found)
}

/// Which calls a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Only those that go on, or only those that are over.
    pub live: Option<bool>,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// Of this interaction.
    pub interaction: Option<InteractionId>,
    /// In interactions of this agent.
    pub agent: Option<AgentId>,
    /// Only one direction.
    pub direction: Option<CallDirection>,
    /// Only those in which agent and customer were connected, or were not.
    pub talked: Option<bool>,
    /// Begun at this time or later.
    pub from: Option<Timestamp>,
    /// Begun before this time.
    pub until: Option<Timestamp>,
    /// Numbers or names contain this (lower case), or the customer is one of `customers`.
    pub text: Option<String>,
    /// See `text`.
    pub customers: Vec<CustomerId>,
    /// Only in interactions of these queues or agents, if the reader's rights end there.
    pub within: Option<Within>,
    /// Go on after this one of the last page.
    pub after: Option<(Timestamp, CallId)>,
}

/// The part of the calls that a user may see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Within {
    /// Those of these queues.
    pub queues: Vec<QueueId>,
    /// Those of these agents.
    pub agents: Vec<UserId>,
}

/// A page of calls, newest first.
pub fn list(tx: &mut Tx<'_>, filter: &Filter, limit: usize) -> Result<Vec<CallDoc>, StoreError> {
    let mut sql = String::from("SELECT c.doc FROM calls c JOIN interactions i ON i.ws = c.ws AND i.id = c.interaction WHERE c.ws = $1");
    let mut values: Vec<Value> = vec![tx.ws().into()];
    let push = |value: Value, values: &mut Vec<Value>| {
        values.push(value);
        values.len()
    };
    match filter.live {
        Some(true) => sql.push_str(" AND c.state <> 'ended'"),
        Some(false) => sql.push_str(" AND c.state = 'ended'"),
        None => {}
    }
    match filter.direction {
        Some(CallDirection::Inbound) => sql.push_str(" AND c.direction = 'inbound'"),
        Some(CallDirection::Outbound) => sql.push_str(" AND c.direction = 'outbound'"),
        None => {}
    }
    match filter.talked {
        Some(true) => sql.push_str(" AND c.talked = 1"),
        Some(false) => sql.push_str(" AND c.talked = 0"),
        None => {}
    }
    for (compare, at) in [(">=", filter.from), ("<", filter.until)] {
        if let Some(at) = at {
            let n = push(at.into(), &mut values);
            let _ = write!(sql, " AND c.started {compare} ${n}");
        }
    }
    if let Some(text) = &filter.text {
        let quoted = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let mut any = vec![format!("c.search LIKE ${} ESCAPE '\\'", push(format!("%{quoted}%").into(), &mut values))];
        for customer in &filter.customers {
            any.push(format!("i.customer = ${}", push(customer.0.into(), &mut values)));
        }
        let _ = write!(sql, " AND ({})", any.join(" OR "));
    }
    for (column, id) in [
        ("i.customer", filter.customer.map(|x| x.0)),
        ("c.interaction", filter.interaction.map(|x| x.0)),
        ("i.agent", filter.agent.map(|x| x.0)),
    ] {
        if let Some(id) = id {
            let n = push(id.into(), &mut values);
            // Writing to a string cannot fail.
            let _ = write!(sql, " AND {column} = ${n}");
        }
    }
    if let Some(Within { queues, agents }) = &filter.within {
        let mut any = vec![String::from("1 = 0")];
        for (column, ids) in
            [("i.queue", queues.iter().map(|q| q.0).collect::<Vec<_>>()), ("i.agent", agents.iter().map(|u| u.0).collect())]
        {
            for id in ids {
                any.push(format!("{column} = ${}", push(id.into(), &mut values)));
            }
        }
        let _ = write!(sql, " AND ({})", any.join(" OR "));
    }
    if let Some((at, id)) = filter.after {
        let (at, id) = (push(at.into(), &mut values), push(id.into(), &mut values));
        let _ = write!(sql, " AND (c.started < ${at} OR (c.started = ${at} AND c.id < ${id}))");
    }
    let n = push((limit as i64).into(), &mut values);
    let _ = write!(sql, " ORDER BY c.started DESC, c.id DESC LIMIT ${n}");
    tx.docs(&sql, &values)
}
