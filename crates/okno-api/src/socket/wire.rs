//! One WebSocket with deadlines: a peer that does not read, or is not there any more, costs its own connection only.

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use futures_util::SinkExt as _;
use serde::Serialize;
use std::time::Duration;

/// Read buffer of a socket: thousands of idle visitors must stay small.
const READ_BUFFER: usize = 4 * 1024;
/// Frames that are sent together are written in pieces of this size.
const WRITTEN_AT_ONCE: usize = 16 * 1024;
/// Written bytes that may wait inside the WebSocket layer; the queue before it is what bounds a slow reader.
const WRITE_BUFFER: usize = 512 * 1024;
/// A peer that takes nothing for so long is dropped.
const WRITE_TIMEOUT: Duration = Duration::from_secs(15);

/// The socket is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ended;

/// What a peer sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Got {
    /// A text frame.
    Text(Utf8Bytes),
    /// The answer to a ping, with its payload.
    Pong(Vec<u8>),
    /// A ping or something else that only shows life.
    Life,
}

/// A socket.
pub(crate) struct Wire(WebSocket);

impl Wire {
    /// Sets the limits of a socket before it opens.
    pub(crate) fn limits(upgrade: WebSocketUpgrade, frame_bytes: usize) -> WebSocketUpgrade {
        upgrade
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(WRITTEN_AT_ONCE)
            .max_write_buffer_size(WRITE_BUFFER + frame_bytes)
            .max_message_size(frame_bytes)
            .max_frame_size(frame_bytes)
    }

    pub(crate) const fn new(socket: WebSocket) -> Self {
        Self(socket)
    }

    /// The next frame of the peer. Cancel safe.
    pub(crate) async fn next(&mut self) -> Result<Got, Ended> {
        match self.0.recv().await {
            Some(Ok(Message::Text(text))) => Ok(Got::Text(text)),
            Some(Ok(Message::Pong(payload))) => Ok(Got::Pong(payload.to_vec())),
            Some(Ok(Message::Ping(_))) => Ok(Got::Life),
            Some(Ok(Message::Binary(_))) => {
                self.close(1003, "only text frames are understood here").await;
                Err(Ended)
            }
            Some(Ok(Message::Close(_)) | Err(_)) | None => Err(Ended),
        }
    }

    pub(crate) async fn send(&mut self, text: Utf8Bytes) -> Result<(), Ended> {
        self.message(Message::Text(text)).await
    }

    /// Sends frames with as few writes as they fit into.
    pub(crate) async fn send_all(&mut self, texts: Vec<Utf8Bytes>) -> Result<(), Ended> {
        let all = async {
            for text in texts {
                self.0.feed(Message::Text(text)).await?;
            }
            self.0.flush().await
        };
        match tokio::time::timeout(WRITE_TIMEOUT, all).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Ended),
        }
    }

    pub(crate) async fn json(&mut self, frame: &impl Serialize) -> Result<(), Ended> {
        self.send(text(frame)).await
    }

    pub(crate) async fn ping(&mut self, payload: Vec<u8>) -> Result<(), Ended> {
        self.message(Message::Ping(payload.into())).await
    }

    async fn message(&mut self, message: Message) -> Result<(), Ended> {
        match tokio::time::timeout(WRITE_TIMEOUT, self.0.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Ended),
        }
    }

    /// Says goodbye; whether it arrives does not matter.
    pub(crate) async fn close(&mut self, code: u16, reason: &'static str) {
        let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
        let _ = tokio::time::timeout(Duration::from_secs(2), self.0.send(Message::Close(Some(frame)))).await;
    }
}

/// A frame as it goes over the wire. Frames are plain data; they always have a JSON form.
pub(crate) fn text(frame: &impl Serialize) -> Utf8Bytes {
    serde_json::to_string(frame).expect("frames have string keys only").into()
}
