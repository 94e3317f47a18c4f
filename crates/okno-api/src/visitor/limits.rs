//! What strangers may do, and how often. Loopback is not limited by address: there sits a proxy of our own, or a test.

use super::served::Served;
use crate::{
    Answer, ApiConfig, ApiState, Problem,
    rate::{Keyed, network},
};
use axum::http::StatusCode;
use governor::Quota;
use okno_model::VisitorId;
use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::Semaphore;

/// Open connections of one source: a large office behind one address, not a flood.
const SOCKETS_PER_ADDRESS: usize = 200;
/// New visitors of one source within a minute; the burst is twice as much.
const VISITORS_PER_MINUTE: u32 = 30;
/// Messages of one visitor within a minute; the burst is twice as much.
const MESSAGES_PER_MINUTE: u32 = 30;
/// Messages of one source within a minute; the burst is twice as much.
const ADDRESS_MESSAGES_PER_MINUTE: u32 = 300;
/// Uploads of one visitor within a minute; the burst is twice as much.
const UPLOADS_PER_MINUTE: u32 = 15;
/// Calls from the browser of one visitor within a minute; the burst is twice as much. One connects anew after each change of his network.
const CALLS_PER_MINUTE: u32 = 6;
/// Calls from the browsers of one source within a minute; the burst is twice as much.
const ADDRESS_CALLS_PER_MINUTE: u32 = 20;
/// Offline forms of one source within a minute; the burst is twice as much.
const FORMS_PER_MINUTE: u32 = 6;
/// Uploads that are held in memory at the same time.
const UPLOADS_AT_ONCE: usize = 16;
/// When somebody who holds enough turns may try again.
const UPLOAD_RETRY: Duration = Duration::from_secs(5);
/// Of them those of one source: nobody alone takes all turns.
const UPLOADS_PER_ADDRESS: usize = 5;

/// The counters of one process.
pub(crate) struct VisitorLimits {
    visitors: Keyed<IpAddr>,
    messages: Keyed<VisitorId>,
    address_messages: Keyed<IpAddr>,
    uploads: Keyed<VisitorId>,
    forms: Keyed<IpAddr>,
    calls: Keyed<VisitorId>,
    address_calls: Keyed<IpAddr>,
    /// `None` switches the limit off.
    sockets: Option<Mutex<BTreeMap<IpAddr, usize>>>,
    pub(super) uploading: Semaphore,
    /// Turns that each source holds.
    uploaders: Mutex<BTreeMap<IpAddr, usize>>,
    pub(super) served: Served,
}

impl VisitorLimits {
    /// All limits are off together with the limit of requests per source.
    pub(crate) fn new(config: &ApiConfig) -> Self {
        let on = config.requests_per_second > 0;
        let rate = |n: u32| if on { n } else { 0 };
        Self {
            visitors: Keyed::new(rate(VISITORS_PER_MINUTE), Quota::per_minute),
            messages: Keyed::new(rate(MESSAGES_PER_MINUTE), Quota::per_minute),
            address_messages: Keyed::new(rate(ADDRESS_MESSAGES_PER_MINUTE), Quota::per_minute),
            uploads: Keyed::new(rate(UPLOADS_PER_MINUTE), Quota::per_minute),
            forms: Keyed::new(rate(FORMS_PER_MINUTE), Quota::per_minute),
            calls: Keyed::new(rate(CALLS_PER_MINUTE), Quota::per_minute),
            address_calls: Keyed::new(rate(ADDRESS_CALLS_PER_MINUTE), Quota::per_minute),
            sockets: on.then(Mutex::default),
            uploading: Semaphore::new(UPLOADS_AT_ONCE),
            uploaders: Mutex::default(),
            served: Served::default(),
        }
    }

    pub(super) fn new_visitor(&self, address: IpAddr) -> Answer<()> {
        by_address(&self.visitors, address)
    }

    pub(super) fn message(&self, visitor: VisitorId, address: IpAddr) -> Answer<()> {
        by_address(&self.address_messages, address)?;
        self.messages.check(&visitor)
    }

    pub(super) fn upload(&self, visitor: VisitorId) -> Answer<()> {
        self.uploads.check(&visitor)
    }

    pub(super) fn call(&self, visitor: VisitorId, address: IpAddr) -> Answer<()> {
        by_address(&self.address_calls, address)?;
        self.calls.check(&visitor)
    }

    pub(super) fn form(&self, address: IpAddr) -> Answer<()> {
        by_address(&self.forms, address)
    }

    /// A turn to upload, as long as it is kept; refused when this source holds enough.
    pub(super) fn upload_turn(&self, address: IpAddr) -> Answer<UploadTurn<'_>> {
        let address = network(address);
        let mut uploaders = self.uploaders.lock().unwrap_or_else(PoisonError::into_inner);
        let count = uploaders.entry(address).or_default();
        if *count >= UPLOADS_PER_ADDRESS && !address.is_loopback() {
            return Err(Problem::throttled(UPLOAD_RETRY));
        }
        *count += 1;
        Ok(UploadTurn { limits: self, address })
    }

    fn socket(&self, address: IpAddr) -> bool {
        let Some(sockets) = self.sockets.as_ref().filter(|_| !address.is_loopback()) else { return true };
        let mut sockets = sockets.lock().unwrap_or_else(PoisonError::into_inner);
        let count = sockets.entry(network(address)).or_default();
        *count += 1;
        if *count > SOCKETS_PER_ADDRESS {
            *count -= 1;
            return false;
        }
        true
    }

    fn socket_gone(&self, address: IpAddr) {
        let Some(sockets) = self.sockets.as_ref().filter(|_| !address.is_loopback()) else { return };
        let mut sockets = sockets.lock().unwrap_or_else(PoisonError::into_inner);
        let address = network(address);
        if let Some(count) = sockets.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                sockets.remove(&address);
            }
        }
    }
}

fn by_address(limit: &Keyed<IpAddr>, address: IpAddr) -> Answer<()> {
    if address.is_loopback() { Ok(()) } else { limit.check(&network(address)) }
}

/// A turn to upload.
pub(super) struct UploadTurn<'a> {
    limits: &'a VisitorLimits,
    address: IpAddr,
}

impl Drop for UploadTurn<'_> {
    fn drop(&mut self) {
        let mut uploaders = self.limits.uploaders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = uploaders.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                uploaders.remove(&self.address);
            }
        }
    }
}

/// An open connection of a source while it lives.
pub(super) struct Place {
    state: ApiState,
    address: IpAddr,
}

impl Place {
    pub(super) fn take(state: &ApiState, address: IpAddr) -> Answer<Self> {
        if state.live.visitors.socket(address) {
            return Ok(Self { state: state.clone(), address });
        }
        Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_sockets", "too many chats are open from this address; close one"))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.state.live.visitors.socket_gone(self.address);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_has_so_many_sockets_and_no_more() {
        let limits = VisitorLimits::new(&ApiConfig::default());
        let (one, other): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        assert!((0..SOCKETS_PER_ADDRESS).all(|_| limits.socket(one)));
        assert!(!limits.socket(one));
        assert!(limits.socket(other));
        limits.socket_gone(one);
        assert!(limits.socket(one));
        assert!((0..1000).all(|_| limits.socket("127.0.0.1".parse().unwrap())));
    }

    #[test]
    fn one_source_cannot_take_every_turn_to_upload() {
        let limits = VisitorLimits::new(&ApiConfig::default());
        let (one, other): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let turns: Vec<_> = (0..UPLOADS_PER_ADDRESS).map(|_| limits.upload_turn(one).unwrap()).collect();
        assert_eq!(limits.upload_turn(one).err().map(|problem| problem.status), Some(429));
        assert!(limits.upload_turn(other).is_ok());
        drop(turns);
        assert!(limits.upload_turn(one).is_ok());
        assert!(limits.uploaders.lock().unwrap().is_empty(), "strangers are forgotten");
    }

    #[test]
    fn a_fast_writer_is_slowed_down_alone() {
        let limits = VisitorLimits::new(&ApiConfig::default());
        let (address, other): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let flood = (0..200).filter(|_| limits.message(VisitorId::from_u128(1), address).is_ok()).count();
        assert_eq!(flood, MESSAGES_PER_MINUTE as usize * 2);
        assert!(limits.message(VisitorId::from_u128(2), other).is_ok());
    }
}
