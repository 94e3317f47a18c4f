//! Passwords: the rules (NIST SP 800-63B: length and a block-list, no composition) and argon2id (OWASP: 19 MiB, 2, 1).

use crate::{AppError, secrets::random};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use okno_model::limits::{PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS};
use std::sync::OnceLock;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes computed at once: 19 MiB each, and the other threads must go on.
const PARALLEL: usize = 4;
/// Own words shorter than this are too common to forbid.
const OWN_WORD_CHARS: usize = 4;
/// What must remain of a password without its own words.
const REST_CHARS: usize = 6;
/// Fewer different characters than this is a key held down.
const DIFFERENT_CHARS: usize = 4;

static HASHING: Semaphore = Semaphore::const_new(PARALLEL);

/// The most common passwords of ten characters and more, and the beginnings that people repeat until they are long enough.
const COMMON: &str = include_str!("common_passwords.txt");

/// Refuses a password that is too short, too long, common, a pattern, or made of words about its owner.
///
/// # Errors
/// [`AppError::Invalid`] on the field `password`.
pub fn check_password(password: &str, own_words: &[&str]) -> Result<(), AppError> {
    let invalid = |code, detail: &str| Err(AppError::invalid("password", code, detail));
    let chars = password.chars().count();
    if chars < PASSWORD_MIN_CHARS {
        return invalid(
            "too_short",
            &format!("a password needs at least {PASSWORD_MIN_CHARS} characters; a few words are easy to remember"),
        );
    }
    if chars > PASSWORD_MAX_CHARS {
        return invalid("too_long", &format!("a password may have at most {PASSWORD_MAX_CHARS} characters"));
    }
    let lower = password.to_lowercase();
    let simple = is_pattern(&lower) || COMMON.lines().any(|common| lower == common || repeats(&lower, common));
    if simple {
        return invalid("too_common", "this password is among the first that are guessed; choose another one");
    }
    let mut rest = lower.clone();
    for word in own_words.iter().flat_map(|text| text.split([' ', '@', '.', '-', '_', ','])) {
        if word.chars().count() >= OWN_WORD_CHARS {
            rest = rest.replace(&word.to_lowercase(), "");
        }
    }
    if rest.len() < lower.len() && rest.chars().filter(|c| c.is_alphanumeric()).count() < REST_CHARS {
        return invalid("own_words", "a password must not be made of your name, your address or the company's name");
    }
    Ok(())
}

fn repeats(text: &str, unit: &str) -> bool {
    !unit.is_empty() && text.len() > unit.len() && text.as_bytes().chunks(unit.len()).all(|part| unit.as_bytes().starts_with(part))
}

/// One key held down, or keys in a row.
fn is_pattern(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let mut different = chars.clone();
    different.sort_unstable();
    different.dedup();
    let step = |by: i64| chars.windows(2).all(|w| i64::from(u32::from(w[1])) - i64::from(u32::from(w[0])) == by);
    different.len() < DIFFERENT_CHARS || step(1) || step(-1)
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the constants are within argon2's ranges");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(password: &str) -> Result<String, AppError> {
    let mut salt = [0; 16];
    random(&mut salt);
    let hash = argon2().hash_password_with_salt(password.as_bytes(), &salt).map_err(|e| AppError::Internal(e.to_string()))?;
    Ok(hash.to_string())
}

/// A hash that fits no password, for people who do not exist.
fn nobody() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| hash_now(&crate::secrets::token()).expect("hashing fails only for wrong parameters"))
}

/// Hashes a password on a thread that may block.
pub(crate) async fn hash(password: String) -> Result<String, AppError> {
    blocking(move || hash_now(&password)).await
}

/// Whether the password fits the hash. Without a hash it takes as long and says no.
pub(crate) async fn fits(password: String, hash: Option<String>) -> Result<bool, AppError> {
    blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| nobody().to_owned());
        let parsed = PasswordHash::new(&hash).map_err(|e| AppError::Internal(format!("a stored password hash cannot be read: {e}")))?;
        Ok(argon2().verify_password(password.as_bytes(), &parsed).is_ok() && known)
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, AppError> + Send + 'static) -> Result<T, AppError> {
    let _turn = HASHING.acquire().await.map_err(|e| AppError::Internal(e.to_string()))?;
    tokio::task::spawn_blocking(work).await.map_err(|e| AppError::Internal(e.to_string()))?
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
pub fn same_secret(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(password: &str) -> Option<&'static str> {
        match check_password(password, &["Anna Kowalska", "anna.kowalska@example.com", "Borealis Sp. z o.o."]) {
            Err(AppError::Invalid { code, .. }) => Some(code),
            _ => None,
        }
    }

    #[test]
    fn weak_passwords_are_refused_with_the_reason() {
        assert_eq!(code("short"), Some("too_short"));
        assert_eq!(code(&"x1".repeat(200)), Some("too_long"));
        for common in
            ["password123", "qwertyuiop", "1234567890", "aaaaaaaaaaaa", "abababababab", "passwordpassword", "9876543210", "qwertyqwerty"]
        {
            assert_eq!(code(common), Some("too_common"), "{common}");
        }
        assert_eq!(code("Borealis2026"), Some("own_words"));
        assert_eq!(code("kowalska!anna"), Some("own_words"));
        for good in ["correct horse battery", "Anna liebt Regenschirme", "пароль из трёх слов", "x7#kQ0pz!vW"] {
            assert_eq!(code(good), None, "{good}");
        }
    }

    #[tokio::test]
    async fn only_the_right_password_fits() {
        let stored = hash("correct horse battery".into()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(fits("correct horse battery".into(), Some(stored.clone())).await.unwrap());
        assert!(!fits("correct horse batterx".into(), Some(stored)).await.unwrap());
        assert!(!fits("correct horse battery".into(), None).await.unwrap());
    }
}
