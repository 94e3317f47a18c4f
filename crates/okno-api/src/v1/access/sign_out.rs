//! Signing out.

use crate::{Answer, ApiState, Problem, extract::Signed, security};
use axum::{extract::State, http::StatusCode};
use axum_extra::extract::cookie::CookieJar;
use okno_app::access;

/// Sign out; the session ends and its cookie is removed
#[utoipa::path(post, path = "/sign-out", tag = "access", responses((status = 204), (status = 401, body = Problem)))]
pub(crate) async fn create(State(state): State<ApiState>, signed: Signed) -> Answer<(StatusCode, CookieJar)> {
    access::sign_out(&signed.ctx, &signed.actor).await?;
    Ok((StatusCode::NO_CONTENT, security::clear_session(&state)))
}
