//! The MIME structure of a mail, in bounded time and depth.
//!
//! `mail-parser` follows nesting as deep as a mail likes and searches the whole mail for each boundary, so a hostile mail of
//! 40 MB could cost hours or the stack. This walker only finds where parts begin and end, with limits; fields, transfer
//! encodings and charsets inside the parts are `mail-parser`'s work.

use super::{encoding, fields::Fields};
use crate::mail::limits::MIME_PARTS;
use memchr::memmem;
use okno_model::limits::MIME_DEPTH;

/// A part of a mail.
#[derive(Debug)]
pub(super) struct Part<'a> {
    /// Its header fields.
    pub fields: Fields,
    /// Media type, lower case: `text/plain`.
    pub mime: String,
    /// What is inside.
    pub content: Content<'a>,
}

/// The inside of a part.
#[derive(Debug)]
pub(super) enum Content<'a> {
    /// Bytes as they are in the mail, still in their transfer encoding.
    Leaf(&'a [u8]),
    /// Parts.
    Multipart(Vec<Part<'a>>),
    /// Not looked into: deeper or more than the limits allow. Kept as it is, header included.
    Raw(&'a [u8]),
}

impl Part<'_> {
    /// The bytes without transfer encoding.
    pub(super) fn decoded(&self) -> Vec<u8> {
        match &self.content {
            Content::Leaf(body) => encoding::decode(body, &self.fields.transfer_encoding()),
            Content::Raw(bytes) => bytes.to_vec(),
            Content::Multipart(_) => Vec::new(),
        }
    }

    /// The text without transfer encoding and charset.
    pub(super) fn text(&self) -> String {
        encoding::to_text(&self.decoded(), self.fields.content_attribute("charset").as_deref())
    }

    /// The file name that the sender gave, unsafe.
    pub(super) fn file_name(&self) -> Option<String> {
        self.fields.disposition_attribute("filename").or_else(|| self.fields.content_attribute("name"))
    }
}

/// Splits a mail into its parts.
pub(super) fn split(raw: &[u8]) -> Part<'_> {
    let mut budget = MIME_PARTS;
    part(raw, 0, false, &mut budget)
}

fn part<'a>(raw: &'a [u8], depth: usize, digest: bool, budget: &mut usize) -> Part<'a> {
    *budget = budget.saturating_sub(1);
    let (header, body) = encoding::split_header(raw);
    let fields = Fields::parse(header);
    let mime = fields.media_type().unwrap_or_else(|| if digest { "message/rfc822" } else { "text/plain" }.to_owned());
    if !mime.starts_with("multipart/") {
        return Part { fields, mime, content: Content::Leaf(body) };
    }
    if depth >= MIME_DEPTH || *budget == 0 {
        return Part { fields, mime: "message/rfc822".to_owned(), content: Content::Raw(raw) };
    }
    let pieces = fields.content_attribute("boundary").map_or_else(Vec::new, |boundary| pieces(body, &boundary, *budget));
    if pieces.is_empty() {
        // A multipart without its boundary: whatever is there is shown as text, nothing is hidden.
        return Part { fields, mime: "text/plain".to_owned(), content: Content::Leaf(body) };
    }
    let digest = mime == "multipart/digest";
    let mut parts = Vec::with_capacity(pieces.len());
    for piece in pieces {
        parts.push(if *budget == 0 {
            Part { fields: Fields::default(), mime: "application/octet-stream".to_owned(), content: Content::Raw(piece) }
        } else {
            part(piece, depth + 1, digest, budget)
        });
    }
    Part { fields, mime, content: Content::Multipart(parts) }
}

/// The pieces between the boundary lines; the last of `most` pieces holds all the rest.
fn pieces<'a>(body: &'a [u8], boundary: &str, most: usize) -> Vec<&'a [u8]> {
    let boundary = boundary.trim_end();
    if boundary.is_empty() {
        return Vec::new();
    }
    let delimiter = [b"--", boundary.as_bytes()].concat();
    let finder = memmem::Finder::new(&delimiter);
    let mut pieces = Vec::new();
    let mut start = None;
    let mut from = 0;
    while let Some(found) = finder.find(&body[from..]).map(|at| at + from) {
        let after = found + delimiter.len();
        from = after;
        if found > 0 && body[found - 1] != b'\n' {
            continue;
        }
        let rest = &body[after..];
        let line = &rest[..memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1)];
        let closes = line.starts_with(b"--");
        // `--boundaryX` is another boundary that only begins like this one.
        if !closes && !line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if let Some(begin) = start {
            if pieces.len() + 1 >= most {
                break;
            }
            pieces.push(strip_line_end(&body[begin..found]));
        }
        start = if closes { None } else { Some(after + line.len()) };
        if closes {
            break;
        }
        from = after + line.len();
    }
    if let Some(begin) = start {
        // No closing boundary: the mail was cut; the rest is the last part.
        pieces.push(body.get(begin..).unwrap_or_default());
    }
    pieces
}

fn strip_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(part: &Part<'_>) -> String {
        match &part.content {
            Content::Leaf(body) => format!("{}({})", part.mime, body.len()),
            Content::Raw(_) => "raw".to_owned(),
            Content::Multipart(parts) => format!("{}[{}]", part.mime, parts.iter().map(shape).collect::<Vec<_>>().join(" ")),
        }
    }

    #[test]
    fn finds_parts() {
        for (mail, expected) in [
            ("A: b\r\n\r\nhi", "text/plain(2)"),
            (
                "Content-Type: multipart/mixed; boundary=x\n\npre\n--x\n\na\n--x\nContent-Type: text/html\n\nbb\n--x--\npost",
                "multipart/mixed[text/plain(1) text/html(2)]",
            ),
            ("Content-Type: multipart/mixed; boundary=x\n\n--x\n\ncut of", "multipart/mixed[text/plain(6)]"),
            ("Content-Type: multipart/mixed; boundary=x\n\nno boundary here", "text/plain(16)"),
            ("Content-Type: multipart/mixed\n\nnone named", "text/plain(10)"),
            ("Content-Type: multipart/mixed; boundary=x\n\n--xy\n\na\n--x\n\nb\n--x--", "multipart/mixed[text/plain(1)]"),
            ("Content-Type: multipart/digest; boundary=x\n\n--x\n\nFrom: a@b\n\nb\n--x--", "multipart/digest[message/rfc822(12)]"),
        ] {
            assert_eq!(shape(&split(mail.as_bytes())), expected, "{mail}");
        }
    }

    #[test]
    fn bounds_depth_and_count() {
        let levels: Vec<String> = (0..5_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
        let deep = levels.concat();
        let mut part = &split(deep.as_bytes());
        let mut depth = 0;
        while let Content::Multipart(parts) = &part.content {
            part = &parts[0];
            depth += 1;
        }
        assert_eq!(depth, MIME_DEPTH);

        let many = format!("Content-Type: multipart/mixed; boundary=x\n\n{}--x--", "--x\n\na\n".repeat(100_000));
        let Content::Multipart(parts) = split(many.as_bytes()).content else { panic!("not a multipart") };
        assert!(parts.len() <= MIME_PARTS, "{}", parts.len());
    }
}
