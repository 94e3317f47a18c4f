//! The first-run set-up.

use super::{Me, sign_in::origin};
use crate::{Answer, ApiState, ClientAddress, Problem, extract::Body, security};
use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use axum_extra::extract::cookie::CookieJar;
use okno_app::access;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whether okno has to be set up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SetupState {
    /// Nobody has set it up.
    needed: bool,
}

/// What the first person says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetupBody {
    /// The one-time token from the server's output.
    token: String,
    /// Company name.
    company: String,
    /// IANA time zone.
    time_zone: String,
    /// `en`, `ru`, `pl`.
    language: String,
    /// The owner's name.
    name: String,
    /// The owner's mail address.
    email: String,
    /// The owner's password, 10 to 256 characters.
    password: String,
}

/// Tell whether okno has to be set up
#[utoipa::path(get, path = "/setup", tag = "access", security(()), responses((status = 200, body = SetupState)))]
pub(crate) async fn show(State(state): State<ApiState>) -> Answer<Json<SetupState>> {
    Ok(Json(SetupState { needed: access::setup_needed(&state.ctx()).await? }))
}

/// Set okno up and sign its owner in
#[utoipa::path(post, path = "/setup", tag = "access", security(()), request_body = SetupBody,
    responses((status = 201, body = Me), (status = 409, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Extension(address): Extension<ClientAddress>,
    headers: HeaderMap,
    Body(body): Body<SetupBody>,
) -> Answer<(StatusCode, CookieJar, Json<Me>)> {
    state.limits.sign_in(address.0)?;
    let SetupBody { token, company, time_zone, language, name, email, password } = body;
    let input = access::Setup { token, company, time_zone, language, name, email, password };
    let ctx = state.ctx();
    let signed = access::setup(&ctx, input, origin(&state, address, &headers)).await?;
    let me = Me::of(&state, &ctx, &signed.actor).await?;
    Ok((StatusCode::CREATED, security::set_session(&state, signed.token), Json(me)))
}
