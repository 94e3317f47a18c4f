//! How the clocks of a matter stand.

use crate::{
    Answer, Problem,
    extract::{Page, Path, Signed},
};
use axum::Json;
use okno_app::sla;
use okno_model::{CaseId, InteractionId, doc::ClockDoc};

/// Show the clocks of an interaction, each with why it is due then
#[utoipa::path(get, path = "/interactions/{id}/clocks", tag = "sla", operation_id = "show_clocks_of_interaction",
    params(("id" = InteractionId, Path)), responses((status = 200, body = Page<ClockDoc>), (status = 404, body = Problem)))]
pub(crate) async fn of_interaction(signed: Signed, Path(id): Path<InteractionId>) -> Answer<Json<Page<ClockDoc>>> {
    Ok(Json(Page::whole(sla::clocks_of_interaction(&signed.ctx, &signed.actor, id).await?)))
}

/// Show the clocks of a case, each with why it is due then
#[utoipa::path(get, path = "/cases/{id}/clocks", tag = "sla", operation_id = "show_clocks_of_case",
    params(("id" = CaseId, Path)), responses((status = 200, body = Page<ClockDoc>), (status = 404, body = Problem)))]
pub(crate) async fn of_case(signed: Signed, Path(id): Path<CaseId>) -> Answer<Json<Page<ClockDoc>>> {
    Ok(Json(Page::whole(sla::clocks_of_case(&signed.ctx, &signed.actor, id).await?)))
}
