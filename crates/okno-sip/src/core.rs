//! What all parts of the SIP side share.
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::api::{Dial, DialError, LegHandle, Phone, SipConfig, SipError, SipEvent, Transport, Trunk, TrunkId};

/// The running SIP side.
pub(crate) struct Core {
    listening: Vec<(Transport, SocketAddr)>,
    #[expect(dead_code, reason = "the router sends by it")]
    events: mpsc::Sender<SipEvent>,
}

impl Core {
    pub(crate) async fn start(config: SipConfig) -> Result<(Arc<Self>, mpsc::Receiver<SipEvent>), SipError> {
        let (events, news) = mpsc::channel(1024);
        if config.listen.is_empty() {
            return Err(SipError::NothingToListenOn);
        }
        Ok((Arc::new(Self { listening: Vec::new(), events }), news))
    }
    pub(crate) fn addresses(&self) -> Vec<(Transport, SocketAddr)> {
        self.listening.clone()
    }
    pub(crate) async fn set_trunks(&self, _trunks: Vec<Trunk>) {}
    pub(crate) async fn set_phones(&self, _phones: Vec<Phone>) {}
    pub(crate) fn route(&self, _number: &str) -> Vec<TrunkId> {
        Vec::new()
    }
    pub(crate) async fn dial(&self, _dial: Dial) -> Result<LegHandle, DialError> {
        Err(DialError::Full)
    }
    pub(crate) fn legs(&self) -> usize {
        0
    }
    pub(crate) fn drain(&self) {}
    pub(crate) async fn close(&self) {}
}
