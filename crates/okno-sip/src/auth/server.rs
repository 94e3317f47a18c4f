//! The side that asks: whether a phone is who it says.

use super::nonce::{self, Counts, Nonce};
use super::params::Presented;
use super::throttle::Throttle;
use crate::Phone;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sipx_sip::Uri;
use sipx_sip::auth::{Algorithm, Challenge, Credentials, respond};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};
use subtle::ConstantTimeEq;

/// A registration of five minutes fits in twice; a captured answer is worth nothing anyway, because each count is good once.
const LIFETIME: Duration = Duration::from_secs(600);
/// Nonces in use that are remembered: each phone has one or two. About 1 MB.
const NONCES: usize = 10_000;

/// Phones by their login.
pub(crate) type Phones = BTreeMap<String, Phone>;

/// One request that has to show who it is from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    pub(crate) request_uri: &'a [u8],
    pub(crate) source: IpAddr,
    /// The user that the request says it is from: To of a REGISTER, From of anything else.
    pub(crate) claimed: &'a str,
}

/// What the digest says about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is from this login.
    Accepted(String),
    /// Ask: `401` with this `WWW-Authenticate`.
    Challenge(String),
    /// Too many wrong passwords: `403`, whatever it shows, and for so long.
    Locked(Duration),
}

/// The authenticator of one realm.
#[derive(Debug)]
pub(crate) struct DigestServer {
    realm: String,
    key: [u8; 32],
    started: Instant,
    counts: Counts,
    throttle: Throttle,
}

impl DigestServer {
    /// An authenticator with a key of its own. Nonces of earlier ones are stale here.
    pub(crate) fn new(now: Instant, realm: &str, key: [u8; 32]) -> Self {
        Self { realm: realm.to_owned(), key, started: now, counts: Counts::new(NONCES), throttle: Throttle::new() }
    }

    /// Judges a request by the values of its `Authorization` headers.
    pub(crate) fn check<'a>(
        &mut self,
        now: Instant,
        phones: &Phones,
        asked: Asked<'_>,
        authorizations: impl IntoIterator<Item = &'a [u8]>,
    ) -> Verdict {
        let ours = authorizations.into_iter().filter_map(Presented::parse).find(|presented| presented.realm == self.realm);
        let Some(presented) = ours else { return self.challenge(now, phones, asked, false) };
        // Before anything is computed, and for users who do not exist as well.
        if let Some(wait) = self.throttle.locked(now, asked.source, &presented.username) {
            return Verdict::Locked(wait);
        }
        let Nonce::Good(id) = nonce::judge(&self.key, &presented.nonce, self.millis(now), millis(LIFETIME), asked.source) else {
            return self.challenge(now, phones, asked, true);
        };
        if !self.is_right(phones, asked, &presented) {
            self.throttle.failed(now, asked.source, &presented.username);
            metrics::counter!("okno_sip_wrong_passwords_total").increment(1);
            return self.challenge(now, phones, asked, false);
        }
        if !self.counts.take(id, presented.qop.is_some().then_some(presented.nonce_count).flatten()) {
            metrics::counter!("okno_sip_replays_total").increment(1);
            return self.challenge(now, phones, asked, true);
        }
        self.throttle.succeeded(asked.source, &presented.username);
        Verdict::Accepted(presented.username)
    }

    /// Whether the response is right. A user who does not exist has a secret that nobody knows, so that the work is the same (D-2).
    fn is_right(&self, phones: &Phones, asked: Asked<'_>, presented: &Presented) -> bool {
        let phone = phones.get(&presented.username);
        let nobody = hex::encode(self.mac(b"nobody", &presented.username));
        let algorithm = self.algorithm(phones, &presented.username);
        let named = presented.algorithm.as_deref().map_or(Some(Algorithm::Md5), Algorithm::parse);
        let qop_fits = match (presented.qop.as_deref(), presented.nonce_count, presented.cnonce.as_deref()) {
            (Some(qop), Some(_), Some(_)) => qop.eq_ignore_ascii_case("auth"),
            (None, None, _) => true,
            (Some(_), _, _) | (None, Some(_), _) => false,
        };
        let challenge = Challenge {
            realm: self.realm.clone(),
            nonce: presented.nonce.clone(),
            opaque: None,
            algorithm,
            qop_auth: presented.qop.is_some(),
            stale: false,
            from_proxy: false,
        };
        let secret = phone.map_or(nobody.as_str(), |phone| phone.secret.as_str());
        let credentials = Credentials::new(presented.username.as_str(), secret);
        let count = presented.nonce_count.unwrap_or_default();
        let cnonce = presented.cnonce.as_deref().unwrap_or_default();
        let good = respond(&challenge, &credentials, asked.method, &presented.uri, count, cnonce);
        let good = Presented::parse(good.as_bytes()).map(|good| good.response).unwrap_or_default();
        let same = bool::from(good.as_bytes().ct_eq(presented.response.to_ascii_lowercase().as_bytes()));
        // All of it is computed before any of it counts.
        let allowed = phone.is_some_and(|phone| !phone.secret.is_empty());
        let claims = presented.username == asked.claimed;
        let target = same_target(presented.uri.as_bytes(), asked.request_uri);
        let fits = named == Some(algorithm);
        same && allowed && claims && qop_fits && target && fits
    }

    fn challenge(&self, now: Instant, phones: &Phones, asked: Asked<'_>, stale: bool) -> Verdict {
        let nonce = nonce::make(&self.key, self.millis(now), rand::random(), asked.source);
        let algorithm = self.algorithm(phones, asked.claimed).as_str();
        let realm = self.realm.replace('\\', "\\\\").replace('"', "\\\"");
        let stale = if stale { ", stale=true" } else { "" };
        Verdict::Challenge(format!("Digest realm=\"{realm}\", nonce=\"{nonce}\", algorithm={algorithm}, qop=\"auth\"{stale}"))
    }

    /// MD5 unless the phone is set to SHA-256: a challenge that mentions SHA-256 makes some phones give up. Who does not exist gets either,
    /// always the same and as often as those who exist, so that the algorithm tells nothing (D-2).
    fn algorithm(&self, phones: &Phones, user: &str) -> Algorithm {
        let sha256 = if let Some(phone) = phones.get(user) {
            phone.sha256
        } else {
            let strong = phones.values().filter(|phone| phone.sha256).count() as u64;
            let mac = self.mac(b"algorithm", user);
            let chance = mac.iter().take(4).fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
            strong > 0 && chance % (phones.len() as u64) < strong
        };
        if sha256 { Algorithm::Sha256 } else { Algorithm::Md5 }
    }

    fn mac(&self, purpose: &[u8], text: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        mac.update(purpose);
        mac.update(b"\0");
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().into()
    }

    fn millis(&self, now: Instant) -> u64 {
        millis(now.saturating_duration_since(self.started))
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Whether the digest was made for this request's target: an answer for one number must not pay for another. Parameters and the port may
/// differ; proxies and phones add and drop them.
fn same_target(covered: &[u8], requested: &[u8]) -> bool {
    if covered == requested {
        return true;
    }
    let parse = |text: &[u8]| Uri::parse(text.to_vec().into()).ok();
    let (Some(covered), Some(requested)) = (parse(covered), parse(requested)) else { return false };
    let same_host = match (covered.host(), requested.host()) {
        (Some(one), Some(other)) => one.equivalent(other),
        (None, None) => covered.opaque() == requested.opaque(),
        (Some(_), None) | (None, Some(_)) => false,
    };
    same_host && covered.decoded_user() == requested.decoded_user()
}

#[cfg(test)]
mod tests;
