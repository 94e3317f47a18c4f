//! Wrong passwords are counted per source and user, and per source; too many are a lock-out.
//!
//! Only answers to a nonce that was made for the source count (D-4), so that nobody can lock out others by forged datagrams. The second
//! table stops who tries many users; its limit is high, because a whole office may sit behind one address.

use crate::lru::Lru;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Wrong passwords of one user from one source before a lock-out: a person who types, or a phone that retries on its own.
const PER_USER: u32 = 5;
/// Wrong passwords from one source, whatever the users: an office with several phones set up wrong stays below it.
const PER_SOURCE: u32 = 40;
/// The first lock-out; each further one lasts twice as long.
const FIRST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_secs(900);
/// After so much quiet, everything is forgotten.
const FORGET: Duration = Duration::from_secs(1800);
/// Sources and users that are remembered: about 2 MB.
const CAPACITY: usize = 20_000;
/// Longer user names are cut: they are nobody's, and must not be a way to fill memory.
const MAX_USER: usize = 64;

const _: () = assert!(PER_USER < PER_SOURCE);

#[derive(Debug)]
pub(super) struct Throttle {
    users: Lru<(IpAddr, String), Failures>,
    sources: Lru<IpAddr, Failures>,
}

#[derive(Debug)]
struct Failures {
    count: u32,
    last: Instant,
    locked: Option<Instant>,
    locks: u32,
}

impl Throttle {
    pub(super) fn new() -> Self {
        Self { users: Lru::new(CAPACITY), sources: Lru::new(CAPACITY) }
    }

    /// How long the source must wait before the next attempt counts.
    pub(super) fn locked(&self, now: Instant, source: IpAddr, user: &str) -> Option<Duration> {
        let user = self.users.peek(&key(source, user)).and_then(|failures| failures.wait(now));
        let source = self.sources.peek(&source).and_then(|failures| failures.wait(now));
        user.max(source)
    }

    pub(super) fn failed(&mut self, now: Instant, source: IpAddr, user: &str) {
        let fresh = || Failures { count: 0, last: now, locked: None, locks: 0 };
        self.users.entry(&key(source, user), fresh).0.add(now, PER_USER);
        self.sources.entry(&source, fresh).0.add(now, PER_SOURCE);
    }

    /// The user has shown the right password from there.
    pub(super) fn succeeded(&mut self, source: IpAddr, user: &str) {
        self.users.remove(&key(source, user));
    }
}

fn key(source: IpAddr, user: &str) -> (IpAddr, String) {
    (source.to_canonical(), user.chars().take(MAX_USER).collect())
}

impl Failures {
    fn wait(&self, now: Instant) -> Option<Duration> {
        self.locked.and_then(|until| until.checked_duration_since(now)).filter(|wait| !wait.is_zero())
    }

    fn add(&mut self, now: Instant, limit: u32) {
        if now.saturating_duration_since(self.last) > FORGET {
            *self = Self { count: 0, last: now, locked: None, locks: 0 };
        }
        self.last = now;
        self.count += 1;
        if self.count >= limit {
            self.count = 0;
            let lock = FIRST.saturating_mul(2u32.saturating_pow(self.locks)).min(LONGEST);
            self.locks += 1;
            self.locked = now.checked_add(lock);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_is_locked_out_longer_and_longer_and_the_right_user_elsewhere_is_not() {
        let (bad, good): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let mut now = Instant::now();
        let mut throttle = Throttle::new();
        let mut waits = Vec::new();
        for _ in 0..7 {
            for _ in 0..PER_USER {
                assert_eq!(throttle.locked(now, bad, "anna"), None);
                throttle.failed(now, bad, "anna");
            }
            let wait = throttle.locked(now, bad, "anna").unwrap();
            waits.push(wait.as_secs());
            assert_eq!(throttle.locked(now, good, "anna"), None, "from her own desk she gets in");
            assert_eq!(throttle.locked(now, bad, "boris"), None, "a colleague behind the same address too");
            now += wait;
        }
        assert_eq!(waits, [30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(throttle.locked(now, bad, "anna"), None);
        throttle.succeeded(bad, "anna");
        throttle.failed(now, bad, "anna");
        assert_eq!(throttle.locked(now, bad, "anna"), None);
    }

    #[test]
    fn who_tries_many_users_is_locked_out_altogether() {
        let source = "192.0.2.1".parse().unwrap();
        let now = Instant::now();
        let mut throttle = Throttle::new();
        for user in 0..PER_SOURCE {
            throttle.failed(now, source, &user.to_string());
        }
        assert!(throttle.locked(now, source, "somebody else").is_some());
    }

    #[test]
    fn memory_is_bounded() {
        let source: IpAddr = "192.0.2.1".parse().unwrap();
        let mut throttle = Throttle::new();
        for user in 0..(CAPACITY + 100) {
            throttle.failed(Instant::now(), source, &format!("{user}-{}", "x".repeat(500)));
        }
        assert_eq!(throttle.users.len(), CAPACITY);
    }
}
