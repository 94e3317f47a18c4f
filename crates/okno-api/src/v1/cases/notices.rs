//! One's own inbox about cases.

use crate::{
    Answer, Problem,
    extract::{Page, Paging, Path, Query, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::cases::{self, NoticePosition};
use okno_model::{NoticeId, doc::NoticeDoc};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which notices.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Only those that were not seen yet.
    unseen: Option<bool>,
}

/// List what stands in one's own inbox, the newest first
#[utoipa::path(get, path = "/notices", tag = "cases", operation_id = "list_notices", params(Wanted, Paging),
    responses((status = 200, body = Page<NoticeDoc>), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn list(signed: Signed, Query(wanted): Query<Wanted>, Query(paging): Query<Paging>) -> Answer<Json<Page<NoticeDoc>>> {
    let limit = paging.limit()?;
    let unseen = wanted.unseen.unwrap_or(false);
    let found = cases::my_notices(&signed.ctx, &signed.actor, unseen, paging.after()?, limit).await?;
    Ok(Json(Page::new(found, limit, |notice| NoticePosition::from(notice))))
}

/// Mark a notice as seen
#[utoipa::path(post, path = "/notices/{id}/seen", tag = "cases", operation_id = "see_notice", params(("id" = NoticeId, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn seen(signed: Signed, Path(id): Path<NoticeId>) -> Answer<StatusCode> {
    cases::seen(&signed.ctx, &signed.actor, Some(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Mark all notices as seen
#[utoipa::path(post, path = "/notices/seen", tag = "cases", operation_id = "see_notices",
    responses((status = 204), (status = 401, body = Problem)))]
pub(crate) async fn seen_all(signed: Signed) -> Answer<StatusCode> {
    cases::seen(&signed.ctx, &signed.actor, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
