//! Digest authentication (RFC 7616, RFC 8760, RFC 3261 22), both roles. Pure: time is an argument.
//!
//! Named invariants:
//! - **D-1** A nonce is good for one source address and one life, and each of its counts once.
//! - **D-2** An unknown user gets the same answers, at the same cost, as a wrong password.
//! - **D-3** We answer challenges of one realm only, at most twice per request.
//! - **D-4** Without a nonce of ours nobody can test a password, and nobody can lock out somebody else.

mod client;
mod nonce;
mod params;
mod server;
mod throttle;

pub(crate) use client::{Answered, DigestClient, DigestError, Rounds};
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use params::Presented;
pub(crate) use server::{Asked, DigestServer, Verdict};
