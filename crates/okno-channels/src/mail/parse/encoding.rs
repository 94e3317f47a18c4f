//! Bytes to text: the header's end, transfer encodings, charsets; lenient where real mail is wrong.

use mail_parser::decoders::{charsets::map::charset_decoder, quoted_printable::quoted_printable_decode};
use memchr::memmem;

/// Splits a part at its first empty line into header and body.
pub(crate) fn split_header(raw: &[u8]) -> (&[u8], &[u8]) {
    if let Some(body) = raw.strip_prefix(b"\r\n").or_else(|| raw.strip_prefix(b"\n")) {
        return (b"", body);
    }
    let unix = memmem::find(raw, b"\n\n").map(|at| (at + 1, at + 2));
    let dos = memmem::find(&raw[..unix.map_or(raw.len(), |(end, _)| end)], b"\n\r\n").map(|at| (at + 1, at + 3));
    match dos.or(unix) {
        Some((header, body)) => (&raw[..header], &raw[body..]),
        None => (raw, b""),
    }
}

/// Removes a transfer encoding (lower-case name).
pub(crate) fn decode(body: &[u8], encoding: &str) -> Vec<u8> {
    match encoding {
        "base64" => base64(body),
        "quoted-printable" => quoted_printable_decode(body).unwrap_or_else(|| body.to_vec()),
        _ => body.to_vec(),
    }
}

/// Lenient base64: takes what is of the alphabet and skips everything else, as all mail programs do.
fn base64(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in body {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                // Padding ends a block; some senders join several padded blocks.
                (bits, count) = (0, 0);
                continue;
            }
            _ => continue,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    out
}

/// Text of bytes in a charset, without control characters, with `\n` line ends.
pub(crate) fn to_text(bytes: &[u8], charset: Option<&str>) -> String {
    clean(&decode_charset(bytes, charset))
}

fn decode_charset(bytes: &[u8], charset: Option<&str>) -> String {
    let charset = charset.unwrap_or_default().trim().to_ascii_lowercase();
    let vague =
        matches!(charset.as_str(), "" | "us-ascii" | "ascii" | "utf-8" | "utf8" | "unknown-8bit" | "binary" | "default" | "x-unknown");
    if vague {
        return match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            // A few broken bytes in real UTF-8 are replaced; text that isn't UTF-8 at all is guessed.
            Err(_) if charset.starts_with("utf") => String::from_utf8_lossy(bytes).into_owned(),
            Err(_) => guess(bytes),
        };
    }
    match charset_decoder(charset.as_bytes()) {
        Some(decoder) => decoder(bytes),
        None => std::str::from_utf8(bytes).map_or_else(|_| guess(bytes), str::to_owned),
    }
}

/// Undeclared 8-bit text: Cyrillic if nearly all letters are 8-bit, else Western.
pub(crate) fn guess(bytes: &[u8]) -> String {
    let mut high = 0_usize;
    let (mut lower_1251, mut lower_koi8) = (0_usize, 0_usize);
    let mut ascii_letters = 0_usize;
    for byte in bytes.iter().take(64 * 1024) {
        match byte {
            0xE0..=0xFF => (high, lower_1251) = (high + 1, lower_1251 + 1),
            0xC0..=0xDF => (high, lower_koi8) = (high + 1, lower_koi8 + 1),
            0x80..=0xBF => high += 1,
            _ if byte.is_ascii_alphabetic() => ascii_letters += 1,
            _ => {}
        }
    }
    let charset: &[u8] = match () {
        () if high * 2 < ascii_letters => b"windows-1252",
        () if lower_1251 >= lower_koi8 => b"windows-1251",
        () => b"koi8-r",
    };
    charset_decoder(charset).map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), |decoder| decoder(bytes))
}

/// Unifies line ends and removes characters that no text needs.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\n' | '\t' => out.push(c),
            '\u{feff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// One line of text for headers: no control characters, runs of white space as one space, nothing that turns the reading direction.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len().min(most));
    let mut count = 0;
    for c in text.chars() {
        if count >= most {
            break;
        }
        if c.is_whitespace() || c.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
                count += 1;
            }
        } else if !super::files::is_invisible(c) {
            out.push(c);
            count += 1;
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_lenient() {
        for (encoded, expected) in
            [("aGVsbG8=", "hello"), ("aGVs\r\nbG8", "hello"), ("aGVs!bG8==", "hello"), ("aGk=\naGk=", "hihi"), ("", ""), ("a", "")]
        {
            assert_eq!(String::from_utf8(decode(encoded.as_bytes(), "base64")).unwrap(), expected, "{encoded}");
        }
    }

    #[test]
    fn charsets() {
        let russian = [0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2];
        assert_eq!(to_text(&russian, Some("windows-1251")), "Привет");
        assert_eq!(to_text(&russian, None), "Привет", "guessed");
        assert_eq!(to_text(&russian, Some("no-such-charset")), "Привет", "guessed");
        assert_eq!(to_text(&[0xF0, 0xD2, 0xC9, 0xD7, 0xC5, 0xD4], Some("us-ascii")), "Привет", "KOI8-R, guessed");
        assert_eq!(to_text(b"caf\xe9 au lait", None), "café au lait");
        assert_eq!(to_text("zażółć".as_bytes(), Some("us-ascii")), "zażółć");
        assert_eq!(to_text(&[0xb1, 0xe6, 0xbf], Some("iso-8859-2")), "ąćż");
        assert_eq!(to_text(b"\x82\xb1\x82\xf1", Some("shift_jis")), "こん");
        assert_eq!(to_text(b"a\0b\r\nc\rd", None), "ab\nc\nd");
    }

    #[test]
    fn header_ends_at_the_first_empty_line() {
        assert_eq!(split_header(b"A: b\r\n\r\nc\n\nd"), (&b"A: b\r\n"[..], &b"c\n\nd"[..]));
        assert_eq!(split_header(b"A: b\n\nc\r\n\r\nd"), (&b"A: b\n"[..], &b"c\r\n\r\nd"[..]));
        assert_eq!(split_header(b"\nbody"), (&b""[..], &b"body"[..]));
        assert_eq!(split_header(b"A: b"), (&b"A: b"[..], &b""[..]));
    }
}
