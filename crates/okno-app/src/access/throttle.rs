//! Growing delays against guessing. Tries are counted before they are judged, so that parallel tries count too.

use crate::AppError;
use okno_model::Timestamp;
use okno_store::{Tx, access as rows};
use sha2::{Digest, Sha256};
use std::{net::IpAddr, time::Duration};

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
/// The pair is the strict one: a stranger who guesses delays himself, and only a great many strangers delay the owner.
pub(super) fn sign_in_keys(email: &str, address: IpAddr) -> [Key; 3] {
    let name = hex::encode(&Sha256::digest(email.as_bytes())[..16]);
    [
        Key { text: format!("pair:{name}:{address}"), free: 5 },
        Key { text: format!("name:{name}"), free: 30 },
        Key { text: format!("from:{address}"), free: 60 },
    ]
}

/// The key of a try to set up the installation.
pub(super) fn setup_keys(address: IpAddr) -> [Key; 1] {
    [Key { text: format!("setup:{address}"), free: 10 }]
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
    fn the_delay_doubles_up_to_its_bound() {
        let seconds: Vec<u64> = [1, 5, 6, 7, 8, 15, 16, 1000].iter().map(|&n| delay(n, 5).as_secs()).collect();
        assert_eq!(seconds, [0, 0, 1, 2, 4, 512, 900, 900]);
    }
}
