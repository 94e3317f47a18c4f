//! A link to a file.

use super::Link;
use crate::{
    Answer, Problem,
    extract::{Path, Signed},
};
use axum::Json;
use okno_app::uploads::links;
use okno_model::AttachmentId;

/// Get a link to a file
#[utoipa::path(get, path = "/attachments/{id}/link", tag = "uploads", operation_id = "attachment_link", params(("id" = AttachmentId, Path)),
    responses((status = 200, body = Link), (status = 404, body = Problem)))]
pub(crate) async fn link(signed: Signed, Path(id): Path<AttachmentId>) -> Answer<Json<Link>> {
    Ok(Json(Link { url: links::attachment_url(&signed.ctx, &signed.actor, id).await? }))
}
