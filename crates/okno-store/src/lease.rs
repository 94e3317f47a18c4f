//! Leases of cells. A cell has one owner at a time; each take-over raises the epoch, and a write that carries an old epoch fails.
//! So an owner that was frozen and wakes up can change nothing, whatever its clock says.

use crate::{StoreError, Tx, params};
use okno_model::{CellId, Timestamp};

/// A lease as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Who holds or held it.
    pub owner: String,
    /// Number of the take-over.
    pub epoch: i64,
    /// Held until then.
    pub expires: Timestamp,
}

/// Takes the cell if it is free, expired at `now`, or `owner`'s already (a restarted process), and returns the new epoch.
/// `None`: another owner holds it.
pub fn acquire(tx: &mut Tx<'_>, cell: CellId, owner: &str, now: Timestamp, until: Timestamp) -> Result<Option<i64>, StoreError> {
    tx.query_opt(
        "INSERT INTO cells (id, ws, owner, epoch, expires) VALUES ($1, $2, $3, 1, $4)
         ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, epoch = cells.epoch + 1, expires = excluded.expires
         WHERE cells.ws = excluded.ws AND (cells.expires <= $5 OR cells.owner = excluded.owner) RETURNING epoch",
        params![cell, tx.ws(), owner, until, now],
        |row| row.get(0),
    )
}

/// Keeps the cell until `until`. [`StoreError::StaleEpoch`] if another owner took it.
pub fn renew(tx: &mut Tx<'_>, cell: CellId, epoch: i64, until: Timestamp) -> Result<(), StoreError> {
    update(tx, cell, epoch, until)
}

/// Gives the cell back, so that the next owner need not wait. [`StoreError::StaleEpoch`] if another owner took it.
pub fn release(tx: &mut Tx<'_>, cell: CellId, epoch: i64) -> Result<(), StoreError> {
    update(tx, cell, epoch, Timestamp(0))
}

fn update(tx: &mut Tx<'_>, cell: CellId, epoch: i64, expires: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE cells SET expires = $4 WHERE ws = $1 AND id = $2 AND epoch = $3";
    let changed = tx.exec(sql, params![tx.ws(), cell, epoch, expires])?;
    if changed == 0 { Err(stale(tx, cell, epoch)) } else { Ok(()) }
}

/// Fails the transaction if `epoch` is not the cell's current one. First statement of every write of a cell's decisions.
pub fn check_epoch(tx: &mut Tx<'_>, cell: CellId, epoch: i64) -> Result<(), StoreError> {
    let now = tx.query_opt("SELECT epoch FROM cells WHERE ws = $1 AND id = $2", params![tx.ws(), cell], |row| row.get::<i64>(0))?;
    if now == Some(epoch) { Ok(()) } else { Err(stale(tx, cell, epoch)) }
}

/// The lease as it stands; `None` if nobody ever held it.
pub fn current(tx: &mut Tx<'_>, cell: CellId) -> Result<Option<Lease>, StoreError> {
    tx.query_opt("SELECT owner, epoch, expires FROM cells WHERE ws = $1 AND id = $2", params![tx.ws(), cell], |row| {
        Ok(Lease { owner: row.get(0)?, epoch: row.get(1)?, expires: row.get(2)? })
    })
}

/// The transaction must not commit, even if the caller drops the error.
const fn stale(tx: &mut Tx<'_>, cell: CellId, epoch: i64) -> StoreError {
    tx.failed = true;
    StoreError::StaleEpoch { cell, epoch }
}
