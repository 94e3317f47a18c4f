//! Growing delays against guessing. Tries are counted before they are judged, so that parallel tries count too.

use crate::AppError;
use okno_model::Timestamp;
use okno_store::{Tx, access as rows};
use sha2::{Digest, Sha256};
use std::{
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

/// The longest delay: together with the free tries it allows about a hundred guesses a day (SP 800-63B).
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// A key that was not tried for so long starts anew.
const FORGET: Duration = Duration::from_secs(24 * 60 * 60);
/// Doublings after which the longest delay is reached anyway.
const DOUBLINGS: u32 = 10;

/// What is counted, and how many tries are free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    text: String,
    free: i64,
}

/// The keys of a try to sign in: name and source together, the name from anywhere, the source for any name.
///
/// The pair is the strict one: a stranger who guesses delays himself. The name alone is not counted where its owner is
/// `known` to have signed in before: otherwise any stranger could keep him out for ever by guessing badly on purpose.
pub(super) fn sign_in_keys(email: &str, address: IpAddr, known: bool) -> Vec<Key> {
    let name = hex::encode(&Sha256::digest(email.as_bytes())[..16]);
    let address = source(address);
    let pair = Key { text: format!("pair:{name}:{address}"), free: 5 };
    let anywhere = Key { text: format!("name:{name}"), free: 30 };
    let any_name = Key { text: format!("from:{address}"), free: 60 };
    if known { vec![pair, any_name] } else { vec![pair, anywhere, any_name] }
}

/// One source of tries. One subscriber holds a /64 of IPv6 addresses and may change them at will.
fn source(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Whether two addresses are one source.
pub(super) fn same_source(one: IpAddr, other: IpAddr) -> bool {
    source(one) == source(other)
}

/// The key of a try to set up the installation.
pub(super) fn setup_keys(address: IpAddr) -> [Key; 1] {
    [Key { text: format!("setup:{}", source(address)), free: 10 }]
}

/// The key of a try to change a password while signed in.
pub(super) fn password_keys(user: okno_model::UserId) -> [Key; 1] {
    [Key { text: format!("password:{user}"), free: 5 }]
}

/// Counts a try; refuses it while a delay runs, and then it does not count.
pub(super) fn attempt(tx: &mut Tx<'_>, keys: &[Key], now: Timestamp) -> Result<(), AppError> {
    for key in keys {
        let (count, until) = rows::throttle(tx, &key.text)?.unwrap_or((0, now));
        if until > now {
            return Err(AppError::Throttled { retry_after: until.since(now) });
        }
        let count = if now.since(until) > FORGET { 1 } else { count + 1 };
        rows::set_throttle(tx, &key.text, count, now + delay(count, key.free))?;
    }
    Ok(())
}

/// The try was right: the keys of this name start anew. The source keeps its count, or one good guess would free the others.
pub(super) fn succeed(tx: &mut Tx<'_>, keys: &[Key], now: Timestamp) -> Result<(), AppError> {
    for key in keys.iter().filter(|key| !key.text.starts_with("from:")) {
        rows::clear_throttle(tx, &key.text)?;
    }
    rows::forget_throttles(tx, now - FORGET)?;
    Ok(())
}

fn delay(count: i64, free: i64) -> Duration {
    match u32::try_from(count - free) {
        Err(_) | Ok(0) => Duration::ZERO,
        Ok(over) => Duration::from_secs(1 << (over - 1).min(DOUBLINGS)).min(LONGEST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscriber_is_one_source() {
        let keys = |address: &str| sign_in_keys("olga@shop.example", address.parse().unwrap(), false);
        assert_eq!(keys("2001:db8:1:2::1"), keys("2001:db8:1:2:ffff::9"));
        assert_ne!(keys("2001:db8:1:2::1"), keys("2001:db8:1:3::1"));
        assert_eq!(keys("::ffff:192.0.2.1"), keys("192.0.2.1"));
        assert_ne!(keys("192.0.2.1"), keys("192.0.2.2"));
        assert!(same_source("2001:db8::1".parse().unwrap(), "2001:db8::2".parse().unwrap()));
    }

    #[test]
    fn the_delay_doubles_up_to_its_bound() {
        let seconds: Vec<u64> = [1, 5, 6, 7, 8, 15, 16, 1000].iter().map(|&n| delay(n, 5).as_secs()).collect();
        assert_eq!(seconds, [0, 0, 1, 2, 4, 512, 900, 900]);
    }
}
