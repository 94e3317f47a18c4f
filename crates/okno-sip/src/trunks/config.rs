//! What an administrator says about a trunk.

use crate::Transport;
use crate::net::{Cidr, HostPort};
use std::fmt;
use std::time::Duration;

/// The name of a trunk, given by whoever configures it.
pub type TrunkId = String;

/// A provider's connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trunk {
    pub id: TrunkId,
    /// Lower goes first when a call leaves.
    pub order: u32,
    /// How the provider is reached.
    pub transport: Transport,
    /// The provider's host or address: the host of request URIs, and the registrar.
    pub host: String,
    /// 0 = SRV records, else the transport's default.
    pub port: u16,
    /// Further hosts of the same provider, tried in this order when `host` does not take a call.
    pub more: Vec<HostPort>,
    /// How provider and okno know each other.
    pub kind: TrunkKind,
    /// Networks from which the provider's calls come. The addresses of `host` count without being listed.
    pub sources: Vec<Cidr>,
    /// Calls at once, both ways together; `None` = no limit.
    pub max_calls: Option<u32>,
    /// New calls per second, both ways together; `None` = no limit.
    pub calls_per_second: Option<u32>,
    /// Where requests go instead of to `host`.
    pub outbound_proxy: Option<HostPort>,
    /// The domain of our own number in From; `None` = `host`.
    pub caller_domain: Option<String>,
    /// Codecs by their SDP names (`PCMA`, `PCMU`, `G722`, `opus`), the preferred first; empty = okno's order.
    pub codecs: Vec<String>,
    /// Whether audio is encrypted.
    pub srtp: SrtpPolicy,
    /// P-Asserted-Identity and Remote-Party-ID of this provider are believed.
    pub trusted: bool,
    /// Numbers that leave here, by prefix (`+49`); the longest match over all trunks wins, none means every number.
    pub prefixes: Vec<String>,
    /// OPTIONS every so often to see whether it lives; `None` = never asked.
    pub keep_alive: Option<Duration>,
    /// It may transfer calls by REFER. Off for anybody who could turn us into a cheap way to make calls.
    pub allow_refer: bool,
    /// Answers go to the address that a request came from even if it did not ask for that (`rport`).
    pub force_rport: bool,
}

impl Trunk {
    /// A trunk that is known by its address, with everything else as usual.
    pub fn new(id: &str, host: &str, transport: Transport) -> Self {
        Self {
            id: id.into(),
            order: 0,
            transport,
            host: host.into(),
            port: 0,
            more: Vec::new(),
            kind: TrunkKind::Address,
            sources: Vec::new(),
            max_calls: None,
            calls_per_second: None,
            outbound_proxy: None,
            caller_domain: None,
            codecs: Vec::new(),
            srtp: SrtpPolicy::Off,
            trusted: false,
            prefixes: Vec::new(),
            keep_alive: Some(Duration::from_secs(60)),
            allow_refer: false,
            force_rport: true,
        }
    }

    /// Who we are to the provider, unless it knows us by our address.
    pub fn login(&self) -> Option<&Login> {
        match &self.kind {
            TrunkKind::Register { login, .. } | TrunkKind::Digest(login) => Some(login),
            TrunkKind::Address => None,
        }
    }

    /// The domain of our own number in From.
    pub fn domain(&self) -> &str {
        self.caller_domain.as_deref().unwrap_or(&self.host)
    }

    /// The host that packets go to.
    pub fn next_hop(&self) -> HostPort {
        self.outbound_proxy.clone().unwrap_or_else(|| HostPort { host: self.host.clone(), port: self.port })
    }
}

/// How provider and okno know each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrunkKind {
    /// okno registers there for `expires` at a time, and answers challenges.
    Register { login: Login, expires: Duration },
    /// No registration, but challenges are answered.
    Digest(Login),
    /// By address alone.
    Address,
}

/// What okno shows to a provider.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The user of the address of record.
    pub user: String,
    /// The user of the digest, if the provider has another one for it.
    pub auth_user: Option<String>,
    pub secret: String,
    /// The only realm that gets an answer. `None`: the first realm that this provider names over its own connection is kept.
    pub realm: Option<String>,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user).field("realm", &self.realm).finish_non_exhaustive()
    }
}

/// Whether the audio of a trunk is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SrtpPolicy {
    /// Plain RTP only.
    #[default]
    Off,
    /// SRTP where the other side speaks it and the signaling is secure, else plain.
    Optional,
    /// SRTP or no call.
    Required,
}

/// How a trunk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrunkState {
    /// Registered, or answers OPTIONS.
    Ok,
    /// Refused or silent. The detail says it in words.
    Error,
    /// Not known yet, or never asked. Calls are tried.
    Unknown,
}

impl TrunkState {
    /// The word for storage and API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Unknown => "unknown",
        }
    }
}
