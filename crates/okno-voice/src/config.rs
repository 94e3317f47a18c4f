//! Settings of the telephone door, and why it does not open.

use okno_sip::Transport;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    ops::RangeInclusive,
    time::Duration,
};

/// Settings of [`crate::VoiceDoor::bind`].
#[derive(Debug, Clone)]
pub struct VoiceConfig {
    /// Where SIP is listened to. Port 0 takes any free one.
    pub listen: Vec<(Transport, SocketAddr)>,
    /// Certificate chain and key (PEM) of SIP over TLS.
    pub certificate: Option<(Vec<u8>, Vec<u8>)>,
    /// Certificates (PEM) that are trusted beside the system's when a trunk is reached by TLS.
    pub authorities: Vec<u8>,
    /// Realm of the challenges to SIP phones.
    pub realm: String,
    /// Our address as others see it, when a NAT stands between.
    pub advertised: Option<IpAddr>,
    /// Address that media sockets bind to.
    pub media_bind: IpAddr,
    /// Ports of RTP; a leg takes two.
    pub rtp_ports: RangeInclusive<u16>,
    /// UDP port of browsers' media; 0 for any free one.
    pub webrtc_port: u16,
    /// Media threads.
    pub media_threads: usize,
    /// Calls at once; more are refused with `503`.
    pub max_calls: usize,
    /// How long a stop waits for calls that go on.
    pub drain: Duration,
    /// Silence of a leg after which nobody can be there.
    pub silent_after: Duration,
    /// Who speaks announcements; `None` for espeak-ng on this machine.
    pub speech: Option<okno_media::tts::Provider>,
}

impl Default for VoiceConfig {
    fn default() -> Self {
        let any = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Self {
            listen: vec![(Transport::Udp, any(5060)), (Transport::Tcp, any(5060))],
            certificate: None,
            authorities: Vec::new(),
            realm: "okno".to_owned(),
            advertised: None,
            media_bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            // Below Linux' ephemeral range.
            rtp_ports: 16384..=24575,
            webrtc_port: 0,
            media_threads: 1,
            max_calls: 2_000,
            drain: Duration::from_secs(15 * 60),
            silent_after: Duration::from_secs(60),
            speech: None,
        }
    }
}

/// Why the telephone door does not open.
#[derive(Debug, thiserror::Error)]
pub enum VoiceError {
    /// Signaling.
    #[error(transparent)]
    Sip(#[from] okno_sip::SipError),
    /// Media.
    #[error(transparent)]
    Media(#[from] okno_media::MediaError),
    /// The thread of recordings.
    #[error("the recording thread cannot be started: {0}")]
    Recording(std::io::Error),
}
