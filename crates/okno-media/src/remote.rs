//! What the signaling has agreed about a leg's far end.

use std::net::{IpAddr, SocketAddr};

use crate::codec::Codec;
use crate::dtls::DtlsRemote;
use crate::srtp::SrtpPair;

/// The far end of an RTP leg, as offer and answer agreed. A new one may come at any moment; it lets the leg latch anew.
#[derive(Debug, Clone)]
pub struct RtpRemote {
    /// Where RTP goes, and the only address it is accepted from (but see `symmetric`).
    pub addr: SocketAddr,
    /// Where RTCP goes; equal to `addr` means that RTCP shares the RTP port (`rtcp-mux`).
    pub rtcp: SocketAddr,
    /// The codec of both directions.
    pub codec: Codec,
    /// Payload type of the codec in what we send.
    pub pt_send: u8,
    /// Payload type of the codec in what we accept.
    pub pt_receive: u8,
    /// RFC 4733 events, when both sides take them.
    pub dtmf: Option<DtmfFormat>,
    /// Keys, when the leg is encrypted. Without them a plain packet is accepted, with them none.
    pub srtp: Option<SrtpPair>,
    /// Keys come from a handshake with this far end. Until it is done nothing is sent and nothing accepted.
    pub dtls: Option<DtlsRemote>,
    /// Which way audio goes, seen from us.
    pub direction: Direction,
    /// Symmetric RTP: the first valid packet may also come from any port of this address (where the signaling came from), and what we
    /// send then goes back to its source. `None`: only `addr`.
    pub symmetric: Option<IpAddr>,
}

impl RtpRemote {
    /// Whether plain packets are out of question.
    pub(crate) fn sealed(&self) -> bool {
        self.srtp.is_some() || self.dtls.is_some()
    }
}

/// Telephone events (RFC 4733) of one leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DtmfFormat {
    /// Payload type in what we send.
    pub send: u8,
    /// Payload type in what we accept.
    pub receive: u8,
    /// Ticks per second of their timestamps and durations: 8,000 or 48,000.
    pub clock: u32,
}

/// Which way audio goes, seen from us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// Both ways.
    #[default]
    Both,
    /// We send only; nothing is expected.
    SendOnly,
    /// We receive only.
    ReceiveOnly,
    /// Neither (hold).
    Inactive,
}

impl Direction {
    /// Whether we send.
    pub fn sends(self) -> bool {
        matches!(self, Self::Both | Self::SendOnly)
    }

    /// Whether the far end is expected to send.
    pub fn receives(self) -> bool {
        matches!(self, Self::Both | Self::ReceiveOnly)
    }
}
