//! Calling somebody.

use crate::{
    Answer, Problem,
    extract::{Create, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::calls::{self, DialRequest};
use okno_model::{ChannelId, doc::CallDoc, phone::DialTo};
use serde::Deserialize;
use utoipa::ToSchema;

/// Whom to call, and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DialInput {
    /// Whom.
    to: DialTo,
    /// By which telephone channel: its queue, its caller id.
    channel: ChannelId,
}

/// Call a number or a colleague
///
/// 201 means that the call is recorded and being dialed; what becomes of it follows as `call.changed`. With an `Idempotency-Key` a repeat
/// does not call twice.
#[utoipa::path(post, path = "/calls", tag = "calls", operation_id = "dial", params(("Idempotency-Key" = Option<String>, Header)),
    request_body = DialInput,
    responses((status = 201, body = CallDoc), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
pub(crate) async fn dial(signed: Signed, request: Create<DialInput>) -> Answer<(StatusCode, Json<CallDoc>)> {
    let wanted = DialRequest { to: request.body.to, channel: request.body.channel };
    let call = calls::dial(&signed.ctx, &signed.actor, wanted, request.once).await?;
    Ok((StatusCode::CREATED, Json(call)))
}
