//! SIP phones and where they can be reached.

use crate::Transport;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

/// The name of a phone, given by whoever configures it.
pub type PhoneId = String;

/// A SIP phone that may register: a desk phone or a foreign softphone.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone {
    /// The phone's id in okno; opaque here.
    pub id: PhoneId,
    /// The user part of its address of record and of its digest.
    pub login: String,
    /// Its password.
    pub secret: String,
    /// It is challenged with SHA-256 instead of MD5. Off for phones that give up when they read `SHA-256`.
    pub sha256: bool,
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Phone").field("id", &self.id).field("login", &self.login).field("sha256", &self.sha256).finish_non_exhaustive()
    }
}

/// One place where a phone can be reached now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The URI that the phone registered; it becomes the Request-URI of a call to it.
    pub uri: String,
    /// How the REGISTER came, and how calls go back.
    pub transport: Transport,
    /// Where the REGISTER came from: behind a NAT the only address that leads back.
    pub source: SocketAddr,
    /// Proxies on the way to the phone (RFC 3327), the nearest to us first.
    pub path: Vec<String>,
    /// The device (`+sip.instance`, RFC 5626), so that a phone that comes back replaces itself.
    pub instance: Option<String>,
    /// Which of the device's flows it is (RFC 5626).
    pub reg_id: Option<u32>,
    /// The phone's preference of this place, in thousandths.
    pub q: u16,
    /// What the phone calls itself, for the list of phones. Never trusted.
    pub user_agent: String,
    /// Call-ID of the REGISTER, for the order of later ones.
    pub call_id: String,
    /// CSeq of the REGISTER.
    pub cseq: u32,
    /// How long it still holds, counted from when this value was made.
    pub expires_in: Duration,
}
