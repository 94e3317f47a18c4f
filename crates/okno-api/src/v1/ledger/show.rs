//! One entry.

use crate::{
    Answer, Problem,
    extract::{Path, Signed},
};
use axum::Json;
use okno_app::ledger;
use okno_model::{UnitId, doc::LedgerDoc};

/// Show a ledger entry
#[utoipa::path(get, path = "/ledger/{id}", tag = "ledger", operation_id = "show_unit", params(("id" = UnitId, Path)),
    responses((status = 200, body = LedgerDoc), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<UnitId>) -> Answer<Json<LedgerDoc>> {
    Ok(Json(ledger::get(&signed.ctx, &signed.actor, id).await?))
}
