//! The ports of RTP legs: a random even one and the odd one above it; a freed one rests before it is used again.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use socket2::{Domain, Protocol, Socket, Type};

use crate::config::MediaError;

/// Bytes that the kernel keeps for a leg: a second of G.711 with its bookkeeping, should the thread be held up.
const LEG_BUFFER: usize = 128 * 1024;
/// A port rests at least so long, however many are wanted: packets that were on their way have come by then.
const SHORTEST_REST: Duration = Duration::from_secs(2);
/// DSCP "expedited forwarding", which routers take for voice.
const EXPEDITED: u32 = 0xb8;

/// The ports that are free, and those that rest.
pub(crate) struct Ports {
    bind: IpAddr,
    rest: Duration,
    state: Mutex<State>,
}

struct State {
    free: Vec<u16>,
    resting: VecDeque<(Instant, u16)>,
}

/// Two bound sockets. Their port rests when they are dropped.
pub(crate) struct Pair {
    pub(crate) rtp: UdpSocket,
    pub(crate) rtcp: UdpSocket,
    pub(crate) lease: Lease,
}

/// The right to a port pair; dropped with the sockets.
pub(crate) struct Lease {
    port: u16,
    ports: Arc<Ports>,
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.ports.lock().resting.push_back((Instant::now() + self.ports.rest, self.port));
    }
}

impl Ports {
    pub(crate) fn new(bind: IpAddr, range: &RangeInclusive<u16>, rest: Duration) -> Result<Self, MediaError> {
        let free: Vec<u16> = range.clone().filter(|port| port % 2 == 0 && *port > 0 && *port < *range.end()).collect();
        if free.is_empty() {
            return Err(MediaError::Config("the port range holds no even port with an odd one above it"));
        }
        Ok(Self { bind, rest, state: Mutex::new(State { free, resting: VecDeque::new() }) })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A random free pair, bound. Ports that another program uses are skipped, and rest.
    pub(crate) fn take(self: &Arc<Self>) -> Result<Pair, MediaError> {
        let tries = {
            let mut state = self.lock();
            let now = Instant::now();
            while let Some((until, port)) = state.resting.front().copied()
                && until <= now
            {
                state.resting.pop_front();
                state.free.push(port);
            }
            // Under a rush of short calls the one that has rested longest goes first: a leg takes no stranger's packets anyway.
            if state.free.is_empty()
                && let Some((until, port)) = state.resting.front().copied()
                && until.saturating_duration_since(now) + SHORTEST_REST.min(self.rest) <= self.rest
            {
                state.resting.pop_front();
                state.free.push(port);
            }
            state.free.len()
        };
        for _ in 0..tries {
            let port = {
                let mut state = self.lock();
                if state.free.is_empty() {
                    break;
                }
                let at = crate::random::u32() as usize % state.free.len();
                state.free.swap_remove(at)
            };
            let lease = Lease { port, ports: Arc::clone(self) };
            let Ok(rtp) = bind(SocketAddr::new(self.bind, port), LEG_BUFFER) else { continue };
            let Ok(rtcp) = bind(SocketAddr::new(self.bind, port + 1), LEG_BUFFER) else { continue };
            return Ok(Pair { rtp, rtcp, lease });
        }
        Err(MediaError::NoPort)
    }

    /// Free and resting ports.
    #[cfg(test)]
    pub(crate) fn count(&self) -> (usize, usize) {
        let state = self.lock();
        (state.free.len(), state.resting.len())
    }
}

/// A socket that does not block and whose packets are marked as voice.
pub(crate) fn bind(address: SocketAddr, buffer: usize) -> std::io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    // Both are wishes: a container may forbid the mark, and the kernel has its own limit of buffers.
    let _ = socket.set_recv_buffer_size(buffer);
    let _ = if address.is_ipv4() { socket.set_tos_v4(EXPEDITED) } else { socket.set_tclass_v6(EXPEDITED) };
    socket.bind(&address.into())?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn ports(range: RangeInclusive<u16>, rest: Duration) -> Arc<Ports> {
        Arc::new(Ports::new(IpAddr::V4(Ipv4Addr::LOCALHOST), &range, rest).unwrap())
    }

    #[test]
    fn a_pair_is_even_and_odd_and_rests_after_use() {
        let ports = ports(21_000..=21_007, Duration::from_secs(3600));
        let pair = ports.take().unwrap();
        let port = pair.rtp.local_addr().unwrap().port();
        assert_eq!((port % 2, pair.rtcp.local_addr().unwrap().port()), (0, port + 1));
        drop(pair);
        assert_eq!(ports.count(), (3, 1));
        let rest: Vec<u16> = (0..3)
            .map(|_| {
                ports
                    .take()
                    .map(|p| {
                        let n = p.rtp.local_addr().unwrap().port();
                        std::mem::forget(p.lease);
                        n
                    })
                    .unwrap()
            })
            .collect();
        assert!(!rest.contains(&port));
        assert!(matches!(ports.take(), Err(MediaError::NoPort)));
    }

    #[test]
    fn a_port_in_use_is_skipped() {
        let ports = ports(21_010..=21_013, Duration::ZERO);
        let other = UdpSocket::bind(("127.0.0.1", 21_011)).unwrap();
        assert_eq!(ports.take().unwrap().rtp.local_addr().unwrap().port(), 21_012);
        drop(other);
        assert!(Ports::new(IpAddr::V4(Ipv4Addr::LOCALHOST), &(7..=8), Duration::ZERO).is_err());
    }
}
