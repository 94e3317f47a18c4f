//! Sounds of prompts: uploaded, spoken, heard.

use super::speech;
use crate::{
    Answer, ApiState, Problem,
    extract::{Body, Path, Signed},
};
use axum::{
    Json,
    body::{Body as Content, Bytes},
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use okno_app::voice_config::{self, PROMPT_BYTES, PROMPT_SECONDS};
use okno_media::{
    audio::{Audio, Limits},
    codec::Rate,
};
use okno_model::{
    PromptId,
    doc::{PromptDoc, PromptPartDoc},
};
use serde::Deserialize;
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use utoipa::ToSchema;

/// Files that are decoded at once: each may take a second of a processor and 100 MB.
static DECODING: Semaphore = Semaphore::const_new(2);

/// What is to be said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    /// The words.
    text: String,
}

/// Upload the sound of a prompt in one language: WAV or Ogg Opus, at most 20 MB and 15 minutes
#[utoipa::path(post, path = "/prompts/{id}/parts/{language}", tag = "voice", operation_id = "upload_prompt_part",
    params(("id" = PromptId, Path), ("language" = String, Path)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = PromptDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 413, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn upload(signed: Signed, Path((id, language)): Path<(PromptId, String)>, bytes: Bytes) -> Answer<Json<PromptDoc>> {
    // Whether it may be written is asked before anybody works on what a stranger sent.
    voice_config::writable_part(&signed.ctx, &signed.actor, id, &language).await?;
    let (wav, ms) = decode(bytes).await?;
    let part = PromptPartDoc { language: language.clone(), text: String::new(), ms, blob: String::new() };
    Ok(Json(voice_config::set_part(&signed.ctx, &signed.actor, id, &language, part, wav).await?))
}

/// Let a text be spoken as the sound of a prompt in one language
#[utoipa::path(post, path = "/prompts/{id}/parts/{language}/speak", tag = "voice", operation_id = "speak_prompt_part",
    params(("id" = PromptId, Path), ("language" = String, Path)), request_body = Said,
    responses((status = 200, body = PromptDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
pub(crate) async fn speak(
    State(state): State<ApiState>,
    signed: Signed,
    Path((id, language)): Path<(PromptId, String)>,
    Body(Said { text }): Body<Said>,
) -> Answer<Json<PromptDoc>> {
    voice_config::writable_part(&signed.ctx, &signed.actor, id, &language).await?;
    let audio = speech::speak(&state, &language, &text).await?;
    let (wav, ms) = normalized(&audio);
    let part = PromptPartDoc { language: language.clone(), text: text.trim().to_owned(), ms, blob: String::new() };
    Ok(Json(voice_config::set_part(&signed.ctx, &signed.actor, id, &language, part, wav).await?))
}

/// Hear the sound of a prompt in one language
#[utoipa::path(get, path = "/prompts/{id}/parts/{language}/audio.wav", tag = "voice", operation_id = "hear_prompt_part",
    params(("id" = PromptId, Path), ("language" = String, Path)),
    responses((status = 200, content_type = "audio/wav", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn hear(signed: Signed, Path((id, language)): Path<(PromptId, String)>) -> Answer<Response> {
    let bytes = voice_config::part_bytes(&signed.ctx, &signed.actor, id, &language).await?;
    let mut response = Response::new(Content::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("audio/wav"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    Ok(response)
}

/// Take the sound of a prompt in one language away
#[utoipa::path(delete, path = "/prompts/{id}/parts/{language}", tag = "voice", operation_id = "delete_prompt_part",
    params(("id" = PromptId, Path), ("language" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn delete(signed: Signed, Path((id, language)): Path<(PromptId, String)>) -> Answer<StatusCode> {
    voice_config::delete_part(&signed.ctx, &signed.actor, id, &language).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A file of a person, as a WAV file of one rate and loudness, and its length in milliseconds.
async fn decode(bytes: Bytes) -> Answer<(Bytes, i64)> {
    let limits = Limits { bytes: PROMPT_BYTES, length: Duration::from_secs(PROMPT_SECONDS) };
    let _turn = DECODING.acquire().await.map_err(|error| Problem::internal(&error.to_string()))?;
    let decoded = tokio::task::spawn_blocking(move || Audio::decode(&bytes, limits).map(|audio| normalized(&Arc::new(audio))));
    decoded
        .await
        .map_err(|error| Problem::internal(&error.to_string()))?
        .map_err(|error| Problem::invalid("audio", "bad_audio", error.to_string()))
}

fn normalized(audio: &Arc<Audio>) -> (Bytes, i64) {
    (audio.to_wav(Rate::Wide).into(), audio.duration().as_millis() as i64)
}
