//! The side that is asked: a provider wants to know who we are.

use crate::trunks::Login;
use sipx_sip::auth::{Algorithm, Challenge, Credentials, respond};

/// Answers per request. A peer that is still not content has another password, or plays with us (CVE-2020-28242).
const MAX_ROUNDS: u8 = 2;
/// Challenges of one response that are looked at.
const MAX_CHALLENGES: usize = 8;
/// The longest challenge that is looked at.
const MAX_CHALLENGE: usize = 2048;

/// A header to add to the request that is sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answered {
    /// `Authorization` or `Proxy-Authorization`.
    pub(crate) header: &'static str,
    pub(crate) value: String,
}

/// The rounds of one request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rounds {
    count: u8,
    last: Option<Algorithm>,
}

/// Who we are to one peer. One for each trunk: what it answers goes to that trunk only (CVE-2021-41158).
#[derive(Debug, Clone)]
pub(crate) struct DigestClient {
    login: Login,
    /// The realm that this peer named first, where none is configured.
    learned: Option<String>,
    /// The last challenge that was answered, and how often, so that the next request needs no round.
    known: Option<(Challenge, u32)>,
}

impl DigestClient {
    pub(crate) fn new(login: Login) -> Self {
        Self { login, learned: None, known: None }
    }

    /// An answer in advance, with the nonce that the peer gave last. `None` if it gave none yet.
    pub(crate) fn in_advance(&mut self, method: &str, uri: &str, cnonce: &str) -> Option<Answered> {
        let (challenge, _) = self.known.as_ref()?;
        // Without counts a nonce is good once.
        let challenge = challenge.qop_auth.then(|| challenge.clone())?;
        Some(self.respond(challenge, method, uri, cnonce))
    }

    /// Answers a 401 or 407. `challenges` are the values of `WWW-Authenticate` for 401 and of `Proxy-Authenticate` for 407.
    pub(crate) fn answer<'a>(
        &mut self,
        rounds: &mut Rounds,
        status: u16,
        challenges: impl IntoIterator<Item = &'a [u8]>,
        method: &str,
        uri: &str,
        cnonce: &str,
    ) -> Result<Answered, DigestError> {
        let from_proxy = status == 407;
        let mut foreign = None;
        let mut usable: Vec<Challenge> = Vec::new();
        // What goes back into our header must not break out of it.
        let clean = |value: &&[u8]| value.len() <= MAX_CHALLENGE && !value.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t');
        for value in challenges.into_iter().take(MAX_CHALLENGES).filter(clean) {
            let Some(challenge) = Challenge::parse(value, from_proxy) else { continue };
            match self.login.realm.as_ref().or(self.learned.as_ref()) {
                Some(realm) if *realm != challenge.realm => foreign = Some((challenge.realm, realm.clone())),
                Some(_) | None => usable.push(challenge),
            }
        }
        if usable.is_empty() {
            return Err(match foreign {
                Some((theirs, ours)) => DigestError::ForeignRealm { theirs: printable(&theirs), ours },
                None => DigestError::NoDigest,
            });
        }
        if rounds.count >= MAX_ROUNDS {
            return Err(DigestError::Refused);
        }
        // Strongest first, so that nobody on the way chooses for us. Asked again without `stale`, the last answer was wrong: a provider that
        // offers SHA-256 and keeps its passwords as MD5 gets the weaker one in the second round.
        usable.sort_by_key(|challenge| std::cmp::Reverse(challenge.algorithm.strength()));
        let chosen = match rounds.last {
            None => usable.swap_remove(0),
            Some(last) => match usable.iter().position(|challenge| challenge.stale || challenge.algorithm.strength() < last.strength()) {
                Some(at) => usable.swap_remove(at),
                None => return Err(DigestError::Refused),
            },
        };
        rounds.count += 1;
        rounds.last = Some(chosen.algorithm);
        self.learned.get_or_insert_with(|| chosen.realm.clone());
        Ok(self.respond(chosen, method, uri, cnonce))
    }

    fn respond(&mut self, challenge: Challenge, method: &str, uri: &str, cnonce: &str) -> Answered {
        let count = match &self.known {
            Some((known, count)) if known.nonce == challenge.nonce && known.algorithm == challenge.algorithm => count.saturating_add(1),
            Some(_) | None => 1,
        };
        let user = self.login.auth_user.as_deref().unwrap_or(&self.login.user);
        let credentials = Credentials::new(user, self.login.secret.as_str());
        let value = respond(&challenge, &credentials, method, uri, count, cnonce);
        let header = if challenge.from_proxy { "Proxy-Authorization" } else { "Authorization" };
        self.known = Some((challenge, count));
        Answered { header, value }
    }
}

/// A realm is a stranger's text: short and without control characters.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

/// Why a challenge gets no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DigestError {
    #[error("the provider asks for the realm `{theirs}`, but the trunk is set to `{ours}`; correct the realm, or check who answers there")]
    ForeignRealm { theirs: String, ours: String },
    #[error("the provider refuses user name or password")]
    Refused,
    #[error("the provider asks for an authentication that is no digest with qop `auth`")]
    NoDigest,
    #[error("the provider asks who we are, but the trunk has no user and password; set them")]
    NoLogin,
}

#[cfg(test)]
mod tests {
    use super::*;

    const MD5: &[u8] = br#"Digest realm="provider", nonce="n1", algorithm=MD5, qop="auth""#;
    const SHA: &[u8] = br#"Digest realm="provider", nonce="n1", algorithm=SHA-256, qop="auth""#;
    const FOREIGN: &[u8] = br#"Digest realm="elsewhere", nonce="n1", qop="auth""#;

    fn client(realm: Option<&str>) -> DigestClient {
        DigestClient::new(Login { user: "123".into(), auth_user: None, secret: "s".into(), realm: realm.map(Into::into) })
    }

    fn ask(client: &mut DigestClient, rounds: &mut Rounds, challenges: &[&[u8]]) -> Result<String, DigestError> {
        client.answer(rounds, 401, challenges.iter().copied(), "REGISTER", "sip:provider", "c").map(|answered| answered.value)
    }

    #[test]
    fn sha_256_goes_first_and_md5_is_the_second_try() {
        let (mut client, mut rounds) = (client(Some("provider")), Rounds::default());
        assert!(
            ask(&mut client, &mut rounds, &[MD5, SHA]).unwrap().contains("algorithm=SHA-256,") || rounds.last == Some(Algorithm::Sha256)
        );
        assert!(ask(&mut client, &mut rounds, &[MD5, SHA]).unwrap().contains("algorithm=MD5"));
        assert_eq!(ask(&mut client, &mut rounds, &[MD5, SHA]), Err(DigestError::Refused));
    }

    #[test]
    fn a_wrong_password_is_told_once() {
        let (mut client, mut rounds) = (client(None), Rounds::default());
        ask(&mut client, &mut rounds, &[MD5]).unwrap();
        assert_eq!(ask(&mut client, &mut rounds, &[MD5]), Err(DigestError::Refused), "the same question again means no");
    }

    #[test]
    fn an_endless_change_of_nonces_ends() {
        let (mut client, mut rounds) = (client(None), Rounds::default());
        let mut answers = 0;
        for n in 0..50 {
            let challenge = format!("Digest realm=\"provider\", nonce=\"{n}\", qop=\"auth\", stale=true");
            answers += u32::from(ask(&mut client, &mut rounds, &[challenge.as_bytes()]).is_ok());
        }
        assert_eq!(answers, 2);
    }

    #[test]
    fn a_foreign_realm_gets_nothing() {
        let mut with_realm = client(Some("provider"));
        let refused = ask(&mut with_realm, &mut Rounds::default(), &[FOREIGN]).unwrap_err();
        assert_eq!(refused, DigestError::ForeignRealm { theirs: "elsewhere".into(), ours: "provider".into() });
        assert!(ask(&mut with_realm, &mut Rounds::default(), &[FOREIGN, MD5]).is_ok(), "its own realm beside it does");
        let mut learning = client(None);
        ask(&mut learning, &mut Rounds::default(), &[MD5]).unwrap();
        assert!(ask(&mut learning, &mut Rounds::default(), &[FOREIGN]).is_err(), "the first realm is kept");
    }

    #[test]
    fn basic_and_unknown_algorithms_get_nothing() {
        let basic: &[u8] = b"Basic realm=\"provider\"";
        let strange: &[u8] = br#"Digest realm="provider", nonce="n", algorithm=ROT13"#;
        let int_only: &[u8] = br#"Digest realm="provider", nonce="n", qop="auth-int""#;
        assert_eq!(ask(&mut client(None), &mut Rounds::default(), &[basic, strange, int_only]), Err(DigestError::NoDigest));
    }

    #[test]
    fn a_nonce_is_used_again_with_a_higher_count() {
        let mut client = client(None);
        assert_eq!(client.in_advance("REGISTER", "sip:provider", "c"), None);
        assert!(ask(&mut client, &mut Rounds::default(), &[MD5]).unwrap().contains("nc=00000001"));
        for count in 2..20 {
            let answered = client.in_advance("REGISTER", "sip:provider", "c").unwrap();
            assert!(answered.value.contains(&format!("nc={count:08x}")), "{}", answered.value);
        }
    }

    #[test]
    fn a_proxy_is_answered_in_its_own_header() {
        let answered = client(None).answer(&mut Rounds::default(), 407, [MD5], "INVITE", "sip:1@p", "c").unwrap();
        assert_eq!(answered.header, "Proxy-Authorization");
    }
}
