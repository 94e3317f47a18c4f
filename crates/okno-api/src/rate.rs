//! Rate limits: refuse early, before any work is done. Limits are per process; the slow counters against guessing
//! passwords are rows (`okno_app::access`).

use crate::{
    ApiConfig, ApiState, ClientAddress,
    problem::{Answer, Problem},
};
use axum::{
    extract::{Extension, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock, clock::DefaultClock};
use okno_model::UserId;
use std::{
    fmt,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::atomic::{AtomicU64, Ordering},
};

/// Forgotten sources are swept once per so many checks, so that strangers cannot fill the memory.
const SWEEP_EVERY: u64 = 10_000;

/// The limits of one process.
pub(crate) struct Limits {
    addresses: Keyed<IpAddr>,
    users: Keyed<UserId>,
    sign_ins: Keyed<IpAddr>,
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Limits(..)")
    }
}

impl Limits {
    pub(crate) fn new(config: &ApiConfig) -> Self {
        Self {
            addresses: Keyed::new(config.requests_per_second, Quota::per_second),
            users: Keyed::new(config.user_requests_per_second, Quota::per_second),
            sign_ins: Keyed::new(config.sign_ins_per_minute, Quota::per_minute),
        }
    }

    pub(crate) fn user(&self, user: UserId) -> Answer<()> {
        self.users.check(&user)
    }

    pub(crate) fn sign_in(&self, address: IpAddr) -> Answer<()> {
        self.sign_ins.check(&network(address))
    }
}

pub(crate) struct Keyed<K: Hash + Eq + Clone> {
    limiter: Option<DefaultKeyedRateLimiter<K>>,
    checks: AtomicU64,
}

impl<K: Hash + Eq + Clone> Keyed<K> {
    pub(crate) fn new(rate: u32, quota: fn(NonZeroU32) -> Quota) -> Self {
        let limiter = NonZeroU32::new(rate).map(|rate| RateLimiter::keyed(quota(rate).allow_burst(rate.saturating_add(rate.get()))));
        Self { limiter, checks: AtomicU64::new(0) }
    }

    pub(crate) fn check(&self, key: &K) -> Answer<()> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            limiter.retain_recent();
        }
        limiter.check_key(key).map_err(|until| {
            metrics::counter!("okno_throttled_total").increment(1);
            Problem::throttled(until.wait_time_from(DefaultClock::default().now()))
        })
    }
}

/// One subscriber holds a /64 of IPv6 addresses: they count as one source.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        },
    }
}

/// Refuses a source that asks too often.
pub(crate) async fn limit_addresses(
    State(state): State<ApiState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    request: Request,
    next: Next,
) -> Response {
    match state.limits.addresses.check(&network(address)) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_throttled_alone() {
        let limits = Limits::new(&ApiConfig { sign_ins_per_minute: 2, ..ApiConfig::default() });
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        let same_network: IpAddr = "2001:db8::ffff".parse().unwrap();
        let other: IpAddr = "2001:db8:1::1".parse().unwrap();
        assert!((0..4).all(|_| limits.sign_in(one).is_ok()));
        assert_eq!(limits.sign_in(same_network).unwrap_err().status, 429);
        assert!(limits.sign_in(other).is_ok());
    }

    #[test]
    fn zero_switches_a_limit_off() {
        let limits = Limits::new(&ApiConfig { user_requests_per_second: 0, ..ApiConfig::default() });
        assert!((0..1000).all(|_| limits.user(UserId::from_u128(1)).is_ok()));
    }
}
