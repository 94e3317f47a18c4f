//! The one error of the store.

use okno_model::CellId;

/// Why the store refused or could not answer. The text is for logs and administrators, never for customers.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// A row with the same unique key is there already.
    #[error("a row with the same key exists already: {constraint}")]
    Conflict {
        /// Constraint, index or columns, as the database names them.
        constraint: String,
    },
    /// A rule of the schema was broken: not null, check.
    #[error("the row breaks a rule of the schema: {0}")]
    Constraint(String),
    /// [`crate::Tx::query_one`], or a write of something that must exist, found no row.
    #[error("no such row")]
    Missing,
    /// The cell's lease is no longer held with this epoch: another owner took over. Nothing of this transaction is stored.
    #[error("cell {cell} is no longer owned with epoch {epoch}; another owner took over, reload the cell")]
    StaleEpoch {
        /// The cell.
        cell: CellId,
        /// The epoch that the caller believed in.
        epoch: i64,
    },
    /// The disk is full. Nothing was stored; reads go on; writes work again as soon as there is space.
    #[error("the disk is full; free space or move the data folder, writes resume by themselves")]
    Full,
    /// A lock was not free in time.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// A deadlock or serialization failure; nothing was stored, the whole act can be repeated.
    #[error("the transaction collided with another one and was rolled back: {0}")]
    Collision(String),
    /// The connection broke. A write may or may not be stored: repeat it with the same unique key.
    #[error("the connection to the database was lost: {0}")]
    Lost(String),
    /// Writing has stopped after an IO error: what the disk holds, this write included, is unknown until a restart.
    #[error("writing has stopped after a disk error ({0}); check the disk, then restart okno")]
    Stopped(String),
    /// A stored value or document cannot be read.
    #[error("a stored value cannot be read: {0}")]
    Corrupt(String),
    /// A document cannot be written as JSON.
    #[error("a document cannot be written: {0}")]
    Encode(String),
    /// The database was written by a newer okno.
    #[error(
        "the database has schema {found}, this okno knows only up to {known}; start a newer okno, or restore the backup made before the upgrade"
    )]
    NewerSchema {
        /// In the database.
        found: i64,
        /// Known to this program.
        known: i64,
    },
    /// The target or the database's settings do not fit.
    #[error("{0}")]
    Setup(String),
    /// An earlier statement of the same closure failed and its error was dropped; use [`crate::Tx::attempt`] where a failure is expected.
    #[error("an earlier statement of this transaction failed, nothing of it is stored")]
    Aborted,
    /// The closure panicked; nothing of it is stored.
    #[error("the transaction panicked and was rolled back: {0}")]
    Panicked(String),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// Any other answer of the database.
    #[error("the database answered: {0}")]
    Sql(String),
    /// A file of the blob directory.
    #[error("{what}: {source}")]
    Io {
        /// What was tried, with the path.
        what: String,
        /// The system's answer.
        source: std::sync::Arc<std::io::Error>,
    },
}

impl StoreError {
    /// The same act may succeed later without a change: disk full, busy, collision, connection.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Full | Self::Busy(_) | Self::Collision(_) | Self::Lost(_))
    }
}
