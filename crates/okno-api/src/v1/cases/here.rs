//! Who else has a case open.

use crate::{
    Answer, Problem,
    extract::{Body, Path, Signed},
};
use axum::Json;
use okno_app::cases::here;
use okno_model::{CaseId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a page says of itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Here {
    /// It shows the case; `false` when it leaves.
    there: bool,
    /// Somebody writes or changes something in it.
    writes: bool,
}

/// A colleague who has the same case open.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseColleague {
    /// Who.
    user: UserId,
    /// He writes or changes something.
    writes: bool,
}

/// Say that one has a case open, every ten seconds; answers who else has
#[utoipa::path(post, path = "/cases/{id}/here", tag = "cases", operation_id = "here_case", params(("id" = CaseId, Path)), request_body = Here,
    responses((status = 200, body = Vec<CaseColleague>), (status = 404, body = Problem)))]
pub(crate) async fn here(signed: Signed, Path(id): Path<CaseId>, Body(input): Body<Here>) -> Answer<Json<Vec<CaseColleague>>> {
    let others = here::here(&signed.ctx, &signed.actor, id, input.there, input.writes).await?;
    Ok(Json(others.into_iter().map(|one| CaseColleague { user: one.user, writes: one.writes }).collect()))
}
