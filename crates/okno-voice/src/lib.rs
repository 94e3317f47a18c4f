//! The telephone door: calls put together from signaling (okno-sip), media (okno-media) and acts (okno-app).
//!
//! [`VoiceDoor::bind`] opens sockets, [`VoiceDoor::run`] serves one workspace. Inside:
//!
//! | file | what |
//! |---|---|
//! | `call/` | a call as a machine without IO: the only place that decides |
//! | `actor.rs`, `actor/` | one task per call: legs, acts, recording around the machine |
//! | `door.rs`, `door/` | opening and closing, configuration, who gets what |
//! | `hub.rs` | what calls share: who is where |
//! | `incoming.rs`, `dial.rs` | calls that come in and go out |
//! | `desk.rs`, `widget.rs` | browsers |
//! | `follow.rs`, `early.rs` | facts of the journal |
//! | `treat.rs` | what callers hear |
//! | `sdp.rs`, `office.rs`, `echo.rs` | glue to the media, to the app; test numbers |

mod actor;
mod call;
mod config;
mod desk;
mod dial;
mod door;
mod early;
mod echo;
mod follow;
mod hub;
mod incoming;
mod lag;
mod office;
mod sdp;
mod treat;
mod widget;

pub use config::{VoiceConfig, VoiceError};
pub use door::VoiceDoor;
pub use okno_sip::Transport;
