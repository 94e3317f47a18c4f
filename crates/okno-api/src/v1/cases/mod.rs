//! Cases and their histories.

mod comments;
mod complaint;
mod entries;
mod forwards;
mod here;
mod interactions;
mod list;
mod merge;
mod notices;
mod page;
mod settings;
mod show;
mod steps;
mod topics;

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
        .routes(routes!(here::here))
        .routes(routes!(complaint::step))
        .routes(routes!(page::open, page::close))
        .routes(routes!(merge::merge))
        .routes(routes!(merge::split))
        .routes(routes!(settings::show, settings::replace))
        .routes(routes!(forwards::list, forwards::forward))
        .routes(routes!(forwards::accept))
        .routes(routes!(forwards::answer))
        .routes(routes!(forwards::decline))
        .routes(routes!(notices::list))
        .routes(routes!(notices::seen_all))
        .routes(routes!(notices::seen))
        .routes(routes!(topics::list, topics::create))
        .routes(routes!(topics::update, topics::delete))
}

const READ: Needs = Needs::OneOf(&[Right::CaseRead]);
const WRITE: Needs = Needs::OneOf(&[Right::CaseWrite]);
const ANSWER: Needs = Needs::OneOf(&[Right::CaseAnswer]);
const MANAGE: Needs = Needs::OneOf(&[Right::CaseManage]);

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
    rule("POST", "/api/v1/cases/{id}/complaint", WRITE),
    rule("POST", "/api/v1/cases/{id}/page", WRITE),
    rule("DELETE", "/api/v1/cases/{id}/page", WRITE),
    rule("POST", "/api/v1/cases/{id}/here", READ),
    rule("POST", "/api/v1/cases/{id}/merge", MANAGE),
    rule("POST", "/api/v1/cases/{id}/split", MANAGE),
    rule("GET", "/api/v1/case-settings", READ),
    rule("PUT", "/api/v1/case-settings", MANAGE),
    rule("GET", "/api/v1/cases/{id}/forwards", READ),
    rule("POST", "/api/v1/cases/{id}/forwards", WRITE),
    rule("POST", "/api/v1/forwards/{id}/accept", ANSWER),
    rule("POST", "/api/v1/forwards/{id}/answer", ANSWER),
    rule("POST", "/api/v1/forwards/{id}/decline", ANSWER),
    rule("GET", "/api/v1/notices", Needs::Session),
    rule("POST", "/api/v1/notices/seen", Needs::Session),
    rule("POST", "/api/v1/notices/{id}/seen", Needs::Session),
    rule("GET", "/api/v1/topics", READ),
    rule("POST", "/api/v1/topics", MANAGE),
    rule("PATCH", "/api/v1/topics/{id}", MANAGE),
    rule("DELETE", "/api/v1/topics/{id}", MANAGE),
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
