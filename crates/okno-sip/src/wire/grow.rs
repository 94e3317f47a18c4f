//! Requests that are too large for a datagram: they go over TCP where the other side takes that, else as datagrams after all.
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use super::Outgoing;

/// Bytes that fit into every datagram on the way, with what is not counted below (RFC 3261 18.1.1).
const LARGE: usize = 1300;
/// Via, Max-Forwards and Content-Length, which are added on the way.
const ADDED: usize = 150;
/// How long somebody may take to accept a connection. A call must not wait for a firewall that swallows everything.
const PATIENCE: Duration = Duration::from_millis(700);
/// How long it is remembered who takes connections.
const KNOWN: Duration = Duration::from_secs(600);
/// Addresses that are remembered: more than anybody has trunks.
const MAX_KNOWN: usize = 256;

/// Whether a request is too large for a datagram.
pub(super) fn is_large(request: &Outgoing) -> bool {
    let headers: usize = request.headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
    request.method.len()
        + request.uri.len()
        + headers
        + request.body.as_ref().map_or(0, |(kind, body)| kind.len() + body.len() + 20)
        + ADDED
        > LARGE
}

/// Who takes TCP connections.
#[derive(Default)]
pub(super) struct Streams {
    known: Mutex<BTreeMap<SocketAddr, (bool, Instant)>>,
}

impl Streams {
    pub(super) async fn are_taken(&self, address: SocketAddr) -> bool {
        let now = Instant::now();
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&address).copied();
        if let Some((taken, until)) = known
            && until > now
        {
            return taken;
        }
        let taken = tokio::time::timeout(PATIENCE, TcpStream::connect(address)).await.is_ok_and(|connected| connected.is_ok());
        let mut map = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        map.retain(|_, (_, until)| *until > now);
        if map.len() < MAX_KNOWN {
            map.insert(address, (taken, now + KNOWN));
        }
        taken
    }
}
