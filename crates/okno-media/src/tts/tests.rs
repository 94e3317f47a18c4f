use std::{
    os::unix::fs::PermissionsExt as _,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::*;
use crate::{codec::Rate, signal::level};

fn tone_wav() -> Vec<u8> {
    Audio::beep().to_wav(Rate::Wide)
}

/// A program in a private folder that does what the script says.
fn program(script: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("speaker");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    (folder, path)
}

#[test]
fn texts_and_voices_are_checked() {
    let say = |voice: &str, text: &str| Speech::new(voice, text).unwrap_err().to_string();
    assert_eq!(say("en", "  \n "), "the text is empty");
    assert_eq!(say("en", &"a".repeat(3001)), "the text has 3001 characters, at most 3000 are spoken; shorten it or upload a recording");
    for voice in ["", "-h", "en; rm", "../../etc", "en us", "en\n"] {
        assert!(
            say(voice, "hello").ends_with("is no name of a voice; use one that `espeak-ng --voices` or your provider lists"),
            "{voice}"
        );
    }
    let speech = Speech::new("alloy", "Hi\u{7}\nthere").unwrap();
    assert_eq!(speech.text(), "Hi  there");
    assert_eq!(
        speech.request("tts-1"),
        serde_json::json!({ "model": "tts-1", "voice": "alloy", "input": "Hi  there", "response_format": "wav" })
    );
}

#[tokio::test]
async fn without_the_program_the_error_says_what_to_do() {
    let error = Speaker::with_program("/nonexistent/espeak-ng").speak(&Speech::new("en", "hello").unwrap()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "espeak-ng is not installed; install it (on Debian: apt-get install espeak-ng) or configure a speech provider"
    );
}

#[tokio::test]
async fn a_program_that_fails_is_quoted() {
    let (_folder, path) = program("cat > /dev/null; echo 'The specified espeak-ng voice does not exist.' >&2; exit 1");
    let error = Speaker::with_program(path).speak(&Speech::new("xx", "hello").unwrap()).await.unwrap_err();
    assert_eq!(error.to_string(), "espeak-ng failed: The specified espeak-ng voice does not exist.");
    let (_folder, path) = program("cat > /dev/null; echo this is no sound");
    let error = Speaker::with_program(path).speak(&Speech::new("en", "hello").unwrap()).await.unwrap_err();
    assert!(error.to_string().starts_with("the speech cannot be played: this is neither"), "{error}");
}

#[tokio::test]
async fn a_program_that_never_ends_or_floods_is_ended() {
    let speech = Speech::new("en", "hello").unwrap();
    let (_folder, path) = program("exec cat /dev/zero");
    let flood = espeak::run(&path, &speech, Duration::from_secs(10), 100_000).await;
    assert!(matches!(flood, Err(TtsError::Audio(AudioError::TooLarge { .. }))), "{flood:?}");
    let (_folder, path) = program("cat > /dev/null; exec tail -f /dev/null");
    let hang = espeak::run(&path, &speech, Duration::from_millis(300), 100_000).await;
    assert!(matches!(hang, Err(TtsError::Timeout)), "{hang:?}");
}

#[tokio::test]
async fn a_text_is_spoken_once_whoever_wants_it_and_the_shell_never_sees_it() {
    let (folder, path) = program("d=$(dirname \"$0\"); cat >> \"$d/texts\"; echo \"$@\" >> \"$d/options\"; cat \"$d/tone.wav\"");
    std::fs::write(folder.path().join("tone.wav"), tone_wav()).unwrap();
    let speaker = Speaker::with_program(path);
    let speech = Speech::new("pl+f3", "$(touch x) `id`; \"Cześć\"").unwrap();
    let (one, two) = tokio::join!(speaker.speak(&speech), speaker.speak(&speech));
    assert!(Arc::ptr_eq(&one.unwrap(), &two.unwrap()));
    speaker.speak(&speech).await.unwrap();
    assert_eq!(std::fs::read_to_string(folder.path().join("texts")).unwrap(), speech.text());
    assert_eq!(std::fs::read_to_string(folder.path().join("options")).unwrap(), "-v pl+f3 -s 160 -g 2 -b 1 --stdin --stdout\n");
    assert!(!folder.path().join("x").exists());
}

#[tokio::test]
async fn a_provider_is_asked_once_and_asked_again_after_a_failure() {
    let (speaker, asked) = (Speaker::new(), AtomicUsize::new(0));
    let speech = Speech::new("alloy", "Welcome").unwrap();
    let ask = |answer: Result<Vec<u8>, String>| {
        speaker.speak_by(&speech, |wanted| {
            asked.fetch_add(1, Ordering::Relaxed);
            assert_eq!(wanted.text(), "Welcome");
            std::future::ready(answer)
        })
    };
    assert_eq!(ask(Err("401 Unauthorized".to_owned())).await.unwrap_err().to_string(), "the speech provider failed: 401 Unauthorized");
    let audio = ask(Ok(tone_wav())).await.unwrap();
    assert_eq!(audio.duration(), Duration::from_millis(400));
    assert!(audio.ready(crate::Codec::Pcmu).is_some(), "ready for a media thread");
    ask(Err("must not be asked".to_owned())).await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    speaker.forget();
    assert!(ask(Err("asked again".to_owned())).await.is_err());
}

#[tokio::test]
async fn what_is_kept_is_bounded() {
    let cache = Cache::default();
    let minute = Arc::new(Audio::silence(60_000));
    for n in 0..40 {
        let speech = Speech::new("en", &format!("text {n}")).unwrap();
        let cell = cache.cell(&speech);
        let audio = cell.get_or_init(|| std::future::ready(Arc::clone(&minute))).await;
        cache.keep(&speech, audio);
        assert!(cache.len() <= 20, "{} minutes are kept", cache.len());
    }
    assert!(
        cache.cell(&Speech::new("en", "text 39").unwrap()).initialized()
            && !cache.cell(&Speech::new("en", "text 0").unwrap()).initialized()
    );
}

/// With the real program, where it is installed: it speaks three languages, and none of it is taken for a key.
#[tokio::test]
async fn the_real_program_speaks() {
    if std::process::Command::new("espeak-ng").arg("--version").output().is_err() {
        return;
    }
    let speaker = Speaker::new();
    for language in Language::ALL {
        let text = [announce::position(language, 3), announce::wait(language, 4, 7), announce::callback_offer(language, '1')].join(" ");
        let audio = speaker.speak(&Speech::new(language.voice(), &text).unwrap()).await.unwrap();
        assert!((Duration::from_secs(4)..Duration::from_secs(25)).contains(&audio.duration()), "{language:?}: {:?}", audio.duration());
        let pcm = audio.pcm(Rate::Narrow);
        assert!((-26.0..-17.0).contains(&level(pcm)), "{language:?}: {:.1} dBFS", level(pcm));
        let mut digits = 0;
        crate::goertzel::Detector::new(Rate::Narrow).push(pcm, |_| digits += 1);
        assert_eq!(digits, 0, "speech is no key");
    }
    let error = speaker.speak(&Speech::new("zz", "hello").unwrap()).await.unwrap_err().to_string();
    assert!(error.starts_with("espeak-ng failed: "), "{error}");
}

#[tokio::test]
async fn espeak_speaks_in_the_place_of_a_provider_that_fails() {
    let (folder, path) = program("cat > /dev/null; cat \"$(dirname \"$0\")/tone.wav\"");
    std::fs::write(folder.path().join("tone.wav"), tone_wav()).unwrap();
    let (speaker, asked) = (Speaker::with_program(path), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&asked);
    let fetch: Fetch = Arc::new(move |speech| {
        let asked = count.fetch_add(1, Ordering::Relaxed);
        assert_eq!(speech.voice(), if speech.text() == "Cześć" { "nova" } else { "onyx" });
        Box::pin(std::future::ready(if asked == 0 { Err("it answered 500".to_owned()) } else { Ok(tone_wav()) }))
    });
    let voices = [("pl", "nova"), ("", "onyx")].map(|(language, voice)| (language.to_owned(), voice.to_owned()));
    let provider = Provider::new(voices.into(), fetch);
    assert!(speaker.say(Some(&provider), "en-GB", "Welcome").await.is_ok(), "espeak-ng spoke");
    assert_eq!(provider.failure().as_deref(), Some("the speech provider failed: it answered 500"));
    speaker.say(Some(&provider), "en", "Hello").await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 1, "it is left alone for a while");
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(61)).await;
    tokio::time::resume();
    speaker.say(Some(&provider), "pl-PL", "Cześć").await.unwrap();
    assert_eq!((asked.load(Ordering::Relaxed), provider.failure()), (2, None));
}
