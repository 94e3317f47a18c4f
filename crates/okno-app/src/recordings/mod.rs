//! Recordings: sound in sealed chunks, each recording with a key of its own.
//!
//! * S-1 A chunk is durable before [`recording_chunk`] returns: a crash loses what was not handed over yet, at most some seconds.
//! * S-2 The sound is sealed with the recording's key before it gets here; the key is stored sealed with the installation's. Deleting
//!   destroys the key, which also makes the sound in backups unreadable.
//! * S-3 Who listens is audited, once per listening.
//! * S-4 A recording whose time is over loses its sound; the record of it stays.

mod door;
mod listen;
pub(crate) mod work;

#[cfg(test)]
mod tests;

pub use door::{RecordingChunk, recording_chunk, recording_ended, recording_started};
pub use listen::{Listenings, Sound, delete, show, sound, waveform};
