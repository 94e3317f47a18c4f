//! Files: up from the desk, and links to look at them on their own origin.

mod link;
mod upload;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use axum::extract::DefaultBodyLimit;
use okno_model::{limits, right::Right};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// A link to the files' origin. It ends after ten minutes, or with the session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Link {
    /// Absolute URL.
    pub(crate) url: String,
}

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .merge(OpenApiRouter::new().routes(routes!(upload::upload)).layer(DefaultBodyLimit::max(limits::ATTACHMENT_BYTES)))
        .routes(routes!(link::link))
}

pub(crate) const RULES: &[Rule] = &[
    rule("POST", "/api/v1/uploads", Needs::OneOf(&[Right::InteractionWrite])),
    rule("GET", "/api/v1/attachments/{id}/link", Needs::OneOf(&[Right::InteractionRead])),
];
