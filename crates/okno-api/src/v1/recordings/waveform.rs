//! The picture of a recording.

use super::open;
use crate::{
    Answer, Problem,
    extract::{Path, Query, Signed},
};
use axum::Json;
use okno_app::recordings;
use okno_model::RecordingId;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use utoipa::{IntoParams, ToSchema};

/// Bars that a picture may have: more than a wide screen has pixels shows nothing.
const BUCKETS: RangeInclusive<usize> = 10..=4_000;
const BUCKETS_DEFAULT: usize = 400;

/// How fine.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Parts, 10 to 4000; 400 if not given.
    buckets: Option<usize>,
}

/// A part without sound, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaveformGap {
    /// Where it begins, milliseconds.
    from_ms: u64,
    /// Where it ends.
    to_ms: u64,
    /// `paused`, `dropped`, `keys` (keys that were pressed are cut out), `damaged`.
    reason: String,
}

/// The loudness of a recording.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaveformView {
    /// Length, milliseconds.
    ms: u64,
    /// The loudest moment of each part, 0 to 255: the customer.
    left: Vec<u8>,
    /// The same of what he heard.
    right: Vec<u8>,
    /// Parts without sound.
    gaps: Vec<WaveformGap>,
    /// What is wrong with it, in words; empty for a whole recording.
    damages: Vec<String>,
}

/// Show the loudness of a recording
#[utoipa::path(get, path = "/recordings/{id}/waveform", tag = "calls", operation_id = "show_waveform",
    params(("id" = RecordingId, Path), Wanted),
    responses((status = 200, body = WaveformView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn waveform(signed: Signed, Path(id): Path<RecordingId>, Query(wanted): Query<Wanted>) -> Answer<Json<WaveformView>> {
    let buckets = wanted.buckets.unwrap_or(BUCKETS_DEFAULT);
    if !BUCKETS.contains(&buckets) {
        let words = format!("buckets must be {} to {}", BUCKETS.start(), BUCKETS.end());
        return Err(Problem::invalid("buckets", "out_of_range", words));
    }
    let sound = recordings::waveform(&signed.ctx, &signed.actor, id).await?;
    let recording = open(sound).await?;
    let [left, right] = recording.waveform(buckets);
    let gap = |gap: &okno_media::record::Gap| {
        let reason = serde_json::to_value(gap.reason).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default();
        WaveformGap { from_ms: gap.from_ms, to_ms: gap.to_ms, reason }
    };
    Ok(Json(WaveformView {
        ms: u64::try_from(recording.duration().as_millis()).unwrap_or(u64::MAX),
        left,
        right,
        gaps: recording.gaps().iter().map(gap).collect(),
        damages: recording.damages().iter().map(ToString::to_string).collect(),
    }))
}
