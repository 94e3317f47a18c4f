//! Configuration of the telephone: trunks, phones, prompts, what may be dialed.

mod dial_plan;
mod parts;
mod phones;
mod prompts;
mod speech;
mod trunks;

pub use speech::SpeechProvider;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use axum::extract::DefaultBodyLimit;
use okno_app::voice_config::PROMPT_BYTES;
use okno_model::right::Right;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(trunks::list, trunks::create))
        .routes(routes!(trunks::show, trunks::update, trunks::delete))
        .routes(routes!(phones::list, phones::create))
        .routes(routes!(phones::show, phones::update, phones::delete))
        .routes(routes!(prompts::list, prompts::create))
        .routes(routes!(prompts::show, prompts::update, prompts::delete))
        .merge(OpenApiRouter::new().routes(routes!(parts::upload, parts::delete)).layer(DefaultBodyLimit::max(PROMPT_BYTES)))
        .routes(routes!(parts::speak))
        .routes(routes!(parts::hear))
        .routes(routes!(dial_plan::show, dial_plan::update))
}

const CONFIGURE: Needs = Needs::OneOf(&[Right::VoiceConfigure]);

pub(crate) const RULES: &[Rule] = &[
    rule("GET", "/api/v1/trunks", CONFIGURE),
    rule("POST", "/api/v1/trunks", CONFIGURE),
    rule("GET", "/api/v1/trunks/{id}", CONFIGURE),
    rule("PATCH", "/api/v1/trunks/{id}", CONFIGURE),
    rule("DELETE", "/api/v1/trunks/{id}", CONFIGURE),
    rule("GET", "/api/v1/phones", CONFIGURE),
    rule("POST", "/api/v1/phones", CONFIGURE),
    rule("GET", "/api/v1/phones/{id}", CONFIGURE),
    rule("PATCH", "/api/v1/phones/{id}", CONFIGURE),
    rule("DELETE", "/api/v1/phones/{id}", CONFIGURE),
    rule("GET", "/api/v1/prompts", CONFIGURE),
    rule("POST", "/api/v1/prompts", CONFIGURE),
    rule("GET", "/api/v1/prompts/{id}", CONFIGURE),
    rule("PATCH", "/api/v1/prompts/{id}", CONFIGURE),
    rule("DELETE", "/api/v1/prompts/{id}", CONFIGURE),
    rule("POST", "/api/v1/prompts/{id}/parts/{language}", CONFIGURE),
    rule("DELETE", "/api/v1/prompts/{id}/parts/{language}", CONFIGURE),
    rule("POST", "/api/v1/prompts/{id}/parts/{language}/speak", CONFIGURE),
    rule("GET", "/api/v1/prompts/{id}/parts/{language}/audio.wav", CONFIGURE),
    rule("GET", "/api/v1/dial-plan", CONFIGURE),
    rule("PATCH", "/api/v1/dial-plan", CONFIGURE),
];
