//! When agents were there: every change of a presence, kept for as long as history is.

use crate::{StoreError, Tx, params};
use okno_model::{AgentId, Timestamp, doc::Presence};

/// A presence that began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresenceRow {
    /// Whose.
    pub agent: AgentId,
    /// When.
    pub at: Timestamp,
    /// He is routed to from then on, as far as his presence goes.
    pub available: bool,
}

/// The word of a presence; the pause code is not kept.
const fn word(presence: &Presence) -> &'static str {
    match presence {
        Presence::Available => "available",
        Presence::AvailableOnDemand => "available_on_demand",
        Presence::Paused { .. } => "paused",
        Presence::Offline => "offline",
    }
}

/// Writes down that a presence began; of several in the same millisecond the last counts.
///
/// # Errors
/// Those of the database.
pub fn began(tx: &mut Tx<'_>, agent: AgentId, at: Timestamp, presence: &Presence) -> Result<(), StoreError> {
    let ws = tx.ws();
    tx.exec(
        "INSERT INTO presences (ws, agent, at, presence) VALUES ($1, $2, $3, $4)
         ON CONFLICT (ws, agent, at) DO UPDATE SET presence = excluded.presence",
        params![ws, agent, at, word(presence)],
    )?;
    Ok(())
}

/// What one agent's presence was from `from` until before `until`, oldest first; the first row says how it was at `from`, if that is known.
///
/// # Errors
/// Those of the database.
pub fn between(tx: &mut Tx<'_>, agent: AgentId, from: Timestamp, until: Timestamp) -> Result<Vec<PresenceRow>, StoreError> {
    let ws = tx.ws();
    let read = |row: &crate::Row<'_>| {
        let presence: String = row.get(1)?;
        Ok(PresenceRow { agent, at: row.get(0)?, available: presence.starts_with("available") })
    };
    let before = "SELECT at, presence FROM presences WHERE ws = $1 AND agent = $2 AND at < $3 ORDER BY at DESC LIMIT 1";
    let mut rows: Vec<PresenceRow> = tx.query(before, params![ws, agent, from], read)?;
    let within = "SELECT at, presence FROM presences WHERE ws = $1 AND agent = $2 AND at >= $3 AND at < $4 ORDER BY at";
    rows.extend(tx.query::<PresenceRow>(within, params![ws, agent, from, until], read)?);
    Ok(rows)
}
