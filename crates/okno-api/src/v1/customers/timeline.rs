//! The one history over all channels.

use crate::{
    Answer, Problem,
    extract::{Page, Paging, Path, Query, Signed},
};
use axum::Json;
use okno_app::{customers, interactions::Position};
use okno_model::{CustomerId, doc::TimelineItem};

/// List a customer's interactions over all channels, newest first
#[utoipa::path(get, path = "/customers/{id}/timeline", tag = "customers", operation_id = "customer_timeline",
    params(("id" = CustomerId, Path), Paging),
    responses((status = 200, body = Page<TimelineItem>), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn timeline(signed: Signed, Path(id): Path<CustomerId>, Query(paging): Query<Paging>) -> Answer<Json<Page<TimelineItem>>> {
    let limit = paging.limit()?;
    let found = customers::timeline(&signed.ctx, &signed.actor, id, paging.after()?, limit).await?;
    Ok(Json(Page::new(found, limit, |item| Position::from(&item.interaction))))
}
