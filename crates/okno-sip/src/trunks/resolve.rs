//! Names of providers, resolved off the runtime's threads and remembered: a name server that is slow or down must not stop calls.

use super::Trunk;
use crate::Transport;
use crate::net::HostPort;
use crate::wire::{Target, Wire, WireError};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long an answer is used without asking again. Providers move by DNS within minutes.
const FRESH: Duration = Duration::from_secs(120);
/// How long a failure is not repeated.
const FAILED: Duration = Duration::from_secs(10);
/// How long an address that did not answer goes last.
const AVOIDED: Duration = Duration::from_secs(60);
/// Addresses of one provider that are kept.
const MAX_ADDRESSES: usize = 8;

/// What one trunk's host resolves to.
#[derive(Debug, Default)]
pub(super) struct Names {
    state: Mutex<Resolved>,
}

#[derive(Debug, Default)]
struct Resolved {
    targets: Vec<Target>,
    again: Option<Instant>,
    /// Addresses that did not answer a moment ago, and until when they go last.
    avoided: BTreeMap<SocketAddr, Instant>,
}

impl Names {
    /// What is known now, however old.
    pub(super) fn known(&self) -> Vec<Target> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).targets.clone()
    }

    /// Whether this is one of its addresses.
    pub(super) fn has(&self, source: IpAddr) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.targets.iter().any(|target| target.address.ip().to_canonical() == source.to_canonical())
    }

    /// The addresses to try, best first. An old answer is better than none.
    pub(super) async fn targets(&self, wire: &Wire, trunk: &Trunk, now: Instant) -> Vec<Target> {
        {
            let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if state.again.is_some_and(|again| again > now) {
                return state.targets.clone();
            }
        }
        let found = all(wire, trunk).await;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match found {
            Ok(mut targets) => {
                targets.truncate(MAX_ADDRESSES);
                for target in &mut targets {
                    target.grows = target.transport == Transport::Udp;
                }
                state.avoided.retain(|_, until| *until > now);
                // What the name server puts first is tried first, but for what is known to be silent.
                targets.sort_by_key(|target| state.avoided.contains_key(&target.address));
                (state.targets, state.again) = (targets, Some(now + FRESH));
            }
            Err(error) => {
                tracing::debug!(trunk = %trunk.id, %error, kept = state.targets.len(), "the name of a trunk cannot be resolved");
                state.again = Some(now + FAILED);
            }
        }
        state.targets.clone()
    }

    /// This address works: it goes first from now on.
    pub(super) fn prefer(&self, target: &Target) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.avoided.remove(&target.address);
        if let Some(at) = state.targets.iter().position(|known| known == target) {
            state.targets[..=at].rotate_right(1);
        }
    }

    /// This address does not answer: it goes last, and the name is asked again.
    pub(super) fn avoid(&self, target: &Target, now: Instant) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = state.targets.iter().position(|known| known == target) {
            state.targets[at..].rotate_left(1);
            state.avoided.insert(target.address, now + AVOIDED);
        }
        state.again = None;
    }
}

/// The addresses of all its hosts, in their order. One host that cannot be resolved does not hide the others.
async fn all(wire: &Wire, trunk: &Trunk) -> Result<Vec<Target>, WireError> {
    let mut found = wire.resolve(&next_hop(trunk), Some(trunk.transport)).await;
    if trunk.outbound_proxy.is_some() {
        return found;
    }
    for host in &trunk.more {
        match (&mut found, wire.resolve(&uri(trunk, host), Some(trunk.transport)).await) {
            (Ok(all), Ok(more)) => all.extend(more),
            (Err(_), more @ Ok(_)) => found = more,
            (_, Err(error)) => tracing::debug!(trunk = %trunk.id, %host, %error, "a further host of a trunk cannot be resolved"),
        }
    }
    found
}

fn uri(trunk: &Trunk, host: &HostPort) -> String {
    format!("sip:{host};transport={}", trunk.transport.as_str().to_ascii_lowercase())
}

/// The URI of the host that packets go to.
pub(super) fn next_hop(trunk: &Trunk) -> String {
    uri(trunk, &trunk.next_hop())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_works_goes_first() {
        let target = |port: u16| Target::new(([192, 0, 2, 1], port).into(), Transport::Udp);
        let names = Names {
            state: Mutex::new(Resolved {
                targets: vec![target(1), target(2), target(3)],
                again: Some(Instant::now()),
                avoided: BTreeMap::new(),
            }),
        };
        names.avoid(&target(1), Instant::now());
        assert_eq!(names.known(), [target(2), target(3), target(1)]);
        names.prefer(&target(1));
        assert_eq!(names.known(), [target(1), target(2), target(3)]);
        names.prefer(&target(9));
        names.avoid(&target(9), Instant::now());
        assert_eq!(names.known().len(), 3, "strangers change nothing");
    }
}
