//! One history over everything.

use crate::{
    Answer, Problem,
    extract::{Page, Paging, Path, Query, Signed},
};
use axum::Json;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use okno_app::customers::{self, HistoryKind, HistoryPosition};
use okno_model::{CustomerId, doc::HistoryItem};
use serde::Deserialize;
use std::collections::BTreeSet;
use utoipa::IntoParams;

/// What is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Kinds with commas: `interaction,case,note,order,merge`; all without it.
    kinds: Option<String>,
}

/// List everything of a customer, newest first: interactions, cases, notes, orders, merges
#[utoipa::path(get, path = "/customers/{id}/history", tag = "customers", operation_id = "customer_history",
    params(("id" = CustomerId, Path), Wanted, Paging),
    responses((status = 200, body = Page<HistoryItem>), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn history(
    signed: Signed,
    Path(id): Path<CustomerId>,
    Query(wanted): Query<Wanted>,
    Query(paging): Query<Paging>,
) -> Answer<Json<Page<HistoryItem>>> {
    let limit = paging.limit()?;
    let after: Option<HistoryPosition> = paging.after()?;
    let mut kinds = BTreeSet::new();
    for word in wanted.kinds.iter().flat_map(|kinds| kinds.split(',')).filter(|word| !word.is_empty()) {
        let known = HistoryKind::ALL.into_iter().find(|kind| kind.word() == word);
        kinds.insert(known.ok_or_else(|| Problem::invalid("kinds", "bad_kind", "kinds are interaction, case, note, order, merge"))?);
    }
    let items = customers::history(&signed.ctx, &signed.actor, id, kinds, after.clone(), limit).await?;
    let full = items.len() >= limit;
    let next = customers::history_position(after.as_ref(), &items).filter(|_| full);
    let next = next.and_then(|position| serde_json::to_vec(&position).ok()).map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
    Ok(Json(Page { items, next }))
}
