//! The sound of a recording, as a player in the browser asks for it: in ranges, never kept.

use super::{
    open,
    range::{Asked, asked},
};
use crate::{
    Answer, Problem,
    extract::{Path, Signed},
};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use okno_app::recordings;
use okno_media::record::Recording;
use okno_model::RecordingId;
use std::{convert::Infallible, ops::Range};

/// Bytes that are made at once: an hour of sound does not stand in memory because somebody listens to its beginning.
const PIECE: u64 = 512 * 1024;

/// Listen to a recording
///
/// A WAV file with two channels: left what the customer says, right what he hears. Takes `Range`. Each listening is written into the audit log.
#[utoipa::path(get, path = "/recordings/{id}/audio.wav", tag = "calls", operation_id = "listen", params(("id" = RecordingId, Path)),
    responses((status = 200, content_type = "audio/wav", body = Vec<u8>), (status = 206, content_type = "audio/wav", body = Vec<u8>),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 416)))]
pub(crate) async fn audio(signed: Signed, Path(id): Path<RecordingId>, headers: HeaderMap) -> Answer<Response> {
    let recording = open(recordings::sound(&signed.ctx, &signed.actor, id).await?).await?;
    let length = recording.wav_len();
    let wanted = asked(headers.get(header::RANGE).and_then(|value| value.to_str().ok()), length);
    let (status, range) = match wanted {
        Asked::Whole => (StatusCode::OK, 0..length),
        Asked::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Asked::Nowhere => (StatusCode::RANGE_NOT_SATISFIABLE, 0..0),
    };
    let bytes = range.end - range.start;
    let span = match status {
        StatusCode::PARTIAL_CONTENT => Some(format!("bytes {}-{}/{length}", range.start, range.end - 1)),
        StatusCode::RANGE_NOT_SATISFIABLE => Some(format!("bytes */{length}")),
        _ => None,
    };
    let mut response = Response::new(pieces(recording, range));
    *response.status_mut() = status;
    let head = response.headers_mut();
    head.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
    head.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Some(span) = span.and_then(|span| HeaderValue::from_str(&span).ok()) {
        head.insert(header::CONTENT_RANGE, span);
    }
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static("audio/wav"));
    head.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    head.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

fn pieces(recording: Recording, range: Range<u64>) -> Body {
    Body::from_stream(futures_util::stream::unfold((recording, range), |(recording, range)| async move {
        if range.is_empty() {
            return None;
        }
        let end = (range.start + PIECE).min(range.end);
        let piece = Bytes::from(recording.wav_bytes(range.start..end));
        Some((Ok::<_, Infallible>(piece), (recording, end..range.end)))
    }))
}
