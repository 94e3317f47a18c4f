//! What callers and agents hear: prompts, music, and announcements in the caller's language.
//!
//! Announcements are spoken by the configured provider, or by espeak-ng where it is installed. Without both nothing is announced: greetings that
//! were uploaded, music and tones are all there is, and `okno doctor` says so.

mod words;

use crate::{call::Speech, office::Office};
use okno_app::voice_config::DoorConfig;
use okno_media::{
    Codec,
    audio::{Audio, Limits},
    tts::{self, Language, Speaker},
};
use okno_model::{
    PromptId,
    doc::{PhoneSettings, PromptDoc},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// What is encoded in advance: it takes no time, and most calls have it. The media makes the rest when it is needed.
const QUICK: [Codec; 3] = [Codec::Pcmu, Codec::Pcma, Codec::G722];
/// Decoded prompts that are kept; a company has some dozens.
const PROMPTS: usize = 200;

/// Sounds that calls share.
pub(crate) struct Sounds {
    speaker: Speaker,
    provider: Option<tts::Provider>,
    prompts: Mutex<BTreeMap<String, Arc<Audio>>>,
    beep: Arc<Audio>,
    ringback: Arc<Audio>,
    milliwatt: Arc<Audio>,
}

/// What one call needs to choose sounds.
#[derive(Debug, Clone)]
pub(crate) struct Voice {
    pub(crate) settings: PhoneSettings,
    pub(crate) language: String,
    pub(crate) queue: String,
}

impl Sounds {
    /// Makes the tones, and the music with its frames: on a thread where it holds up nobody.
    pub(crate) async fn new(provider: Option<tts::Provider>) -> Self {
        let made = tokio::task::spawn_blocking(|| {
            let ready = |audio: Audio| -> Arc<Audio> { Arc::new(audio) };
            let (beep, ringback) = (ready(Audio::beep()), ready(Audio::ringback()));
            let milliwatt = ready(Audio::from_pcm(&milliwatt()));
            for audio in [&beep, &ringback, &milliwatt, &Audio::music()] {
                prepare(audio);
            }
            (beep, ringback, milliwatt)
        });
        // The task cannot panic; were it to, the tones are made here.
        let (beep, ringback, milliwatt) =
            made.await.unwrap_or_else(|_| (Arc::new(Audio::beep()), Arc::new(Audio::ringback()), Arc::new(Audio::beep())));
        Self { speaker: Speaker::new(), provider, prompts: Mutex::default(), beep, ringback, milliwatt }
    }

    pub(crate) fn ringback(&self) -> Arc<Audio> {
        Arc::clone(&self.ringback)
    }

    pub(crate) fn beep(&self) -> Arc<Audio> {
        Arc::clone(&self.beep)
    }

    /// The test tone of 1,004 Hz at 0 dBm0.
    pub(crate) fn milliwatt(&self) -> Arc<Audio> {
        Arc::clone(&self.milliwatt)
    }

    /// The channel's music in a language, or okno's own.
    pub(crate) async fn music(&self, office: &Office, config: Option<&DoorConfig>, voice: &Voice) -> Arc<Audio> {
        match voice.settings.music {
            Some(id) => self.prompt(office, config, id, &voice.language).await.unwrap_or_else(Audio::music),
            None => Audio::music(),
        }
    }

    /// The sounds of words, in order. What cannot be spoken is left out.
    pub(crate) async fn say(&self, office: &Office, config: Option<&DoorConfig>, voice: &Voice, words: &[Speech]) -> Vec<Arc<Audio>> {
        let mut sounds = Vec::new();
        for word in words {
            match word {
                Speech::Greeting => {
                    if let Some(id) = voice.settings.greeting {
                        sounds.extend(self.prompt(office, config, id, &voice.language).await);
                    }
                }
                Speech::Beep => sounds.push(self.beep()),
                Speech::Place(_)
                | Speech::AtLeast(_)
                | Speech::Closed(_)
                | Speech::Goodbye
                | Speech::Wait(..)
                | Speech::Longer(..)
                | Speech::OfferCallback
                | Speech::OfferVoicemail
                | Speech::CallbackConfirm
                | Speech::CallbackNumber
                | Speech::CallbackDone
                | Speech::Voicemail
                | Speech::VoicemailDone
                | Speech::Queue => sounds.extend(self.spoken(voice, *word).await),
            }
        }
        sounds
    }

    async fn spoken(&self, voice: &Voice, word: Speech) -> Option<Arc<Audio>> {
        let language = Language::parse(&voice.language).or_else(|| Language::parse(&voice.settings.language)).unwrap_or(Language::En);
        let text = words::text(language, word, &voice.queue);
        match self.speaker.say(self.provider.as_ref(), language.tag(), &text).await {
            Ok(audio) => {
                let ready = Arc::clone(&audio);
                let _ = tokio::task::spawn_blocking(move || prepare(&ready)).await;
                Some(audio)
            }
            Err(error) => {
                tracing::debug!(%error, text, "an announcement was left out");
                metrics::counter!("okno_voice_unspoken_total").increment(1);
                None
            }
        }
    }

    async fn prompt(&self, office: &Office, config: Option<&DoorConfig>, id: PromptId, language: &str) -> Option<Arc<Audio>> {
        let blob = part(config?.prompts.iter().find(|prompt| prompt.id == id)?, language)?;
        if let Some(had) = self.prompts.lock().unwrap_or_else(PoisonError::into_inner).get(&blob) {
            return Some(Arc::clone(had));
        }
        let bytes = office.sound(&blob).await.map_err(|error| tracing::warn!(prompt = %id, %error, "a prompt cannot be read")).ok()?;
        let decoded = tokio::task::spawn_blocking(move || {
            let audio = Arc::new(Audio::decode(&bytes, Limits::default())?);
            prepare(&audio);
            Ok::<_, okno_media::audio::AudioError>(audio)
        });
        let audio = match decoded.await.ok()? {
            Ok(audio) => audio,
            Err(error) => {
                tracing::warn!(prompt = %id, %error, "a prompt cannot be played; upload it again");
                return None;
            }
        };
        let mut prompts = self.prompts.lock().unwrap_or_else(PoisonError::into_inner);
        if prompts.len() >= PROMPTS {
            prompts.clear();
        }
        prompts.insert(blob, Arc::clone(&audio));
        Some(audio)
    }
}

/// The sound of a prompt in a language, else in English, else the first.
fn part(prompt: &PromptDoc, language: &str) -> Option<String> {
    let of = |wanted: &str| prompt.parts.iter().find(|part| part.language == wanted);
    of(language).or_else(|| of("en")).or_else(|| prompt.parts.first()).map(|part| part.blob.clone())
}

/// Makes the frames that most legs play.
fn prepare(audio: &Audio) {
    for codec in QUICK {
        if let Err(error) = audio.encoded(codec) {
            tracing::warn!(codec = codec.name(), %error, "a sound cannot be encoded");
        }
    }
}

/// One second of 1,004 Hz, which repeats without a click.
fn milliwatt() -> Vec<i16> {
    // 0 dBm0 is 3.14 dB below the digital clip of µ-law; a sine of that power has this amplitude.
    const AMPLITUDE: f64 = 22_800.0;
    (0..16_000).map(|n| ((std::f64::consts::TAU * 1004.0 * f64::from(n) / 16_000.0).sin() * AMPLITUDE) as i16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use okno_model::doc::{PromptKind, PromptPartDoc};

    #[test]
    fn a_prompt_is_heard_in_the_callers_language_or_the_next_best() {
        let part_in =
            |language: &str| PromptPartDoc { language: language.into(), text: String::new(), ms: 1, blob: format!("{language}-blob") };
        let mut prompt = PromptDoc {
            id: PromptId::from_u128(1),
            name: "Hello".into(),
            kind: PromptKind::Speech,
            parts: vec![part_in("ru"), part_in("en")],
        };
        assert_eq!(part(&prompt, "ru").as_deref(), Some("ru-blob"));
        assert_eq!(part(&prompt, "pl").as_deref(), Some("en-blob"));
        prompt.parts.pop();
        assert_eq!(part(&prompt, "pl").as_deref(), Some("ru-blob"));
    }
}
