//! What the administrator decides.
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

pub use crate::registrar::{Binding, Phone, PhoneId};
pub use crate::trunks::{Trunk, TrunkId, TrunkState};

/// How SIP travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    Udp,
    Tcp,
    Tls,
    Ws,
    Wss,
}

impl Transport {
    /// As in Via and in configuration files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
            Self::Ws => "WS",
            Self::Wss => "WSS",
        }
    }

    /// Reads `udp`, `TLS`, ...; none for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Udp, Self::Tcp, Self::Tls, Self::Ws, Self::Wss].into_iter().find(|transport| transport.as_str().eq_ignore_ascii_case(text))
    }

    /// Nobody on the way can read it; keys may stand in the SDP.
    pub fn is_secure(self) -> bool {
        matches!(self, Self::Tls | Self::Wss)
    }

    /// The port where nothing else is said.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Udp | Self::Tcp => 5060,
            Self::Tls => 5061,
            Self::Ws => 80,
            Self::Wss => 443,
        }
    }
}

/// One address to listen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen {
    pub transport: Transport,
    /// Port 0 takes any free port; [`crate::Sip::addresses`] tells which.
    pub address: SocketAddr,
}

/// How the SIP side of a process is set up.
#[derive(Clone, Debug)]
pub struct SipConfig {
    pub listen: Vec<Listen>,
    /// Certificate chain and key (PEM) of TLS and WSS listeners.
    pub tls: Option<(Vec<u8>, Vec<u8>)>,
    /// Certificates (PEM) that are trusted beside the system's when we connect to a trunk by TLS.
    pub authorities: Vec<u8>,
    /// The realm in challenges to phones.
    pub realm: String,
    /// `User-Agent` and `Server`.
    pub user_agent: String,
    /// The address that others see, when it differs from the one that we bind.
    pub advertised: Option<IpAddr>,
    /// Calls (legs) at the same time; more are answered `503`.
    pub max_calls: usize,
    /// Requests per second and source address before the rest is dropped unread. Trunks have [`Self::per_trunk_per_second`].
    pub per_source_per_second: u32,
    /// The same for addresses of configured trunks.
    pub per_trunk_per_second: u32,
    /// T1 of RFC 3261: the guess of a round trip. Tests shorten it.
    pub t1: Duration,
    /// What we ask for and grant as session interval (RFC 4028).
    pub session_expires: Duration,
    /// The shortest session interval that we accept, at least 90 s by the RFC.
    pub min_session_expires: Duration,
}

impl Default for SipConfig {
    fn default() -> Self {
        Self {
            listen: Vec::new(),
            tls: None,
            authorities: Vec::new(),
            realm: "okno".into(),
            user_agent: "okno".into(),
            advertised: None,
            max_calls: 2000,
            per_source_per_second: 50,
            per_trunk_per_second: 2000,
            t1: Duration::from_millis(500),
            session_expires: Duration::from_secs(1800),
            min_session_expires: Duration::from_secs(90),
        }
    }
}
