//! The audit log and the event stream.

mod entries;
mod events;
mod verify;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use okno_model::right::Right;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(entries::list)).routes(routes!(verify::show)).routes(routes!(events::list))
}

pub(crate) const RULES: &[Rule] = &[
    rule("GET", "/api/v1/audit", Needs::OneOf(&[Right::AuditRead])),
    rule("GET", "/api/v1/audit/verify", Needs::OneOf(&[Right::AuditRead])),
    rule("GET", "/api/v1/events", Needs::OneOf(&[Right::EventsRead])),
];
