//! Text to speech: a configured provider with the OpenAI-compatible speech API, or espeak-ng.

use crate::{Answer, ApiState, Problem};
use axum::http::StatusCode;
use okno_media::{
    audio::Audio,
    tts::{Language, Speech, TtsError},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// Largest answer of a provider: five minutes of uncompressed speech.
const ANSWER_BYTES: usize = 30_000_000;
const TIME: Duration = Duration::from_secs(15);

/// A provider of speech.
#[derive(Clone, PartialEq, Eq)]
pub struct SpeechProvider {
    /// Address of its speech endpoint: `https://api.example.com/v1/audio/speech`.
    pub url: String,
    /// Sent as `Authorization: Bearer`; empty for none.
    pub key: String,
    /// Its model.
    pub model: String,
    /// Voices by language (`en`, `ru`, `pl`); `""` for every other.
    pub voices: BTreeMap<String, String>,
}

impl std::fmt::Debug for SpeechProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SpeechProvider").field("url", &self.url).field("model", &self.model).finish_non_exhaustive()
    }
}

/// Speaks a text in a language.
pub(super) async fn speak(state: &ApiState, language: &str, text: &str) -> Answer<Arc<Audio>> {
    spoken(state, language, text).await.map_err(|error| problem(&error))
}

async fn spoken(state: &ApiState, language: &str, text: &str) -> Result<Arc<Audio>, TtsError> {
    let speaker = &state.live.speaker;
    let Some(provider) = &state.config.speech else {
        let voice = Language::parse(language).map_or("en-us", Language::voice);
        return speaker.speak(&Speech::new(voice, text)?).await;
    };
    let voice = provider.voices.get(language).or_else(|| provider.voices.get("")).map_or("alloy", String::as_str);
    speaker.speak_by(&Speech::new(voice, text)?, |speech| fetch(provider.clone(), speech)).await
}

fn problem(error: &TtsError) -> Problem {
    match error {
        TtsError::Empty => Problem::invalid("text", "required", error.to_string()),
        TtsError::TooLong(_) => Problem::invalid("text", "too_long", error.to_string()),
        TtsError::Voice(_) | TtsError::Audio(_) => Problem::invalid("text", "cannot_be_spoken", error.to_string()),
        // Words for the administrator who asked: what to install or to configure.
        TtsError::NotInstalled | TtsError::Failed(_) | TtsError::Provider(_) | TtsError::Timeout => {
            tracing::warn!(%error, "a text was not spoken");
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "no_speech", error.to_string())
        }
    }
}

async fn fetch(provider: SpeechProvider, speech: Speech) -> Result<Vec<u8>, String> {
    let client = reqwest::Client::builder().timeout(TIME).redirect(reqwest::redirect::Policy::none()).build().map_err(plain)?;
    let mut request =
        client.post(&provider.url).header("content-type", "application/json").body(speech.request(&provider.model).to_string());
    if !provider.key.is_empty() {
        request = request.bearer_auth(&provider.key);
    }
    let mut answer = request.send().await.map_err(plain)?;
    if !answer.status().is_success() {
        return Err(format!("it answered {}", answer.status()));
    }
    let mut all = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(plain)? {
        if all.len() + chunk.len() > ANSWER_BYTES {
            return Err("its answer is too large".to_owned());
        }
        all.extend_from_slice(&chunk);
    }
    Ok(all)
}

/// Without the address, which may hold a key.
fn plain(error: reqwest::Error) -> String {
    error.without_url().to_string()
}
