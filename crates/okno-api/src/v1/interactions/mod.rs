//! Interactions: lists, one with all around it, and what agents do with them.

mod list;
mod messages;
mod show;
mod work;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use okno_model::right::Right;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(show::show))
        .routes(routes!(show::decisions))
        .routes(routes!(show::why))
        .routes(routes!(show::why_not))
        .routes(routes!(messages::list, messages::send))
        .routes(routes!(messages::read))
        .routes(routes!(work::accept))
        .routes(routes!(work::decline))
        .routes(routes!(work::pull))
        .routes(routes!(work::transfer))
        .routes(routes!(work::finish))
        .routes(routes!(work::wrap_up))
        .routes(routes!(work::extend))
        .routes(routes!(work::request))
}

const READ: Needs = Needs::OneOf(&[Right::InteractionRead]);

pub(crate) const RULES: &[Rule] = &[
    rule("GET", "/api/v1/interactions", READ),
    rule("GET", "/api/v1/interactions/{id}", READ),
    rule("GET", "/api/v1/interactions/{id}/decisions", READ),
    rule("GET", "/api/v1/interactions/{id}/why", READ),
    rule("GET", "/api/v1/interactions/{id}/why-not/{agent}", READ),
    rule("GET", "/api/v1/interactions/{id}/messages", READ),
    rule("POST", "/api/v1/interactions/{id}/messages", Needs::OneOf(&[Right::InteractionWrite])),
    rule("POST", "/api/v1/interactions/{id}/read", READ),
    // An offer, a talk and a wrap-up are the agent's own; whose they are is checked with the state.
    rule("POST", "/api/v1/interactions/{id}/accept", READ),
    rule("POST", "/api/v1/interactions/{id}/decline", READ),
    rule("POST", "/api/v1/interactions/{id}/pull", Needs::OneOf(&[Right::InteractionPull])),
    rule("POST", "/api/v1/interactions/{id}/transfer", READ),
    rule("POST", "/api/v1/interactions/{id}/finish", READ),
    rule("POST", "/api/v1/interactions/{id}/wrap-up", READ),
    rule("POST", "/api/v1/interactions/{id}/wrap-up/extend", READ),
    rule("POST", "/api/v1/interactions/{id}/wrap-up/request", READ),
];
