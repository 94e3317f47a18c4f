//! Nonces: random, bound to a source and a time by a MAC, each count of them good once (D-1).
//!
//! A nonce that nobody has used yet costs no memory, so that challenges to strangers are free. A used one is remembered; when the table is
//! full, the floor rises: nonces issued before it that are not in the table are stale, never fresh again.

use crate::lru::Lru;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::net::IpAddr;
use subtle::ConstantTimeEq;

/// Milliseconds since the authenticator was made, then random bytes, then the MAC.
const TIME: usize = 8;
const RANDOM: usize = 8;
const MAC: usize = 16;

/// How far behind the highest count an unused count may come. Requests of one phone overtake each other by a few.
const WINDOW: u32 = 64;

/// What a nonce is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nonce {
    /// Ours, for this source, alive. The id is the key of its counts.
    Good(NonceId),
    /// Not ours, for another source, or too old. The phone may ask again with a new one.
    Stale,
}

/// Time of issue in milliseconds, and the random part.
pub(super) type NonceId = (u64, u64);

/// Makes a nonce for one source.
pub(super) fn make(key: &[u8; 32], issued: u64, random: u64, source: IpAddr) -> String {
    let mut bytes = [0; TIME + RANDOM + MAC];
    bytes[..TIME].copy_from_slice(&issued.to_be_bytes());
    bytes[TIME..TIME + RANDOM].copy_from_slice(&random.to_be_bytes());
    let mac = mac(key, issued, random, source);
    bytes[TIME + RANDOM..].copy_from_slice(&mac);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Judges a nonce that came back.
pub(super) fn judge(key: &[u8; 32], text: &str, now: u64, lifetime: u64, source: IpAddr) -> Nonce {
    let mut bytes = [0; TIME + RANDOM + MAC];
    if text.len() > 64 || URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) != Ok(bytes.len()) {
        return Nonce::Stale;
    }
    let (Ok(issued), Ok(random)) = (bytes[..TIME].try_into(), bytes[TIME..TIME + RANDOM].try_into()) else { return Nonce::Stale };
    let (issued, random) = (u64::from_be_bytes(issued), u64::from_be_bytes(random));
    let ours = bool::from(mac(key, issued, random, source).ct_eq(&bytes[TIME + RANDOM..]));
    let alive = now.checked_sub(issued).is_some_and(|age| age < lifetime);
    if ours && alive { Nonce::Good((issued, random)) } else { Nonce::Stale }
}

fn mac(key: &[u8; 32], issued: u64, random: u64, source: IpAddr) -> [u8; MAC] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(b"okno sip nonce\0");
    mac.update(&issued.to_be_bytes());
    mac.update(&random.to_be_bytes());
    match source.to_canonical() {
        IpAddr::V4(v4) => mac.update(&v4.octets()),
        IpAddr::V6(v6) => mac.update(&v6.octets()),
    }
    let whole = mac.finalize().into_bytes();
    let mut half = [0; MAC];
    half.copy_from_slice(&whole[..MAC]);
    half
}

/// The counts of the nonces that have been used.
#[derive(Debug)]
pub(super) struct Counts {
    used: Lru<NonceId, Count>,
    /// Nonces issued until here and not in the table are stale.
    floor: Option<u64>,
}

#[derive(Debug, Default)]
struct Count {
    highest: u32,
    /// Bit n: the count `highest - n` has been used.
    seen: u64,
}

impl Counts {
    pub(super) fn new(capacity: usize) -> Self {
        Self { used: Lru::new(capacity), floor: None }
    }

    /// Takes one count of a nonce; `false` if it was taken before or cannot be told. Call only after the response was found right, so that
    /// strangers put nothing into the table. No count (RFC 2069) is the one and only use of its nonce.
    pub(super) fn take(&mut self, id: NonceId, count: Option<u32>) -> bool {
        if self.used.peek(&id).is_none() && self.floor.is_some_and(|floor| id.0 <= floor) {
            return false;
        }
        let (state, gone) = self.used.entry(&id, Count::default);
        let fresh = state.take(count);
        if let Some(((issued, _), _)) = gone {
            self.floor = self.floor.max(Some(issued));
        }
        fresh
    }
}

impl Count {
    fn take(&mut self, count: Option<u32>) -> bool {
        let Some(count) = count else {
            let first = self.highest == 0;
            *self = Self { highest: u32::MAX, seen: u64::MAX };
            return first;
        };
        if count == 0 {
            return false;
        }
        if count > self.highest {
            let ahead = count - self.highest;
            self.seen = if ahead < WINDOW { (self.seen << ahead) | 1 } else { 1 };
            self.highest = count;
            return true;
        }
        let behind = self.highest - count;
        let bit = 1u64.checked_shl(behind).unwrap_or(0);
        let fresh = behind < WINDOW && self.seen & bit == 0;
        self.seen |= bit;
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const KEY: [u8; 32] = [7; 32];

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_nonce_is_good_for_its_source_and_its_life() {
        let nonce = make(&KEY, 1000, 42, ip("192.0.2.1"));
        assert_eq!(judge(&KEY, &nonce, 1500, 1000, ip("192.0.2.1")), Nonce::Good((1000, 42)));
        assert_eq!(judge(&KEY, &nonce, 1500, 1000, ip("::ffff:192.0.2.1")), Nonce::Good((1000, 42)), "the same address");
        assert_eq!(judge(&KEY, &nonce, 1500, 1000, ip("192.0.2.2")), Nonce::Stale, "another source");
        assert_eq!(judge(&KEY, &nonce, 2000, 1000, ip("192.0.2.1")), Nonce::Stale, "too old");
        assert_eq!(judge(&KEY, &nonce, 999, 1000, ip("192.0.2.1")), Nonce::Stale, "from the future");
        assert_eq!(judge(&[8; 32], &nonce, 1500, 1000, ip("192.0.2.1")), Nonce::Stale, "of another process");
    }

    proptest! {
        #[test]
        fn every_count_is_taken_once(counts in prop::collection::vec(1..400u32, 1..300)) {
            let mut table = Counts::new(4);
            let mut taken = BTreeSet::new();
            let mut highest = 0;
            for count in counts {
                let fresh = table.take((1, 1), Some(count));
                prop_assert_eq!(fresh, !taken.contains(&count) && count + WINDOW > highest);
                if fresh {
                    taken.insert(count);
                }
                highest = highest.max(count);
            }
        }

        #[test]
        fn no_changed_nonce_is_good(at in 0..43usize, to in any::<u8>(), other in prop::collection::vec(any::<u8>(), 0..60)) {
            let nonce = make(&KEY, 1000, 42, ip("192.0.2.1"));
            let mut changed = nonce.clone().into_bytes();
            changed[at] = to;
            if changed != nonce.as_bytes() {
                prop_assert_eq!(judge(&KEY, &String::from_utf8_lossy(&changed), 1500, 1000, ip("192.0.2.1")), Nonce::Stale);
            }
            prop_assert_eq!(judge(&KEY, &String::from_utf8_lossy(&other), 1500, 1000, ip("192.0.2.1")), Nonce::Stale);
        }
    }

    #[test]
    fn a_forgotten_nonce_is_stale_and_never_fresh_again() {
        let mut table = Counts::new(2);
        for issued in 1..=3 {
            assert!(table.take((issued, 0), Some(1)));
        }
        assert!(!table.take((1, 0), Some(1)), "forgotten, so that its use cannot be told");
        assert!(!table.take((1, 7), Some(1)), "as old as what was forgotten");
        assert!(table.take((3, 0), Some(2)));
        assert!(table.take((4, 0), Some(1)));
    }

    #[test]
    fn without_a_count_a_nonce_is_good_once() {
        let mut table = Counts::new(2);
        assert!(table.take((1, 1), None));
        assert!(!table.take((1, 1), None));
        assert!(!table.take((1, 1), Some(9)), "no way around through a count");
        assert!(!table.take((2, 1), Some(0)), "the first count is 1");
    }
}
