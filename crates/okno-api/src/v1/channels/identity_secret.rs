//! The identity secret of a widget.

use crate::{
    Answer, Problem,
    extract::{Path, Signed},
};
use axum::Json;
use okno_app::channels;
use okno_model::ChannelId;
use serde::Serialize;
use utoipa::ToSchema;

/// The identity secret of a widget.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentitySecret {
    /// Key of the HMAC-SHA256 over a visitor's id, or over his id, a line feed and his address: 64 hexadecimal digits, used as
    /// they stand. For the company's server only, never for its pages.
    secret: String,
}

/// Show the secret with which your server signs who its visitors are; the audit log records it
#[utoipa::path(get, path = "/channels/{id}/identity-secret", tag = "channels", operation_id = "show_identity_secret",
    params(("id" = ChannelId, Path)),
    responses((status = 200, body = IdentitySecret), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<ChannelId>) -> Answer<Json<IdentitySecret>> {
    Ok(Json(IdentitySecret { secret: channels::identity_secret(&signed.ctx, &signed.actor, id).await? }))
}
