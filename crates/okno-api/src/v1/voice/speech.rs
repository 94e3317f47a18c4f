//! Text to speech: a configured provider with the OpenAI-compatible speech API, or espeak-ng.

use crate::{Answer, ApiState, Problem};
use axum::http::StatusCode;
use okno_media::{
    audio::Audio,
    tts::{Provider, Speech, TtsError},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// Largest answer of a provider: five minutes of uncompressed speech.
const ANSWER_BYTES: usize = 30_000_000;
/// A provider that takes longer is of no use to somebody who waits on the telephone.
const TIME: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(4);

/// Where a provider of speech is, and what it is asked for.
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

impl SpeechProvider {
    /// The provider that speakers ask.
    pub fn open(self) -> Provider {
        let voices = self.voices.clone();
        let own = Arc::new(self);
        Provider::new(voices, Arc::new(move |speech| Box::pin(fetch(Arc::clone(&own), speech))))
    }
}

/// Speaks a text in a language.
pub(super) async fn speak(state: &ApiState, language: &str, text: &str) -> Answer<Arc<Audio>> {
    let spoken = state.live.speaker.say(state.config.speech.as_ref(), language, text).await;
    spoken.map_err(|error| problem(&error, state.config.speech.as_ref().and_then(Provider::failure)))
}

fn problem(error: &TtsError, provider: Option<String>) -> Problem {
    match error {
        TtsError::Empty => Problem::invalid("text", "required", error.to_string()),
        TtsError::TooLong(_) => Problem::invalid("text", "too_long", error.to_string()),
        TtsError::Voice(_) | TtsError::Audio(_) => Problem::invalid("text", "cannot_be_spoken", error.to_string()),
        // Words for the administrator who asked: what to install or to configure.
        TtsError::NotInstalled | TtsError::Failed(_) | TtsError::Provider(_) | TtsError::Timeout => {
            tracing::warn!(%error, "a text was not spoken");
            let both = provider.map_or_else(|| error.to_string(), |provider| format!("{provider}; and {error}"));
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "no_speech", both)
        }
    }
}

async fn fetch(provider: Arc<SpeechProvider>, speech: Speech) -> Result<Vec<u8>, String> {
    let client = reqwest::Client::builder()
        .timeout(TIME)
        .connect_timeout(CONNECT)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(plain)?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Json, Router, extract::State, http::HeaderMap, routing::post};
    use okno_media::tts::Speaker;
    use std::sync::Mutex;

    type Asked = Arc<Mutex<Vec<(String, serde_json::Value)>>>;

    /// One second of silence: WAV, 8 kHz, 16 bits, one channel.
    fn wav() -> Vec<u8> {
        let data = vec![0_u8; 16_000];
        let size = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
        let mut all = b"RIFF".to_vec();
        all.extend(size(36 + data.len()));
        all.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data");
        all.extend(size(data.len()));
        all.extend(data);
        all
    }

    async fn answers(State(asked): State<Asked>, headers: HeaderMap, Json(body): Json<serde_json::Value>) -> (StatusCode, Vec<u8>) {
        let key = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let wrong = key != "Bearer s3cret";
        asked.lock().unwrap().push((key, body));
        if wrong { (StatusCode::UNAUTHORIZED, b"your key s3cret is wrong".to_vec()) } else { (StatusCode::OK, wav()) }
    }

    #[tokio::test]
    async fn a_provider_is_asked_by_http_with_its_key_and_voice() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let asked = Asked::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1/audio/speech", listener.local_addr().unwrap());
        let app = Router::new().route("/v1/audio/speech", post(answers)).with_state(Arc::clone(&asked));
        let server = tokio::spawn(async move { axum::serve(listener, app).await });
        let provider = |key: &str| SpeechProvider {
            url: url.clone(),
            key: key.to_owned(),
            model: "tts-1".to_owned(),
            voices: [("ru".to_owned(), "nova".to_owned())].into(),
        };
        assert!(!format!("{:?}", provider("s3cret")).contains("s3cret"));
        let (speaker, open) = (Speaker::new(), provider("s3cret").open());
        let audio = speaker.say(Some(&open), "ru-RU", "Здравствуйте").await.unwrap();
        assert_eq!((audio.duration(), open.failure()), (Duration::from_secs(1), None));
        speaker.say(Some(&open), "ru", "Здравствуйте").await.unwrap();
        let (key, body) = asked.lock().unwrap()[0].clone();
        assert_eq!(key, "Bearer s3cret");
        assert_eq!(body, serde_json::json!({"model": "tts-1", "voice": "nova", "input": "Здравствуйте", "response_format": "wav"}));
        assert_eq!(asked.lock().unwrap().len(), 1, "what was spoken is kept");

        // Refused: espeak-ng speaks if it is there, and the reason holds neither key nor the provider's own words.
        let wrong = provider("wr0ng").open();
        let spoken = Speaker::with_program("/nowhere/espeak-ng").say(Some(&wrong), "en", "Welcome").await;
        assert!(matches!(spoken, Err(TtsError::NotInstalled)), "{spoken:?}");
        let why = wrong.failure().unwrap();
        assert!(why.contains("401") && !why.contains("s3cret") && !why.contains("wr0ng"), "{why}");
        let problem = problem(&TtsError::NotInstalled, Some(why));
        assert!(format!("{problem:?}").contains("401") && format!("{problem:?}").contains("not installed"), "{problem:?}");
        server.abort();
    }
}
