//! The floor.

use crate::{
    Answer, Problem,
    extract::{Page, Signed},
};
use axum::Json;
use okno_app::routing;
use okno_model::doc::AgentDoc;

/// List the agents whom one may see, by name
#[utoipa::path(get, path = "/agents", tag = "agents", operation_id = "list_agents",
    responses((status = 200, body = Page<AgentDoc>), (status = 401, body = Problem)))]
pub(crate) async fn list(signed: Signed) -> Answer<Json<Page<AgentDoc>>> {
    Ok(Json(Page::whole(routing::agents(&signed.ctx, &signed.actor).await?)))
}
