//! The ledger: what came in, what became of it, what was lost and is recovered.

mod decide;
mod list;
mod raw;
mod show;
mod summary;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use okno_model::right::Right;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(summary::summary))
        .routes(routes!(show::show))
        .routes(routes!(raw::raw))
        .routes(routes!(decide::recover))
        .routes(routes!(decide::refuse))
}

const READ: Needs = Needs::OneOf(&[Right::LedgerRead]);
const MANAGE: Needs = Needs::OneOf(&[Right::LedgerManage]);

pub(crate) const RULES: &[Rule] = &[
    rule("GET", "/api/v1/ledger", READ),
    rule("GET", "/api/v1/ledger/summary", READ),
    rule("GET", "/api/v1/ledger/{id}", READ),
    rule("GET", "/api/v1/ledger/{id}/raw", READ),
    rule("POST", "/api/v1/ledger/{id}/recover", MANAGE),
    rule("POST", "/api/v1/ledger/{id}/refuse", MANAGE),
];
