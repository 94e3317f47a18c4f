//! Keys in SDP: SDES lines (RFC 4568) and DTLS fingerprints.
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

/// An SRTP transform that SDES can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    AeadAes256Gcm,
    AeadAes128Gcm,
    AesCm128HmacSha1_80,
    AesCm128HmacSha1_32,
}

impl Suite {
    /// Best first.
    pub const ALL: [Self; 4] = [Self::AeadAes256Gcm, Self::AeadAes128Gcm, Self::AesCm128HmacSha1_80, Self::AesCm128HmacSha1_32];

    /// As in `a=crypto`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AeadAes256Gcm => "AEAD_AES_256_GCM",
            Self::AeadAes128Gcm => "AEAD_AES_128_GCM",
            Self::AesCm128HmacSha1_80 => "AES_CM_128_HMAC_SHA1_80",
            Self::AesCm128HmacSha1_32 => "AES_CM_128_HMAC_SHA1_32",
        }
    }

    /// Bytes of master key and master salt.
    pub fn lengths(self) -> (usize, usize) {
        match self {
            Self::AeadAes256Gcm => (32, 12),
            Self::AeadAes128Gcm => (16, 12),
            Self::AesCm128HmacSha1_80 | Self::AesCm128HmacSha1_32 => (16, 14),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|suite| suite.as_str().eq_ignore_ascii_case(text))
    }
}

/// Master key and salt of one direction.
#[derive(Clone, PartialEq, Eq)]
pub struct SdesKey {
    pub suite: Suite,
    /// Key followed by salt.
    pub material: Vec<u8>,
}

/// Keys of both directions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    pub suite: Suite,
    pub send: SdesKey,
    pub receive: SdesKey,
}

/// DTLS role (RFC 4145).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setup {
    Active,
    Passive,
    ActPass,
}

impl Setup {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Passive => "passive",
            Self::ActPass => "actpass",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Passive, Self::ActPass].into_iter().find(|setup| setup.as_str() == text)
    }
}

/// The other side of DTLS-SRTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dtls {
    /// `sha-256 AB:CD:…` of the other side.
    pub fingerprint: String,
    /// Whether we start the handshake.
    pub we_connect: bool,
}

impl fmt::Debug for SdesKey {
    /// Keys never reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SdesKey").field("suite", &self.suite).finish_non_exhaustive()
    }
}

impl SdesKey {
    /// New random key material.
    pub fn random(suite: Suite) -> Self {
        let (key, salt) = suite.lengths();
        let mut material = vec![0_u8; key + salt];
        rand::fill(&mut material[..]);
        Self { suite, material }
    }

    /// The master key.
    pub fn key(&self) -> &[u8] {
        &self.material[..self.suite.lengths().0]
    }

    /// The master salt.
    pub fn salt(&self) -> &[u8] {
        &self.material[self.suite.lengths().0..]
    }

    pub(super) fn line(&self, tag: u32) -> String {
        format!("{tag} {} inline:{}", self.suite.as_str(), STANDARD.encode(&self.material))
    }
}

/// One `a=crypto` line that we can use: tag and key. Lines with an MKI or unusual session parameters are not for us.
pub(super) fn crypto(value: &str) -> Option<(u32, SdesKey)> {
    let mut parts = value.split_whitespace();
    let tag = parts.next()?.parse().ok()?;
    let suite = Suite::parse(parts.next()?)?;
    let inline = parts.next()?.strip_prefix("inline:")?;
    if parts.any(|parameter| {
        let name = parameter.split('=').next().unwrap_or_default();
        matches!(name, "UNENCRYPTED_SRTP" | "UNENCRYPTED_SRTCP" | "UNAUTHENTICATED_SRTP" | "KDR")
    }) {
        return None;
    }
    let mut fields = inline.split('|');
    let encoded = fields.next()?;
    if fields.any(|field| field.contains(':')) {
        return None; // an MKI
    }
    let material = STANDARD.decode(encoded).or_else(|_| STANDARD_NO_PAD.decode(encoded)).ok()?;
    let (key, salt) = suite.lengths();
    (material.len() == key + salt).then_some((tag, SdesKey { suite, material }))
}
