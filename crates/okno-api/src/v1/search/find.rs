//! One box for all.

use crate::{
    Answer, Problem,
    extract::{Page, Paging, Query, Signed},
};
use axum::Json;
use okno_app::search::{self, Position, Wanted};
use okno_model::{
    CustomerId, Timestamp,
    doc::{SearchHit, SearchKind},
};
use serde::Deserialize;
use utoipa::IntoParams;

/// What to look for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// Words; all must be there, in any inflection. `"…"` must stand like this, `-word` must not be there.
    #[serde(default)]
    q: String,
    /// The last word may still be going on.
    #[serde(default)]
    unfinished: bool,
    /// Only these kinds, with commas: `customer`, `interaction`, `message`, `case`.
    kind: Option<String>,
    /// Only what has to do with this customer.
    customer: Option<CustomerId>,
    /// Only what was said or began from then on, UTC milliseconds.
    from: Option<Timestamp>,
    /// Only what was said or began before, UTC milliseconds.
    until: Option<Timestamp>,
}

/// Search customers, cases, interactions and messages, newest first
#[utoipa::path(get, path = "/search", tag = "search", operation_id = "search", params(Asked, Paging),
    responses((status = 200, body = Page<SearchHit>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn find(signed: Signed, Query(asked): Query<Asked>, Query(paging): Query<Paging>) -> Answer<Json<Page<SearchHit>>> {
    let limit = paging.limit()?;
    let kinds = asked.kind.as_deref().unwrap_or("").split(',').map(str::trim).filter(|kind| !kind.is_empty());
    let kinds: Vec<SearchKind> = kinds
        .map(|kind| {
            SearchKind::parse(kind).ok_or_else(|| {
                let known: Vec<&str> = SearchKind::ALL.iter().map(|kind| kind.word()).collect();
                Problem::invalid("kind", "unknown", format!("`{kind}` is no kind; use {}", known.join(", ")))
            })
        })
        .collect::<Answer<_>>()?;
    let wanted =
        Wanted { text: asked.q, unfinished: asked.unfinished, kinds, customer: asked.customer, from: asked.from, until: asked.until };
    let (items, next) = search::search(&signed.ctx, &signed.actor, wanted, paging.after::<Position>()?, limit).await?;
    Ok(Json(Page::until(items, next)))
}
