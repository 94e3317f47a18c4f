//! What is done with a call that goes on.

use crate::{
    Answer, Problem,
    extract::{Body, Path, Signed},
};
use axum::http::StatusCode;
use okno_app::calls;
use okno_model::{CallId, phone::CallCommand};

/// Hold, mute, consult, transfer, record, monitor or end a call
///
/// 204 means that the telephone does it; what becomes of it follows as `call.changed`.
#[utoipa::path(post, path = "/calls/{id}/command", tag = "calls", operation_id = "command_call", params(("id" = CallId, Path)),
    request_body = CallCommand,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn command(signed: Signed, Path(id): Path<CallId>, Body(command): Body<CallCommand>) -> Answer<StatusCode> {
    calls::command(&signed.ctx, &signed.actor, id, command).await?;
    Ok(StatusCode::NO_CONTENT)
}
