//! Message-IDs of ours that nobody can guess: `<token.id@domain>`, the token being an HMAC of the id.
//!
//! A reply names the Message-ID in its references. Who can name a valid one has received our mail, or has it from somebody who
//! has; who makes one up is found out.

use hmac::{Hmac, KeyInit as _, Mac as _};
use okno_model::MessageId;
use sha2::Sha256;

/// Hexadecimal digits of the token: 128 bits, far beyond guessing.
const TOKEN_DIGITS: usize = 32;

fn token(key: &[u8], id: MessageId) -> String {
    let mut mac = <Hmac<Sha256>>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(b"okno message id 1\0");
    mac.update(id.0.as_bytes());
    hex::encode(mac.finalize().into_bytes())[..TOKEN_DIGITS].to_owned()
}

/// The Message-ID (without brackets) of a message of ours.
pub fn message_id(key: &[u8], id: MessageId, domain: &str) -> String {
    format!("{}.{}@{domain}", token(key, id), id.0.simple())
}

/// The message that a Message-ID (with or without brackets) names, if we made it with this key.
pub fn verify(key: &[u8], message_id: &str) -> Option<MessageId> {
    let local = message_id.trim().trim_start_matches('<').split('@').next()?;
    let (given, id) = local.split_once('.')?;
    // Exactly the written form: anything else that UUID parsers read is not ours.
    let id = (id.len() == 32).then(|| id.parse::<MessageId>().ok()).flatten()?;
    let expected = token(key, id);
    // Constant time: the length is public, the bytes are not compared one by one.
    let differs = given.len() != expected.len() || given.bytes().zip(expected.bytes()).fold(0, |diff, (a, b)| diff | (a ^ b)) != 0;
    (!differs).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_ids_are_recognized_and_others_not() {
        let id = MessageId::from_u128(7);
        let made = message_id(b"key", id, "okno.test");
        assert_eq!(verify(b"key", &made), Some(id));
        assert_eq!(verify(b"key", &format!("<{made}>")), Some(id));
        assert_eq!(verify(b"other", &made), None);
        assert_eq!(verify(b"key", &made.replacen(|c: char| c.is_ascii_digit(), "x", 1)), None);
        assert_eq!(
            verify(b"key", &format!("{}.{}@okno.test", &made[..TOKEN_DIGITS], MessageId::from_u128(8).0.simple())),
            None,
            "a token fits one id only"
        );
        for garbage in ["", "@", ".", ".@x", "a.b@c", &"x".repeat(10_000)] {
            assert_eq!(verify(b"key", garbage), None);
        }
    }
}
