//! Channels.

#[expect(clippy::module_inception, reason = "the feature is named after its only resource")]
mod channels;
mod identity_secret;
mod test;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use okno_model::right::Right;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(channels::list, channels::create))
        .routes(routes!(channels::show, channels::update, channels::delete))
        .routes(routes!(identity_secret::show))
        .routes(routes!(test::create))
}

const CONFIGURE: Needs = Needs::OneOf(&[Right::ChannelConfigure]);

pub(crate) const RULES: &[Rule] = &[
    rule("GET", "/api/v1/channels", Needs::OneOf(Right::ALL)),
    rule("POST", "/api/v1/channels", CONFIGURE),
    rule("GET", "/api/v1/channels/{id}", Needs::OneOf(Right::ALL)),
    rule("PATCH", "/api/v1/channels/{id}", CONFIGURE),
    rule("DELETE", "/api/v1/channels/{id}", CONFIGURE),
    rule("GET", "/api/v1/channels/{id}/identity-secret", CONFIGURE),
    rule("POST", "/api/v1/channels/{id}/test", CONFIGURE),
];
