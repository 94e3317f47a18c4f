//! Text that is spoken to callers: by espeak-ng as a process of its own, or by a provider with the OpenAI-compatible speech API.
//!
//! What was spoken once is kept, bounded by its size, so that a queue's sentences cost nothing after their first time. Texts that are wanted by several
//! callers at once are made once.

pub mod announce;
mod cache;
mod espeak;
mod provider;

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::sync::Semaphore;

pub use announce::Language;
pub use provider::{Fetch, Provider};

use crate::audio::{Audio, AudioError, Limits};
use cache::Cache;

/// Characters that are spoken at most: about three minutes.
pub const MAX_TEXT: usize = 3_000;

/// How long one text may take to make.
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// Audio that a speaker may give.
const LIMITS: Limits = Limits { bytes: 30_000_000, length: Duration::from_secs(300) };

/// Processes of espeak-ng at once: speech is made ten times faster than it is heard, and calls need the processor more.
const PROCESSES: usize = 2;

/// Why a text was not spoken.
#[derive(Debug, thiserror::Error)]
pub enum TtsError {
    /// Nothing to say.
    #[error("the text is empty")]
    Empty,
    /// Too much to say.
    #[error("the text has {0} characters, at most {MAX_TEXT} are spoken; shorten it or upload a recording")]
    TooLong(usize),
    /// A voice with characters that no voice has.
    #[error("`{0}` is no name of a voice; use one that `espeak-ng --voices` or your provider lists")]
    Voice(String),
    /// The program is not there.
    #[error("espeak-ng is not installed; install it (on Debian: apt-get install espeak-ng) or configure a speech provider")]
    NotInstalled,
    /// The program failed.
    #[error("espeak-ng failed: {0}")]
    Failed(String),
    /// The provider failed.
    #[error("the speech provider failed: {0}")]
    Provider(String),
    /// It took too long.
    #[error("speaking the text took longer than {} seconds", TIME_LIMIT.as_secs())]
    Timeout,
    /// What came is no audio.
    #[error("the speech cannot be played: {0}")]
    Audio(#[from] AudioError),
}

/// A text in a voice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Speech {
    voice: String,
    text: String,
}

impl Speech {
    /// Checks both. A voice is a name such as `en-us`, `ru`, `pl+f3` or the provider's `alloy`.
    pub fn new(voice: &str, text: &str) -> Result<Self, TtsError> {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '.' | '/');
        let sane = (1..=64).contains(&voice.len()) && voice.chars().all(fits) && voice.starts_with(|c: char| c.is_ascii_alphanumeric());
        if !sane || voice.contains("..") {
            return Err(TtsError::Voice(voice.chars().take(64).collect()));
        }
        // Control characters mean something to some synthesizers, and nothing to a caller.
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let text = text.trim();
        match text.chars().count() {
            0 => Err(TtsError::Empty),
            count if count > MAX_TEXT => Err(TtsError::TooLong(count)),
            _ => Ok(Self { voice: voice.to_owned(), text: text.to_owned() }),
        }
    }

    /// The voice's name.
    pub fn voice(&self) -> &str {
        &self.voice
    }

    /// What is said.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The body of `POST /v1/audio/speech` for this speech.
    pub fn request(&self, model: &str) -> serde_json::Value {
        serde_json::json!({ "model": model, "voice": self.voice, "input": self.text, "response_format": "wav" })
    }
}

/// Speaks texts and keeps what it spoke.
#[derive(Debug)]
pub struct Speaker {
    program: PathBuf,
    cache: Cache,
    processes: Semaphore,
}

impl Default for Speaker {
    fn default() -> Self {
        Self::new()
    }
}

impl Speaker {
    /// With espeak-ng from the PATH.
    pub fn new() -> Self {
        Self::with_program("espeak-ng")
    }

    /// With another program that takes the options of espeak-ng.
    pub fn with_program(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), cache: Cache::default(), processes: Semaphore::new(PROCESSES) }
    }

    /// Speaks by espeak-ng, or gives what was spoken before.
    pub async fn speak(&self, speech: &Speech) -> Result<Arc<Audio>, TtsError> {
        let cell = self.cache.cell(speech);
        let audio = cell
            .get_or_try_init(|| async {
                let _turn = self.processes.acquire().await.map_err(|error| TtsError::Failed(error.to_string()))?;
                let wav = espeak::run(&self.program, speech, TIME_LIMIT, LIMITS.bytes).await?;
                decode(wav).await
            })
            .await?;
        self.cache.keep(speech, audio);
        Ok(Arc::clone(audio))
    }

    /// Speaks by a provider, or gives what was spoken before. `fetch` sends [`Speech::request`] to the configured endpoint and returns the body of
    /// the answer (WAV or Ogg Opus); its error is shown to the administrator.
    pub async fn speak_by<F: Future<Output = Result<Vec<u8>, String>>>(
        &self,
        speech: &Speech,
        fetch: impl FnOnce(Speech) -> F,
    ) -> Result<Arc<Audio>, TtsError> {
        let cell = self.cache.cell(speech);
        let audio = cell
            .get_or_try_init(|| async {
                let fetched = tokio::time::timeout(TIME_LIMIT, fetch(speech.clone())).await.map_err(|_| TtsError::Timeout)?;
                decode(fetched.map_err(TtsError::Provider)?).await
            })
            .await?;
        self.cache.keep(speech, audio);
        Ok(Arc::clone(audio))
    }

    /// Forgets everything, after the voice or the provider was changed.
    pub fn forget(&self) {
        self.cache.clear();
    }
}

/// Decodes on a thread where it holds up nobody, and makes the frames that calls need most.
async fn decode(bytes: Vec<u8>) -> Result<Arc<Audio>, TtsError> {
    let made = tokio::task::spawn_blocking(move || {
        let audio = Audio::decode(&bytes, LIMITS)?;
        for codec in [crate::Codec::Pcmu, crate::Codec::Pcma, crate::Codec::G722] {
            audio.encoded(codec)?;
        }
        Ok::<_, AudioError>(Arc::new(audio))
    });
    Ok(made.await.map_err(|error| TtsError::Failed(error.to_string()))??)
}

#[cfg(test)]
mod tests;
