//! Customers, their histories and matches.

mod list;
mod matches;
mod merges;
mod show;
mod timeline;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use okno_model::right::Right;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(show::show, show::update))
        .routes(routes!(timeline::timeline))
        .routes(routes!(matches::list))
        .routes(routes!(matches::confirm))
        .routes(routes!(matches::reject))
        .routes(routes!(merges::merge))
        .routes(routes!(merges::undo))
        .routes(routes!(merges::undone))
}

const READ: Needs = Needs::OneOf(&[Right::CustomerRead]);
const WRITE: Needs = Needs::OneOf(&[Right::CustomerWrite]);

pub(crate) const RULES: &[Rule] = &[
    rule("GET", "/api/v1/customers", READ),
    rule("GET", "/api/v1/customers/{id}", READ),
    rule("PATCH", "/api/v1/customers/{id}", WRITE),
    rule("GET", "/api/v1/customers/{id}/timeline", READ),
    rule("GET", "/api/v1/customers/{id}/matches", READ),
    rule("POST", "/api/v1/matches/{id}/confirm", WRITE),
    rule("POST", "/api/v1/matches/{id}/reject", WRITE),
    rule("POST", "/api/v1/customers/{id}/merge", WRITE),
    rule("POST", "/api/v1/merges/{id}/undo", WRITE),
    rule("GET", "/api/v1/customers/{id}/merges/undone", READ),
];
