//! Agents: the floor, and presence.

mod list;
mod presence;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use okno_model::right::Right;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(presence::mine))
        .routes(routes!(presence::next))
        .routes(routes!(presence::of))
}

pub(crate) const RULES: &[Rule] = &[
    // Everybody sees himself.
    rule("GET", "/api/v1/agents", Needs::Session),
    rule("PUT", "/api/v1/me/presence", Needs::OneOf(&[Right::AgentWork])),
    rule("PUT", "/api/v1/me/next-presence", Needs::OneOf(&[Right::AgentWork])),
    rule("PUT", "/api/v1/agents/{id}/presence", Needs::OneOf(&[Right::AgentManage, Right::AgentWork])),
];
