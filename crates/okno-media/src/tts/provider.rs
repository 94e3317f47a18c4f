//! A provider of speech somewhere else, and espeak-ng in its place while it fails.

use super::{Language, Speaker, Speech, TtsError};
use crate::audio::Audio;
use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Sends [`Speech::request`] to the provider and gives the body of its answer, or words for the administrator that hold no secret.
pub type Fetch = Arc<dyn Fn(Speech) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, String>> + Send>> + Send + Sync>;

/// A provider that has failed is left alone for so long: a caller must not wait for its time-out at every sentence.
const REST: Duration = Duration::from_secs(60);
/// The voice where none is configured: that of the providers who made this API common.
const VOICE: &str = "alloy";

/// A provider of speech. Clones share what is known of its health.
#[derive(Clone)]
pub struct Provider {
    fetch: Fetch,
    voices: BTreeMap<String, String>,
    failed: Arc<Mutex<Option<(Instant, String)>>>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("voices", &self.voices).field("failure", &self.failure()).finish_non_exhaustive()
    }
}

impl Provider {
    /// With its voices by language (`en`, `ru`, `pl`); `""` for every other.
    pub fn new(voices: BTreeMap<String, String>, fetch: Fetch) -> Self {
        Self { fetch, voices, failed: Arc::default() }
    }

    /// Why it is left alone at the moment; `None` while it works.
    pub fn failure(&self) -> Option<String> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.as_ref().filter(|(at, _)| at.elapsed() < REST).map(|(_, why)| why.clone())
    }

    fn voice(&self, language: &str) -> &str {
        let own = self.voices.get(language).or_else(|| self.voices.get(Language::parse(language).map_or("", Language::tag)));
        own.or_else(|| self.voices.get("")).map_or(VOICE, String::as_str)
    }

    fn note(&self, outcome: Option<&TtsError>) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        metrics::gauge!("okno_speech_provider_up").set(if outcome.is_none() { 1.0 } else { 0.0 });
        match outcome {
            Some(error) => {
                tracing::warn!(%error, seconds = REST.as_secs(), "espeak-ng speaks in the provider's place");
                *failed = Some((Instant::now(), error.to_string()));
            }
            None => {
                if failed.take().is_some() {
                    tracing::info!("the speech provider works again");
                }
            }
        }
    }
}

impl Speaker {
    /// Speaks a text in a language: by the provider, if there is one that works, else by espeak-ng.
    ///
    /// # Errors
    /// Of the text; of espeak-ng. A failure of the provider alone is none: it is in [`Provider::failure`], in the log and in the metrics.
    pub async fn say(&self, provider: Option<&Provider>, language: &str, text: &str) -> Result<Arc<Audio>, TtsError> {
        if let Some(provider) = provider.filter(|provider| provider.failure().is_none()) {
            let speech = Speech::new(provider.voice(language), text)?;
            let spoken = self.speak_by(&speech, |speech| (provider.fetch)(speech)).await;
            provider.note(spoken.as_ref().err());
            if spoken.is_ok() {
                return spoken;
            }
        }
        let voice = Language::parse(language).map_or("en-us", Language::voice);
        self.speak(&Speech::new(voice, text)?).await
    }
}
