//! The media thread's end of a recording: it copies and hands over, it never waits.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{SyncSender, TrySendError},
    },
    time::{Duration, Instant},
};

use super::{BATCH_MS, PER_MS, Side};
use crate::codec::Codec;

/// Bytes that a batch holds before it goes, whatever the time; twice that is reserved.
const BATCH_BYTES: usize = 8_000;

/// The longest payload that is recorded: 120 ms of G.711, and any Opus packet of a call.
const MAX_PAYLOAD: usize = 1_500;

/// A recording that has not ended.
pub(super) const RUNNING: u64 = u64::MAX;

/// What happened, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Paused(u64),
    Resumed(u64),
    Dropped { from: u64, to: u64 },
}

/// Frames of one recording on their way to the writer.
pub(super) struct Batch {
    pub(super) id: u64,
    pub(super) marks: Vec<Mark>,
    pub(super) frames: Vec<u8>,
    /// No batch follows.
    pub(super) last: bool,
}

/// One frame of a batch.
pub(super) struct Frame<'a> {
    pub(super) side: Side,
    pub(super) codec: Codec,
    pub(super) timestamp: u32,
    pub(super) at: u64,
    pub(super) payload: &'a [u8],
}

const FRAME_HEADER: usize = 16;

impl Batch {
    /// Its frames in the order in which they were tapped.
    pub(super) fn frames(&self) -> impl Iterator<Item = Frame<'_>> {
        let mut rest = self.frames.as_slice();
        std::iter::from_fn(move || {
            let (header, after) = rest.split_first_chunk::<FRAME_HEADER>()?;
            let (payload, after) = after.split_at_checked(usize::from(u16::from_be_bytes([header[2], header[3]])))?;
            rest = after;
            Some(Frame {
                side: if header[0] == 0 { Side::Customer } else { Side::Heard },
                codec: *Codec::ALL.get(usize::from(header[1]))?,
                timestamp: u32::from_be_bytes([header[4], header[5], header[6], header[7]]),
                at: u64::from_be_bytes([header[8], header[9], header[10], header[11], header[12], header[13], header[14], header[15]]),
                payload,
            })
        })
    }
}

/// A running recording, as the media thread has it. Dropping it ends the recording.
pub struct Recorder {
    id: u64,
    start: Instant,
    writer: SyncSender<Batch>,
    /// The sample at which the recording ended, or [`RUNNING`]. It reaches the writer even when the way to it is full.
    ended: Arc<AtomicU64>,
    frames: Vec<u8>,
    marks: Vec<Mark>,
    since: u64,
    now: u64,
    paused: bool,
    dropped: u64,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("id", &self.id).field("paused", &self.paused).finish_non_exhaustive()
    }
}

impl Recorder {
    pub(super) fn new(id: u64, start: Instant, writer: SyncSender<Batch>, ended: Arc<AtomicU64>) -> Self {
        Self {
            id,
            start,
            writer,
            ended,
            frames: Vec::with_capacity(2 * BATCH_BYTES),
            marks: Vec::new(),
            since: 0,
            now: 0,
            paused: false,
            dropped: 0,
        }
    }

    /// Takes a payload as it came from, or goes to, the customer, without SRTP. `timestamp` is that of its RTP stream, `at` is now. Telephone events
    /// are not for here.
    pub fn tap(&mut self, side: Side, codec: Codec, timestamp: u32, payload: &[u8], at: Instant) {
        let at = self.sample(at);
        if self.paused || payload.is_empty() || payload.len() > MAX_PAYLOAD {
            return;
        }
        if self.frames.is_empty() {
            self.since = at;
        }
        self.frames.extend_from_slice(&[side as u8, codec as u8]);
        self.frames.extend_from_slice(&(payload.len() as u16).to_be_bytes());
        self.frames.extend_from_slice(&timestamp.to_be_bytes());
        self.frames.extend_from_slice(&at.to_be_bytes());
        self.frames.extend_from_slice(payload);
        if at >= self.since + BATCH_MS * PER_MS || self.frames.len() >= BATCH_BYTES {
            self.flush();
        }
    }

    /// From `at` on silence is recorded (true), or sound again (false). What was said in between never leaves the media thread.
    pub fn pause(&mut self, paused: bool, at: Instant) {
        let at = self.sample(at);
        if paused != self.paused {
            self.paused = paused;
            // Frames that are at hand were before it.
            self.flush();
            self.marks.push(if paused { Mark::Paused(at) } else { Mark::Resumed(at) });
            self.flush();
        }
    }

    /// True while it is paused.
    pub fn paused(&self) -> bool {
        self.paused
    }

    /// Batches that the writer could not take; each is a gap in the recording.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Ends the recording at `at`. Its last chunk follows soon.
    pub fn stop(mut self, at: Instant) {
        self.sample(at);
    }

    /// The sample of a time. Time never goes back.
    fn sample(&mut self, at: Instant) -> u64 {
        let passed = at.saturating_duration_since(self.start);
        self.now = self.now.max(passed.as_micros() as u64 * PER_MS / 1000);
        self.now
    }

    fn flush(&mut self) {
        if self.frames.is_empty() && self.marks.is_empty() {
            return;
        }
        let frames = std::mem::take(&mut self.frames);
        let had_frames = !frames.is_empty();
        match self.writer.try_send(Batch { id: self.id, marks: std::mem::take(&mut self.marks), frames, last: false }) {
            Ok(()) => self.frames.reserve(2 * BATCH_BYTES),
            Err(TrySendError::Full(batch) | TrySendError::Disconnected(batch)) => {
                // The sound is lost, what happened is not: it is told with the next batch.
                (self.marks, self.frames) = (batch.marks, batch.frames);
                self.frames.clear();
                if had_frames {
                    self.dropped += 1;
                    let hole = Mark::Dropped { from: self.since, to: self.now };
                    match self.marks.last_mut() {
                        Some(Mark::Dropped { to, .. }) => *to = self.now,
                        Some(Mark::Paused(_) | Mark::Resumed(_)) | None => self.marks.push(hole),
                    }
                }
            }
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.flush();
        self.ended.store(self.now.min(RUNNING - 1), Ordering::Release);
        // If this does not get through, the writer sees the end at its next look.
        let _ = self.writer.try_send(Batch { id: self.id, marks: std::mem::take(&mut self.marks), frames: Vec::new(), last: true });
    }
}

/// How long the writer waits for a batch before it looks at what else is due.
pub(super) const PAUSE: Duration = Duration::from_millis(250);
