//! The queue of suggestions.

use crate::{
    Answer, Problem,
    extract::{Page, Paging, Query, Signed},
};
use axum::Json;
use okno_app::customers::{self, ReviewPosition};
use okno_model::doc::MatchPair;

/// List open suggestions with both sides, the surest first
#[utoipa::path(get, path = "/matches", tag = "customers", operation_id = "review_matches", params(Paging),
    responses((status = 200, body = Page<MatchPair>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn list(signed: Signed, Query(paging): Query<Paging>) -> Answer<Json<Page<MatchPair>>> {
    let limit = paging.limit()?;
    let found = customers::review(&signed.ctx, &signed.actor, paging.after()?, limit).await?;
    Ok(Json(Page::new(found, limit, |pair| ReviewPosition::from(pair))))
}
