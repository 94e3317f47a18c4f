//! The workspace.

mod settings;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use okno_model::right::Right;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(settings::show, settings::update))
}

pub(crate) const RULES: &[Rule] =
    &[rule("GET", "/api/v1/workspace", Needs::Session), rule("PATCH", "/api/v1/workspace", Needs::OneOf(&[Right::WorkspaceConfigure]))];
