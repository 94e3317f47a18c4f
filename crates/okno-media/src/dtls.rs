//! DTLS-SRTP of RTP legs (RFC 5763, 5764): the handshake gives the keys, the fingerprint that came by signaling says whose they are.
//!
//! Datagrams of strangers are thrown away before they come here ([`crate::leg::rtp::RtpLink`] checks their source); what is damaged is thrown
//! away by the library. A handshake that fails leaves the leg without keys: nothing is sent and nothing is heard.

use std::sync::Arc;
use std::time::Instant;

use dimpl::{Config, DtlsCertificate, Output, SrtpProfile as Exported, certificate};

use crate::srtp::{SrtpKey, SrtpPair, SrtpProfile};

/// The largest record of a handshake; the library asks for more where it needs more.
const RECORD: usize = 2048;

/// Who we are in handshakes: one self-signed certificate per process, as with WebRTC.
pub(crate) struct Identity {
    certificate: DtlsCertificate,
    config: Arc<Config>,
    fingerprint: Arc<str>,
}

impl Identity {
    /// A new one; `None` when the system gives no randomness.
    pub(crate) fn new() -> Option<Self> {
        let certificate = certificate::generate_self_signed_certificate().ok()?;
        let fingerprint = format!("sha-256 {}", certificate.fingerprint_str()).into();
        Some(Self { certificate, config: Arc::new(Config::default()), fingerprint })
    }

    /// As in `a=fingerprint`.
    pub(crate) fn fingerprint(&self) -> Arc<str> {
        Arc::clone(&self.fingerprint)
    }
}

/// What the signaling has agreed about a handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DtlsRemote {
    /// We start it (`a=setup:active`).
    pub active: bool,
    /// The far end's `a=fingerprint`: `sha-256` and the bytes in hexadecimal.
    pub fingerprint: String,
}

/// One handshake.
pub(crate) struct Handshake {
    dtls: dimpl::Dtls,
    active: bool,
    wanted: String,
    stage: Stage,
    due: Option<Instant>,
    buffer: Vec<u8>,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nobody knows who the far end is.
    Begun,
    /// It is who the signaling said.
    Known,
    Failed,
}

impl Handshake {
    pub(crate) fn new(identity: &Identity, remote: &DtlsRemote, now: Instant) -> Self {
        let mut dtls = dimpl::Dtls::new_12(Arc::clone(&identity.config), identity.certificate.clone(), now);
        dtls.set_active(remote.active);
        Self {
            dtls,
            active: remote.active,
            wanted: plain(&remote.fingerprint),
            stage: Stage::Begun,
            due: Some(now),
            buffer: vec![0; RECORD],
        }
    }

    /// Whether it is with the same far end, so that a re-offer does not begin anew.
    pub(crate) fn is_with(&self, remote: &DtlsRemote) -> bool {
        self.stage != Stage::Failed && self.wanted == plain(&remote.fingerprint)
    }

    /// Whether a datagram belongs to a handshake (RFC 7983).
    pub(crate) fn is_record(datagram: &[u8]) -> bool {
        datagram.first().is_some_and(|first| (20..=63).contains(first))
    }

    /// Takes a datagram of the far end.
    pub(crate) fn receive(&mut self, datagram: &[u8], now: Instant, send: impl FnMut(&[u8])) -> Option<SrtpPair> {
        if self.stage == Stage::Failed {
            return None;
        }
        if self.dtls.handle_packet(datagram).is_err() {
            self.fail("the far end does not speak it as we do");
            return None;
        }
        self.drive(now, send)
    }

    /// Lets time pass: records that may be lost are sent again.
    pub(crate) fn time(&mut self, now: Instant, send: impl FnMut(&[u8])) -> Option<SrtpPair> {
        if self.stage == Stage::Failed || self.due.is_none_or(|due| due > now) {
            return None;
        }
        if self.dtls.handle_timeout(now).is_err() {
            self.fail("no answer");
            return None;
        }
        self.drive(now, send)
    }

    /// Sends what is to be sent, and gives the keys when they are there and the far end is the right one.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the library may add outputs")]
    fn drive(&mut self, now: Instant, mut send: impl FnMut(&[u8])) -> Option<SrtpPair> {
        let mut keys = None;
        let mut strange = false;
        loop {
            match self.dtls.poll_output(&mut self.buffer) {
                Output::Packet(record) => send(record),
                Output::BufferTooSmall { needed } => self.buffer.resize(needed, 0),
                Output::PeerCert(der) => {
                    let shown = certificate::format_fingerprint(&certificate::calculate_fingerprint(der));
                    strange = !shown.eq_ignore_ascii_case(&self.wanted);
                    if !strange {
                        self.stage = Stage::Known;
                    }
                }
                Output::KeyingMaterial(material, profile) => keys = pair(&material, profile, self.active),
                Output::Timeout(at) => {
                    self.due = Some(at).filter(|at| *at > now || keys.is_none());
                    break;
                }
                // Voice is all that goes between us.
                _ => {}
            }
        }
        if strange {
            self.fail("its certificate is not the one that the signaling told");
            return None;
        }
        keys.filter(|_| self.stage == Stage::Known)
    }

    fn fail(&mut self, why: &str) {
        tracing::warn!(why, "a DTLS-SRTP handshake failed; the leg stays silent");
        metrics::counter!("okno_media_dtls_failures_total").increment(1);
        self.stage = Stage::Failed;
        self.due = None;
    }
}

/// The bytes of a fingerprint, without the name of its hash.
fn plain(fingerprint: &str) -> String {
    fingerprint.split_whitespace().next_back().unwrap_or_default().to_ascii_uppercase()
}

/// Keys as RFC 5764 4.2 lays them out: client key, server key, client salt, server salt.
fn pair(material: &[u8], profile: Exported, client: bool) -> Option<SrtpPair> {
    let profile = match profile {
        Exported::AES128_CM_SHA1_80 => SrtpProfile::AesCm128Sha1_80,
        Exported::AEAD_AES_128_GCM => SrtpProfile::AeadAes128Gcm,
        Exported::AEAD_AES_256_GCM => SrtpProfile::AeadAes256Gcm,
        _ => return None,
    };
    let (key, salt) = (profile.key_len(), profile.material_len() - profile.key_len());
    if material.len() != 2 * (key + salt) {
        return None;
    }
    let of = |side: usize| {
        let (keys, salts) = material.split_at(2 * key);
        SrtpKey::new(profile, [&keys[side * key..(side + 1) * key], &salts[side * salt..(side + 1) * salt]].concat())
    };
    let (clients, servers) = (of(0)?, of(1)?);
    Some(if client { SrtpPair { send: clients, receive: servers } } else { SrtpPair { send: servers, receive: clients } })
}

#[cfg(test)]
mod openssl;
#[cfg(test)]
mod tests {
    use super::*;

    fn meet(a: &mut Handshake, b: &mut Handshake) -> (Option<SrtpPair>, Option<SrtpPair>) {
        let mut now = Instant::now();
        let (mut to_a, mut to_b): (Vec<Vec<u8>>, Vec<Vec<u8>>) = (Vec::new(), Vec::new());
        let (mut keys_a, mut keys_b) = (None, None);
        for _ in 0..60 {
            now += std::time::Duration::from_millis(50);
            keys_a = keys_a.or(a.time(now, |record| to_b.push(record.to_vec())));
            keys_b = keys_b.or(b.time(now, |record| to_a.push(record.to_vec())));
            for record in std::mem::take(&mut to_b) {
                assert!(Handshake::is_record(&record));
                keys_b = keys_b.or(b.receive(&record, now, |record| to_a.push(record.to_vec())));
            }
            for record in std::mem::take(&mut to_a) {
                keys_a = keys_a.or(a.receive(&record, now, |record| to_b.push(record.to_vec())));
            }
        }
        (keys_a, keys_b)
    }

    fn side(own: &Identity, other: &Identity, active: bool) -> Handshake {
        Handshake::new(own, &DtlsRemote { active, fingerprint: other.fingerprint().to_string() }, Instant::now())
    }

    #[test]
    fn both_sides_have_the_same_keys() {
        let (one, two) = (Identity::new().unwrap(), Identity::new().unwrap());
        let (mut a, mut b) = (side(&one, &two, true), side(&two, &one, false));
        let (Some(a), Some(b)) = meet(&mut a, &mut b) else { panic!("no keys") };
        assert_eq!((a.send, a.receive), (b.receive, b.send));
    }

    #[test]
    fn another_certificate_gets_no_keys() {
        let (one, two, other) = (Identity::new().unwrap(), Identity::new().unwrap(), Identity::new().unwrap());
        let (mut a, mut b) = (side(&one, &other, true), side(&two, &one, false));
        let (keys, _) = meet(&mut a, &mut b);
        assert!(keys.is_none() && !a.is_with(&DtlsRemote { active: true, fingerprint: other.fingerprint().to_string() }));
    }

    #[test]
    fn nonsense_ends_nothing() {
        let (one, two) = (Identity::new().unwrap(), Identity::new().unwrap());
        let (mut a, mut b) = (side(&one, &two, true), side(&two, &one, false));
        for junk in [&[22_u8][..], &[22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255], &[63; 1200], &[20; 13]] {
            b.receive(junk, Instant::now(), |_| {});
        }
        let (a, b) = meet(&mut a, &mut b);
        assert!(a.is_some() && b.is_some());
    }
}
