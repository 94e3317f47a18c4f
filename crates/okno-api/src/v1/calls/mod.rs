//! Calls: dialing, lists, one call, and what is done with one that goes on.

mod command;
mod dial;
mod list;
mod of_interaction;
mod voicemail;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use okno_model::right::Right;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list::list, dial::dial))
        .routes(routes!(list::show))
        .routes(routes!(command::command))
        .routes(routes!(of_interaction::list))
        .routes(routes!(voicemail::only_voicemail))
}

const READ: Needs = Needs::OneOf(&[Right::InteractionRead]);

pub(crate) const RULES: &[Rule] = &[
    rule("GET", "/api/v1/calls", READ),
    rule("POST", "/api/v1/calls", Needs::OneOf(&[Right::CallDial])),
    rule("GET", "/api/v1/calls/{id}", READ),
    // What each command needs besides is checked with the call: it is one's own, or needs a right over the call of another.
    rule("POST", "/api/v1/calls/{id}/command", READ),
    rule("GET", "/api/v1/interactions/{id}/calls", READ),
    rule("POST", "/api/v1/interactions/{id}/only-voicemail", Needs::OneOf(&[Right::AgentWork])),
];
