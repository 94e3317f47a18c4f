//! The door itself.
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::{Binding, LegHandle, LegId, Phone, PhoneId, SipConfig, SipEvent, Transport, Trunk, TrunkId, TrunkState};
use crate::core::Core;
use crate::sdp::Sdp;

/// SIP of this process. Cheap to clone.
#[derive(Clone)]
pub struct Sip {
    core: Arc<Core>,
}

/// Why the SIP side does not start.
#[derive(Debug, thiserror::Error)]
pub enum SipError {
    #[error("no SIP address to listen on; name at least one")]
    NothingToListenOn,
    #[error("cannot listen for SIP on {transport} {address}; is the port taken?")]
    Bind { transport: &'static str, address: SocketAddr, source: std::io::Error },
    #[error("TLS and WSS need a certificate and a key; set both or listen without them")]
    NoCertificate,
    #[error("the certificate or key of SIP over TLS cannot be used: {0}")]
    Certificate(String),
    #[error("the SIP stack refused its settings: {0}")]
    Settings(String),
}

/// Why a call cannot be started at all. Whatever happens later comes as events.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DialError {
    #[error("there is no trunk `{0}`")]
    NoTrunk(TrunkId),
    #[error("trunk `{0}` does not work now")]
    TrunkDown(TrunkId),
    #[error("trunk `{0}` has no free channel, or its calls per second are used up")]
    TrunkFull(TrunkId),
    #[error("phone `{0}` is not registered")]
    NotRegistered(PhoneId),
    #[error("the server has as many calls as it may have")]
    Full,
    #[error("`{0}` is not a number or user that can stand in a SIP address")]
    BadNumber(String),
    #[error("the server is stopping and takes no new calls")]
    Draining,
}

/// Where a call goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialed {
    /// A number by a trunk.
    Trunk { trunk: TrunkId, number: String },
    /// All bindings of a phone at once; the first that answers has it.
    Phone(PhoneId),
    /// All bindings of several phones at once, each phone with an offer of its own.
    Phones(Vec<(PhoneId, Sdp)>),
}

/// An outgoing call.
#[derive(Clone, Debug)]
pub struct Dial {
    pub to: Dialed,
    /// Number or user shown as caller.
    pub from: String,
    /// Name shown as caller.
    pub from_name: Option<String>,
    /// Hide the caller (`Privacy: id`); the identity goes in P-Asserted-Identity.
    pub anonymous: bool,
    /// P-Asserted-Identity, where the trunk wants one.
    pub asserted: Option<String>,
    /// Without one the other side makes the offer, and `Answered` carries it; then [`super::LegControl::reanswer`] gives our answer in the ACK.
    pub offer: Option<Sdp>,
    /// More headers. Names and values that do not fit into a header are left out.
    pub headers: Vec<(String, String)>,
    /// Give up after this long without an answer.
    pub ring_for: Option<Duration>,
}

impl Dial {
    /// A call with nothing special.
    pub fn new(to: Dialed, from: &str, offer: Sdp) -> Self {
        Self {
            to,
            from: from.into(),
            from_name: None,
            anonymous: false,
            asserted: None,
            offer: Some(offer),
            headers: Vec::new(),
            ring_for: None,
        }
    }
}

impl Sip {
    /// Opens the sockets and starts. Events must be read; a call that finds no room in the channel is refused with `503`.
    pub async fn bind(config: SipConfig) -> Result<(Self, mpsc::Receiver<SipEvent>), SipError> {
        let (core, events) = Core::start(config).await?;
        Ok((Self { core }, events))
    }

    #[cfg(test)]
    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// What is listened on, with the ports that were really taken.
    pub fn addresses(&self) -> Vec<(Transport, SocketAddr)> {
        self.core.addresses()
    }

    /// The trunks, all of them. Those that are new start to register, those that are gone stop; the rest is left alone.
    #[expect(clippy::unused_async, reason = "the caller shall not care what it takes")]
    pub async fn set_trunks(&self, trunks: Vec<Trunk>) {
        self.core.set_trunks(trunks);
    }

    /// The phones that may register, all of them.
    #[expect(clippy::unused_async, reason = "the caller shall not care what it takes")]
    pub async fn set_phones(&self, phones: Vec<Phone>) {
        self.core.set_phones(phones);
    }

    /// The trunks to try for a number, best first: by prefix, order and health.
    pub fn route(&self, number: &str) -> Vec<TrunkId> {
        self.core.route(number)
    }

    /// Starts a call.
    pub async fn dial(&self, dial: Dial) -> Result<LegHandle, DialError> {
        self.core.dial(dial).await
    }

    /// Registrations that were told by [`SipEvent::Phone`] before a restart, each with the time that is left of it.
    pub fn load_bindings(&self, bindings: Vec<(PhoneId, Vec<Binding>)>) {
        self.core.registrar.load(std::time::Instant::now(), bindings);
    }

    /// How a trunk is, in words as well; none if there is no such trunk.
    pub fn trunk_state(&self, id: &str) -> Option<(TrunkState, String)> {
        self.core.trunks.state(id)
    }

    /// Calls of a trunk, both directions.
    pub fn trunk_calls(&self, id: &str) -> u32 {
        self.core.trunks.used(id)
    }

    /// How others name the dialog of a leg that is answered: the value of a `Replaces`, as a third party writes it.
    pub fn replaces(&self, leg: LegId) -> Option<String> {
        self.core.registry.refer_target(leg).map(|(_, replaces)| replaces)
    }

    /// Legs that live.
    pub fn legs(&self) -> usize {
        self.core.legs()
    }

    /// Says whether calls are taken in too slowly just now: while they are, new ones from outside get `503` with `Retry-After`.
    pub fn late(&self, late: bool) {
        self.core.admission.late(late);
    }

    /// From now on new calls get `503` with `Retry-After`; those that live go on.
    #[expect(clippy::unused_async, reason = "the caller shall not care what it takes")]
    pub async fn drain(&self) {
        self.core.drain();
    }

    /// Hangs up what lives, unregisters from trunks, closes the sockets.
    pub async fn close(self) {
        self.core.close().await;
    }
}
