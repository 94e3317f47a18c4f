//! Search over everything.

mod find;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use okno_model::right::Right;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(find::find))
}

pub(crate) const RULES: &[Rule] =
    &[rule("GET", "/api/v1/search", Needs::OneOf(&[Right::InteractionRead, Right::CustomerRead, Right::CaseRead]))];
