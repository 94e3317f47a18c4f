//! Settings of a provider that speaks prompts and announcements.

use anyhow::{Context as _, bail};
use okno_api::SpeechProvider;
use std::collections::BTreeMap;

/// The model when none is given: the name that most providers of this API understand.
const MODEL: &str = "tts-1";

/// Checks what was written. `None`: espeak-ng speaks.
pub(crate) fn checked(
    url: Option<String>,
    key: Option<String>,
    model: Option<String>,
    voices: Option<&str>,
) -> anyhow::Result<Option<SpeechProvider>> {
    let Some(url) = url.filter(|url| !url.is_empty()) else {
        if key.is_some() || model.is_some() || voices.is_some() {
            bail!("`speech_key`, `speech_model` and `speech_voices` need `speech_url`");
        }
        return Ok(None);
    };
    let wrong = || "`speech_url` is no address of a speech endpoint; give one like https://api.example.com/v1/audio/speech".to_owned();
    let (scheme, rest) = url.split_once("://").with_context(wrong)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || host.contains('@') || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        bail!("{}", wrong());
    }
    let key = key.unwrap_or_default();
    match scheme {
        "https" => {}
        "http" if key.is_empty() || local(host) => {}
        "http" => bail!("`speech_url` is not encrypted and `speech_key` would be read on its way; use https"),
        _ => bail!("{}", wrong()),
    }
    Ok(Some(SpeechProvider { url, key, model: model.unwrap_or_else(|| MODEL.to_owned()), voices: spoken(voices.unwrap_or_default())? }))
}

fn local(host: &str) -> bool {
    let name =
        host.strip_prefix('[').map_or_else(|| host.split(':').next().unwrap_or_default(), |v6| v6.split(']').next().unwrap_or_default());
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// `en=alloy, ru=nova`, or one voice for all.
fn spoken(text: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let mut voices = BTreeMap::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (language, voice) = part.split_once('=').unwrap_or(("", part));
        let (language, voice) = (language.trim().to_ascii_lowercase(), voice.trim());
        if voice.is_empty() || !(language.is_empty() || ["en", "ru", "pl"].contains(&language.as_str())) {
            bail!("`speech_voices` has `{part}`; give voices by language (en, ru, pl), for example en=alloy,ru=nova");
        }
        voices.insert(language, voice.to_owned());
    }
    Ok(voices)
}

/// As it is shown: without the key, and without what may be one in the address.
pub(crate) fn shown(provider: &SpeechProvider) -> [(&'static str, Option<toml::Value>); 4] {
    let voices: Vec<String> = provider
        .voices
        .iter()
        .map(|(language, voice)| if language.is_empty() { voice.clone() } else { format!("{language}={voice}") })
        .collect();
    [
        ("speech_url", Some(provider.url.split(['?', '#']).next().unwrap_or_default().into())),
        ("speech_key", (!provider.key.is_empty()).then(|| "(set)".into())),
        ("speech_model", Some(provider.model.clone().into())),
        ("speech_voices", Some(voices.join(",").into())),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> String {
        value.to_owned()
    }

    #[test]
    fn a_provider_is_configured_by_its_address() {
        assert_eq!(checked(None, None, None, None).unwrap(), None);
        let provider =
            checked(Some(text("https://api.example.com/v1/audio/speech?k=1")), Some(text("s3cret")), None, Some("en=alloy, nova"))
                .unwrap()
                .unwrap();
        assert_eq!((provider.model.as_str(), provider.voices["en"].as_str(), provider.voices[""].as_str()), (MODEL, "alloy", "nova"));
        let shown = format!("{:?}", shown(&provider));
        assert!(!shown.contains("s3cret") && !shown.contains("k=1") && shown.contains("(set)"), "{shown}");
        assert!(checked(Some(text("http://127.0.0.1:9/speech")), Some(text("k")), None, None).unwrap().is_some());
    }

    #[test]
    fn mistakes_are_said_in_words() {
        let said = |url: &str, key: Option<String>, voices: Option<&str>| {
            format!("{:#}", checked(Some(text(url)), key, None, voices).unwrap_err())
        };
        assert!(said("api.example.com", None, None).contains("/v1/audio/speech"));
        assert!(said("ftp://api.example.com/x", None, None).contains("/v1/audio/speech"));
        assert!(said("https://user:pass@api.example.com/x", None, None).contains("/v1/audio/speech"));
        assert!(said("http://api.example.com/x", Some(text("k")), None).contains("use https"));
        assert!(said("https://a/x", None, Some("de=hans")).contains("en, ru, pl"));
        assert!(format!("{:#}", checked(None, Some(text("k")), None, None).unwrap_err()).contains("speech_url"));
    }
}
