//! How long customers wait, and how honest that was.

use crate::{
    Answer, Problem,
    extract::{Page, Path, Query, Signed},
};
use axum::Json;
use okno_app::routing;
use okno_model::{
    QueueId,
    doc::{CalibrationDoc, QueueWaitDoc},
};
use serde::Deserialize;
use utoipa::IntoParams;

/// Days of a report without a wish.
const DAYS: u32 = 30;

/// The waits of a queue now: for who would come, and for everybody in line
#[utoipa::path(get, path = "/queues/{id}/wait", tag = "routing", operation_id = "show_queue_wait", params(("id" = QueueId, Path)),
    responses((status = 200, body = QueueWaitDoc), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<QueueId>) -> Answer<Json<QueueWaitDoc>> {
    Ok(Json(routing::queue_wait(&signed.ctx, &signed.actor, id).await?))
}

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Days {
    /// Predictions of so many days up to now, 1 to 90; 30 without.
    days: Option<u32>,
}

/// How honest the estimates of waits were, by queue and medium
#[utoipa::path(get, path = "/waits/calibration", tag = "routing", operation_id = "show_wait_calibration", params(Days),
    responses((status = 200, body = Page<CalibrationDoc>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn calibration(signed: Signed, Query(days): Query<Days>) -> Answer<Json<Page<CalibrationDoc>>> {
    let days = days.days.unwrap_or(DAYS);
    Ok(Json(Page::whole(routing::calibration(&signed.ctx, &signed.actor, days).await?)))
}
