//! The history of a case.

use crate::{
    Answer, Problem,
    extract::{Page, Paging, Path, Query, Signed},
};
use axum::Json;
use okno_app::cases::{self, EntryPosition};
use okno_model::{
    CaseEntryId, CaseId,
    doc::{CaseDoc, CaseEntryDoc},
};

/// List what happened to a case, the newest first
#[utoipa::path(get, path = "/cases/{id}/entries", tag = "cases", operation_id = "list_case_entries", params(("id" = CaseId, Path), Paging),
    responses((status = 200, body = Page<CaseEntryDoc>), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn list(signed: Signed, Path(id): Path<CaseId>, Query(paging): Query<Paging>) -> Answer<Json<Page<CaseEntryDoc>>> {
    let limit = paging.limit()?;
    let found = cases::entries(&signed.ctx, &signed.actor, id, paging.after()?, limit).await?;
    Ok(Json(Page::new(found, limit, |entry| EntryPosition::from(entry))))
}

/// Take back what an entry did
#[utoipa::path(post, path = "/cases/{id}/entries/{entry}/undo", tag = "cases", operation_id = "undo_case_entry",
    params(("id" = CaseId, Path), ("entry" = CaseEntryId, Path)),
    responses((status = 200, body = CaseDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn undo(signed: Signed, Path((id, entry)): Path<(CaseId, CaseEntryId)>) -> Answer<Json<CaseDoc>> {
    Ok(Json(cases::undo(&signed.ctx, &signed.actor, id, entry).await?))
}
