//! Signing in.

use super::Me;
use crate::{Answer, ApiState, ClientAddress, Problem, extract::Body, security};
use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use axum_extra::extract::cookie::CookieJar;
use okno_app::access::{self, Origin};
use serde::Deserialize;
use utoipa::ToSchema;

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignInBody {
    /// Mail address.
    email: String,
    /// Password.
    password: String,
}

/// Sign in; the answer sets the session cookie
#[utoipa::path(post, path = "/sign-in", tag = "access", security(()), request_body = SignInBody,
    responses((status = 200, body = Me), (status = 401, description = "code `wrong_credentials`", body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Extension(address): Extension<ClientAddress>,
    headers: HeaderMap,
    Body(body): Body<SignInBody>,
) -> Answer<(CookieJar, Json<Me>)> {
    state.limits.sign_in(address.0)?;
    let ctx = state.ctx();
    let signed = access::sign_in(&ctx, &body.email, body.password, origin(&state, address, &headers)).await?;
    let Some(signed) = signed else {
        metrics::counter!("okno_sign_ins_total", "result" => "refused").increment(1);
        let detail = "the mail address or the password is wrong";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong_credentials", detail));
    };
    let me = Me::of(&state, &ctx, &signed.actor).await?;
    Ok((security::set_session(&state, signed.token), Json(me)))
}

pub(super) fn origin(state: &ApiState, address: ClientAddress, headers: &HeaderMap) -> Origin {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("").to_owned();
    Origin { address: address.0, agent, token: security::session_cookie(state, headers) }
}
