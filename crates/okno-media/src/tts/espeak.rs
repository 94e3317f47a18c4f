//! espeak-ng as a process: the text goes in by its standard input, so that it stands in no list of processes, and no shell is asked.

use std::{io::ErrorKind, path::Path, process::Stdio, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    process::Command,
};

use super::{Speech, TtsError};
use crate::audio::AudioError;

/// Characters of an error message that are shown.
const MAX_MESSAGE: u64 = 500;

/// The WAV file of a speech. The process is ended with its time, or when nobody waits any more.
pub(super) async fn run(program: &Path, speech: &Speech, limit: Duration, max_bytes: usize) -> Result<Vec<u8>, TtsError> {
    // 160 words per minute and a pause between words are easier on the telephone than the default.
    let mut child = Command::new(program)
        .args(["-v", speech.voice(), "-s", "160", "-g", "2", "-b", "1", "--stdin", "--stdout"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| if error.kind() == ErrorKind::NotFound { TtsError::NotInstalled } else { TtsError::Failed(error.to_string()) })?;
    let failed = |error: std::io::Error| TtsError::Failed(error.to_string());
    let (Some(mut input), Some(output), Some(errors)) = (child.stdin.take(), child.stdout.take(), child.stderr.take()) else {
        return Err(TtsError::Failed("its pipes are missing".to_owned()));
    };
    let work = async {
        let write = async {
            // A program that ends early has said why on its error output; a broken pipe says nothing more.
            let _ = input.write_all(speech.text().as_bytes()).await;
            drop(input);
        };
        // Each pipe is closed at its limit, so that a program that says too much ends instead of waiting for a reader.
        let ((), wav, message) = tokio::join!(write, read(output, max_bytes as u64), read(errors, MAX_MESSAGE));
        let (wav, message) = (wav.map_err(failed)?, message.map_err(failed)?);
        let status = child.wait().await.map_err(failed)?;
        if wav.len() >= max_bytes {
            return Err(AudioError::TooLarge { bytes: wav.len(), limit: max_bytes }.into());
        }
        if status.success() && !wav.is_empty() {
            return Ok(wav);
        }
        let message = String::from_utf8_lossy(&message).trim().to_owned();
        Err(TtsError::Failed(if message.is_empty() { format!("it ended with {status}") } else { message }))
    };
    tokio::time::timeout(limit, work).await.map_err(|_| TtsError::Timeout)?
}

async fn read(pipe: impl AsyncRead + Unpin, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    pipe.take(limit).read_to_end(&mut bytes).await?;
    Ok(bytes)
}
