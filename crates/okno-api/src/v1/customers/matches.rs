//! Suggestions that two customers are one person; a person decides.

use crate::{
    Answer, Problem,
    extract::{Page, Path, Signed},
};
use axum::Json;
use okno_app::customers::{self, Verdict};
use okno_model::{CustomerId, MatchId, doc::MatchDoc};

/// List suggestions about a customer, newest first
#[utoipa::path(get, path = "/customers/{id}/matches", tag = "customers", operation_id = "list_matches", params(("id" = CustomerId, Path)),
    responses((status = 200, body = Page<MatchDoc>), (status = 404, body = Problem)))]
pub(crate) async fn list(signed: Signed, Path(id): Path<CustomerId>) -> Answer<Json<Page<MatchDoc>>> {
    Ok(Json(Page::whole(customers::matches(&signed.ctx, &signed.actor, id).await?)))
}

/// Confirm that they are one person: their histories become one
#[utoipa::path(post, path = "/matches/{id}/confirm", tag = "customers", operation_id = "confirm_match", params(("id" = MatchId, Path)),
    responses((status = 200, body = MatchDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn confirm(signed: Signed, Path(id): Path<MatchId>) -> Answer<Json<MatchDoc>> {
    Ok(Json(customers::decide_match(&signed.ctx, &signed.actor, id, Verdict::Confirm).await?))
}

/// Say that they are two
#[utoipa::path(post, path = "/matches/{id}/reject", tag = "customers", operation_id = "reject_match", params(("id" = MatchId, Path)),
    responses((status = 200, body = MatchDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn reject(signed: Signed, Path(id): Path<MatchId>) -> Answer<Json<MatchDoc>> {
    Ok(Json(customers::decide_match(&signed.ctx, &signed.actor, id, Verdict::Reject).await?))
}
