//! The description inside a message: the whole body, or one part of a multipart body.
use crate::sdp::Sdp;
use crate::wire::{Request, Response};

/// Parts of a multipart body that are looked at.
const MAX_PARTS: usize = 16;

/// What a body holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    Nothing,
    Sdp(Sdp),
    /// An `application/sdp` that nobody can read.
    Broken(String),
    /// Another type.
    Foreign,
}

impl Body {
    pub(crate) fn of_request(request: &Request) -> Self {
        Self::read(request.header("Content-Type").as_deref(), request.header("Content-Encoding").as_deref(), request.body())
    }

    /// The description of a response, if it has one that can be read.
    pub(crate) fn of_response(response: &Response) -> Option<Sdp> {
        Self::read(response.header("Content-Type").as_deref(), response.header("Content-Encoding").as_deref(), response.body()).sdp()
    }

    pub(crate) fn sdp(self) -> Option<Sdp> {
        match self {
            Self::Sdp(sdp) => Some(sdp),
            Self::Nothing | Self::Broken(_) | Self::Foreign => None,
        }
    }

    fn read(content_type: Option<&str>, encoding: Option<&str>, body: &[u8]) -> Self {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Self::Nothing;
        }
        if encoding.is_some_and(|encoding| !encoding.trim().eq_ignore_ascii_case("identity")) {
            return Self::Foreign;
        }
        let Some(content_type) = content_type else { return Self::Foreign };
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if kind == "application/sdp" {
            return match Sdp::parse(body) {
                Ok(sdp) => Self::Sdp(sdp),
                Err(error) => Self::Broken(error.to_string()),
            };
        }
        if kind.starts_with("multipart/")
            && let Some(boundary) = boundary(content_type)
        {
            return parts(body, &boundary).take(MAX_PARTS).find_map(part).unwrap_or(Self::Foreign);
        }
        Self::Foreign
    }
}

fn boundary(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (name.trim().eq_ignore_ascii_case("boundary") && !value.is_empty() && value.len() <= 70).then(|| value.to_owned())
    })
}

/// The pieces between the boundary lines, with their headers.
fn parts<'a>(body: &'a [u8], boundary: &str) -> impl Iterator<Item = &'a [u8]> {
    let marker = format!("--{boundary}").into_bytes();
    let mut starts = Vec::new();
    let mut at = 0;
    while starts.len() <= MAX_PARTS {
        let Some(found) = find(&body[at..], &marker) else { break };
        starts.push(at + found);
        at += found + marker.len();
    }
    let length = marker.len();
    let ends: Vec<usize> = starts.iter().skip(1).copied().collect();
    starts.into_iter().zip(ends).map(move |(start, end)| &body[start + length..end])
}

fn part(piece: &[u8]) -> Option<Body> {
    let piece = piece.strip_prefix(b"\r\n").unwrap_or(piece);
    let (head, content) = match find(piece, b"\r\n\r\n") {
        Some(at) => (&piece[..at], &piece[at + 4..]),
        None => return None,
    };
    let head = String::from_utf8_lossy(head);
    let is_sdp = head.lines().any(|line| {
        line.split_once(':').is_some_and(|(name, value)| {
            (name.trim().eq_ignore_ascii_case("content-type") || name.trim().eq_ignore_ascii_case("c"))
                && value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/sdp")
        })
    });
    is_sdp.then(|| Sdp::parse(content).map_or_else(|error| Body::Broken(error.to_string()), Body::Sdp))
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SDP: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";

    #[test]
    fn a_description_is_found_alone_and_among_parts() {
        assert!(matches!(Body::read(Some("application/sdp"), None, SDP.as_bytes()), Body::Sdp(_)));
        let body = format!(
            "--x1\r\nContent-Type: application/isup\r\n\r\n\x01\x02\r\n--x1\r\nContent-Type: application/sdp\r\n\r\n{SDP}\r\n--x1--\r\n"
        );
        assert!(matches!(Body::read(Some("multipart/mixed; boundary=\"x1\""), None, body.as_bytes()), Body::Sdp(_)));
    }

    #[test]
    fn everything_else_is_said() {
        assert_eq!(Body::read(None, None, b""), Body::Nothing);
        assert_eq!(Body::read(Some("text/plain"), None, b"x"), Body::Foreign);
        assert_eq!(Body::read(Some("application/sdp"), Some("gzip"), b"x"), Body::Foreign);
        assert!(matches!(Body::read(Some("application/sdp"), None, b"nonsense"), Body::Broken(_)));
        assert_eq!(Body::read(Some("multipart/mixed;boundary=x"), None, b"--x--x--x\r\n--x"), Body::Foreign);
        assert_eq!(Body::read(Some("multipart/mixed"), None, b"--\r\n"), Body::Foreign);
    }
}
