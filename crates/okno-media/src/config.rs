//! Settings and errors of the media engine.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::RangeInclusive;
use std::time::Duration;

/// Settings of [`crate::Media::start`].
#[derive(Debug, Clone)]
pub struct MediaConfig {
    /// The address that media sockets bind to.
    pub bind: IpAddr,
    /// The address that peers are told, when it differs from `bind` (NAT, or `bind` is the unspecified address).
    pub advertised: Option<IpAddr>,
    /// Ports of RTP legs. A leg takes an even port and the odd one above it. Keep them out of the system's ephemeral range.
    pub ports: RangeInclusive<u16>,
    /// UDP port of the first thread's WebRTC socket; thread `n` takes `webrtc_port + n`. 0: any free port.
    pub webrtc_port: u16,
    /// Media threads, 1 to 64. One carries several hundred calls.
    pub threads: usize,
    /// After this long without a valid packet from a leg that should send, [`crate::MediaEvent::Silent`] is told.
    pub silent_after: Duration,
    /// A freed port is not given to another leg for this long, so that late packets of a call do not enter the next one.
    pub quarantine: Duration,
    /// A WebRTC leg that lost its peer is kept this long for a re-offer; then [`crate::MediaEvent::Lost`] is told.
    pub keep_lost: Duration,
    /// Events that wait for the receiver before quality reports are dropped.
    pub event_capacity: usize,
}

impl Default for MediaConfig {
    fn default() -> Self {
        Self {
            bind: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            advertised: None,
            ports: 16384..=32767, // below Linux' ephemeral range, which begins at 32768
            webrtc_port: 0,
            threads: 1,
            silent_after: Duration::from_secs(30),
            quarantine: Duration::from_secs(30),
            keep_lost: Duration::from_secs(30),
            event_capacity: 4096,
        }
    }
}

/// Why the media engine could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// A setting makes no sense.
    #[error("media setting: {0}")]
    Config(&'static str),
    /// A socket or a thread could not be made.
    #[error("media {what}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// The system's answer.
        source: io::Error,
    },
    /// Every port of the range is in use or in quarantine.
    #[error("no media port is free; widen the port range")]
    NoPort,
    /// The peer's SDP cannot be used.
    #[error("the offer cannot be used: {0}")]
    Offer(String),
    /// The leg is closed or never was.
    #[error("leg is closed")]
    NoLeg,
    /// The engine has stopped.
    #[error("the media engine has stopped")]
    Stopped,
}

impl MediaError {
    pub(crate) fn io(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { what, source }
    }
}
