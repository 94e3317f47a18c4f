//! Cases and their histories.

mod comments;
mod entries;
mod interactions;
mod list;
mod show;
mod steps;

use crate::{
    Answer, ApiState, Problem,
    permissions::{Needs, Rule, rule},
};
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
};
use okno_model::right::Right;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list::list, list::create))
        .routes(routes!(show::show, show::update))
        .routes(routes!(steps::step))
        .routes(routes!(comments::comment))
        .routes(routes!(entries::list))
        .routes(routes!(entries::undo))
        .routes(routes!(interactions::link, interactions::unlink))
}

const READ: Needs = Needs::OneOf(&[Right::CaseRead]);
const WRITE: Needs = Needs::OneOf(&[Right::CaseWrite]);

pub(crate) const RULES: &[Rule] = &[
    rule("GET", "/api/v1/cases", READ),
    rule("POST", "/api/v1/cases", WRITE),
    rule("GET", "/api/v1/cases/{id}", READ),
    rule("PATCH", "/api/v1/cases/{id}", WRITE),
    rule("POST", "/api/v1/cases/{id}/step", WRITE),
    rule("POST", "/api/v1/cases/{id}/comments", WRITE),
    rule("GET", "/api/v1/cases/{id}/entries", READ),
    rule("POST", "/api/v1/cases/{id}/entries/{entry}/undo", WRITE),
    rule("PUT", "/api/v1/cases/{id}/interactions/{interaction}", WRITE),
    rule("DELETE", "/api/v1/cases/{id}/interactions/{interaction}", WRITE),
];

/// The version that the caller has seen, from `If-Match: "7"`; without the header he takes what is there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen(pub(crate) Option<i64>);

impl FromRequestParts<ApiState> for Seen {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Answer<Self> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let version = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text).parse();
        version.map(|version| Self(Some(version))).map_err(|_| {
            Problem::new(StatusCode::BAD_REQUEST, "bad_version", "If-Match must be the `version` of the case that you have seen, or `*`")
        })
    }
}
