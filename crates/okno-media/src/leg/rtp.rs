//! The wire of an RTP leg: two sockets, a far end that must be the agreed one, SRTP.

use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use mio::net::UdpSocket;

use super::input::Input;
use super::{Formats, Kind};
use crate::dtls::{Handshake, Identity};
use crate::engine::io::Io;
use crate::engine::ports::{Lease, Pair};
use crate::remote::RtpRemote;
use crate::rewrite::Numbers;
use crate::rtp::{self, Packet};
use crate::srtp::{Srtp, SrtpPair};

/// Forged packets of unknown SSRCs after which no new SSRC is looked at until the signaling agrees anew.
const MAX_FORGED: u32 = 64;

/// The sockets and the far end of an RTP leg.
pub(crate) struct RtpLink {
    pub(crate) rtp: UdpSocket,
    pub(crate) rtcp: UdpSocket,
    remote: Option<RtpRemote>,
    /// The source of the first valid packet. Nothing else counts until the signaling agrees anew, but for the address that the signaling named
    /// itself and, behind a NAT, another port of the same address after a silence.
    latched: Option<SocketAddr>,
    to: Option<SocketAddr>,
    rtcp_to: Option<SocketAddr>,
    srtp: Option<Srtp>,
    handshake: Option<Box<Handshake>>,
    /// Keeps the ports from others; after the sockets, so that they are closed before the ports rest.
    _lease: Lease,
}

/// Why a packet was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    NotYet,
    Source,
    Format,
    Stream,
    Protection,
}

impl RtpLink {
    pub(crate) fn new(pair: Pair) -> Self {
        Self {
            rtp: UdpSocket::from_std(pair.rtp),
            rtcp: UdpSocket::from_std(pair.rtcp),
            remote: None,
            latched: None,
            to: None,
            rtcp_to: None,
            srtp: None,
            handshake: None,
            _lease: pair.lease,
        }
    }

    /// Takes what the signaling has agreed.
    pub(crate) fn agree(&mut self, remote: RtpRemote, identity: &Identity, now: Instant) {
        let moved = self.remote.as_ref().is_none_or(|old| old.addr != remote.addr);
        if moved || self.to.is_none() {
            (self.to, self.rtcp_to) = (Some(remote.addr), Some(remote.rtcp));
        }
        self.latched = None;
        let shaken = match (&self.handshake, &remote.dtls) {
            (Some(own), Some(dtls)) => own.is_with(dtls),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        let keep = shaken
            && match (&self.srtp, &remote.srtp) {
                (Some(own), Some(keys)) => own.has(keys),
                (None, None) => true,
                // The keys of a handshake that goes on.
                (Some(_), None) => remote.dtls.is_some(),
                (None, Some(_)) => false,
            };
        if !keep {
            self.srtp = remote.srtp.clone().and_then(Srtp::new);
        }
        if !shaken {
            self.handshake = remote.dtls.as_ref().map(|dtls| Box::new(Handshake::new(identity, dtls, now)));
        }
        self.remote = Some(remote);
        self.pass_time(now);
    }

    /// Records of a handshake that may be lost are sent again.
    pub(crate) fn pass_time(&mut self, now: Instant) {
        let (Some(handshake), Some(to)) = (&mut self.handshake, self.to) else { return };
        let socket = &self.rtp;
        // A record that is lost is sent again.
        let keys = handshake.time(now, |record| drop(socket.send_to(record, to)));
        self.take_keys(keys);
    }

    /// Takes a record of a handshake, if it comes from where the far end may be. False: it does not.
    pub(crate) fn shake(&mut self, record: &[u8], from: SocketAddr, now: Instant) -> bool {
        let Some(remote) = &self.remote else { return false };
        let allowed = self.allows(from, remote, false);
        let Some(handshake) = self.handshake.as_mut().filter(|_| allowed) else { return false };
        let socket = &self.rtp;
        let keys = handshake.receive(record, now, |record| drop(socket.send_to(record, from)));
        if keys.is_some() {
            // Whoever has the right certificate is there.
            (self.latched, self.to) = (Some(from), Some(from));
        }
        self.take_keys(keys);
        true
    }

    fn take_keys(&mut self, keys: Option<SrtpPair>) {
        if let Some(keys) = keys {
            self.srtp = Srtp::new(keys);
        }
    }

    /// Whether RTCP shares the RTP port.
    pub(crate) fn muxed(&self) -> bool {
        self.remote.as_ref().is_some_and(|remote| remote.addr == remote.rtcp)
    }

    /// Whether a packet may come from there. What was latched first may be another phone behind the same NAT, which had our port in its last
    /// call and has not heard of its end; so the address that the signaling named always goes before it, and its silence ends its right.
    fn allows(&self, from: SocketAddr, remote: &RtpRemote, silent: bool) -> bool {
        let near = remote.symmetric.is_some_and(|ip| ip == from.ip());
        match self.latched {
            Some(latched) => from == latched || from == remote.addr || (silent && near && latched != remote.addr),
            None => from == remote.addr || near,
        }
    }

    /// Checks a datagram. `plain` holds its decrypted form. A packet that passes is pinned and latched.
    pub(crate) fn accept<'a>(
        &mut self,
        datagram: &'a [u8],
        from: SocketAddr,
        formats: &Formats,
        input: &mut Input,
        plain: &'a mut Vec<u8>,
        now: Instant,
    ) -> Result<(Packet<'a>, Kind), Refused> {
        let remote = self.remote.as_ref().ok_or(Refused::NotYet)?;
        if !self.allows(from, remote, input.is_quiet(now)) {
            return Err(Refused::Source);
        }
        // The one whom the signaling named comes at last: he does not wait until the other is silent.
        let named = from == remote.addr && self.latched.is_some_and(|latched| latched != from);
        let sealed = remote.sealed();
        let head = if sealed { rtp::parse_sealed(datagram) } else { rtp::parse(datagram) }.ok_or(Refused::Format)?;
        let kind = formats.kind(head.payload_type).ok_or(Refused::Format)?;
        if !named && !input.may_be(head.ssrc, now) {
            return Err(Refused::Stream);
        }
        let packet = if sealed {
            let srtp = self.srtp.as_mut().ok_or(Refused::Protection)?;
            if input.ssrc.is_none() {
                srtp.forget_forged();
            } else if input.ssrc != Some(head.ssrc) && srtp.forged() >= MAX_FORGED {
                return Err(Refused::Stream);
            }
            if !srtp.open_rtp(datagram, plain) {
                return Err(Refused::Protection);
            }
            rtp::parse(plain).ok_or(Refused::Format)?
        } else {
            head
        };
        if packet.payload.len() > rtp::MAX_PAYLOAD {
            return Err(Refused::Format);
        }
        if named {
            input.unpin(now);
        }
        if !input.pin(packet.ssrc, packet.seq) {
            return Err(Refused::Stream);
        }
        if self.latched != Some(from) {
            // RTCP follows a far end behind a NAT when its own first packet shows where to.
            (self.latched, self.to) = (Some(from), Some(from));
        }
        Ok((packet, kind))
    }

    /// Checks an RTCP datagram and gives its plain form.
    pub(crate) fn accept_rtcp<'a>(&mut self, datagram: &'a [u8], from: SocketAddr, plain: &'a mut Vec<u8>) -> Option<&'a [u8]> {
        let remote = self.remote.as_ref()?;
        let behind_nat = remote.symmetric.is_some() && self.latched.is_some_and(|latched| latched.ip() == from.ip());
        if from != remote.rtcp && Some(from) != self.latched && !behind_nat {
            return None;
        }
        let packet = match &mut self.srtp {
            Some(srtp) => {
                if !srtp.open_rtcp(datagram, plain) {
                    return None;
                }
                plain.as_slice()
            }
            None if remote.sealed() => return None,
            None => datagram,
        };
        if !self.muxed() && from != remote.rtcp && Some(from) != self.latched {
            self.rtcp_to = Some(from);
        }
        Some(packet)
    }

    /// Sends a packet. False when it did not leave.
    pub(crate) fn send(&mut self, io: &mut Io, ssrc: u32, numbers: Numbers, payload_type: u8, payload: &[u8]) -> bool {
        let Some(to) = self.to else { return false };
        let packet = Packet { marker: numbers.marker, payload_type, seq: numbers.seq as u16, timestamp: numbers.timestamp, ssrc, payload };
        rtp::write(&mut io.packet, packet);
        if !self.seal(io, false) {
            return false;
        }
        let sent = self.rtp.send_to(&io.packet, to).is_ok();
        io.dropped += u64::from(!sent);
        sent
    }

    /// Sends the RTCP packet in `io.packet`.
    pub(crate) fn send_rtcp(&mut self, io: &mut Io) {
        if !self.seal(io, true) {
            return;
        }
        // A lost report is followed by the next one.
        let _: io::Result<usize> = match (self.muxed(), self.to, self.rtcp_to) {
            (true, Some(to), _) => self.rtp.send_to(&io.packet, to),
            (false, _, Some(to)) => self.rtcp.send_to(&io.packet, to),
            (true, None, _) | (false, _, None) => return,
        };
    }

    /// Encrypts `io.packet` where that is agreed; false when it may not leave.
    fn seal(&mut self, io: &mut Io, rtcp: bool) -> bool {
        match (&mut self.srtp, self.remote.as_ref().is_some_and(RtpRemote::sealed)) {
            (Some(srtp), true) if rtcp => srtp.seal_rtcp(&mut io.packet),
            (Some(srtp), true) => srtp.seal_rtp(&mut io.packet),
            (None, true) => false,
            (Some(_) | None, false) => true,
        }
    }
}
