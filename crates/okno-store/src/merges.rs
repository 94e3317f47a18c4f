//! Edges between customers who were said to be one.

use crate::{Entity, StoreError, Tx, Value, params};
use okno_model::{CustomerId, MergeId, doc::MergeDoc};

impl Entity for MergeDoc {
    type Id = MergeId;
    const TABLE: &'static str = "customer_edges";
    const COLUMNS: &'static [&'static str] = &["a", "b", "at", "undone_at"];
    const ORDER: &'static str = "at, id";

    fn id(&self) -> MergeId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        params![self.from, self.into, self.at, self.undone.as_ref().map(|undone| undone.at)].to_vec()
    }
}

/// Everybody for whom a customer stands, without himself.
pub fn members(tx: &mut Tx<'_>, root: CustomerId) -> Result<Vec<CustomerId>, StoreError> {
    let ws = tx.ws();
    tx.query("SELECT id FROM customers WHERE ws = $1 AND part_of = $2 ORDER BY id", params![ws, root], |row| row.get(0))
}

/// The edges that hold at one customer, oldest first.
pub fn edges_of(tx: &mut Tx<'_>, customer: CustomerId) -> Result<Vec<MergeDoc>, StoreError> {
    let ws = tx.ws();
    let mut found: Vec<MergeDoc> =
        tx.docs("SELECT doc FROM customer_edges WHERE ws = $1 AND a = $2 AND undone_at IS NULL", params![ws, customer])?;
    found.extend(
        tx.docs::<MergeDoc>("SELECT doc FROM customer_edges WHERE ws = $1 AND b = $2 AND undone_at IS NULL", params![ws, customer])?,
    );
    found.sort_by_key(|edge| (edge.at, edge.id));
    Ok(found)
}

/// The merges of a customer that were taken back, newest first.
pub fn undone(tx: &mut Tx<'_>, customer: CustomerId, limit: usize) -> Result<Vec<MergeDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs(
        "SELECT doc FROM customer_edges WHERE ws = $1 AND (a = $2 OR b = $2) AND undone_at IS NOT NULL ORDER BY undone_at DESC, id DESC LIMIT $3",
        params![ws, customer, limit as i64],
    )
}
