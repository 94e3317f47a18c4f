//! Workspaces over all tenants: what a starting server has to serve.

use crate::{StoreError, Tx};
use okno_model::doc::WorkspaceDoc;

/// Every workspace of the installation, oldest first. The only query that looks over the wall between workspaces.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<WorkspaceDoc>, StoreError> {
    tx.query("SELECT doc FROM workspaces ORDER BY id", &[], |row| row.json(0))
}
