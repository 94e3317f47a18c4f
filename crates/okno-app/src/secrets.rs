//! Sealing of secrets at rest and signing of links. One master key per installation; every use derives its own key.

use crate::AppError;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    ChaCha20Poly1305, Key, Nonce,
    aead::{Aead, KeyInit, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::{fs, io::Write, path::Path};
use subtle::ConstantTimeEq;

const NONCE_BYTES: usize = 12;

/// The installation's master key. Lives in a file that only the owner of the process can read.
#[derive(Clone)]
pub struct Secrets {
    master: [u8; 32],
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(..)")
    }
}

impl Secrets {
    /// Uses this key.
    pub const fn new(master: [u8; 32]) -> Self {
        Self { master }
    }

    /// Reads the key from `path`, or makes it on the first start.
    ///
    /// # Errors
    /// The file cannot be read or written, or does not hold 64 hexadecimal digits.
    pub fn load_or_create(path: &Path) -> std::io::Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => {
                let mut master = [0; 32];
                hex::decode_to_slice(text.trim(), &mut master)
                    .map_err(|_| std::io::Error::other(format!("{} does not hold a key; restore it from your backup", path.display())))?;
                Ok(Self { master })
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let mut master = [0; 32];
                random(&mut master);
                let mut options = fs::OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                let mut file = options.open(path)?;
                file.write_all(hex::encode(master).as_bytes())?;
                file.sync_all()?;
                Ok(Self { master })
            }
            Err(e) => Err(e),
        }
    }

    /// A key for one purpose (HMAC-SHA256 of the purpose under the master key).
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&self.master).expect("HMAC takes any key length");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// Seals a secret; `context` (for example the channel's id) must be given again to open it.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Vec<u8> {
        let cipher = ChaCha20Poly1305::new(&Key::from(self.derive("seal")));
        let mut nonce = [0; NONCE_BYTES];
        random(&mut nonce);
        let sealed = cipher
            .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: context.as_bytes() })
            .expect("sealing fails only for secrets of gigabytes");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens what [`Secrets::seal`] sealed.
    ///
    /// # Errors
    /// It was sealed with another key or context, or was changed.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, AppError> {
        let broken = || AppError::Internal(format!("the stored secret of {context} cannot be opened; enter it again"));
        let (nonce, body) = sealed.split_at_checked(NONCE_BYTES).ok_or_else(broken)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| broken())?;
        ChaCha20Poly1305::new(&Key::from(self.derive("seal")))
            .decrypt(&Nonce::from(nonce), Payload { msg: body, aad: context.as_bytes() })
            .map_err(|_| broken())
    }

    /// Signs a text for one purpose: `<text in base64>.<HMAC in base64>`, safe in URLs.
    pub fn sign(&self, purpose: &str, text: &str) -> String {
        format!("{}.{}", URL_SAFE_NO_PAD.encode(text), URL_SAFE_NO_PAD.encode(self.mac(purpose, text)))
    }

    /// Reads what [`Secrets::sign`] signed for the same purpose; `None` if it was not.
    pub fn verify(&self, purpose: &str, signed: &str) -> Option<String> {
        let (text, mac) = signed.split_once('.')?;
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        bool::from(mac.ct_eq(&self.mac(purpose, &text))).then_some(text)
    }

    fn mac(&self, purpose: &str, text: &str) -> [u8; 32] {
        let mut mac =
            <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&self.derive(&format!("sign:{purpose}"))).expect("HMAC takes any key length");
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

/// Fills `bytes` from the operating system.
pub fn random(bytes: &mut [u8]) {
    use rand::TryRng;
    rand::rngs::SysRng.try_fill_bytes(bytes).expect("the operating system has randomness");
}

/// A random token of 256 bits, safe in URLs.
pub fn token() -> String {
    let mut bytes = [0; 32];
    random(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_secrets_open_only_in_their_context() {
        let secrets = Secrets::new([7; 32]);
        let sealed = secrets.seal("channel 1", b"hunter2");
        assert_eq!(secrets.open("channel 1", &sealed).unwrap(), b"hunter2");
        assert!(secrets.open("channel 2", &sealed).is_err());
        assert!(secrets.open("channel 1", &sealed[..5]).is_err());
        assert!(Secrets::new([8; 32]).open("channel 1", &sealed).is_err());
    }

    #[test]
    fn signatures_hold_for_one_purpose_only() {
        let secrets = Secrets::new([7; 32]);
        let signed = secrets.sign("file", "a1:99");
        assert_eq!(secrets.verify("file", &signed).as_deref(), Some("a1:99"));
        assert_eq!(secrets.verify("html", &signed), None);
        assert_eq!(secrets.verify("file", &format!("{signed}x")), None);
        assert_eq!(secrets.verify("file", "nonsense"), None);
    }
}
