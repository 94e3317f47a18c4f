//! Who need not wait: what was offered, wanted and kept.

use crate::{
    Answer, Problem,
    extract::{Page, Query, Signed},
};
use axum::Json;
use okno_app::callbacks;
use okno_model::doc::CallbackCountsDoc;
use serde::Deserialize;
use utoipa::IntoParams;

/// Days of a report without a wish.
const DAYS: u32 = 30;

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Days {
    /// So many days up to now, 1 to 366; 30 without.
    days: Option<u32>,
}

/// Callbacks offered, accepted, kept and late, by queue, medium and day; newest day first
#[utoipa::path(get, path = "/callbacks/report", tag = "routing", operation_id = "show_callback_report", params(Days),
    responses((status = 200, body = Page<CallbackCountsDoc>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn report(signed: Signed, Query(days): Query<Days>) -> Answer<Json<Page<CallbackCountsDoc>>> {
    let days = days.days.unwrap_or(DAYS);
    Ok(Json(Page::whole(callbacks::report(&signed.ctx, &signed.actor, days).await?)))
}
