//! Users, roles and teams.

mod roles;
mod teams;
#[expect(clippy::module_inception, reason = "the feature is named after its first resource")]
mod users;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use okno_model::right::Right;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(users::list, users::create))
        .routes(routes!(users::show, users::update))
        .routes(routes!(roles::list, roles::create))
        .routes(routes!(roles::show, roles::update, roles::delete))
        .routes(routes!(teams::list, teams::create))
        .routes(routes!(teams::show, teams::update, teams::delete))
}

const CONFIGURE: Needs = Needs::OneOf(&[Right::UserConfigure]);

pub(crate) const RULES: &[Rule] = &[
    rule("GET", "/api/v1/users", CONFIGURE),
    rule("POST", "/api/v1/users", CONFIGURE),
    rule("GET", "/api/v1/users/{id}", CONFIGURE),
    rule("PATCH", "/api/v1/users/{id}", CONFIGURE),
    rule("GET", "/api/v1/roles", CONFIGURE),
    rule("POST", "/api/v1/roles", CONFIGURE),
    rule("GET", "/api/v1/roles/{id}", CONFIGURE),
    rule("PATCH", "/api/v1/roles/{id}", CONFIGURE),
    rule("DELETE", "/api/v1/roles/{id}", CONFIGURE),
    rule("GET", "/api/v1/teams", Needs::OneOf(Right::ALL)),
    rule("POST", "/api/v1/teams", CONFIGURE),
    rule("GET", "/api/v1/teams/{id}", Needs::OneOf(Right::ALL)),
    rule("PATCH", "/api/v1/teams/{id}", CONFIGURE),
    rule("DELETE", "/api/v1/teams/{id}", CONFIGURE),
];
