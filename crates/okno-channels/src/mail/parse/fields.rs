//! Header fields of one part: read by `mail-parser` after a bound on their number and size.

use super::encoding;
use crate::mail::limits::{ADDRESS_BYTES, FIELD_BYTES, FIELDS, HEADER_BYTES, MESSAGE_ID_BYTES};
use mail_parser::{Header, HeaderName, HeaderValue, MessageParser};
use okno_model::doc::Address;

/// The header fields of a part.
#[derive(Debug, Default)]
pub(super) struct Fields {
    parsed: Vec<Header<'static>>,
    /// Names in lower case and values as written, unfolded.
    raw: Vec<(String, String)>,
}

impl Fields {
    /// Reads a header block.
    pub(super) fn parse(header: &[u8]) -> Self {
        let bounded = bounded(header);
        let parsed = MessageParser::new()
            .parse_headers(&bounded)
            .and_then(|mut message| (!message.parts.is_empty()).then(|| std::mem::take(&mut message.parts[0].headers)))
            .unwrap_or_default();
        let raw = parsed
            .iter()
            .map(|header| {
                let value = bounded.get(header.offset_start as usize..header.offset_end as usize).unwrap_or_default();
                (header.name.as_str().trim().to_ascii_lowercase(), unfold(value))
            })
            .collect();
        Self { parsed: parsed.into_iter().map(Header::into_owned).collect(), raw }
    }

    /// No field at all.
    pub(super) fn is_empty(&self) -> bool {
        self.parsed.is_empty()
    }

    /// Values as written of every field of this name (lower case), in order.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.raw.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Value as written of the first field of this name (lower case).
    pub(super) fn first<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// Whether there is such a field (lower case).
    pub(super) fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// Names of all fields, lower case.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.raw.iter().map(|(name, _)| name.as_str())
    }

    fn value(&self, name: &HeaderName<'_>) -> Option<&HeaderValue<'static>> {
        self.parsed.iter().find(|header| header.name == *name && !header.value.is_empty()).map(|header| &header.value)
    }

    /// Decoded text of a field.
    pub(super) fn text(&self, name: &HeaderName<'_>) -> Option<&str> {
        self.value(name)?.as_text()
    }

    /// Seconds of the Date field.
    pub(super) fn date(&self) -> Option<i64> {
        let date = self.value(&HeaderName::Date)?.as_datetime()?;
        date.is_valid().then(|| date.to_timestamp())
    }

    /// Ids of a field, without brackets.
    pub(super) fn ids(&self, name: &HeaderName<'_>) -> Vec<String> {
        let mut ids = Vec::new();
        for header in self.parsed.iter().filter(|header| header.name == *name) {
            match &header.value {
                HeaderValue::Text(id) => ids.extend(message_id(id)),
                HeaderValue::TextList(list) => ids.extend(list.iter().filter_map(|id| message_id(id))),
                HeaderValue::Address(_)
                | HeaderValue::DateTime(_)
                | HeaderValue::ContentType(_)
                | HeaderValue::Received(_)
                | HeaderValue::Empty => {}
            }
        }
        ids
    }

    /// Addresses of all fields of this name; those that cannot be written to are left out.
    pub(super) fn addresses(&self, name: &HeaderName<'_>) -> Vec<Address> {
        let mut addresses = Vec::new();
        for header in self.parsed.iter().filter(|header| header.name == *name) {
            let Some(list) = header.value.as_address() else { continue };
            for addr in list.iter() {
                let Some(address) = addr.address.as_deref().and_then(normal_address) else { continue };
                let name = encoding::one_line(addr.name.as_deref().unwrap_or_default(), okno_model::limits::NAME_CHARS);
                addresses.push(Address { name, address });
            }
        }
        addresses
    }

    /// `type/subtype`, lower case.
    pub(super) fn media_type(&self) -> Option<String> {
        let ctype = self.value(&HeaderName::ContentType)?.as_content_type()?;
        let main = ctype.ctype().trim().to_ascii_lowercase();
        let sub = ctype.subtype().unwrap_or_default().trim().to_ascii_lowercase();
        match (main.as_str(), sub.as_str()) {
            ("", _) => None,
            // `Content-Type: text` of old senders.
            ("text", "") => Some("text/plain".to_owned()),
            _ => Some(format!("{main}/{sub}")),
        }
    }

    /// A parameter of Content-Type.
    pub(super) fn content_attribute(&self, name: &str) -> Option<String> {
        self.value(&HeaderName::ContentType)?.as_content_type()?.attribute(name).map(str::to_owned)
    }

    /// A parameter of Content-Disposition.
    pub(super) fn disposition_attribute(&self, name: &str) -> Option<String> {
        self.value(&HeaderName::ContentDisposition)?.as_content_type()?.attribute(name).map(str::to_owned)
    }

    /// `Content-Disposition: attachment`.
    pub(super) fn is_attachment(&self) -> bool {
        self.value(&HeaderName::ContentDisposition)
            .and_then(HeaderValue::as_content_type)
            .is_some_and(mail_parser::ContentType::is_attachment)
    }

    /// Content-ID without brackets.
    pub(super) fn content_id(&self) -> Option<String> {
        self.ids(&HeaderName::ContentId).into_iter().next()
    }

    /// Transfer encoding, lower case.
    pub(super) fn transfer_encoding(&self) -> String {
        self.first("content-transfer-encoding").unwrap_or_default().trim().to_ascii_lowercase()
    }
}

/// An id that can stand in a header again: no white space, control or invisible characters or brackets, bounded.
pub(crate) fn message_id(id: &str) -> Option<String> {
    let id = id.trim().trim_start_matches('<').trim_end_matches('>').trim();
    let strange = |c: char| c.is_whitespace() || c.is_control() || super::files::is_invisible(c) || c == '<' || c == '>';
    let fine = !id.is_empty() && id.len() <= MESSAGE_ID_BYTES && !id.chars().any(strange);
    fine.then(|| id.to_owned())
}

/// An address that can be written to, with its domain in lower case.
pub(crate) fn normal_address(address: &str) -> Option<String> {
    let address = address.trim().trim_start_matches('<').trim_end_matches('>');
    let (local, domain) = address.rsplit_once('@')?;
    let fine = !local.is_empty()
        && !domain.is_empty()
        && address.len() <= ADDRESS_BYTES
        && !address.chars().any(|c| {
            c.is_control() || c.is_whitespace() || super::files::is_invisible(c) || matches!(c, '<' | '>' | ',' | ';' | '"' | '\\')
        })
        && !domain.contains(['(', ')', '/', '?', '#', '%', '&', '=', '\'']);
    fine.then(|| format!("{local}@{}", domain.trim_end_matches('.').to_lowercase()))
}

/// The header with bounded fields, in UTF-8, without NUL.
fn bounded(header: &[u8]) -> Vec<u8> {
    let header =
        header.strip_prefix(b"From ").map_or(header, |rest| &rest[memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1)..]);
    let mut out = Vec::with_capacity(header.len().min(HEADER_BYTES));
    let mut field_bytes = 0;
    let mut fields = 0;
    for line in header.split_inclusive(|byte| *byte == b'\n') {
        let folded = matches!(line.first(), Some(b' ' | b'\t'));
        if !folded {
            field_bytes = 0;
            fields += 1;
        }
        let room = FIELD_BYTES.saturating_sub(field_bytes);
        if fields > FIELDS || room == 0 {
            continue;
        }
        // One long field must not push the others out, so that only fields that still fit are taken.
        if out.len() + line.len().min(room) > HEADER_BYTES {
            field_bytes = FIELD_BYTES;
            continue;
        }
        field_bytes += line.len();
        if line.len() <= room {
            out.extend_from_slice(line);
        } else {
            out.extend_from_slice(&line[..room]);
            out.push(b'\n');
        }
    }
    out.retain(|byte| *byte != 0);
    if std::str::from_utf8(&out).is_err() {
        out = encoding::guess(&out).into_bytes();
    }
    // The parser takes a block for whole only after its empty line.
    out.extend_from_slice(b"\r\n\r\n");
    out
}

fn unfold(value: &[u8]) -> String {
    encoding::one_line(&String::from_utf8_lossy(value), FIELD_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_fields() {
        let fields = Fields::parse(
            "From: =?utf-8?B?0JjQstCw0L0=?= <Ivan@Customers.TEST>\r\nTo: a@x.test, \"B, C\" <b@x.test>\r\nMessage-ID: <1@x>\r\nReferences: <2@x>\r\n <3@x>\r\nContent-Type: Text/HTML; charset=\"utf-8\"; name*=UTF-8''%D0%B0.html\r\nX-Own: a\r\n b\r\n".as_bytes(),
        );
        assert_eq!(fields.addresses(&HeaderName::From), [Address { name: "Иван".into(), address: "Ivan@customers.test".into() }]);
        assert_eq!(fields.addresses(&HeaderName::To).len(), 2);
        assert_eq!(fields.ids(&HeaderName::References), ["2@x", "3@x"]);
        assert_eq!(fields.media_type().as_deref(), Some("text/html"));
        assert_eq!(fields.content_attribute("name").as_deref(), Some("а.html"));
        assert_eq!(fields.first("x-own"), Some("a b"));
    }

    #[test]
    fn one_huge_field_does_not_hide_the_others() {
        let header = format!("X-Junk: {}\r\nX-Folded: a\r\n{}From: a@x.test\r\n", "j".repeat(10_000_000), " more\r\n".repeat(100_000));
        assert_eq!(Fields::parse(header.as_bytes()).addresses(&HeaderName::From).len(), 1);
    }

    #[test]
    fn undeclared_8_bit_subjects_are_guessed() {
        let fields = Fields::parse(b"Subject: \xcf\xf0\xe8\xe2\xe5\xf2 \xec\xe8\xf0\r\n");
        assert_eq!(fields.text(&HeaderName::Subject), Some("Привет мир"));
    }

    #[test]
    fn refuses_addresses_that_cannot_be_written_to() {
        for bad in ["", "a", "a@", "@b", "a b@c", "a@b\r\nBcc: x@y", "a\u{200b}b@c", "a@b>,<c@d", &"x".repeat(300)] {
            assert_eq!(normal_address(bad), None, "{bad}");
        }
        assert_eq!(normal_address("<Jo@EXAMPLE.com.>").as_deref(), Some("Jo@example.com"));
        assert_eq!(normal_address("иван@почта.рф").as_deref(), Some("иван@почта.рф"));
    }
}
