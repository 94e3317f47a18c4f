//! Set-up, signing in and out, the user himself and his sessions.

mod me;
mod password;
mod sessions;
mod setup;
mod sign_in;
mod sign_out;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use me::Me;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(setup::show, setup::create))
        .routes(routes!(sign_in::create))
        .routes(routes!(sign_out::create))
        .routes(routes!(me::show, me::update))
        .routes(routes!(password::change))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::revoke))
}

pub(crate) const RULES: &[Rule] = &[
    rule("GET", "/api/v1/setup", Needs::Public("tells only whether okno is set up")),
    rule("POST", "/api/v1/setup", Needs::Public("needs the one-time token that the server printed")),
    rule("POST", "/api/v1/sign-in", Needs::Public("throttled; this is how a session begins")),
    rule("POST", "/api/v1/sign-out", Needs::Session),
    rule("GET", "/api/v1/me", Needs::Session),
    rule("PATCH", "/api/v1/me", Needs::Session),
    rule("POST", "/api/v1/me/password", Needs::Session),
    rule("GET", "/api/v1/me/sessions", Needs::Session),
    rule("DELETE", "/api/v1/me/sessions/{id}", Needs::Session),
];
