//! Rows of visitors: browsers that hold a widget token.

use crate::{StoreError, Tx, params};
use okno_model::{ChannelId, CustomerId, InteractionId, Timestamp, VisitorId};
use serde::{Deserialize, Serialize};

/// What the widget told about its visitor. Only the signed parts of it are proven.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Told {
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Mail address, lower case.
    #[serde(default)]
    pub email: String,
    /// Language, BCP 47.
    #[serde(default)]
    pub language: String,
    /// The company's own id of him, proven by HMAC before it is stored here.
    #[serde(default)]
    pub external_id: String,
    /// The address was signed together with the external id.
    #[serde(default)]
    pub email_signed: bool,
}

/// A visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitorRow {
    /// Id.
    pub id: VisitorId,
    /// Widget.
    pub channel: ChannelId,
    /// Customer, once he has written.
    pub customer: Option<CustomerId>,
    /// The part of the customer who he is, if the customer has parts.
    pub part: Option<CustomerId>,
    /// His current interaction, or the last one.
    pub interaction: Option<InteractionId>,
    /// First seen.
    pub created: Timestamp,
    /// Last connected or gone.
    pub seen: Timestamp,
    /// Page he is on.
    pub page: String,
    /// What the widget told.
    pub told: Told,
}

const COLUMNS: &str = "id, channel, customer, interaction, created, seen, page, data, origin_customer";

fn read(row: &crate::Row<'_>) -> Result<VisitorRow, StoreError> {
    let (customer, part): (Option<CustomerId>, Option<CustomerId>) = (row.get(2)?, row.get(8)?);
    Ok(VisitorRow {
        id: row.get(0)?,
        channel: row.get(1)?,
        customer,
        part: part.filter(|_| part != customer),
        interaction: row.get(3)?,
        created: row.get(4)?,
        seen: row.get(5)?,
        page: row.get(6)?,
        told: row.json(7)?,
    })
}

/// Stores a new visitor.
pub fn insert(tx: &mut Tx<'_>, visitor: &VisitorRow, token_hash: &[u8]) -> Result<(), StoreError> {
    let ws = tx.ws();
    let told = encode(&visitor.told)?;
    tx.exec(
        "INSERT INTO visitors (id, ws, channel, token_hash, customer, interaction, created, seen, page, data)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            visitor.id,
            ws,
            visitor.channel,
            token_hash,
            visitor.customer,
            visitor.interaction,
            visitor.created,
            visitor.seen,
            visitor.page.as_str(),
            told
        ],
    )?;
    Ok(())
}

/// The visitor with this id.
pub fn get(tx: &mut Tx<'_>, id: VisitorId) -> Result<Option<VisitorRow>, StoreError> {
    let ws = tx.ws();
    tx.query_opt(&format!("SELECT {COLUMNS} FROM visitors WHERE ws = $1 AND id = $2"), params![ws, id], read)
}

/// The visitor with this token.
pub fn by_token(tx: &mut Tx<'_>, channel: ChannelId, token_hash: &[u8]) -> Result<Option<VisitorRow>, StoreError> {
    let ws = tx.ws();
    let sql = format!("SELECT {COLUMNS} FROM visitors WHERE ws = $1 AND channel = $2 AND token_hash = $3");
    tx.query_opt(&sql, params![ws, channel, token_hash], read)
}

/// The visitor of an interaction.
pub fn of_interaction(tx: &mut Tx<'_>, interaction: InteractionId) -> Result<Option<VisitorRow>, StoreError> {
    let ws = tx.ws();
    tx.query_opt(&format!("SELECT {COLUMNS} FROM visitors WHERE ws = $1 AND interaction = $2"), params![ws, interaction], read)
}

/// Writes what may change of a visitor.
pub fn update(tx: &mut Tx<'_>, visitor: &VisitorRow) -> Result<(), StoreError> {
    let ws = tx.ws();
    let told = encode(&visitor.told)?;
    tx.exec(
        "UPDATE visitors SET customer = $1, interaction = $2, seen = $3, page = $4, data = $5, origin_customer = $8 WHERE ws = $6 AND id = $7",
        params![visitor.customer, visitor.interaction, visitor.seen, visitor.page.as_str(), told, ws, visitor.id, visitor.part],
    )?;
    Ok(())
}

fn encode(told: &Told) -> Result<String, StoreError> {
    serde_json::to_string(told).map_err(|e| StoreError::Encode(e.to_string()))
}
