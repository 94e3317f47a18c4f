//! Customers, their histories and matches.

mod attributes;
mod history;
mod identities;
mod list;
mod matches;
mod merges;
mod notes;
mod orders;
mod organizations;
mod review;
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
        .routes(routes!(review::list))
        .routes(routes!(identities::add))
        .routes(routes!(identities::remove))
        .routes(routes!(notes::list, notes::add))
        .routes(routes!(notes::update))
        .routes(routes!(orders::put))
        .routes(routes!(orders::list))
        .routes(routes!(history::history))
        .routes(routes!(organizations::list, organizations::create))
        .routes(routes!(organizations::show, organizations::update, organizations::delete))
        .routes(routes!(organizations::members))
        .routes(routes!(organizations::suggested))
        .routes(routes!(attributes::list, attributes::create))
        .routes(routes!(attributes::update, attributes::delete))
}

const ANY: Needs = Needs::OneOf(Right::ALL);
const CONFIGURE: Needs = Needs::OneOf(&[Right::WorkspaceConfigure]);
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
    rule("GET", "/api/v1/matches", READ),
    rule("POST", "/api/v1/customers/{id}/identities", WRITE),
    rule("DELETE", "/api/v1/customers/{id}/identities/{identity}", WRITE),
    rule("GET", "/api/v1/customers/{id}/notes", READ),
    rule("POST", "/api/v1/customers/{id}/notes", WRITE),
    rule("PATCH", "/api/v1/notes/{id}", WRITE),
    rule("POST", "/api/v1/orders", WRITE),
    rule("GET", "/api/v1/customers/{id}/orders", READ),
    rule("GET", "/api/v1/customers/{id}/history", READ),
    rule("GET", "/api/v1/organizations", READ),
    rule("POST", "/api/v1/organizations", WRITE),
    rule("GET", "/api/v1/organizations/{id}", READ),
    rule("PATCH", "/api/v1/organizations/{id}", WRITE),
    rule("DELETE", "/api/v1/organizations/{id}", WRITE),
    rule("GET", "/api/v1/organizations/{id}/customers", READ),
    rule("GET", "/api/v1/customers/{id}/organizations", READ),
    rule("GET", "/api/v1/attributes", ANY),
    rule("POST", "/api/v1/attributes", CONFIGURE),
    rule("PATCH", "/api/v1/attributes/{id}", CONFIGURE),
    rule("DELETE", "/api/v1/attributes/{id}", CONFIGURE),
];
