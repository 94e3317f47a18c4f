//! Rows of customers, found by their addresses.

use crate::{Entity, StoreError, Tx, Value, params};
use okno_model::{
    CustomerId, IdentityId, IdentityKind, InteractionId, MatchId, Timestamp, UserId,
    doc::{CustomerDoc, IdentityDoc, MatchDoc},
};
use serde::{Deserialize, Serialize};

/// Where an address comes from, as its row keeps it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct CameFrom {
    interaction: Option<InteractionId>,
    by: Option<UserId>,
    at: Option<Timestamp>,
}

/// The identities have a table of their own: they are looked up by value, and a verified one belongs to one customer only.
impl Entity for CustomerDoc {
    type Id = CustomerId;
    const TABLE: &'static str = "customers";
    const COLUMNS: &'static [&'static str] = &["name", "created", "part_of", "organization"];
    const ORDER: &'static str = "name, id";

    fn id(&self) -> CustomerId {
        self.id
    }

    fn columns(&self) -> Vec<Value> {
        params![self.name.as_str(), self.created, self.part_of, self.organization].to_vec()
    }

    fn encode(&self) -> Result<String, StoreError> {
        let without = Self { identities: Vec::new(), part_of: None, ..self.clone() };
        serde_json::to_string(&without).map_err(|e| StoreError::Encode(e.to_string()))
    }

    fn complete(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let sql = "SELECT c.part_of, i.id, i.kind, i.value, i.verified, i.source, i.confidence, i.origin_customer, i.origin
             FROM customers c LEFT JOIN identities i ON i.ws = c.ws AND i.customer = c.id WHERE c.ws = $1 AND c.id = $2 ORDER BY i.id";
        let this = self.id;
        let found: Vec<(Option<CustomerId>, Option<IdentityDoc>)> = tx.query(sql, params![tx.ws(), self.id], |row| {
            let Some(id) = row.get::<Option<IdentityId>>(1)? else { return Ok((row.get(0)?, None)) };
            let from: CameFrom = row.json(8)?;
            let part: Option<CustomerId> = row.get(7)?;
            let identity = IdentityDoc {
                confidence: row.get::<i64>(6)?.clamp(0, 100) as u8,
                interaction: from.interaction,
                by: from.by,
                at: from.at,
                part: part.filter(|part| *part != this),
                ..IdentityDoc::new(id, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)
            };
            Ok((row.get(0)?, Some(identity)))
        })?;
        self.part_of = found.first().and_then(|row| row.0);
        self.identities = found.into_iter().filter_map(|row| row.1).collect();
        Ok(())
    }

    fn scatter(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let mut had = Self { identities: Vec::new(), ..self.clone() };
        had.complete(tx)?;
        for gone in had.identities.iter().filter(|had| !self.identities.iter().any(|i| i.id == had.id)) {
            tx.exec("DELETE FROM identities WHERE ws = $1 AND id = $2", params![tx.ws(), gone.id])?;
        }
        for i in self.identities.iter().filter(|i| !had.identities.contains(i)) {
            let from = CameFrom { interaction: i.interaction, by: i.by, at: i.at };
            let from = serde_json::to_string(&from).map_err(|e| StoreError::Encode(e.to_string()))?;
            let changed = tx.exec(
                "INSERT INTO identities (id, ws, customer, kind, value, verified, source, confidence, origin_customer, origin, match_key)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                 ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, kind = excluded.kind, value = excluded.value,
                 verified = excluded.verified, source = excluded.source, confidence = excluded.confidence,
                 origin_customer = excluded.origin_customer, origin = excluded.origin, match_key = excluded.match_key WHERE identities.ws = excluded.ws",
                params![
                    i.id,
                    tx.ws(),
                    self.id,
                    i.kind,
                    i.value.as_str(),
                    i.verified,
                    i.source.as_str(),
                    i.confidence,
                    i.part,
                    from,
                    match_key(i.kind, &i.value)
                ],
            )?;
            if changed == 0 {
                return Err(StoreError::Conflict { constraint: "identities.id".to_owned() });
            }
        }
        Ok(())
    }
}

/// The customer who has this proven address.
pub fn by_verified(tx: &mut Tx<'_>, kind: IdentityKind, value: &str) -> Result<Option<CustomerDoc>, StoreError> {
    let ws = tx.ws();
    let id: Option<CustomerId> = tx.query_opt(
        "SELECT customer FROM identities WHERE ws = $1 AND kind = $2 AND value = $3 AND verified = 1",
        params![ws, kind, value],
        |row| row.get(0),
    )?;
    id.map_or(Ok(None), |id| tx.get(id))
}

/// The oldest customer who has this address unproven, from one source.
pub fn by_unverified(tx: &mut Tx<'_>, kind: IdentityKind, value: &str, source: &str) -> Result<Option<CustomerDoc>, StoreError> {
    let ws = tx.ws();
    let id: Option<CustomerId> = tx.query_opt(
        "SELECT customer FROM identities WHERE ws = $1 AND kind = $2 AND value = $3 AND verified = 0 AND source = $4 ORDER BY id LIMIT 1",
        params![ws, kind, value, source],
        |row| row.get(0),
    )?;
    id.map_or(Ok(None), |id| tx.get(id))
}

/// What two addresses share that may reach one mailbox although they differ: a mail address without what follows a plus, at Gmail also
/// without dots. Every other address stands for itself.
pub fn match_key(kind: IdentityKind, value: &str) -> String {
    let (IdentityKind::Email, Some((user, domain))) = (kind, value.rsplit_once('@')) else { return value.to_owned() };
    let user = user.split('+').next().filter(|user| !user.is_empty()).unwrap_or(user);
    match domain {
        "gmail.com" | "googlemail.com" => format!("{}@gmail.com", user.replace('.', "")),
        _ => format!("{user}@{domain}"),
    }
}

/// Customers who have an address that may reach the same mailbox.
pub fn with_key(tx: &mut Tx<'_>, kind: IdentityKind, value: &str) -> Result<Vec<CustomerId>, StoreError> {
    let ws = tx.ws();
    tx.query(
        "SELECT DISTINCT customer FROM identities WHERE ws = $1 AND kind = $2 AND match_key = $3",
        params![ws, kind, match_key(kind, value)],
        |row| row.get(0),
    )
}

/// Open matches, the surest first, after a confidence and id.
pub fn open_matches(tx: &mut Tx<'_>, after: Option<(u8, MatchId)>, limit: usize) -> Result<Vec<MatchDoc>, StoreError> {
    let ws = tx.ws();
    let (confidence, id) = after.unwrap_or((u8::MAX, MatchId::from_u128(0)));
    tx.docs(
        "SELECT doc FROM matches WHERE ws = $1 AND state = 'open' AND (confidence < $2 OR (confidence = $2 AND id > $3))
         ORDER BY confidence DESC, id LIMIT $4",
        params![ws, confidence, id, limit as i64],
    )
}

/// How many interactions a customer has.
pub fn interactions(tx: &mut Tx<'_>, customer: CustomerId) -> Result<i64, StoreError> {
    let ws = tx.ws();
    tx.query_one("SELECT COUNT(*) FROM interactions WHERE ws = $1 AND customer = $2", params![ws, customer], |row| row.get(0))
}

/// Whose an address is.
pub fn owner_of(tx: &mut Tx<'_>, id: IdentityId) -> Result<Option<CustomerId>, StoreError> {
    let ws = tx.ws();
    tx.query_opt("SELECT customer FROM identities WHERE ws = $1 AND id = $2", params![ws, id], |row| row.get(0))
}

/// Customers who have this address, proven or not.
pub fn with_address(tx: &mut Tx<'_>, kind: IdentityKind, value: &str) -> Result<Vec<CustomerId>, StoreError> {
    let ws = tx.ws();
    tx.query("SELECT DISTINCT customer FROM identities WHERE ws = $1 AND kind = $2 AND value = $3", params![ws, kind, value], |row| {
        row.get(0)
    })
}

/// Customers whose name or address contains `text` (lower case), by name, after a name and id.
pub fn search(tx: &mut Tx<'_>, text: &str, after: Option<(String, CustomerId)>, limit: usize) -> Result<Vec<CustomerDoc>, StoreError> {
    let ws = tx.ws();
    let (name, id) = after.unwrap_or((String::new(), CustomerId::from_u128(0)));
    if text.is_empty() {
        let sql = "SELECT doc FROM customers WHERE ws = $1 AND (name > $2 OR (name = $2 AND id > $3)) AND part_of IS NULL
             ORDER BY name, id LIMIT $4";
        return tx.docs(sql, params![ws, name, id, limit as i64]);
    }
    // LOWER() knows only ASCII on SQLite, so the comparison in the application decides; SQL only narrows by what is ASCII anyway.
    let sql = "SELECT doc FROM customers WHERE ws = $1 AND (name > $2 OR (name = $2 AND id > $3)) AND part_of IS NULL
         ORDER BY name, id LIMIT 20000";
    let mut found: Vec<CustomerDoc> = tx.docs(sql, params![ws, name, id])?;
    found.retain(|c| c.name.to_lowercase().contains(text) || c.identities.iter().any(|i| i.value.contains(text)));
    found.truncate(limit);
    Ok(found)
}

/// Matches in which a customer stands on either side, newest first.
pub fn matches(tx: &mut Tx<'_>, customer: CustomerId) -> Result<Vec<MatchDoc>, StoreError> {
    let ws = tx.ws();
    tx.docs("SELECT doc FROM matches WHERE ws = $1 AND (customer = $2 OR other = $2) ORDER BY id DESC", params![ws, customer])
}

/// The match of this pair.
pub fn match_of(tx: &mut Tx<'_>, customer: CustomerId, other: CustomerId) -> Result<Option<MatchDoc>, StoreError> {
    let ws = tx.ws();
    let found = tx.docs("SELECT doc FROM matches WHERE ws = $1 AND customer = $2 AND other = $3", params![ws, customer, other])?;
    Ok(found.into_iter().next())
}

/// Automatic mails to this address since `since`, and of the whole workspace since `hour`.
pub fn auto_replies(tx: &mut Tx<'_>, address: &str, since: Timestamp, hour: Timestamp) -> Result<(i64, i64), StoreError> {
    let ws = tx.ws();
    let to =
        tx.query_one("SELECT COUNT(*) FROM auto_replies WHERE ws = $1 AND address = $2 AND at > $3", params![ws, address, since], |row| {
            row.get(0)
        })?;
    let all = tx.query_one("SELECT COUNT(*) FROM auto_replies WHERE ws = $1 AND at > $2", params![ws, hour], |row| row.get(0))?;
    Ok((to, all))
}

/// Remembers an automatic mail.
pub fn add_auto_reply(tx: &mut Tx<'_>, address: &str, at: Timestamp) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec("INSERT INTO auto_replies (ws, address, at) VALUES ($1, $2, $3)", params![ws, address, at])?;
    Ok(())
}
