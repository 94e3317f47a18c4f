//! The conservation check.

use crate::{
    Answer, Problem,
    extract::{Query, Signed},
};
use axum::Json;
use okno_app::ledger;
use okno_model::doc::LedgerSummary;
use serde::Deserialize;
use utoipa::IntoParams;

/// Days that the check looks back if not given.
const DAYS: u32 = 30;

/// Over which time.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Days back, 1 to 3660; 30 if not given.
    days: Option<u32>,
}

/// Check that nothing has vanished: received = sum of all states
#[utoipa::path(get, path = "/ledger/summary", tag = "ledger", operation_id = "ledger_summary", params(Wanted),
    responses((status = 200, body = LedgerSummary), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn summary(signed: Signed, Query(wanted): Query<Wanted>) -> Answer<Json<LedgerSummary>> {
    let days = wanted.days.unwrap_or(DAYS);
    if !(1..=3660).contains(&days) {
        return Err(Problem::invalid("days", "out_of_range", "days must be 1 to 3660"));
    }
    Ok(Json(ledger::summary(&signed.ctx, &signed.actor, days).await?))
}
