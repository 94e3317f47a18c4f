//! Recovering and refusing.

use crate::{
    Answer, Problem,
    extract::{Body, Path, Signed},
};
use axum::Json;
use okno_app::ledger;
use okno_model::{UnitId, doc::LedgerDoc};
use serde::Deserialize;
use utoipa::ToSchema;

/// How to recover.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecoverInput {
    /// A note for whoever answers.
    note: Option<String>,
}

/// Bring a unit back to people, first in line
#[utoipa::path(post, path = "/ledger/{id}/recover", tag = "ledger", operation_id = "recover_unit", params(("id" = UnitId, Path)),
    request_body = RecoverInput,
    responses((status = 200, body = LedgerDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn recover(signed: Signed, Path(id): Path<UnitId>, Body(input): Body<RecoverInput>) -> Answer<Json<LedgerDoc>> {
    let note = input.note.unwrap_or_default();
    Ok(Json(ledger::recover(&signed.ctx, &signed.actor, id, &note).await?))
}

/// Why it is refused.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefuseInput {
    /// The reason, kept on record.
    why: String,
}

/// Refuse a unit as spam
#[utoipa::path(post, path = "/ledger/{id}/refuse", tag = "ledger", operation_id = "refuse_unit", params(("id" = UnitId, Path)),
    request_body = RefuseInput,
    responses((status = 200, body = LedgerDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn refuse(signed: Signed, Path(id): Path<UnitId>, Body(input): Body<RefuseInput>) -> Answer<Json<LedgerDoc>> {
    Ok(Json(ledger::refuse(&signed.ctx, &signed.actor, id, &input.why).await?))
}
