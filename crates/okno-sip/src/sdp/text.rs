//! Text to plain data and back, by the SIP library's SDP.
use std::fmt;
use std::net::IpAddr;

use sipx_sdp::session;

use super::{Attribute, Media, Origin, Sdp, SdpError};

/// No description of a voice call is longer; what is longer is refused unread.
const MAX: usize = 32 * 1024;
/// No description of a voice call has more streams.
const MAX_MEDIA: usize = 32;

impl Sdp {
    /// Reads a description. Bytes that are not UTF-8 are read as Latin-1, which old gateways write into names.
    pub fn parse(bytes: &[u8]) -> Result<Self, SdpError> {
        if bytes.len() > MAX {
            return Err(SdpError::Unreadable(format!("{} bytes are too many", bytes.len())));
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
        };
        let parsed = sipx_sdp::parse(&text).map_err(|error| SdpError::Unreadable(error.to_string()))?;
        if parsed.media.len() > MAX_MEDIA {
            return Err(SdpError::Unreadable(format!("{} streams are too many", parsed.media.len())));
        }
        // They come back in our answer, which must be readable.
        let words = |media: &session::MediaDescription| {
            let mut words = [&media.media, &media.protocol].into_iter().chain(&media.formats);
            words.all(|word| !word.is_empty() && !word.contains(|c: char| c.is_control() || c.is_whitespace()))
        };
        if !parsed.media.iter().all(words) {
            return Err(SdpError::Unreadable("the line of a stream has characters that no word has".into()));
        }
        Ok(from(parsed))
    }
}

impl fmt::Display for Sdp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to(self).to_string_sdp())
    }
}

fn from(parsed: session::SessionDescription) -> Sdp {
    Sdp {
        origin: Origin {
            user: parsed.origin.username,
            session: parsed.origin.session_id,
            version: parsed.origin.session_version,
            address: parsed.origin.address.to_string(),
        },
        name: parsed.session_name,
        connection: parsed.connection.map(|connection| connection.address.to_string()),
        attributes: parsed.attributes.into_iter().map(attribute).collect(),
        media: parsed
            .media
            .into_iter()
            .map(|media| Media {
                kind: media.media,
                port: media.port,
                protocol: media.protocol,
                formats: media.formats,
                connection: media.connection.map(|connection| connection.address.to_string()),
                attributes: media.attributes.into_iter().map(attribute).collect(),
                other: media.other,
            })
            .collect(),
        other: parsed.other,
    }
}

fn attribute(attribute: session::Attribute) -> Attribute {
    Attribute { name: attribute.name, value: attribute.value }
}

fn to(sdp: &Sdp) -> session::SessionDescription {
    let mut out = session::SessionDescription::new(IpAddr::from([0, 0, 0, 0]), sdp.origin.session, sdp.origin.version);
    out.origin.username = clean(&sdp.origin.user);
    out.origin.address = address(&sdp.origin.address);
    out.session_name = clean(&sdp.name);
    out.connection = sdp.connection.as_deref().map(|text| session::Connection { address: address(text) });
    out.attributes = sdp.attributes.iter().map(written).collect();
    out.media = sdp
        .media
        .iter()
        .map(|media| {
            let mut one = session::MediaDescription::audio(media.port, media.formats.iter().map(|format| clean(format)).collect());
            one.media = clean(&media.kind);
            one.protocol = clean(&media.protocol);
            one.connection = media.connection.as_deref().map(|text| session::Connection { address: address(text) });
            one.attributes = media.attributes.iter().map(written).collect();
            one.other = media.other.iter().map(|(kind, value)| (*kind, clean(value))).collect();
            one
        })
        .collect();
    out.other = sdp.other.iter().map(|(kind, value)| (*kind, clean(value))).collect();
    out
}

fn written(attribute: &Attribute) -> session::Attribute {
    session::Attribute { name: clean(&attribute.name), value: attribute.value.as_deref().map(clean) }
}

fn address(text: &str) -> session::Address {
    text.parse().map_or_else(|_| session::Address::Host(clean(text)), session::Address::Ip)
}

/// Nothing that we write breaks a line.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\r' | '\n' | '\0')).collect()
}
