//! Rows of organizations, attributes, notes and orders.

use crate::{Entity, StoreError, Tx, Value, named::NamesCustomer, params};
use okno_model::{
    AttributeId, CustomerId, NoteId, OrderId, OrganizationId, Timestamp,
    doc::{AttributeDoc, AttributeOn, CustomerDoc, NoteDoc, OrderDoc, OrganizationDoc},
    event::What,
};

/// The domains have a table of their own: they are looked up, and one belongs to one organization.
impl Entity for OrganizationDoc {
    type Id = OrganizationId;
    const TABLE: &'static str = "organizations";
    const COLUMNS: &'static [&'static str] = &["name"];
    const ORDER: &'static str = "name, id";

    fn id(&self) -> OrganizationId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        params![self.name.as_str()].to_vec()
    }

    fn scatter(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let ws = tx.ws();
        tx.exec("DELETE FROM organization_domains WHERE ws = $1 AND organization = $2", params![ws, self.id])?;
        for domain in &self.domains {
            tx.exec(
                "INSERT INTO organization_domains (ws, domain, organization) VALUES ($1, $2, $3)",
                params![ws, domain.as_str(), self.id],
            )?;
        }
        Ok(())
    }
}

impl Entity for AttributeDoc {
    type Id = AttributeId;
    const TABLE: &'static str = "attributes";
    const COLUMNS: &'static [&'static str] = &["subject", "key", "position"];
    const ORDER: &'static str = "subject, position, key";

    fn id(&self) -> AttributeId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        params![self.on.word(), self.key.as_str(), self.position].to_vec()
    }
}

impl Entity for NoteDoc {
    type Id = NoteId;
    const TABLE: &'static str = "notes";
    const COLUMNS: &'static [&'static str] = &["customer", "created"];
    const ORDER: &'static str = "created, id";

    fn id(&self) -> NoteId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        params![self.customer, self.created].to_vec()
    }
}

impl Entity for OrderDoc {
    type Id = OrderId;
    const TABLE: &'static str = "orders";
    const COLUMNS: &'static [&'static str] = &["customer", "number", "placed"];
    const ORDER: &'static str = "placed, id";

    fn id(&self) -> OrderId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        params![self.customer, self.number.as_str(), self.placed].to_vec()
    }
}

impl NamesCustomer for NoteDoc {
    fn name(&mut self, customer: &CustomerDoc) {
        self.customer = customer.id;
    }

    fn told(self) -> What {
        What::NoteChanged(self)
    }
}

impl NamesCustomer for OrderDoc {
    fn name(&mut self, customer: &CustomerDoc) {
        self.customer = customer.id;
    }

    fn told(self) -> What {
        What::OrderChanged(self)
    }
}

/// The organization that has one of these mail domains.
pub fn organization_of(tx: &mut Tx<'_>, domain: &str) -> Result<Option<OrganizationDoc>, StoreError> {
    let ws = tx.ws();
    let id: Option<OrganizationId> =
        tx.query_opt("SELECT organization FROM organization_domains WHERE ws = $1 AND domain = $2", params![ws, domain], |row| row.get(0))?;
    id.map_or(Ok(None), |id| tx.get(id))
}

/// Customers of an organization, by name, after a name and id.
pub fn customers_of(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    after: Option<(String, CustomerId)>,
    limit: usize,
) -> Result<Vec<CustomerDoc>, StoreError> {
    let ws = tx.ws();
    let (name, id) = after.unwrap_or((String::new(), CustomerId::from_u128(0)));
    tx.docs(
        "SELECT doc FROM customers WHERE ws = $1 AND organization = $2 AND part_of IS NULL AND (name > $3 OR (name = $3 AND id > $4))
         ORDER BY name, id LIMIT $5",
        params![ws, organization, name, id, limit as i64],
    )
}

/// How many customers an organization has.
pub fn count_of(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<i64, StoreError> {
    let ws = tx.ws();
    tx.query_one("SELECT COUNT(*) FROM customers WHERE ws = $1 AND organization = $2", params![ws, organization], |row| row.get(0))
}

/// Notes about a customer before a time, newest first.
pub fn notes(tx: &mut Tx<'_>, customer: CustomerId, before: Timestamp, limit: usize) -> Result<Vec<NoteDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs(
        "SELECT doc FROM notes WHERE ws = $1 AND customer = $2 AND created < $3 ORDER BY created DESC, id DESC LIMIT $4",
        params![ws, customer, before, limit as i64],
    )
}

/// Orders of a customer before a time, newest first.
pub fn orders(tx: &mut Tx<'_>, customer: CustomerId, before: Timestamp, limit: usize) -> Result<Vec<OrderDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs(
        "SELECT doc FROM orders WHERE ws = $1 AND customer = $2 AND placed < $3 ORDER BY placed DESC, id DESC LIMIT $4",
        params![ws, customer, before, limit as i64],
    )
}

/// The order with this number.
pub fn order_by_number(tx: &mut Tx<'_>, number: &str) -> Result<Option<OrderDoc>, StoreError> {
    let ws = tx.ws();
    let found = tx.docs("SELECT doc FROM orders WHERE ws = $1 AND number = $2", params![ws, number])?;
    Ok(found.into_iter().next())
}

/// Whether something has a value of this attribute.
pub fn attribute_used(tx: &mut Tx<'_>, attribute: &AttributeDoc) -> Result<bool, StoreError> {
    let (ws, key) = (tx.ws(), attribute.key.as_str());
    let table = match attribute.on {
        AttributeOn::Customer => "customers",
        AttributeOn::Organization => "organizations",
        // Their table is another feature's: a value that is left keeps its key and is shown no more.
        AttributeOn::Case => return Ok(false),
    };
    let sql = format!("SELECT doc FROM {table} WHERE ws = $1 AND doc LIKE $2 LIMIT 200");
    let like = format!("%\"{key}\":%");
    let found: Vec<String> = tx.query(&sql, params![ws, like], |row| row.get(0))?;
    // `_` is a wildcard of LIKE, and other fields have names too: the document decides.
    let has = |doc: &String| {
        let doc: Option<serde_json::Value> = serde_json::from_str(doc).ok();
        doc.and_then(|doc| doc.get("attributes")?.get(key).cloned()).is_some()
    };
    Ok(found.iter().any(has))
}
