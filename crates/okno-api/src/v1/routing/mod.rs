//! Routing configuration: queues, skills, pause codes, dispositions.

mod blending;
mod callbacks;
mod dispositions;
mod hours;
mod pause_codes;
mod queues;
mod skills;
mod waits;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use okno_model::right::Right;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(blending::show, blending::put))
        .routes(routes!(queues::list, queues::create))
        .routes(routes!(queues::show, queues::update, queues::delete))
        .routes(routes!(queues::preview))
        .routes(routes!(waits::show))
        .routes(routes!(waits::calibration))
        .routes(routes!(callbacks::report))
        .routes(routes!(hours::list, hours::create))
        .routes(routes!(hours::show, hours::update, hours::delete))
        .routes(routes!(skills::list, skills::create))
        .routes(routes!(skills::show, skills::update, skills::delete))
        .routes(routes!(pause_codes::list, pause_codes::create))
        .routes(routes!(pause_codes::show, pause_codes::update, pause_codes::delete))
        .routes(routes!(dispositions::list, dispositions::create))
        .routes(routes!(dispositions::show, dispositions::update, dispositions::delete))
}

const EVERYBODY: Needs = Needs::OneOf(Right::ALL);
const CONFIGURE: Needs = Needs::OneOf(&[Right::RoutingConfigure]);

pub(crate) const RULES: &[Rule] = &[
    rule("GET", "/api/v1/blending", EVERYBODY),
    rule("PUT", "/api/v1/blending", CONFIGURE),
    rule("GET", "/api/v1/queues", EVERYBODY),
    rule("POST", "/api/v1/queues", CONFIGURE),
    rule("POST", "/api/v1/queues/preview", CONFIGURE),
    rule("GET", "/api/v1/queues/{id}", EVERYBODY),
    rule("PATCH", "/api/v1/queues/{id}", CONFIGURE),
    rule("DELETE", "/api/v1/queues/{id}", CONFIGURE),
    rule("GET", "/api/v1/queues/{id}/wait", EVERYBODY),
    rule("GET", "/api/v1/waits/calibration", Needs::OneOf(&[Right::RoutingConfigure, Right::LedgerRead])),
    rule("GET", "/api/v1/callbacks/report", Needs::OneOf(&[Right::RoutingConfigure, Right::LedgerRead])),
    rule("GET", "/api/v1/hours", EVERYBODY),
    rule("POST", "/api/v1/hours", CONFIGURE),
    rule("GET", "/api/v1/hours/{id}", EVERYBODY),
    rule("PATCH", "/api/v1/hours/{id}", CONFIGURE),
    rule("DELETE", "/api/v1/hours/{id}", CONFIGURE),
    rule("GET", "/api/v1/skills", EVERYBODY),
    rule("POST", "/api/v1/skills", CONFIGURE),
    rule("GET", "/api/v1/skills/{id}", EVERYBODY),
    rule("PATCH", "/api/v1/skills/{id}", CONFIGURE),
    rule("DELETE", "/api/v1/skills/{id}", CONFIGURE),
    rule("GET", "/api/v1/pause-codes", EVERYBODY),
    rule("POST", "/api/v1/pause-codes", CONFIGURE),
    rule("GET", "/api/v1/pause-codes/{id}", EVERYBODY),
    rule("PATCH", "/api/v1/pause-codes/{id}", CONFIGURE),
    rule("DELETE", "/api/v1/pause-codes/{id}", CONFIGURE),
    rule("GET", "/api/v1/dispositions", EVERYBODY),
    rule("POST", "/api/v1/dispositions", CONFIGURE),
    rule("GET", "/api/v1/dispositions/{id}", EVERYBODY),
    rule("PATCH", "/api/v1/dispositions/{id}", CONFIGURE),
    rule("DELETE", "/api/v1/dispositions/{id}", CONFIGURE),
];
