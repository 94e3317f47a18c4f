//! The index of texts: terms in an inverted index of the database's own, FTS5 or GIN. What a term is, it does not know.

use crate::{Dialect, Entity, StoreError, Tx, Value, interactions::Within, params};
use okno_model::{CustomerId, InteractionId, Timestamp};
use std::{collections::BTreeSet, fmt::Write};
use uuid::Uuid;

/// A text that can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text<'a> {
    /// `customer`, `interaction`, `message` or `case`.
    pub kind: &'a str,
    /// Its id.
    pub reference: Uuid,
    /// Of what it is a part.
    pub interaction: Option<InteractionId>,
    /// With whom it has to do.
    pub customer: Option<CustomerId>,
    /// When it was said or made.
    pub at: Timestamp,
    /// Its terms: letters and digits only.
    pub terms: &'a BTreeSet<String>,
}

/// A term that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The term, or its beginning. Letters and digits only.
    pub term: String,
    /// Whether more may follow.
    pub begins: bool,
}

/// What is looked for, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ask {
    /// Of each of these, at least one must be there.
    pub all: Vec<Vec<Wanted>>,
    /// None of these may be there.
    pub none: Vec<Vec<Wanted>>,
    /// Only of these kinds; all, if empty.
    pub kinds: Vec<&'static str>,
    /// Only what has to do with him.
    pub customer: Option<CustomerId>,
    /// Only what was said or made from then on.
    pub from: Option<Timestamp>,
    /// Only what was said or made before.
    pub until: Option<Timestamp>,
    /// Interactions and messages only of these queues and agents.
    pub within: Option<Within>,
    /// Go on below this number.
    pub before: Option<i64>,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its number, by which the search goes on.
    pub n: i64,
    /// What it is.
    pub kind: String,
    /// Its id.
    pub reference: Uuid,
    /// Of what it is a part.
    pub interaction: Option<InteractionId>,
    /// When it was said or made.
    pub at: Timestamp,
}

/// Texts of the first look on PostgreSQL, whose index has no order; each further look takes ten times as many.
const FIRST_WINDOW: i64 = 50_000;

/// Takes a text in, or replaces it; it keeps its place. Without terms it cannot be found any more.
pub fn put(tx: &mut Tx<'_>, text: &Text<'_>) -> Result<(), StoreError> {
    if text.terms.is_empty() {
        return remove(tx, text.kind, text.reference);
    }
    let known = place(tx, text.kind, text.reference)?;
    let n = match known {
        Some(n) => n,
        None => next(tx)?,
    };
    let terms = written(text.terms, tx.dialect());
    let (ws, dialect) = (tx.ws(), tx.dialect());
    if known.is_some() {
        let sql = "UPDATE search_docs SET interaction = $3, customer = $4, at = $5 WHERE ws = $1 AND n = $2";
        tx.exec(sql, params![ws, n, text.interaction, text.customer, text.at])?;
    } else {
        let sql = "INSERT INTO search_docs (ws, n, kind, ref, interaction, customer, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        tx.exec(sql, params![ws, n, text.kind, text.reference, text.interaction, text.customer, text.at])?;
    }
    match dialect {
        Dialect::Sqlite => tx.exec("INSERT OR REPLACE INTO search_terms (rowid, terms) VALUES ($1, $2)", params![n, terms])?,
        Dialect::Postgres => {
            tx.exec("UPDATE search_docs SET terms = $3::text::tsvector WHERE ws = $1 AND n = $2", params![ws, n, terms])?
        }
    };
    Ok(())
}

/// Forgets a text.
pub fn remove(tx: &mut Tx<'_>, kind: &str, reference: Uuid) -> Result<(), StoreError> {
    let Some(n) = place(tx, kind, reference)? else { return Ok(()) };
    forget(tx, n)
}

/// Forgets every text that has to do with a customer; returns how many.
pub fn remove_of(tx: &mut Tx<'_>, customer: CustomerId) -> Result<usize, StoreError> {
    let sql = format!("SELECT d.n FROM search_docs d WHERE d.ws = $1 AND {}", of_customer(2));
    let found: Vec<i64> = tx.query(&sql, params![tx.ws(), customer], |row| row.get(0))?;
    for &n in &found {
        forget(tx, n)?;
    }
    Ok(found.len())
}

/// Whether a text has to do with the customer at this place of the parameters. What is a part of an interaction has to do with whom the
/// interaction names now: customers are merged, and merges taken back.
fn of_customer(place: usize) -> String {
    format!(
        "((d.interaction IS NULL AND d.customer = ${place}) \
         OR EXISTS (SELECT 1 FROM interactions c WHERE c.id = d.interaction AND c.ws = d.ws AND c.customer = ${place}))"
    )
}

fn forget(tx: &mut Tx<'_>, n: i64) -> Result<(), StoreError> {
    if tx.dialect() == Dialect::Sqlite {
        tx.exec("DELETE FROM search_terms WHERE rowid = $1", params![n])?;
    }
    tx.exec("DELETE FROM search_docs WHERE ws = $1 AND n = $2", params![tx.ws(), n])?;
    Ok(())
}

fn place(tx: &mut Tx<'_>, kind: &str, reference: Uuid) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT n FROM search_docs WHERE ws = $1 AND kind = $2 AND ref = $3";
    tx.query_opt(sql, params![tx.ws(), kind, reference], |row| row.get(0))
}

/// The next number. Writers of a workspace come one after the other, and on SQLite all writers do.
fn next(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    match tx.dialect() {
        Dialect::Sqlite => tx.query_one("SELECT COALESCE(MAX(n), 0) + 1 FROM search_docs", &[], |row| row.get(0)),
        Dialect::Postgres => {
            tx.query_one("SELECT COALESCE(MAX(n), 0) + 1 FROM search_docs WHERE ws = $1", params![tx.ws()], |row| row.get(0))
        }
    }
}

fn written(terms: &BTreeSet<String>, dialect: Dialect) -> String {
    let mut out = String::new();
    for term in terms.iter().map(String::as_str).map(clean) {
        // Writing to a string cannot fail.
        let _ = match dialect {
            Dialect::Sqlite => write!(out, "{term} "),
            Dialect::Postgres => write!(out, "'{term}' "),
        };
    }
    out
}

/// Terms are put into expressions of the databases: what is neither letter nor digit would be an operator there.
fn clean(term: &str) -> String {
    term.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Everything that answers, newest first, at most `limit`.
pub fn find(tx: &mut Tx<'_>, ask: &Ask, limit: usize) -> Result<Vec<Hit>, StoreError> {
    // What has no letters and digits is nowhere.
    let nowhere = |terms: &Vec<Wanted>| terms.iter().all(|wanted| clean(&wanted.term).is_empty());
    if ask.all.is_empty() || ask.all.iter().any(nowhere) || limit == 0 {
        return Ok(Vec::new());
    }
    match tx.dialect() {
        Dialect::Sqlite => look(tx, ask, limit, i64::MIN, ask.before.unwrap_or(i64::MAX)),
        Dialect::Postgres => {
            // GIN answers in no order, and sorting everything that holds a frequent word takes seconds: newest texts first, ever more of them.
            let mut end = match ask.before {
                Some(before) => before,
                None => next(tx)?,
            };
            let (mut window, mut found) = (FIRST_WINDOW, Vec::new());
            while end > 0 && found.len() < limit {
                let begin = end.saturating_sub(window).max(0);
                found.extend(look(tx, ask, limit - found.len(), begin, end)?);
                end = begin;
                window *= 10;
            }
            Ok(found)
        }
    }
}

/// What answers with a number from `begin` until before `end`.
fn look(tx: &mut Tx<'_>, ask: &Ask, limit: usize, begin: i64, end: i64) -> Result<Vec<Hit>, StoreError> {
    let dialect = tx.dialect();
    let mut values: Vec<Value> = vec![tx.ws().into(), begin.into(), end.into(), expression(ask, dialect).into()];
    let mut sql = String::from("SELECT d.n, d.kind, d.ref, d.interaction, d.at FROM ");
    // The order of the index is the order of the numbers; without the plus SQLite would rather walk the workspace.
    sql.push_str(match dialect {
        Dialect::Sqlite => {
            "search_terms t CROSS JOIN search_docs d ON d.n = t.rowid \
             WHERE t.search_terms MATCH $4 AND t.rowid >= $2 AND t.rowid < $3 AND +d.ws = $1"
        }
        Dialect::Postgres => "search_docs d WHERE d.ws = $1 AND d.n >= $2 AND d.n < $3 AND d.terms @@ $4::text::tsquery",
    });
    let mut push = |value: Value| {
        values.push(value);
        values.len()
    };
    if !ask.kinds.is_empty() {
        let places: Vec<String> = ask.kinds.iter().map(|kind| format!("${}", push((*kind).into()))).collect();
        let _ = write!(sql, " AND d.kind IN ({})", places.join(", "));
    }
    if let Some(customer) = ask.customer {
        let _ = write!(sql, " AND {}", of_customer(push(customer.into())));
    }
    for (bound, sign) in [(ask.from, ">="), (ask.until, "<")] {
        if let Some(at) = bound {
            let _ = write!(sql, " AND d.at {sign} ${}", push(at.into()));
        }
    }
    if let Some(Within { queues, agents }) = &ask.within {
        let mut any = vec![String::from("d.interaction IS NULL")];
        for (column, ids) in [("queue", queues.iter().map(|q| q.0).collect::<Vec<_>>()), ("agent", agents.iter().map(|u| u.0).collect())] {
            if !ids.is_empty() {
                let places: Vec<String> = ids.iter().map(|id| format!("${}", push((*id).into()))).collect();
                any.push(format!(
                    "EXISTS (SELECT 1 FROM interactions i WHERE i.id = d.interaction AND i.ws = d.ws AND i.{column} IN ({}))",
                    places.join(", ")
                ));
            }
        }
        let _ = write!(sql, " AND ({})", any.join(" OR "));
    }
    let order = match dialect {
        Dialect::Sqlite => "t.rowid",
        Dialect::Postgres => "d.n",
    };
    let _ = write!(sql, " ORDER BY {order} DESC LIMIT ${}", push((limit as i64).into()));
    tx.query(&sql, &values, |row| {
        Ok(Hit { n: row.get(0)?, kind: row.get(1)?, reference: row.get(2)?, interaction: row.get(3)?, at: row.get(4)? })
    })
}

/// What is looked for, in the language of the database's index.
fn expression(ask: &Ask, dialect: Dialect) -> String {
    let (and, or, not) = match dialect {
        Dialect::Sqlite => (" AND ", " OR ", " NOT "),
        Dialect::Postgres => (" & ", " | ", " & !"),
    };
    let any = |terms: &Vec<Wanted>| {
        let terms: Vec<String> = terms
            .iter()
            .filter(|wanted| !clean(&wanted.term).is_empty())
            .map(|wanted| match (dialect, wanted.begins) {
                (Dialect::Sqlite, true) => format!("\"{}\" *", clean(&wanted.term)),
                (Dialect::Sqlite, false) => format!("\"{}\"", clean(&wanted.term)),
                (Dialect::Postgres, true) => format!("'{}':*", clean(&wanted.term)),
                (Dialect::Postgres, false) => format!("'{}'", clean(&wanted.term)),
            })
            .collect();
        format!("({})", terms.join(or))
    };
    let mut out = ask.all.iter().map(any).collect::<Vec<_>>().join(and);
    for terms in ask.none.iter().filter(|terms| terms.iter().any(|wanted| !clean(&wanted.term).is_empty())) {
        out.push_str(not);
        out.push_str(&any(terms));
    }
    out
}

/// Documents of a kind after an id, in the order of their ids, which is that of their making.
pub fn documents_after<E: Entity>(tx: &mut Tx<'_>, id: Uuid, limit: usize) -> Result<Vec<E>, StoreError> {
    let sql = format!("SELECT doc FROM {} WHERE ws = $1 AND {key} > $2 ORDER BY {key} LIMIT $3", E::TABLE, key = E::KEY);
    tx.docs(&sql, params![tx.ws(), id, limit as i64])
}

/// Up to which event texts have been taken in; 0 at the beginning.
pub fn cursor(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    Ok(tx.query_opt("SELECT seq FROM search_cursors WHERE ws = $1", params![tx.ws()], |row| row.get(0))?.unwrap_or(0))
}

/// Texts have been taken in up to this event.
pub fn advance(tx: &mut Tx<'_>, seq: i64) -> Result<(), StoreError> {
    let sql = "INSERT INTO search_cursors (ws, seq) VALUES ($1, $2) ON CONFLICT (ws) DO UPDATE SET seq = excluded.seq";
    tx.exec(sql, params![tx.ws(), seq])?;
    Ok(())
}

/// Forgets everything of the workspace, so that it is taken in anew.
pub fn clear(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    if tx.dialect() == Dialect::Sqlite {
        tx.exec("DELETE FROM search_terms WHERE rowid IN (SELECT n FROM search_docs WHERE ws = $1)", params![tx.ws()])?;
    }
    tx.exec("DELETE FROM search_docs WHERE ws = $1", params![tx.ws()])?;
    tx.exec("DELETE FROM search_cursors WHERE ws = $1", params![tx.ws()])?;
    Ok(())
}
