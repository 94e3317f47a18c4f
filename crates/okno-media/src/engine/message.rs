//! What reaches a media thread from outside: from the handle, and from other media threads.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use mio::Waker;
use tokio::sync::oneshot;

use super::cross::Cross;
use super::ports::Pair;
use crate::command::Command;
use crate::config::MediaError;
use crate::event::Report;
use crate::id::{LegId, RoomId};

/// A message for one media thread.
pub(crate) enum Message {
    OpenRtp { leg: LegId, pair: Pair },
    OpenWebRtc { leg: LegId, offer: String, answer: oneshot::Sender<Result<String, MediaError>> },
    Reoffer { leg: LegId, offer: String, answer: oneshot::Sender<Result<String, MediaError>> },
    Command(LegId, Command),
    Close(LegId, Option<oneshot::Sender<Report>>),
    Gain { room: RoomId, from: LegId, to: LegId, gain: f32 },
    CloseRoom(RoomId),
    Cross(Cross),
    Stop,
}

/// The way to a media thread.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) sender: Sender<Message>,
    pub(crate) waker: Arc<Waker>,
}

impl Door {
    /// False when the thread has ended.
    pub(crate) fn send(&self, message: Message) -> bool {
        self.sender.send(message).is_ok() && self.waker.wake().is_ok()
    }
}
