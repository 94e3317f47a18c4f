//! Small bodies: digits in INFO, states in NOTIFY.

/// Digits in one INFO; more is no keypad.
const MAX_DIGITS: usize = 32;

/// Content types of INFO that we understand.
pub(crate) const ACCEPT: &str = "application/dtmf-relay, application/dtmf";

/// What an INFO carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Info {
    Digits(Vec<(char, Option<u32>)>),
    /// No body: a question whether the dialog lives.
    Nothing,
    /// A content type that is not ours.
    Unknown,
}

/// Reads the body of an INFO.
pub(crate) fn read(content_type: Option<&str>, body: &[u8]) -> Info {
    if body.is_empty() {
        return Info::Nothing;
    }
    let text = String::from_utf8_lossy(body);
    match content_type {
        Some("application/dtmf-relay") => {
            let value = |name: &str| {
                text.lines().find_map(|line| {
                    let (own, value) = line.split_once('=')?;
                    own.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
                })
            };
            let ms = value("Duration").and_then(|text| text.parse().ok());
            Info::Digits(value("Signal").and_then(|text| digit(&text)).map(|digit| (digit, ms)).into_iter().collect())
        }
        Some("application/dtmf") => {
            Info::Digits(text.trim().chars().filter_map(|c| digit(&c.to_string())).take(MAX_DIGITS).map(|digit| (digit, None)).collect())
        }
        _ => Info::Unknown,
    }
}

/// A digit as people press it; some send 10 and 11 for star and hash.
fn digit(text: &str) -> Option<char> {
    match text {
        "10" => return Some('*'),
        "11" => return Some('#'),
        _ => {}
    }
    let mut chars = text.chars();
    let c = chars.next()?.to_ascii_uppercase();
    (chars.next().is_none() && matches!(c, '0'..='9' | '*' | '#' | 'A'..='D')).then_some(c)
}

/// The digits of a text that can be sent, one body each.
pub(crate) fn bodies(digits: &str) -> Vec<String> {
    digits
        .chars()
        .filter_map(|c| digit(&c.to_string()))
        .take(MAX_DIGITS)
        .map(|digit| format!("Signal={digit}\r\nDuration=160\r\n"))
        .collect()
}

/// The code in a sipfrag.
pub(crate) fn fragment(body: &[u8]) -> Option<u16> {
    let text = String::from_utf8_lossy(body);
    let mut words = text.lines().next()?.split_whitespace();
    words.next().filter(|version| version.eq_ignore_ascii_case("SIP/2.0"))?;
    words.next()?.parse().ok().filter(|code| (100..700).contains(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_come_in_two_forms() {
        let relay = |body: &str| read(Some("application/dtmf-relay"), body.as_bytes());
        assert_eq!(relay("Signal=5\r\nDuration=160\r\n"), Info::Digits(vec![('5', Some(160))]));
        assert_eq!(relay("signal = * \r\n"), Info::Digits(vec![('*', None)]));
        assert_eq!(relay("Signal=11\r\nDuration=x"), Info::Digits(vec![('#', None)]));
        assert_eq!(relay("Signal=zz"), Info::Digits(vec![]));
        assert_eq!(read(Some("application/dtmf"), b"1a#"), Info::Digits(vec![('1', None), ('A', None), ('#', None)]));
        assert_eq!(read(Some("application/xml"), b"<x/>"), Info::Unknown);
        assert_eq!(read(None, b""), Info::Nothing);
        assert_eq!(bodies("1x#").len(), 2);
    }

    #[test]
    fn fragments_have_a_code() {
        assert_eq!(fragment(b"SIP/2.0 180 Ringing\r\n"), Some(180));
        assert_eq!(fragment(b"SIP/2.0 999 X"), None);
        assert_eq!(fragment(b"HTTP/1.1 200 OK"), None);
        assert_eq!(fragment(b""), None);
    }
}
