//! SIP signaling: transports, trunks, registrations and call legs. Nothing above this crate names a type of a SIP library
//! ([decision 0011](../../../docs/decisions/0011-voice.md)).
//!
//! Start with [`Sip::bind`]. What comes in are [`SipEvent`]s; each call is a leg with a [`LegHandle`]: commands go in by its [`LegControl`],
//! [`LegEvent`]s come out of its receiver. The leg keeps the protocol (retransmission, timers, races); whoever holds the handle decides.
//!
//! Inside, from the wire up: `wire` (messages, transactions, transports; the only folder that knows the SIP library), `router` (whose message is
//! this), `leg` (one actor per dialog around a machine without IO), `dial` (legs that go out, forked where a phone has several bindings).
mod admission;
mod api;
mod auth;
mod bucket;
pub mod cause;
mod core;
mod dial;
pub mod dialplan;
mod fork;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod hostile;
mod leg;
mod lru;
mod net;
mod registrar;
mod registry;
mod router;
pub mod sdp;
#[cfg(test)]
mod tests;
mod trunks;
mod wire;

pub use api::{
    Binding, Dial, DialError, Dialed, Hangup, Incoming, LegControl, LegEvent, LegHandle, LegId, Listen, Party, Phone, PhoneId, Sip,
    SipConfig, SipError, SipEvent, Source, Transport, Trunk, TrunkId, TrunkState, Who,
};
pub use cause::Cause;
pub use net::{AddressError, Cidr, HostPort};
pub use trunks::{Login, SrtpPolicy, TrunkKind};
