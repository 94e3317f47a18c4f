//! Budgets of sources.

use crate::bucket::Bucket;
use crate::lru::Lru;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

/// Sources that are remembered: about 8 MB.
const CAPACITY: usize = 50_000;
/// All strangers together may send so many times what one of them may: a flood from forged addresses has as many sources as it likes.
const ALL_STRANGERS: u32 = 20;
/// How long a class is believed before it is asked again.
const CLASS_HOLDS: Duration = Duration::from_secs(2);
/// Requests without a right answer to "who are you" before a stranger is not heard any more.
const STRIKES: u32 = 20;
/// For so long; each further knock during it starts it again.
const SILENCE: Duration = Duration::from_secs(600);
/// Strikes that are this old do not count.
const FORGET: Duration = Duration::from_secs(600);

/// What a source is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Stranger,
    /// A phone is registered from there; there may be a whole office behind it.
    Phone,
    Trunk,
}

/// Messages per second of one source of each class. A burst may be as much at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rates {
    pub(crate) stranger: u32,
    pub(crate) phone: u32,
    pub(crate) trunk: u32,
}

#[derive(Debug)]
pub(super) struct Sources {
    rates: Rates,
    table: Lru<IpAddr, Source>,
    strangers: Bucket,
}

#[derive(Debug)]
struct Source {
    class: Class,
    classified: Instant,
    bucket: Bucket,
    strikes: u32,
    last_strike: Instant,
    silent: Option<Instant>,
}

impl Sources {
    pub(super) fn new(now: Instant, rates: Rates) -> Self {
        let all = f64::from(rates.stranger.saturating_mul(ALL_STRANGERS));
        Self { rates, table: Lru::new(CAPACITY), strangers: Bucket::new(now, all, all) }
    }

    pub(super) fn admit(&mut self, now: Instant, source: IpAddr, class: impl FnOnce() -> Class) -> bool {
        let key = key(source);
        let rates = self.rates;
        let known = self.table.peek(&key);
        let class = match known {
            Some(known) if now.saturating_duration_since(known.classified) < CLASS_HOLDS => known.class,
            Some(_) | None => class(),
        };
        if class == Class::Stranger {
            let alike = known.filter(|known| known.class == class);
            if alike.is_some_and(|known| known.silent.is_some_and(|until| until > now)) {
                if let Some(known) = self.table.get_mut(&key) {
                    known.silent = now.checked_add(SILENCE);
                }
                return false;
            }
            // One loud stranger uses up his own budget, not that of all; and forged addresses must not push out of the table those that are
            // real, so newcomers pay before they get a place in it.
            if alike.is_some_and(|known| !known.bucket.has(now)) || !self.strangers.take(now) {
                return false;
            }
        }
        let (entry, _) = self.table.entry(&key, || Source::new(now, class, rates));
        if entry.class != class {
            *entry = Source { strikes: entry.strikes, ..Source::new(now, class, rates) };
        }
        if now.saturating_duration_since(entry.classified) >= CLASS_HOLDS {
            entry.classified = now;
        }
        entry.bucket.take(now)
    }

    /// Counts a failure; whether it silenced the source.
    pub(super) fn strike(&mut self, now: Instant, source: IpAddr) -> bool {
        let rates = self.rates;
        let (entry, _) = self.table.entry(&key(source), || Source::new(now, Class::Stranger, rates));
        if entry.class != Class::Stranger {
            return false;
        }
        if now.saturating_duration_since(entry.last_strike) > FORGET {
            entry.strikes = 0;
        }
        entry.last_strike = now;
        entry.strikes += 1;
        if entry.strikes < STRIKES {
            return false;
        }
        entry.strikes = 0;
        entry.silent = now.checked_add(SILENCE);
        true
    }

    pub(super) fn forgive(&mut self, source: IpAddr) {
        // What is not remembered has nothing to forgive.
        if let Some(entry) = self.table.get_mut(&key(source)) {
            entry.strikes = 0;
            entry.silent = None;
            // It may have registered just now: ask again what it is.
            entry.classified = entry.classified.checked_sub(CLASS_HOLDS).unwrap_or(entry.classified);
        }
    }
}

/// One host of IPv4; one network of IPv6, whose owner has all its addresses.
fn key(source: IpAddr) -> IpAddr {
    match source.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
    }
}

impl Source {
    fn new(now: Instant, class: Class, rates: Rates) -> Self {
        let rate = f64::from(match class {
            Class::Stranger => rates.stranger,
            Class::Phone => rates.phone,
            Class::Trunk => rates.trunk,
        });
        Self { class, classified: now, bucket: Bucket::new(now, rate, rate), strikes: 0, last_strike: now, silent: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: Rates = Rates { stranger: 10, phone: 40, trunk: 100 };

    fn ip(n: u32) -> IpAddr {
        IpAddr::V4(n.into())
    }

    fn flood(sources: &mut Sources, now: Instant, source: IpAddr, class: Class, count: u32) -> u32 {
        (0..count).filter(|_| sources.admit(now, source, || class)).count() as u32
    }

    #[test]
    fn each_source_has_its_budget() {
        let now = Instant::now();
        let mut sources = Sources::new(now, RATES);
        assert_eq!(flood(&mut sources, now, ip(1), Class::Stranger, 500), 10);
        assert_eq!(flood(&mut sources, now, ip(2), Class::Stranger, 500), 10, "another one has its own");
        assert_eq!(flood(&mut sources, now, ip(3), Class::Phone, 500), 40);
        assert_eq!(flood(&mut sources, now, ip(4), Class::Trunk, 500), 100);
        assert_eq!(flood(&mut sources, now + Duration::from_secs(1), ip(1), Class::Stranger, 500), 10);
    }

    #[test]
    fn a_flood_from_a_million_addresses_leaves_trunks_alone() {
        let mut now = Instant::now();
        let mut sources = Sources::new(now, RATES);
        let mut strangers = 0;
        for second in 0..10u32 {
            for n in 0..20_000 {
                strangers += u32::from(sources.admit(now, ip(1000 + second * 20_000 + n), || Class::Stranger));
            }
            assert_eq!(flood(&mut sources, now, ip(4), Class::Trunk, 100), 100, "in second {second}");
            now += Duration::from_secs(1);
        }
        assert!(strangers <= 200 * 11, "{strangers}");
        assert!(sources.table.len() <= 2300, "and few of them are remembered");
    }

    #[test]
    fn who_keeps_knocking_is_not_heard() {
        let mut now = Instant::now();
        let mut sources = Sources::new(now, RATES);
        let silenced: Vec<bool> = (0..STRIKES).map(|_| sources.strike(now, ip(1))).collect();
        assert_eq!(silenced.iter().filter(|silenced| **silenced).count(), 1);
        assert!(!sources.admit(now, ip(1), || Class::Stranger));
        now += SILENCE.mul_f64(0.9);
        assert!(!sources.admit(now, ip(1), || Class::Stranger), "and that starts it again");
        now += SILENCE.mul_f64(0.9);
        assert!(!sources.admit(now, ip(1), || Class::Stranger));
        now += SILENCE + Duration::from_secs(1);
        assert!(sources.admit(now, ip(1), || Class::Stranger));
    }

    #[test]
    fn who_shows_who_it_is_starts_anew_and_phones_are_never_silenced() {
        let now = Instant::now();
        let mut sources = Sources::new(now, RATES);
        for _ in 0..STRIKES - 1 {
            sources.strike(now, ip(1));
        }
        sources.forgive(ip(1));
        assert!(!sources.strike(now, ip(1)));
        assert!(sources.admit(now, ip(2), || Class::Phone));
        assert!((0..100).all(|_| !sources.strike(now, ip(2))), "one phone set up wrong does not silence its office");
    }

    #[test]
    fn a_stranger_that_registers_gets_the_budget_of_a_phone() {
        let now = Instant::now();
        let mut sources = Sources::new(now, RATES);
        assert_eq!(flood(&mut sources, now, ip(1), Class::Stranger, 50), 10);
        sources.forgive(ip(1));
        assert_eq!(flood(&mut sources, now, ip(1), Class::Phone, 50), 40);
    }

    #[test]
    fn an_ipv6_network_is_one_source() {
        let now = Instant::now();
        let mut sources = Sources::new(now, RATES);
        let admitted =
            (0..100u16).filter(|n| sources.admit(now, Ipv6Addr::new(0x2001, 0xdb8, 1, 2, 0, 0, 0, *n).into(), || Class::Stranger)).count();
        assert_eq!(admitted, 10);
    }
}
