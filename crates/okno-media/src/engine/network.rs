//! What comes from sockets.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Instant;

use super::Engine;
use crate::dtls::Handshake;
use crate::event::MediaEvent;
use crate::leg::Link;
use crate::rtcp;
use crate::rtp::{self, MAX_DATAGRAM, Packet};
use crate::webrtc::demux::is_stun;
use crate::webrtc::{PeerEvent, State};

/// Datagrams of one socket that are read before others get their turn.
const BURST: usize = 64;
/// The same for the socket that all WebRTC legs share.
const SHARED_BURST: usize = 512;

impl Engine {
    /// Reads an RTP socket of a leg. True when it has more.
    pub(super) fn read_rtp(&mut self, slot: u32) -> bool {
        let (mut datagram, mut plain) = (std::mem::take(&mut self.datagram), std::mem::take(&mut self.plain));
        datagram.resize(MAX_DATAGRAM, 0);
        let mut more = true;
        for _ in 0..BURST {
            let Some(leg) = self.legs.get_mut(slot) else { break };
            let Link::Rtp(link) = &mut leg.link else { break };
            let (length, from) = match link.rtp.recv_from(&mut datagram) {
                Ok(found) => found,
                Err(error) => {
                    more = error.kind() != ErrorKind::WouldBlock;
                    if more {
                        continue; // an ICMP answer to something that we sent; the next read goes on
                    }
                    break;
                }
            };
            let now = Instant::now();
            let found = &datagram[..length];
            if Handshake::is_record(found) {
                leg.input.refused += u64::from(!link.shake(found, from, now));
                continue;
            }
            if rtp::is_rtcp(found) {
                if link.muxed() {
                    self.take_rtcp(slot, found, from, &mut plain, now);
                } else {
                    leg.input.refused += 1;
                }
                continue;
            }
            match link.accept(found, from, &leg.formats, &mut leg.input, &mut plain, now) {
                Ok((packet, kind)) => self.packet(slot, packet, kind, now),
                Err(_) => leg.input.refused += 1,
            }
        }
        (self.datagram, self.plain) = (datagram, plain);
        more
    }

    /// Reads an RTCP socket of a leg. True when it has more.
    pub(super) fn read_rtcp(&mut self, slot: u32) -> bool {
        let (mut datagram, mut plain) = (std::mem::take(&mut self.datagram), std::mem::take(&mut self.plain));
        datagram.resize(MAX_DATAGRAM, 0);
        let mut more = true;
        for _ in 0..BURST {
            let Some(leg) = self.legs.get_mut(slot) else { break };
            let Link::Rtp(link) = &mut leg.link else { break };
            match link.rtcp.recv_from(&mut datagram) {
                Ok((length, from)) => self.take_rtcp(slot, &datagram[..length], from, &mut plain, Instant::now()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    more = false;
                    break;
                }
                Err(_) => {}
            }
        }
        (self.datagram, self.plain) = (datagram, plain);
        more
    }

    fn take_rtcp(&mut self, slot: u32, datagram: &[u8], from: SocketAddr, plain: &mut Vec<u8>, now: Instant) {
        let Some(leg) = self.legs.get_mut(slot) else { return };
        let Link::Rtp(link) = &mut leg.link else { return };
        let ssrc = leg.output.rewriter.ssrc();
        let heard = link.accept_rtcp(datagram, from, plain).and_then(|packet| rtcp::parse(packet, ssrc));
        let Some(heard) = heard else {
            leg.input.refused += 1;
            return;
        };
        if let Some(report) = heard.report {
            leg.output.far_report = Some((report, now));
        }
        if let Some(about) = heard.about_us {
            leg.output.far_lost = Some(u64::from(about.lost));
            if let Some(trip) = rtcp::round_trip(about, self.io.ntp.at(now)) {
                leg.output.round_trip = Some(trip);
            }
        }
    }

    /// Reads the socket of the WebRTC legs. True when it has more.
    pub(super) fn read_shared(&mut self) -> bool {
        let mut datagram = std::mem::take(&mut self.datagram);
        datagram.resize(MAX_DATAGRAM, 0);
        let mut more = true;
        for _ in 0..SHARED_BURST {
            match self.io.socket.recv_from(&mut datagram) {
                Ok((length, from)) => {
                    self.take_shared(&datagram[..length], from, Instant::now());
                    self.settle_peers();
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    more = false;
                    break;
                }
                Err(_) => {}
            }
        }
        self.datagram = datagram;
        more
    }

    /// Finds the peer of a datagram: one look by address, and for STUN one by name.
    fn take_shared(&mut self, datagram: &[u8], from: SocketAddr, now: Instant) {
        let known = self.demux.known(from);
        let slot = if is_stun(datagram) {
            let belongs = |engine: &Self, slot| match engine.legs.get(slot).map(|leg| &leg.link) {
                Some(Link::WebRtc(peer)) => peer.proves(datagram, from, &engine.io, now),
                Some(Link::Rtp(_)) | None => false,
            };
            let by_name = self.demux.named(datagram).filter(|slot| belongs(self, *slot));
            if let Some(slot) = by_name
                && known != Some(slot)
                && let Some(Link::WebRtc(peer)) = self.legs.get_mut(slot).map(|leg| &mut leg.link)
            {
                self.demux.prove(from, slot, &mut peer.addresses);
            }
            by_name
        } else {
            known
        };
        let Some(slot) = slot else {
            self.strangers += 1;
            return;
        };
        if let Some(leg) = self.legs.get_mut(slot)
            && let Link::WebRtc(peer) = &mut leg.link
        {
            peer.receive(datagram, from, &mut self.io, now);
            self.note_due(slot);
        }
    }

    /// Deals with what WebRTC peers have told while they were driven.
    pub(super) fn settle_peers(&mut self) {
        while let Some((slot, told)) = self.io.told.pop_front() {
            let now = Instant::now();
            let Some(leg) = self.legs.get_mut(slot) else { continue };
            let Link::WebRtc(peer) = &mut leg.link else { continue };
            match told {
                PeerEvent::Packet(packet) => {
                    let header = &packet.header;
                    let Some(kind) = leg.formats.kind(*header.payload_type).filter(|_| packet.payload.len() <= rtp::MAX_PAYLOAD) else {
                        leg.input.refused += 1;
                        continue;
                    };
                    let plain = Packet {
                        marker: header.marker,
                        payload_type: *header.payload_type,
                        seq: header.sequence_number,
                        timestamp: header.timestamp,
                        ssrc: *header.ssrc,
                        payload: &packet.payload,
                    };
                    // The packet is authentic; a browser that replaces its track takes another SSRC at once.
                    if leg.input.ssrc.is_some_and(|own| own != plain.ssrc) {
                        leg.input.unpin(now);
                    }
                    leg.input.pin(plain.ssrc, plain.seq);
                    self.packet(slot, plain, kind, now);
                }
                PeerEvent::Connected => {
                    if peer.state != State::Connected {
                        peer.state = State::Connected;
                        (leg.output.open, leg.input.expects) = peer.direction();
                        leg.input.unpin(now);
                        self.events.tell(MediaEvent::Connected { leg: leg.id });
                    }
                }
                PeerEvent::Disconnected => {
                    if !matches!(peer.state, State::Interrupted(_) | State::Lost) {
                        peer.state = State::Interrupted(now);
                        (leg.output.open, leg.input.expects) = (false, false);
                        self.events.tell(MediaEvent::Disconnected { leg: leg.id });
                    }
                }
                PeerEvent::RoundTrip(trip) => leg.output.round_trip = Some(trip),
                PeerEvent::FarLost(lost) => leg.output.far_lost = Some(lost),
            }
        }
    }
}
