//! The media engine: RTP, SRTP and WebRTC legs, codecs, mixing, prompts, recording. It knows no signaling and no app.
//!
//! [`Media::start`] starts a few plain threads. Each owns its legs outright: no lock and no task is between a packet and the leg that it is
//! for. A leg is told what its far end is ([`Command::Remote`], or a browser's offer) and what it hears ([`Source`]); it may be told anew at
//! any moment, and the far end sees one stream without a jump. What happens comes back as [`MediaEvent`]s.
//!
//! | file | what |
//! |---|---|
//! | `media.rs` | the handle |
//! | `engine/` | the threads: sockets, ticks, who hears whom |
//! | `leg/` | an RTP leg: source check, SRTP, RTCP; `dtls.rs` is the handshake that may give its keys |
//! | `webrtc/` | a WebRTC leg, and the socket that all of a thread share |
//! | `rewrite.rs`, `dtmf.rs`, `bridge.rs` | one outgoing stream from many sources; keys; other codecs |
//! | `codec.rs`, `jitter.rs`, `mixer.rs`, `audio/`, `tts/`, `record/` | sound itself |
//!
//! Invariants, and the tests that hold them: M-1 a packet from anybody but the latched source, or the one that was named, changes nothing; M-2 an outgoing stream has one
//! SSRC and no jump; M-3 no sequence number is sent twice; M-4 nothing that the network sends ends a leg (`engine/tests/`).

pub mod audio;
mod bridge;
pub mod codec;
mod command;
mod conceal;
mod config;
mod dtls;
mod dtmf;
mod engine;
mod event;
pub mod goertzel;
mod id;
pub mod inbound;
pub mod jitter;
mod leg;
pub mod level;
mod media;
pub mod mixer;
#[cfg(any(test, feature = "fuzzing"))]
pub mod probe;
mod quality;
mod random;
pub mod record;
mod remote;
pub mod resample;
mod rewrite;
mod rtcp;
mod rtp;
#[cfg(test)]
mod signal;
mod srtp;
pub mod tts;
mod webrtc;

pub use codec::Codec;
pub use command::{Command, PlayItem, Source};
pub use config::{MediaConfig, MediaError};
pub use dtls::DtlsRemote;
pub use event::{MediaEvent, Report};
pub use id::{LegId, RoomId};
pub use media::{Media, RtpPort};
pub use quality::{QualityReport, mos};
pub use remote::{Direction, DtmfFormat, RtpRemote};
pub use srtp::{SrtpKey, SrtpPair, SrtpProfile};
