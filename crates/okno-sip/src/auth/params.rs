//! What a request presents in `Authorization`, read from the raw header.

/// The longest header value that is looked at. Digest headers of real phones have 200 to 500 bytes.
const MAX_VALUE: usize = 2048;
/// More parameters than any digest has.
const MAX_PARAMETERS: usize = 24;

/// Credentials as a stranger wrote them. Nothing in here is true before the response has been computed again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Presented {
    pub(crate) username: String,
    pub(crate) realm: String,
    pub(crate) nonce: String,
    /// As written: the digest covers these characters, whatever they mean.
    pub(crate) uri: String,
    pub(crate) response: String,
    /// `None` = not named, which means MD5.
    pub(crate) algorithm: Option<String>,
    pub(crate) qop: Option<String>,
    pub(crate) cnonce: Option<String>,
    /// Eight hexadecimal digits.
    pub(crate) nonce_count: Option<u32>,
}

impl Presented {
    /// Reads one `Digest …` value; `None` for another scheme or for anything that no digest can be.
    pub(crate) fn parse(value: &[u8]) -> Option<Self> {
        if value.len() > MAX_VALUE {
            return None;
        }
        let text = String::from_utf8_lossy(value);
        let text = text.trim_start();
        let (scheme, rest) = text.split_at_checked(6)?;
        if !scheme.eq_ignore_ascii_case("digest") || !rest.starts_with([' ', '\t', '\r', '\n']) {
            return None;
        }
        let mut presented = Self::default();
        let mut seen = 0u32;
        for (name, value) in (Parameters { rest, left: MAX_PARAMETERS }) {
            let name = name.to_ascii_lowercase();
            let bit = match name.as_str() {
                "username" => 1,
                "realm" => 2,
                "nonce" => 4,
                "uri" => 8,
                "response" => 16,
                "algorithm" => 32,
                "qop" => 64,
                "cnonce" => 128,
                "nc" => 256,
                _ => continue,
            };
            // A parameter that comes twice means two things to two readers.
            if seen & bit != 0 {
                return None;
            }
            seen |= bit;
            match bit {
                1 => presented.username = value,
                2 => presented.realm = value,
                4 => presented.nonce = value,
                8 => presented.uri = value,
                16 => presented.response = value,
                32 => presented.algorithm = Some(value),
                64 => presented.qop = Some(value),
                128 => presented.cnonce = Some(value),
                _ => presented.nonce_count = Some(count(&value)?),
            }
        }
        (seen & 31 == 31).then_some(presented)
    }
}

/// `nc` is hexadecimal: `0000000a` is the tenth use. Some stacks read it as decimal and fail there.
fn count(text: &str) -> Option<u32> {
    (text.len() == 8 && text.bytes().all(|b| b.is_ascii_hexdigit())).then(|| u32::from_str_radix(text, 16).ok()).flatten()
}

/// `name=value` or `name="value"`, separated by commas.
struct Parameters<'a> {
    rest: &'a str,
    left: usize,
}

impl Iterator for Parameters<'_> {
    type Item = (String, String);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let text = self.rest.trim_start_matches([' ', '\t', '\r', '\n', ',']);
        let (name, after) = text.split_once('=')?;
        let after = after.trim_start();
        let (value, rest) = if let Some(quoted) = after.strip_prefix('"') {
            unquote(quoted)?
        } else {
            let end = after.find(',').unwrap_or(after.len());
            let (value, rest) = after.split_at(end);
            (value.trim().to_owned(), rest)
        };
        self.rest = rest;
        Some((name.trim().to_owned(), value))
    }
}

/// The text of a quoted string without its escapes, and what follows its closing quote.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in quoted.char_indices() {
        match c {
            _ if escaped => {
                value.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return Some((value, quoted.get(at + 1..).unwrap_or_default())),
            _ => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_phones_header_is_read() {
        let value = br#"Digest username="anna", realm="okno", nonce="abc,def", uri="sip:okno;transport=udp", response="00ff", algorithm=MD5, cnonce="x\"y", qop=auth, nc=0000000a"#;
        let read = Presented::parse(value).unwrap();
        assert_eq!((read.username.as_str(), read.nonce.as_str()), ("anna", "abc,def"), "a comma inside quotes separates nothing");
        assert_eq!(read.uri, "sip:okno;transport=udp");
        assert_eq!(read.nonce_count, Some(10), "nc is hexadecimal");
        assert_eq!(read.cnonce.as_deref(), Some("x\"y"));
        assert_eq!(read.algorithm.as_deref(), Some("MD5"));
    }

    #[test]
    fn case_and_spaces_mean_nothing() {
        let value = b"dIGEST\tUserName = anna ,REALM=\"okno\",Nonce=n,URI=u,  Response=r,NC=0000012C";
        let read = Presented::parse(value).unwrap();
        assert_eq!((read.username.as_str(), read.response.as_str(), read.nonce_count), ("anna", "r", Some(300)));
    }

    #[test]
    fn what_is_no_digest_is_nothing() {
        let whole = r#"Digest username="a", realm="r", nonce="n", uri="u", response="x""#;
        assert!(Presented::parse(whole.as_bytes()).is_some());
        let twice = format!("{whole}, username=\"b\"");
        let bad_count = format!("{whole}, nc=1");
        let endless = format!("{whole}, opaque=\"{}\"", "x".repeat(3000));
        for bad in [
            "",
            "Digest",
            "Basic dXNlcjpwYXNz",
            "Digestusername=a",
            "Digest username=\"a",
            "Digest username=\"a\"",
            twice.as_str(),
            bad_count.as_str(),
            endless.as_str(),
        ] {
            assert_eq!(Presented::parse(bad.as_bytes()), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(value in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = Presented::parse(&value);
            let mut begun = b"Digest ".to_vec();
            begun.extend(value);
            let _ = Presented::parse(&begun);
        }
    }
}
