//! Limits of the mail door. Those shared with other doors are in [`okno_model::limits`].

use okno_model::limits::{MAIL_BYTES, MIME_DEPTH};

/// MIME parts of one mail that are looked at; what follows is kept as one raw file.
pub const MIME_PARTS: usize = 500;
/// Bytes of one header field that are parsed: enough for thousands of recipients.
pub const FIELD_BYTES: usize = 64 * 1024;
/// Bytes of all header fields of one part that are parsed.
pub const HEADER_BYTES: usize = 256 * 1024;
/// Header fields of one part that are parsed.
pub const FIELDS: usize = 1_000;
/// References that are kept of one mail, nearest first.
pub const REFERENCES: usize = 50;
/// Longest Message-ID that is taken as it is (RFC 5322 line limit); a longer one is hashed.
pub const MESSAGE_ID_BYTES: usize = 998;
/// Longest subject that is kept, in characters.
pub const SUBJECT_CHARS: usize = 1_000;
/// Longest mail address: RFC 5321 allows 254 bytes in a path.
pub const ADDRESS_BYTES: usize = 254;
/// Text of a mail that is shown, in bytes; a longer one is cut and kept whole as a file.
pub const TEXT_BYTES: usize = 512 * 1024;
/// HTML that is sanitized, in bytes; a longer one is shown as text only.
pub const HTML_BYTES: usize = 2 * 1024 * 1024;
/// Deepest nesting of HTML elements that is sanitized.
pub const HTML_DEPTH: usize = 1_000;
/// Attributes of one HTML element: the parser compares each with each.
pub const HTML_ATTRIBUTES: usize = 300;
/// Sum of depths over all HTML elements: the cost of scope searches in the parser.
pub const HTML_DEPTH_SUM: usize = 10_000_000;
/// Formatting elements that the HTML parser would have to make again, at worst.
pub const HTML_REOPENED: usize = 400_000;
/// Longest file name, in characters.
pub const FILE_NAME_CHARS: usize = 120;
/// Files of one mail; further ones are packed with the raw rest.
pub const FILES: usize = 200;
/// Bytes of one quoted-history marker line; longer lines are text.
pub const MARKER_CHARS: usize = 300;

const _: () = assert!(FIELD_BYTES <= HEADER_BYTES);
const _: () = assert!(HTML_BYTES < MAIL_BYTES && TEXT_BYTES < HTML_BYTES);
const _: () = assert!(MIME_DEPTH < MIME_PARTS);
