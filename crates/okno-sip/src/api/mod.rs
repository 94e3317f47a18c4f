//! The words of the door: what comes in, what goes out.
mod config;
mod handle;
mod leg;

use std::collections::BTreeMap;
use std::net::SocketAddr;

pub use config::{Binding, Listen, Phone, PhoneId, SipConfig, Transport, Trunk, TrunkId, TrunkState};
pub use handle::{Dial, DialError, Dialed, Sip, SipError};
pub(crate) use leg::{Command, LegParts};
pub use leg::{Hangup, LegControl, LegEvent, LegHandle, LegId, Who};

use crate::sdp::Sdp;

/// What the SIP side tells by itself.
#[derive(Debug)]
pub enum SipEvent {
    /// A call from a trunk or from one of our phones. Nothing has been answered but `100 Trying`.
    Incoming(Box<Incoming>),
    /// The bindings of a phone changed; none means that it is not registered.
    Phone { id: PhoneId, bindings: Vec<Binding> },
    /// A trunk became usable or unusable. `detail` says why, in words for an administrator.
    Trunk { id: TrunkId, state: TrunkState, detail: String },
}

/// A new call. Dropping it without an answer refuses it with `500`.
#[derive(Debug)]
pub struct Incoming {
    pub leg: LegHandle,
    pub from: Party,
    /// The user part of the request URI, decoded: the number that was called.
    pub to: String,
    /// The same of the `To` header, which differs when somebody before us redirected the call.
    pub to_header: String,
    pub source: Source,
    /// Where the request came from.
    pub address: SocketAddr,
    /// The call came over TLS: keys may stand in its description.
    pub secure: bool,
    pub call_id: String,
    /// The offer, if the INVITE carried one that can be read.
    pub offer: Option<Sdp>,
    /// A few headers for routing and for the record, by lower-case name: `diversion`, `history-info`, `user-agent`, `x-…`. Untrusted text.
    pub headers: BTreeMap<String, String>,
    /// The live leg of ours that this call wants to replace (RFC 3891).
    pub replaces: Option<LegId>,
    /// The caller demands reliable provisional answers; the leg gives them by itself.
    pub reliable_required: bool,
}

/// Who a message says it is from. All of it is text of a stranger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// User part of the URI, decoded; a number with `+` where the caller wrote one.
    pub user: String,
    /// Display name, decoded.
    pub name: Option<String>,
    pub host: String,
    /// User part of P-Asserted-Identity or Remote-Party-ID; only from trunks that may assert one.
    pub asserted: Option<String>,
    /// The caller asked to be anonymous (`Privacy: id` or an anonymous URI).
    pub anonymous: bool,
}

/// Who brought a call. There is no third kind: strangers never get this far.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    Trunk(TrunkId),
    Phone(PhoneId),
}
