//! The simulator: a model from this company, runs in the background, their results.

mod runs;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use okno_model::right::Right;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(runs::model))
        .routes(routes!(runs::example))
        .routes(routes!(runs::start))
        .routes(routes!(runs::show, runs::stop))
        .routes(routes!(runs::table))
}

const PLAN: Needs = Needs::OneOf(&[Right::RoutingConfigure]);

pub(crate) const RULES: &[Rule] = &[
    rule("GET", "/api/v1/sim/model", PLAN),
    rule("GET", "/api/v1/sim/example", PLAN),
    rule("POST", "/api/v1/sim", PLAN),
    rule("GET", "/api/v1/sim/{id}", PLAN),
    rule("DELETE", "/api/v1/sim/{id}", PLAN),
    rule("GET", "/api/v1/sim/{id}/csv", PLAN),
];
