//! Entries of the audit log.

use crate::{
    Answer, Problem,
    extract::{Page, Paging, Query, Signed},
};
use axum::Json;
use okno_app::audit;
use okno_model::doc::AuditDoc;

/// List audit entries, newest first
#[utoipa::path(get, path = "/audit", tag = "audit", params(Paging),
    responses((status = 200, body = Page<AuditDoc>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn list(signed: Signed, Query(paging): Query<Paging>) -> Answer<Json<Page<AuditDoc>>> {
    let limit = paging.limit()?;
    let entries = audit::entries(&signed.ctx, &signed.actor, paging.after()?, limit).await?;
    Ok(Json(Page::new(entries, limit, |entry| entry.seq)))
}
