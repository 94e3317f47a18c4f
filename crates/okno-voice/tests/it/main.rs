//! The telephone door with a real store, real SIP peers and real sound on loopback: a provider at 127.0.0.2, desk phones at 127.0.0.3.
#![expect(clippy::unwrap_used, reason = "a test fails where it stands")]

mod browser;
mod desk;
mod inbound;
mod outbound;
mod paths;
mod peer;
mod transfers;
mod world;
