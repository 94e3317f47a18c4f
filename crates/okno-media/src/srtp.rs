//! SRTP of legs whose keys come in SDP (SDES, RFC 4568). Bad and replayed packets are thrown away and never end a call.

use std::fmt;

use webrtc_srtp::context::Context;
use webrtc_srtp::option::{srtcp_replay_protection, srtp_replay_protection};
use webrtc_srtp::protection_profile::ProtectionProfile;

/// Packets that may arrive out of order before a late one counts as replayed.
const REPLAY_WINDOW: usize = 128;
/// Forged packets with a new SSRC leave a trace in the context; after so many it is made anew. Only before the SSRC is pinned.
const MAX_FORGED: u32 = 64;

/// The protection of a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SrtpProfile {
    /// `AES_CM_128_HMAC_SHA1_80`
    AesCm128Sha1_80,
    /// `AES_CM_128_HMAC_SHA1_32`
    AesCm128Sha1_32,
    /// `AEAD_AES_128_GCM`
    AeadAes128Gcm,
    /// `AEAD_AES_256_GCM`
    AeadAes256Gcm,
}

impl SrtpProfile {
    /// All, the preferred first.
    pub const ALL: [Self; 4] = [Self::AeadAes256Gcm, Self::AeadAes128Gcm, Self::AesCm128Sha1_80, Self::AesCm128Sha1_32];

    fn inner(self) -> ProtectionProfile {
        match self {
            Self::AesCm128Sha1_80 => ProtectionProfile::Aes128CmHmacSha1_80,
            Self::AesCm128Sha1_32 => ProtectionProfile::Aes128CmHmacSha1_32,
            Self::AeadAes128Gcm => ProtectionProfile::AeadAes128Gcm,
            Self::AeadAes256Gcm => ProtectionProfile::AeadAes256Gcm,
        }
    }

    /// Bytes of the master key.
    pub fn key_len(self) -> usize {
        self.inner().key_len()
    }

    /// Bytes of key and salt together, as SDES writes them.
    pub fn material_len(self) -> usize {
        self.inner().key_len() + self.inner().salt_len()
    }

    /// Its name in `a=crypto`.
    pub fn name(self) -> &'static str {
        match self {
            Self::AesCm128Sha1_80 => "AES_CM_128_HMAC_SHA1_80",
            Self::AesCm128Sha1_32 => "AES_CM_128_HMAC_SHA1_32",
            Self::AeadAes128Gcm => "AEAD_AES_128_GCM",
            Self::AeadAes256Gcm => "AEAD_AES_256_GCM",
        }
    }

    /// The profile of a name in `a=crypto`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name().eq_ignore_ascii_case(name))
    }
}

/// Key and salt of one direction.
#[derive(Clone, PartialEq, Eq)]
pub struct SrtpKey {
    /// What they are for.
    pub profile: SrtpProfile,
    /// Master key, then master salt.
    pub material: Vec<u8>,
}

impl SrtpKey {
    /// A new key from the system's randomness.
    pub fn random(profile: SrtpProfile) -> Self {
        let mut material = vec![0; profile.material_len()];
        crate::random::fill(&mut material);
        Self { profile, material }
    }

    /// A key as SDES gives it: key and salt in one. `None` when the length is wrong.
    pub fn new(profile: SrtpProfile, material: Vec<u8>) -> Option<Self> {
        (material.len() == profile.material_len()).then_some(Self { profile, material })
    }
}

impl fmt::Debug for SrtpKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SrtpKey({}, secret)", self.profile.name())
    }
}

/// The keys of an encrypted leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SrtpPair {
    /// Of what we send (our `a=crypto`).
    pub send: SrtpKey,
    /// Of what we receive (the peer's `a=crypto`).
    pub receive: SrtpKey,
}

/// Encryption and decryption of one leg.
pub(crate) struct Srtp {
    keys: SrtpPair,
    seal: Context,
    open: Context,
    forged: u32,
}

fn context(key: &SrtpKey) -> Option<Context> {
    let at = key.profile.key_len().min(key.material.len());
    let (master, salt) = key.material.split_at(at);
    let (rtp, rtcp) = (srtp_replay_protection(REPLAY_WINDOW), srtcp_replay_protection(REPLAY_WINDOW));
    Context::new(master, salt, key.profile.inner(), Some(rtp), Some(rtcp)).ok()
}

impl Srtp {
    /// `None` when a key has a wrong length.
    pub(crate) fn new(keys: SrtpPair) -> Option<Self> {
        let (seal, open) = (context(&keys.send)?, context(&keys.receive)?);
        Some(Self { keys, seal, open, forged: 0 })
    }

    /// Whether it was made from these keys, so that a re-offer with the same keys does not reset the replay window.
    pub(crate) fn has(&self, keys: &SrtpPair) -> bool {
        self.keys == *keys
    }

    /// Encrypts a whole RTP packet; false when that fails, and then nothing may be sent.
    pub(crate) fn seal_rtp(&mut self, packet: &mut Vec<u8>) -> bool {
        replace(self.seal.encrypt_rtp(packet), packet)
    }

    pub(crate) fn seal_rtcp(&mut self, packet: &mut Vec<u8>) -> bool {
        replace(self.seal.encrypt_rtcp(packet), packet)
    }

    /// Decrypts a whole RTP packet into `out`; false when it is forged, replayed or damaged.
    pub(crate) fn open_rtp(&mut self, packet: &[u8], out: &mut Vec<u8>) -> bool {
        let done = replace(self.open.decrypt_rtp(packet), out);
        self.note(done);
        done
    }

    pub(crate) fn open_rtcp(&mut self, packet: &[u8], out: &mut Vec<u8>) -> bool {
        // The library slices header, index and tag off without asking whether they are there.
        let profile = self.keys.receive.profile.inner();
        if packet.len() < 8 + 4 + profile.rtcp_auth_tag_len().max(profile.aead_auth_tag_len()) {
            return false;
        }
        replace(self.open.decrypt_rtcp(packet), out)
    }

    /// Every unknown SSRC leaves an entry in the context, forged or not. Before anything valid came it may be thrown away.
    fn note(&mut self, valid: bool) {
        if valid {
            self.forged = 0;
            return;
        }
        self.forged = self.forged.saturating_add(1);
    }

    /// Packets in a row that could not be opened.
    pub(crate) fn forged(&self) -> u32 {
        self.forged
    }

    /// Called while no SSRC is pinned: throws away what forged packets left behind.
    pub(crate) fn forget_forged(&mut self) {
        if self.forged >= MAX_FORGED
            && let Some(open) = context(&self.keys.receive)
        {
            self.open = open;
            self.forged = 0;
        }
    }
}

fn replace<B: AsRef<[u8]>, E>(result: Result<B, E>, out: &mut Vec<u8>) -> bool {
    match result {
        Ok(bytes) => {
            out.clear();
            out.extend_from_slice(bytes.as_ref());
            true
        }
        Err(_) => false,
    }
}
