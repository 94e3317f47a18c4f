//! What all legs of a thread share: buffers, the WebRTC socket, the way out for events.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Instant;

use mio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use crate::event::MediaEvent;
use crate::rtcp::Ntp;
use crate::webrtc::PeerEvent;

/// Events that wait for a slow receiver; beyond it the oldest are lost and that is logged.
const MAX_BACKLOG: usize = 65_536;

/// Shared by the legs of one thread, and passed to them beside themselves.
pub(crate) struct Io {
    /// The socket of all WebRTC legs.
    pub(crate) socket: UdpSocket,
    /// Its address as the peers know it.
    pub(crate) address: SocketAddr,
    /// The packet that is being sent.
    pub(crate) packet: Vec<u8>,
    /// What WebRTC peers have told while they were driven, by slot.
    pub(crate) told: VecDeque<(u32, PeerEvent)>,
    pub(crate) ntp: Ntp,
    /// Packets for a full socket, which were dropped as a full network would.
    pub(crate) dropped: u64,
}

/// Events on their way out.
pub(crate) struct Events {
    sender: mpsc::Sender<MediaEvent>,
    backlog: VecDeque<MediaEvent>,
}

impl Events {
    pub(crate) fn new(sender: mpsc::Sender<MediaEvent>) -> Self {
        Self { sender, backlog: VecDeque::new() }
    }

    /// Tells an event. Never waits: the thread has other calls.
    pub(crate) fn tell(&mut self, event: MediaEvent) {
        if !self.backlog.is_empty() {
            self.keep(event);
        } else if let Err(TrySendError::Full(event)) = self.sender.try_send(event) {
            self.keep(event);
        }
    }

    fn keep(&mut self, event: MediaEvent) {
        if matches!(event, MediaEvent::Quality { .. }) {
            return; // the next one tells the same, newer
        }
        if self.backlog.len() >= MAX_BACKLOG {
            tracing::warn!("nobody reads the events of the media engine; the oldest is lost");
            self.backlog.pop_front();
        }
        self.backlog.push_back(event);
    }

    /// Sends what waits.
    pub(crate) fn flush(&mut self) {
        while let Some(event) = self.backlog.pop_front() {
            if let Err(TrySendError::Full(event)) = self.sender.try_send(event) {
                self.backlog.push_front(event);
                return;
            }
        }
    }
}

impl Io {
    pub(crate) fn new(socket: UdpSocket, address: SocketAddr, start: Instant) -> Self {
        let packet = Vec::with_capacity(crate::rtp::MAX_DATAGRAM);
        Self { socket, address, packet, told: VecDeque::new(), ntp: Ntp::new(start), dropped: 0 }
    }

    /// Sends a datagram of a WebRTC peer.
    pub(crate) fn transmit(&mut self, datagram: &[u8], to: SocketAddr) {
        if self.socket.send_to(datagram, to).is_err() {
            self.dropped += 1;
        }
    }
}
