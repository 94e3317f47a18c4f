//! Service levels: policies, what they would mean, and how clocks stand.

mod clocks;
mod policies;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use okno_model::right::Right;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(policies::list, policies::create))
        .routes(routes!(policies::show, policies::update, policies::delete))
        .routes(routes!(policies::preview))
        .routes(routes!(clocks::of_interaction))
        .routes(routes!(clocks::of_case))
}

const EVERYBODY: Needs = Needs::OneOf(Right::ALL);
const CONFIGURE: Needs = Needs::OneOf(&[Right::RoutingConfigure]);

pub(crate) const RULES: &[Rule] = &[
    rule("GET", "/api/v1/policies", EVERYBODY),
    rule("POST", "/api/v1/policies", CONFIGURE),
    rule("POST", "/api/v1/policies/preview", CONFIGURE),
    rule("GET", "/api/v1/policies/{id}", EVERYBODY),
    rule("PATCH", "/api/v1/policies/{id}", CONFIGURE),
    rule("DELETE", "/api/v1/policies/{id}", CONFIGURE),
    rule("GET", "/api/v1/cases/{id}/clocks", Needs::OneOf(&[Right::CaseRead])),
    rule("GET", "/api/v1/interactions/{id}/clocks", Needs::OneOf(&[Right::InteractionRead])),
];
