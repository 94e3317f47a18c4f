//! Another try for a mail that could not be delivered.

use crate::{
    Answer, Problem,
    extract::{Path, Signed},
};
use axum::Json;
use okno_app::messages;
use okno_model::{MessageId, doc::MessageDoc};

/// Try a failed mail again, with the same Message-ID
#[utoipa::path(post, path = "/messages/{id}/retry", tag = "messages", operation_id = "retry_message", params(("id" = MessageId, Path)),
    responses((status = 200, body = MessageDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn retry(signed: Signed, Path(id): Path<MessageId>) -> Answer<Json<MessageDoc>> {
    Ok(Json(messages::retry(&signed.ctx, &signed.actor, id).await?))
}
