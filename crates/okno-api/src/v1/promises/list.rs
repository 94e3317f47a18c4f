//! Promises that somebody has to keep, and how they were kept.

use crate::{
    Answer, Problem,
    extract::{Page, Paging, Query, Signed},
};
use axum::Json;
use okno_app::promises::{self, Position, Shown};
use okno_model::doc::{PromiseCountsDoc, PromiseDoc};
use serde::Deserialize;
use utoipa::IntoParams;

/// Days of a report without a wish.
const DAYS: u32 = 30;

/// What to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Only those that the caller has to keep.
    mine: Option<bool>,
}

/// List the promises that are still to be kept, by when they are due
#[utoipa::path(get, path = "/promises", tag = "promises", operation_id = "list_promises", params(Wanted, Paging),
    responses((status = 200, body = Page<PromiseDoc>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn list(signed: Signed, Query(wanted): Query<Wanted>, Query(paging): Query<Paging>) -> Answer<Json<Page<PromiseDoc>>> {
    let limit = paging.limit()?;
    let shown = if wanted.mine.unwrap_or_default() { Shown::Mine } else { Shown::Owed };
    let found = promises::list(&signed.ctx, &signed.actor, shown, paging.after()?, limit).await?;
    Ok(Json(Page::new(found, limit, |doc| Position::from(doc))))
}

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Days {
    /// So many days up to now, 1 to 366; 30 without.
    days: Option<u32>,
}

/// How promises were kept, by source and queue
#[utoipa::path(get, path = "/promises/report", tag = "promises", operation_id = "show_promise_report", params(Days),
    responses((status = 200, body = Page<PromiseCountsDoc>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn report(signed: Signed, Query(days): Query<Days>) -> Answer<Json<Page<PromiseCountsDoc>>> {
    let days = days.days.unwrap_or(DAYS);
    Ok(Json(Page::whole(promises::report(&signed.ctx, &signed.actor, days).await?)))
}
