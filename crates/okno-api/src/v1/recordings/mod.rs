//! Recordings: the record, its sound for the player, its waveform, its end.

mod audio;
mod range;
mod show;
mod waveform;

use crate::{
    ApiState,
    permissions::{Needs, Rule, rule},
};
use okno_app::recordings::Sound;
use okno_media::record::Recording;
use okno_model::right::Right;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(show::show, show::delete)).routes(routes!(audio::audio)).routes(routes!(waveform::waveform))
}

const LISTEN: Needs = Needs::OneOf(&[Right::RecordingListen]);

pub(crate) const RULES: &[Rule] = &[
    rule("GET", "/api/v1/recordings/{id}", LISTEN),
    // Over everything: nobody removes the record of his own talks.
    rule("DELETE", "/api/v1/recordings/{id}", Needs::OneOf(&[Right::RecordingControl])),
    rule("GET", "/api/v1/recordings/{id}/audio.wav", LISTEN),
    rule("GET", "/api/v1/recordings/{id}/waveform", LISTEN),
];

/// Opens the seals: work of a tenth of a second for an hour of talk, so not on the threads that serve others.
async fn open(sound: Sound) -> crate::Answer<Recording> {
    tokio::task::spawn_blocking(move || Recording::open(&sound.key, sound.chunks.into_iter().map(|chunk| chunk.bytes)))
        .await
        .map_err(|error| crate::Problem::internal(&error.to_string()))
}
