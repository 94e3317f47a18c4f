//! Recordings: two channels (left what the customer says, right what he hears) in sealed chunks of three seconds.
//!
//! A media thread taps payloads into a [`Recorder`]; that copies bytes and never blocks. One thread for all recordings ([`Recorders`]) places them
//! on the recording's time, and gives [`Chunk`]s to whoever stores them. [`Recording`] reads them again.
//!
//! - G-1: G.711 is stored as it came, bit by bit; other codecs are decoded by the writer's thread and stored as µ-law.
//! - G-2: a crash loses less than five seconds: the chunk that is open, and what was on the way ([`CHUNK_MS`], [`GRACE_MS`], [`BATCH_MS`]).
//! - G-3: what was not recorded (paused, dropped, keys) is a [`Gap`] with its reason, and sounds as silence of its length.
//! - G-4: a chunk that was changed, cut or exchanged is found, named, and the others still play.
//!
//! A chunk is `OKR1`, flags, the coding of both sides, a zero, index (u32), start and length in samples at 8 kHz (u64, u32), length of the sealed rest (u32), all big
//! endian: 28 bytes, which are authenticated. Then 24 bytes of nonce and XChaCha20-Poly1305 over: number of gaps (u16), each with reason (u8),
//! start and length (u64, u64), then the samples of both sides.

mod read;
mod seal;
mod tap;
mod track;
mod writer;

pub use read::{Damage, Recording};
pub use seal::{ChunkHeader, split};
pub use tap::Recorder;
pub use writer::Recorders;

/// Length of a chunk in milliseconds.
pub const CHUNK_MS: u64 = 3_000;

/// How long a chunk waits for packets that come late or wait in a batch.
pub const GRACE_MS: u64 = 500;

/// How long a media thread gathers before it hands over.
pub const BATCH_MS: u64 = 200;

// Chunk, grace, batch and the writer's own pause (250 ms) leave a second to store it.
const _: () = assert!(CHUNK_MS + GRACE_MS + BATCH_MS + 250 <= 4_000);

/// Samples per millisecond: recordings are made at the telephone's rate.
const PER_MS: u64 = 8;

/// The longest chunk that is believed, in samples.
const MAX_CHUNK: u32 = 10_000 * PER_MS as u32;

/// The longest recording that is believed: two days.
const MAX_RECORDING: u64 = 48 * 3_600_000 * PER_MS;

/// A channel of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// What the customer says: the left channel.
    Customer,
    /// What the customer hears: the right channel.
    Heard,
}

/// How a call is recorded.
#[derive(Clone)]
pub struct RecorderConfig {
    /// The key of this recording alone. Whoever has it can listen.
    pub key: [u8; 32],
    /// Keys that are pressed during the call (card numbers) are cut out of both channels.
    pub mask_keys: bool,
}

impl std::fmt::Debug for RecorderConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecorderConfig").field("mask_keys", &self.mask_keys).finish_non_exhaustive()
    }
}

impl RecorderConfig {
    /// With keys cut out.
    pub fn new(key: [u8; 32]) -> Self {
        Self { key, mask_keys: true }
    }
}

/// A complete part of a recording, sealed, to be stored as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// 0, 1, 2, ... without a hole.
    pub index: u32,
    /// Where it begins, in milliseconds from the start of the recording.
    pub started_ms: u64,
    /// How long it is.
    pub length_ms: u32,
    /// No chunk follows.
    pub last: bool,
    /// What to store. Chunks may be appended to one file: [`split`] takes it apart.
    pub bytes: Vec<u8>,
}

/// Why there is no sound in a part of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Somebody paused the recording.
    Paused,
    /// The recorder could not keep up; sound was lost here.
    Dropped,
    /// Keys were pressed and cut out.
    Keys,
    /// The stored chunk is missing or damaged.
    Damaged,
}

/// A part of a recording without its sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Gap {
    /// Where it begins, in milliseconds.
    pub from_ms: u64,
    /// Where it ends.
    pub to_ms: u64,
    /// Why.
    pub reason: Reason,
}

/// A gap in samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hole {
    reason: Reason,
    from: u64,
    to: u64,
}

#[cfg(test)]
mod tests;
