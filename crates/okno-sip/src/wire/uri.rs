//! URIs and addresses in headers, as text that has been read.
use bytes::Bytes;
use sipx_sip::Host;
use sipx_sip::headers::Address;

use crate::api::Transport;

/// The parts of a URI that somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UriParts {
    /// `sip`, `sips`, `tel`, or anything else in lower case.
    pub(crate) scheme: String,
    /// User part, decoded; for `tel` the number.
    pub(crate) user: Option<String>,
    /// Without brackets; empty for `tel`.
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    pub(crate) transport: Option<Transport>,
    /// The `lr` parameter of a route.
    pub(crate) loose: bool,
    /// The URI without the headers that may follow its `?`.
    pub(crate) plain: String,
    /// Those headers, decoded, by lower-case name.
    pub(crate) headers: Vec<(String, String)>,
}

impl UriParts {
    /// Reads a bare URI (no angle brackets).
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let uri = sipx_sip::Uri::parse(Bytes::copy_from_slice(text.as_bytes())).ok()?;
        Some(Self::of(&uri))
    }

    pub(super) fn of(uri: &sipx_sip::Uri) -> Self {
        let scheme = lossy(uri.scheme().as_bytes()).to_ascii_lowercase();
        let user = if scheme == "tel" {
            uri.tel_parts().map(|parts| lossy(parts.subscriber()))
        } else {
            uri.decoded_user().map(|user| lossy(&user)).map(|user| match user.split_once(';') {
                // `+49301234;phone-context=…@host`: parameters of a telephone number inside the user part.
                Some((number, _)) if number.starts_with(|c: char| c == '+' || c.is_ascii_digit()) => number.to_owned(),
                _ => user,
            })
        };
        let mut bare = uri.clone();
        let headers: Vec<(String, String)> = uri
            .headers()
            .map(|headers| {
                headers
                    .iter()
                    .map(|header| {
                        (
                            lossy(&unescape(header.name())).to_ascii_lowercase(),
                            header.value().map(unescape).as_deref().map(lossy).unwrap_or_default(),
                        )
                    })
                    .collect()
            })
            .unwrap_or_default();
        for (name, _) in &headers {
            while bare.remove_header(name) {}
        }
        let plain = lossy(&bare.to_bytes());
        Self {
            scheme,
            user,
            host: uri.host().map(host_text).unwrap_or_default(),
            port: uri.port(),
            transport: uri.transport().and_then(|name| Transport::parse(&lossy(name))),
            loose: uri.params().is_some_and(|params| params.contains("lr")),
            plain: plain.split('?').next().unwrap_or_default().to_owned(),
            headers,
        }
    }

    /// The value of a header inside the URI, by lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// `"Name" <uri>;tag=…` as it stands in From, To, Contact, Route, Refer-To.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NameAddr {
    pub(crate) name: Option<String>,
    /// The URI as written.
    pub(crate) uri: String,
    pub(crate) parts: UriParts,
    /// Header parameters by lower-case name.
    pub(crate) params: Vec<(String, Option<String>)>,
}

impl NameAddr {
    /// Reads one value.
    pub(crate) fn parse(value: &[u8]) -> Option<Self> {
        if let Ok(address) = Address::parse(value, "address") {
            return Some(Self::of(&address));
        }
        // A name with letters that must stand in quotes and do not: what is in angle brackets counts.
        let start = value.iter().position(|byte| *byte == b'<').filter(|start| *start > 0 && !value[..*start].contains(&b'"'))?;
        let address = Address::parse(&value[start..], "address").ok()?;
        let name = lossy(value[..start].trim_ascii());
        Some(Self { name: (!name.is_empty()).then_some(name), ..Self::of(&address) })
    }

    /// Reads a header value that holds several, separated by commas.
    pub(crate) fn parse_list(value: &[u8]) -> Option<Vec<Self>> {
        Some(Address::parse_list(value, "address").ok()?.iter().map(Self::of).collect())
    }

    fn of(address: &Address) -> Self {
        Self {
            name: address.display_name.as_deref().map(lossy).filter(|name| !name.is_empty()),
            uri: lossy(&address.uri.to_bytes()),
            parts: UriParts::of(&address.uri),
            params: address
                .params
                .iter()
                .map(|param| (lossy(&param.name).to_ascii_lowercase(), param.value.as_deref().map(lossy)))
                .collect(),
        }
    }

    /// A header parameter; an empty text for one without a value.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_deref().unwrap_or_default())
    }

    pub(crate) fn tag(&self) -> Option<&str> {
        self.param("tag").filter(|tag| !tag.is_empty())
    }
}

fn host_text(host: &Host) -> String {
    match host {
        Host::Ip(ip) => ip.to_string(),
        Host::Name(name) => lossy(name.as_bytes()),
    }
}

/// Text of a header: UTF-8, else Latin-1, which old gateways send.
pub(crate) fn lossy(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

fn unescape(bytes: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16)).map(|digit| digit as u8);
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'%'
            && let (Some(high), Some(low)) = (digit(bytes.get(at + 1)), digit(bytes.get(at + 2)))
        {
            out.push(high * 16 + low);
            at += 3;
        } else {
            out.push(*byte);
            at += 1;
        }
    }
    out
}

/// Escapes text for a place inside a URI.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()+".contains(&byte) {
            out.push(char::from(byte));
        } else {
            use std::fmt::Write as _;
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A display name in quotes.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars().filter(|c| !c.is_control()) {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let address =
            NameAddr::parse(b"\"J. \\\"Doc\\\" M\" <sip:+49%2030@host.example:5070;transport=tcp;lr?Replaces=a%3Bto-tag%3Db>;tag=1;q=0.5")
                .unwrap();
        assert_eq!(address.name.as_deref(), Some("J. \"Doc\" M"));
        assert_eq!(address.tag(), Some("1"));
        assert_eq!(address.parts.user.as_deref(), Some("+49 30"));
        assert_eq!((address.parts.host.as_str(), address.parts.port), ("host.example", Some(5070)));
        assert_eq!(address.parts.transport, Some(Transport::Tcp));
        assert!(address.parts.loose);
        assert_eq!(address.parts.header("replaces"), Some("a;to-tag=b"));
        assert_eq!(address.parts.plain, "sip:+49%2030@host.example:5070;transport=tcp;lr");
    }

    #[test]
    fn other_forms_are_read() {
        let tel = UriParts::parse("tel:+4930123;phone-context=x").unwrap();
        assert_eq!((tel.scheme.as_str(), tel.user.as_deref()), ("tel", Some("+4930123")));
        let six = UriParts::parse("sip:a@[2001:db8::1]:5061").unwrap();
        assert_eq!((six.host.as_str(), six.port), ("2001:db8::1", Some(5061)));
        assert_eq!(NameAddr::parse(b"G\xfcnter <sip:g@h>").and_then(|address| address.name).as_deref(), Some("Günter"));
        let number = UriParts::parse("sip:+1555;isub=1@gw.example;user=phone").unwrap();
        assert_eq!(number.user.as_deref(), Some("+1555"));
        assert!(NameAddr::parse(b"<<<>").is_none());
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape("a b;c@d"), "a%20b%3Bc%40d");
        assert_eq!(quote("a\"b\\c\r\n"), "\"a\\\"b\\\\c\"");
    }
}
