//! Rows of promises.

use crate::{StoreError, Tx, Value, interactions::Within, params};
use okno_model::{
    InteractionId, PromiseId, QueueId, Timestamp, UserId,
    doc::{PromiseDoc, PromiseSource},
};
use std::fmt::Write;

/// Which promises a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Only those that are still to be done.
    pub owed: bool,
    /// Of this interaction.
    pub interaction: Option<InteractionId>,
    /// Whose it is to keep them.
    pub owner: Option<UserId>,
    /// Only of these queues or people, if the reader's rights end there.
    pub within: Option<Within>,
    /// Go on after this one of the last page.
    pub after: Option<(Timestamp, PromiseId)>,
}

/// A page of promises, by when they are due.
pub fn list(tx: &mut Tx<'_>, filter: &Filter, limit: usize) -> Result<Vec<PromiseDoc>, StoreError> {
    let mut sql = String::from("SELECT doc FROM promises WHERE ws = $1");
    let mut values: Vec<Value> = vec![tx.ws().into()];
    let mut push = |value: Value| {
        values.push(value);
        values.len()
    };
    if filter.owed {
        sql.push_str(" AND owed = 1");
    }
    if let Some(interaction) = filter.interaction {
        let n = push(interaction.into());
        let _ = write!(sql, " AND interaction = ${n}");
    }
    if let Some(owner) = filter.owner {
        let n = push(owner.into());
        let _ = write!(sql, " AND owner = ${n}");
    }
    if let Some(within) = &filter.within {
        let mut any = vec!["1 = 0".to_owned()];
        any.extend(within.queues.iter().map(|queue| format!("queue = ${}", push((*queue).into()))));
        any.extend(within.agents.iter().map(|agent| format!("owner = ${}", push((*agent).into()))));
        let _ = write!(sql, " AND ({})", any.join(" OR "));
    }
    if let Some((due, id)) = filter.after {
        let (due, id) = (push(due.into()), push(id.into()));
        let _ = write!(sql, " AND (due > ${due} OR (due = ${due} AND id > ${id}))");
    }
    let n = push((limit as i64).into());
    let _ = write!(sql, " ORDER BY due, id LIMIT ${n}");
    tx.docs(&sql, &values)
}

/// From what one follows; `None` if a person made it.
pub fn key(tx: &mut Tx<'_>, id: PromiseId) -> Result<Option<String>, StoreError> {
    let ws = tx.ws();
    let found = tx.query_opt("SELECT key FROM promises WHERE ws = $1 AND id = $2", params![ws, id], |row| row.get::<Option<String>>(0))?;
    Ok(found.flatten())
}

/// Those that follow from something and are still to be done, with what they follow from; by id, from a place on.
pub fn derived(tx: &mut Tx<'_>, after: Option<PromiseId>, limit: usize) -> Result<Vec<(PromiseDoc, String)>, StoreError> {
    let ws = tx.ws();
    let after = after.unwrap_or(PromiseId::from_u128(0));
    tx.query(
        "SELECT doc, key FROM promises WHERE ws = $1 AND owed = 1 AND key IS NOT NULL AND id > $2 ORDER BY id LIMIT $3",
        params![ws, after, limit as i64],
        |row| Ok((row.json::<PromiseDoc>(0)?, row.get(1)?)),
    )
}

/// Source, queue, word of the state, and how many.
pub type Counted = (PromiseSource, Option<QueueId>, String, i64);

/// How many there are of each source, queue and state since an instant.
pub fn counts(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<Counted>, StoreError> {
    let ws = tx.ws();
    let sql = "SELECT source, queue, state, COUNT(*) FROM promises WHERE ws = $1 AND made >= $2 GROUP BY source, queue, state ORDER BY source, queue, state";
    let rows = tx.query(sql, params![ws, since], |row| Ok((row.get::<String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    Ok(rows.into_iter().filter_map(|(source, queue, state, count)| Some((PromiseSource::parse(&source)?, queue, state, count))).collect())
}
