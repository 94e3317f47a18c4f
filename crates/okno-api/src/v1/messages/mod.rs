//! Single messages: their HTML forms, and failed deliveries.

mod html_link;
mod retry;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use okno_model::right::Right;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(html_link::html_link)).routes(routes!(retry::retry))
}

pub(crate) const RULES: &[Rule] = &[
    rule("GET", "/api/v1/messages/{id}/html-link", Needs::OneOf(&[Right::InteractionRead])),
    rule("POST", "/api/v1/messages/{id}/retry", Needs::OneOf(&[Right::InteractionWrite])),
];
