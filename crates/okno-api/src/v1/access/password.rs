//! One's own password.

use crate::{
    Answer, Problem,
    extract::{Body, Signed},
};
use axum::http::StatusCode;
use okno_app::access;
use serde::Deserialize;
use utoipa::ToSchema;

/// The old and the new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordBody {
    /// The password until now.
    current: String,
    /// The password from now on, 10 to 256 characters.
    new: String,
}

/// Change one's own password; all other sessions end
#[utoipa::path(post, path = "/me/password", tag = "access", request_body = PasswordBody,
    responses((status = 204), (status = 401, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn change(signed: Signed, Body(body): Body<PasswordBody>) -> Answer<StatusCode> {
    access::change_password(&signed.ctx, &signed.actor, body.current, body.new).await?;
    Ok(StatusCode::NO_CONTENT)
}
