//! Promises to customers.

mod act;
mod list;
mod of_interaction;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use okno_model::right::Right;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(list::report))
        .routes(routes!(of_interaction::list, of_interaction::make))
        .routes(routes!(of_interaction::preview))
        .routes(routes!(act::keep))
        .routes(routes!(act::cancel))
        .routes(routes!(act::draft))
        .routes(routes!(act::update))
}

const READ: Needs = Needs::OneOf(&[Right::InteractionRead]);
const WRITE: Needs = Needs::OneOf(&[Right::InteractionWrite]);

pub(crate) const RULES: &[Rule] = &[
    rule("GET", "/api/v1/promises", READ),
    rule("GET", "/api/v1/promises/report", Needs::OneOf(&[Right::LedgerRead, Right::RoutingConfigure])),
    rule("GET", "/api/v1/interactions/{id}/promises", READ),
    rule("POST", "/api/v1/interactions/{id}/promises", WRITE),
    rule("POST", "/api/v1/interactions/{id}/promises/preview", READ),
    rule("POST", "/api/v1/promises/{id}/keep", WRITE),
    rule("POST", "/api/v1/promises/{id}/cancel", WRITE),
    rule("GET", "/api/v1/promises/{id}/draft", READ),
    rule("POST", "/api/v1/promises/{id}/update", WRITE),
];
