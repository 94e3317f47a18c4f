//! The recording of a call: chunks go to the app as they come, so that a crash loses seconds.

use super::{Actor, Message};
use crate::{
    call::{CUSTOMER, Record},
    hub::Hub,
    office::RecordingChunk,
};
use okno_app::AppError;
use okno_media::{
    Command,
    record::{Chunk, Recorder, RecorderConfig},
};
use okno_model::{CallId, RecordingId, doc::RecordingState};
use std::{sync::Arc, time::Duration};
use tokio::{sync::mpsc, task::JoinHandle};

/// Tries to store one chunk before it is given up and the next one taken.
const TRIES: u32 = 6;

impl Actor {
    pub(super) fn record(&mut self, what: Record) {
        match what {
            Record::Start { voicemail } => {
                let (hub, sender, call) = (Arc::clone(&self.hub), self.sender.clone(), self.id);
                tokio::spawn(async move { begin(hub, sender, call, voicemail).await });
            }
            Record::Pause(on) => self.command(CUSTOMER, Command::PauseRecording(on)),
            Record::Stop => self.command(CUSTOMER, Command::StopRecording),
        }
    }

    /// The app knows of the recording: it may begin, if it is still wanted.
    pub(super) fn recorded(&mut self, id: RecordingId, recorder: Box<Recorder>, done: JoinHandle<()>) {
        self.recording = Some((id, done));
        match self.call.doc().recording {
            // Dropping the recorder ends the recording.
            RecordingState::Off => drop(recorder),
            RecordingState::On => self.command(CUSTOMER, Command::StartRecording(recorder)),
            RecordingState::Paused => {
                self.command(CUSTOMER, Command::StartRecording(recorder));
                self.command(CUSTOMER, Command::PauseRecording(true));
            }
        }
    }
}

async fn begin(hub: Arc<Hub>, sender: mpsc::Sender<Message>, call: CallId, voicemail: bool) {
    let (id, key) = match hub.office.recording_started(call, voicemail).await {
        Ok(begun) => begun,
        Err(error) => {
            tracing::error!(%call, %error, "a call is not recorded: the app cannot keep it");
            metrics::counter!("okno_voice_recordings_failed_total").increment(1);
            return;
        }
    };
    let (recorder, chunks) = hub.recorders.open(&RecorderConfig::new(key), std::time::Instant::now());
    let done = tokio::spawn(keep(Arc::clone(&hub), id, chunks));
    let _ = sender.send(Message::Recording { id, recorder: Box::new(recorder), done }).await;
}

/// Stores chunks until the last one.
async fn keep(hub: Arc<Hub>, id: RecordingId, mut chunks: mpsc::Receiver<Chunk>) {
    while let Some(chunk) = chunks.recv().await {
        let last = chunk.last;
        store(&hub, id, chunk).await;
        if last {
            break;
        }
    }
    if let Err(error) = hub.office.recording_ended(id).await {
        tracing::error!(recording = %id, %error, "the end of a recording is not stored");
    }
}

async fn store(hub: &Hub, id: RecordingId, chunk: Chunk) {
    let stored = RecordingChunk {
        n: i64::from(chunk.index),
        started_ms: i64::try_from(chunk.started_ms).unwrap_or(i64::MAX),
        ms: i64::from(chunk.length_ms),
        bytes: chunk.bytes,
    };
    for attempt in 0..TRIES {
        match hub.office.recording_chunk(id, stored.clone()).await {
            // Not found: deleted while it was made.
            Ok(()) | Err(AppError::NotFound { .. }) => return,
            Err(error) => tracing::warn!(recording = %id, n = stored.n, attempt, %error, "a part of a recording is not stored yet"),
        }
        tokio::time::sleep(Duration::from_millis(250 << attempt)).await;
    }
    metrics::counter!("okno_voice_recording_chunks_lost_total").increment(1);
}
