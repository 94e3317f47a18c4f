//! Every table whose rows name a customer. A merge moves its rows, and undoing it brings back exactly those that came by it.
//!
//! Such a table has two columns: `customer`, whom a row names now, and `origin_customer`, whom it named when it came, if that is
//! somebody else (NULL: the same). A new table joins with one line in [`TABLES`], and with [`NamesCustomer`] if its rows are documents.

use crate::{Entity, StoreError, Tx, Value, params};
use okno_model::{
    CustomerId,
    doc::{CaseDoc, CustomerDoc, InteractionDoc, LedgerDoc, NoteDoc, OrderDoc},
    event::What,
};
use std::fmt::Write;

/// A document that names a customer in its column `customer`.
pub trait NamesCustomer: Entity {
    /// Lets it name this one.
    fn name(&mut self, customer: &CustomerDoc);
    /// The event that tells it.
    fn told(self) -> What;
}

impl NamesCustomer for InteractionDoc {
    fn name(&mut self, customer: &CustomerDoc) {
        self.customer = Some(customer.id);
        self.customer_name.clone_from(&customer.name);
    }

    fn told(self) -> What {
        What::InteractionChanged(self)
    }
}

impl NamesCustomer for LedgerDoc {
    fn name(&mut self, customer: &CustomerDoc) {
        self.customer = Some(customer.id);
    }

    fn told(self) -> What {
        What::LedgerChanged(self)
    }
}

impl NamesCustomer for CaseDoc {
    fn name(&mut self, customer: &CustomerDoc) {
        self.customer = Some(customer.id);
        self.customer_name.clone_from(&customer.name);
        self.language.clone_from(&customer.language);
    }

    fn told(self) -> What {
        What::CaseChanged(self)
    }
}

type MovePage = fn(&mut Tx<'_>, &Table, &Move<'_>) -> Result<Vec<What>, StoreError>;

/// One table whose rows name a customer.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Moves up to [`PAGE`] rows and tells it; nothing is left when it tells nothing.
    page: MovePage,
}

/// The registry.
pub const TABLES: &[Table] = &[
    documents::<InteractionDoc>(),
    documents::<LedgerDoc>(),
    documents::<CaseDoc>(),
    documents::<NoteDoc>(),
    documents::<OrderDoc>(),
    rows("visitors"),
    rows("identities"),
];

/// Documents of one table that are moved by one statement's answer.
pub const PAGE: usize = 200;

/// Which rows are to name somebody else.
#[derive(Debug, Clone, Copy)]
pub struct Move<'a> {
    /// Those that name him.
    pub from: CustomerId,
    /// Only those that named one of these when they came; `None`: all of them.
    pub origins: Option<&'a [CustomerId]>,
    /// Whom they name then.
    pub to: &'a CustomerDoc,
}

impl Table {
    /// Moves the next rows; what it answers with is to be told. Call it until that is nothing.
    pub fn next(&self, tx: &mut Tx<'_>, wanted: &Move<'_>) -> Result<Vec<What>, StoreError> {
        (self.page)(tx, self, wanted)
    }
}

/// A table of documents.
const fn documents<E: NamesCustomer>() -> Table {
    Table { name: E::TABLE, page: page::<E> }
}

/// A table whose rows are no documents and of which nobody is told.
const fn rows(name: &'static str) -> Table {
    Table { name, page: all }
}

/// The condition of a move, with its parameters: `$1` is the workspace.
fn condition(tx: &Tx<'_>, wanted: &Move<'_>) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = vec![tx.ws().into(), wanted.from.into()];
    let mut sql = "ws = $1 AND customer = $2".to_owned();
    if let Some(origins) = wanted.origins {
        let places: Vec<String> = origins
            .iter()
            .map(|origin| {
                values.push((*origin).into());
                format!("${}", values.len())
            })
            .collect();
        // Writing to a string cannot fail.
        let _ = write!(sql, " AND origin_customer IN ({})", places.join(", "));
    }
    (sql, values)
}

fn page<E: NamesCustomer>(tx: &mut Tx<'_>, _: &Table, wanted: &Move<'_>) -> Result<Vec<What>, StoreError> {
    let (condition, values) = condition(tx, wanted);
    let sql = format!("SELECT doc, origin_customer FROM {} WHERE {condition} ORDER BY {} LIMIT {PAGE}", E::TABLE, E::KEY);
    let found: Vec<(E, Option<CustomerId>)> = tx.query(&sql, &values, |row| Ok((row.json(0)?, row.get(1)?)))?;
    let mut news = Vec::with_capacity(found.len());
    for (mut doc, origin) in found {
        doc.complete(tx)?;
        doc.name(wanted.to);
        tx.replace(&doc, &[("origin_customer", origin.unwrap_or(wanted.from).into())])?;
        news.push(doc.told());
    }
    Ok(news)
}

fn all(tx: &mut Tx<'_>, table: &Table, wanted: &Move<'_>) -> Result<Vec<What>, StoreError> {
    let (condition, mut values) = condition(tx, wanted);
    values.push(wanted.to.id.into());
    let sql = format!(
        "UPDATE {} SET origin_customer = COALESCE(origin_customer, customer), customer = ${} WHERE {condition}",
        table.name,
        values.len()
    );
    tx.exec(&sql, &values)?;
    Ok(Vec::new())
}

/// Whom a row named when it came, if that is not whom it names now.
pub fn origin<E: NamesCustomer>(tx: &mut Tx<'_>, id: E::Id, customer: CustomerId) -> Result<Option<CustomerId>, StoreError> {
    let sql = format!("SELECT origin_customer FROM {} WHERE {} = $1 AND ws = $2 AND customer = $3", E::TABLE, E::KEY);
    let ws = tx.ws();
    let found: Option<Option<CustomerId>> = tx.query_opt(&sql, &[id.into(), ws.into(), customer.into()], |row| row.get(0))?;
    Ok(found.flatten())
}

/// Writes down that a row names a part of its customer.
pub fn came_for<E: NamesCustomer>(tx: &mut Tx<'_>, id: E::Id, part: CustomerId) -> Result<(), StoreError> {
    let sql = format!("UPDATE {} SET origin_customer = $1 WHERE {} = $2 AND ws = $3", E::TABLE, E::KEY);
    let ws = tx.ws();
    tx.exec(&sql, &[part.into(), id.into(), ws.into()])?;
    Ok(())
}

/// How many rows of a table name a customer, by whom they named when they came.
pub fn counts(tx: &mut Tx<'_>, table: &Table) -> Result<Vec<(CustomerId, CustomerId, i64)>, StoreError> {
    let sql = format!(
        "SELECT customer, COALESCE(origin_customer, customer), COUNT(*) FROM {} WHERE ws = $1 AND customer IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2",
        table.name
    );
    let ws = tx.ws();
    tx.query(&sql, params![ws], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}
