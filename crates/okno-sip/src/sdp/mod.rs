//! Session descriptions as plain data, and what two of them agree on.
//!
//! [`parse`](Sdp::parse) and `Display` go through the SIP library's SDP; [`offer`], [`answer`] and [`accepted`] are functions without state. One
//! audio stream is used; every other stream of an offer is refused in its place with port 0.
mod keys;
mod negotiate;
#[cfg(test)]
mod tests;
mod text;

use std::net::{IpAddr, SocketAddr};

pub use keys::{Dtls, Keys, SdesKey, Setup, Suite};
pub use negotiate::{accepted, answer, offer};

/// Why two descriptions do not fit, or why one cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SdpError {
    #[error("the session description cannot be read: {0}")]
    Unreadable(String),
    #[error("there is no audio stream that can be used")]
    NoAudio,
    #[error("no codec in common; the other side has {0}")]
    NoCodec(String),
    #[error("the address of the audio stream cannot be used: {0}")]
    Address(String),
    #[error("encryption does not fit: {0}")]
    Encryption(&'static str),
}

/// Which way voice flows, as the side that says it sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    #[default]
    SendRecv,
    SendOnly,
    RecvOnly,
    Inactive,
}

impl Direction {
    /// What the other side calls the same.
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            Self::SendOnly => Self::RecvOnly,
            Self::RecvOnly => Self::SendOnly,
            same @ (Self::SendRecv | Self::Inactive) => same,
        }
    }

    /// From "does send" and "does receive".
    pub fn of(sends: bool, receives: bool) -> Self {
        match (sends, receives) {
            (true, true) => Self::SendRecv,
            (true, false) => Self::SendOnly,
            (false, true) => Self::RecvOnly,
            (false, false) => Self::Inactive,
        }
    }

    pub fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    pub fn receives(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }

    /// The attribute.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::RecvOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::SendRecv, Self::SendOnly, Self::RecvOnly, Self::Inactive].into_iter().find(|direction| direction.as_str() == name)
    }
}

/// A whole session description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sdp {
    pub origin: Origin,
    pub name: String,
    /// Session-level `c=`: an address, or a name that nobody resolved.
    pub connection: Option<String>,
    pub attributes: Vec<Attribute>,
    pub media: Vec<Media>,
    /// `b=` and other lines that stand before the streams, kept as they are.
    pub other: Vec<(char, String)>,
}

/// `o=`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub user: String,
    pub session: u64,
    /// Grows with every change of the description. See [`Sdp::newer`].
    pub version: u64,
    pub address: String,
}

/// One `m=` with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// `audio`, `video`, ...
    pub kind: String,
    /// 0: refused.
    pub port: u16,
    /// `RTP/AVP`, `RTP/SAVP`, ...
    pub protocol: String,
    pub formats: Vec<String>,
    pub connection: Option<String>,
    pub attributes: Vec<Attribute>,
    pub other: Vec<(char, String)>,
}

/// `a=name` or `a=name:value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    pub name: String,
    pub value: Option<String>,
}

/// A voice codec as SDP names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codec {
    /// `PCMU`, `PCMA`, `G722`, `opus`; compared without case.
    pub name: String,
    /// The clock of the `rtpmap` (8000 for G.722, 48000 for Opus).
    pub clock: u32,
    pub channels: u8,
    /// The payload type that we use in an offer.
    pub payload: u8,
    /// `a=fmtp`, if any.
    pub parameters: Option<String>,
}

impl Codec {
    pub fn pcmu() -> Self {
        Self { name: "PCMU".into(), clock: 8000, channels: 1, payload: 0, parameters: None }
    }

    pub fn pcma() -> Self {
        Self { name: "PCMA".into(), clock: 8000, channels: 1, payload: 8, parameters: None }
    }

    pub fn g722() -> Self {
        Self { name: "G722".into(), clock: 8000, channels: 1, payload: 9, parameters: None }
    }

    pub fn opus() -> Self {
        Self { name: "opus".into(), clock: 48000, channels: 2, payload: 111, parameters: Some("minptime=10;useinbandfec=1".into()) }
    }

    fn same(&self, name: &str, clock: u32) -> bool {
        self.name.eq_ignore_ascii_case(name) && self.clock == clock
    }
}

/// What our side brings into a description.
#[derive(Clone, Debug)]
pub struct OfferParams {
    /// Where we want voice. The IP stands in `c=` and `o=`.
    pub address: SocketAddr,
    /// Where we want RTCP when it is not the port above `address`.
    pub rtcp: Option<SocketAddr>,
    /// `o=`: the same number for the life of a leg.
    pub session: u64,
    /// `o=`: grows by one with every description of this leg that differs from the last one.
    pub version: u64,
    /// Best first.
    pub codecs: Vec<Codec>,
    /// Offer or accept telephone-event (RFC 4733).
    pub dtmf: bool,
    /// Milliseconds per packet that we would like, usually 20.
    pub ptime: u16,
    /// What we want to do: `SendOnly` or `Inactive` put the other side on hold.
    pub direction: Direction,
    pub protection: Protection,
    /// Offer or accept RTP and RTCP on one port.
    pub rtcp_mux: bool,
}

impl Default for OfferParams {
    /// What most calls want. The address must be set.
    fn default() -> Self {
        Self {
            address: SocketAddr::new(IpAddr::from([0, 0, 0, 0]), 0),
            rtcp: None,
            session: 1,
            version: 1,
            codecs: vec![Codec::pcma(), Codec::pcmu(), Codec::g722()],
            dtmf: true,
            ptime: 20,
            direction: Direction::SendRecv,
            protection: Protection::None,
            rtcp_mux: false,
        }
    }
}

/// Our side of an answer; the same things as in an offer.
pub type AnswerParams = OfferParams;

/// How voice is protected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Protection {
    /// Plain RTP. An offer with SDES keys is refused.
    #[default]
    None,
    /// SDES (RFC 4568): our key per suite, best first. In an answer the plain offer is accepted as well, unless `required`. Only for secure
    /// signaling.
    Sdes { keys: Vec<SdesKey>, required: bool },
    /// DTLS-SRTP (RFC 5763): `UDP/TLS/RTP/SAVP`.
    Dtls { fingerprint: String, setup: Setup },
}

/// What two descriptions agree on, as our side sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Negotiated {
    /// Where voice goes.
    pub remote: SocketAddr,
    pub codec: AudioFormat,
    pub dtmf: Option<TelephoneEvent>,
    /// What *we* may do: `SendOnly` when the other side only receives.
    pub direction: Direction,
    /// The other side put us on hold: it does not want to hear us, or said `c=0.0.0.0`.
    pub held: bool,
    /// SDES keys of both directions.
    pub srtp: Option<Keys>,
    /// DTLS-SRTP.
    pub dtls: Option<Dtls>,
    pub rtcp: Rtcp,
}

/// Where RTCP goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rtcp {
    At(SocketAddr),
    /// To the address of RTP.
    Mux,
}

/// The codec in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudioFormat {
    pub name: String,
    pub clock: u32,
    pub channels: u8,
    /// The payload type that the other side wants to get.
    pub send: u8,
    /// The payload type that we get.
    pub receive: u8,
    /// Milliseconds per packet that the other side wants.
    pub ptime: u16,
    /// The other side's `fmtp`.
    pub parameters: Option<String>,
}

/// RFC 4733 in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TelephoneEvent {
    pub send: u8,
    pub receive: u8,
    pub clock: u32,
}

impl Attribute {
    pub fn flag(name: &str) -> Self {
        Self { name: name.into(), value: None }
    }

    pub fn valued(name: &str, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: Some(value.into()) }
    }
}

impl Sdp {
    /// The same description as a later version (for a session refresh that changes nothing keep the version).
    #[must_use]
    pub fn newer(mut self) -> Self {
        self.origin.version = self.origin.version.wrapping_add(1);
        self
    }

    /// The first audio stream that is not refused.
    pub fn audio(&self) -> Option<&Media> {
        self.media.iter().find(|media| media.kind == "audio" && media.port != 0)
    }

    /// The direction of a stream, from its own or the session's attribute.
    pub fn direction_of(&self, media: &Media) -> Direction {
        let of = |attributes: &[Attribute]| {
            attributes.iter().filter(|attribute| attribute.value.is_none()).find_map(|attribute| Direction::parse(&attribute.name))
        };
        of(&media.attributes).or_else(|| of(&self.attributes)).unwrap_or_default()
    }

    /// The same description with another direction on its audio stream: hold and resume.
    #[must_use]
    pub fn with_direction(mut self, direction: Direction) -> Self {
        self.attributes.retain(|attribute| attribute.value.is_some() || Direction::parse(&attribute.name).is_none());
        for media in self.media.iter_mut().filter(|media| media.kind == "audio" && media.port != 0) {
            media.attributes.retain(|attribute| attribute.value.is_some() || Direction::parse(&attribute.name).is_none());
            media.attributes.push(Attribute::flag(direction.as_str()));
        }
        self
    }

    fn address_of(&self, media: &Media) -> Result<IpAddr, SdpError> {
        let text = media.connection.as_deref().or(self.connection.as_deref()).ok_or_else(|| SdpError::Address("none given".into()))?;
        text.parse().map_err(|_| SdpError::Address(text.to_owned()))
    }
}

impl Media {
    /// The value of the first attribute with this name; an empty text for a flag.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.value.as_deref().unwrap_or_default())
    }

    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.attributes.iter().filter(move |attribute| attribute.name == name).filter_map(|attribute| attribute.value.as_deref())
    }
}
