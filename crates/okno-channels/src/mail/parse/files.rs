//! Files of a mail: names that are safe to show and to save, media types by content.

use crate::mail::limits::FILE_NAME_CHARS;

/// Characters that are not seen or turn the reading direction: they make `exe.pdf` of `fdp.exe`.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// A name without path, control, invisible and reserved characters, of bounded length; the extension survives.
pub fn safe_name(name: &str, mime: &str) -> String {
    let last = name
        .rsplit(['/', '\\', '\u{2044}', '\u{2215}', '\u{29f8}', '\u{ff0f}', '\u{ff3c}'])
        .find(|part| !part.trim().is_empty())
        .unwrap_or_default();
    let mut clean = String::new();
    // The end of a long name is kept, because the extension stands there.
    for c in last.chars().skip(last.chars().count().saturating_sub(4 * FILE_NAME_CHARS)) {
        match c {
            c if is_invisible(c) || (c.is_control() && !c.is_whitespace()) => {}
            '<' | '>' | ':' | '"' | '|' | '?' | '*' | '%' | '`' | '\u{ff1a}' => clean.push('_'),
            // Look-alikes of the dot hide the real extension.
            '\u{2024}' | '\u{ff0e}' | '\u{3002}' | '\u{fe52}' => clean.push('.'),
            c if c.is_whitespace() => {
                if !clean.ends_with(' ') {
                    clean.push(' ');
                }
            }
            c => clean.push(c),
        }
    }
    let clean = clean.trim_matches(|c: char| c == '.' || c.is_whitespace());
    if clean.is_empty() {
        return format!("file{}", extension_of(mime));
    }
    let (stem, extension) = match clean.rsplit_once('.') {
        Some((stem, extension)) if extension.chars().count() <= 16 && !stem.is_empty() => (stem, Some(extension)),
        _ => (clean, None),
    };
    let room = FILE_NAME_CHARS - extension.map_or(0, |e| e.chars().count() + 1);
    let mut stem: String = stem.chars().take(room).collect();
    let device = stem.split('.').next().unwrap_or_default().trim().to_ascii_uppercase();
    let numbered = |prefix: &str| device.strip_prefix(prefix).is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit());
    if matches!(device.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT") {
        stem.insert(0, '_');
    }
    match extension {
        Some(extension) => format!("{stem}.{extension}"),
        None => stem,
    }
}

fn extension_of(mime: &str) -> &'static str {
    match mime {
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "image/gif" => ".gif",
        "image/webp" => ".webp",
        "application/pdf" => ".pdf",
        "application/zip" => ".zip",
        "text/plain" => ".txt",
        "text/html" => ".html",
        "text/calendar" => ".ics",
        "text/vcard" => ".vcf",
        "message/rfc822" => ".eml",
        _ => "",
    }
}

/// Beginnings of files: offset, bytes, media type. The first that fits counts.
const MAGIC: &[(usize, &[u8], &str)] = &[
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"\0\0\x01\0", "image/x-icon"),
    (0, b"8BPS", "image/vnd.adobe.photoshop"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"%!PS", "application/postscript"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (257, b"ustar", "application/x-tar"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"\xca\xfe\xba\xbe", "application/java-vm"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"SQLite format 3\0", "application/vnd.sqlite3"),
    (0, b"wOFF", "font/woff"),
    (0, b"wOF2", "font/woff2"),
    (0, b"L\0\0\0\x01\x14\x02\0", "application/x-ms-shortcut"),
    (0, b"MSCF", "application/vnd.ms-cab-compressed"),
];

/// The media type by content. The name only chooses within what the content allows; the sender's claim is not asked.
pub fn detect(bytes: &[u8], name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return zip(bytes);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return match extension.as_str() {
            "doc" => "application/msword",
            "xls" => "application/vnd.ms-excel",
            "ppt" => "application/vnd.ms-powerpoint",
            "msg" => "application/vnd.ms-outlook",
            _ => "application/x-ole-storage",
        };
    }
    if bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4]) {
        return "image/bmp";
    }
    for (offset, magic, mime) in MAGIC {
        if bytes.get(*offset..).is_some_and(|rest| rest.starts_with(magic)) {
            return mime;
        }
    }
    text(bytes, &extension)
}

fn zip(bytes: &[u8]) -> &'static str {
    let head = &bytes[..bytes.len().min(64 * 1024)];
    let holds = |name: &[u8]| memchr::memmem::find(head, name).is_some();
    if holds(b"[Content_Types].xml") || holds(b"_rels/.rels") {
        if holds(b"word/") {
            return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        }
        if holds(b"xl/") {
            return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        }
        if holds(b"ppt/") {
            return "application/vnd.openxmlformats-officedocument.presentationml.presentation";
        }
    }
    match head.get(30..).and_then(|rest| rest.strip_prefix(b"mimetypeapplication/vnd.oasis.opendocument.")) {
        Some(kind) if kind.starts_with(b"text") => "application/vnd.oasis.opendocument.text",
        Some(kind) if kind.starts_with(b"spreadsheet") => "application/vnd.oasis.opendocument.spreadsheet",
        Some(_) => "application/vnd.oasis.opendocument.presentation",
        None => "application/zip",
    }
}

fn text(bytes: &[u8], extension: &str) -> &'static str {
    let head = &bytes[..bytes.len().min(8 * 1024)];
    if head.iter().any(|byte| *byte < 32 && !matches!(byte, b'\n' | b'\r' | b'\t' | 0x0c | 0x1b)) {
        return "application/octet-stream";
    }
    let start = String::from_utf8_lossy(head);
    let start = start.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    // Whatever a browser could take for markup is named as markup, so that the files origin never shows it.
    if start.contains("<svg") {
        return "image/svg+xml";
    }
    if [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<script",
        "<iframe",
        "<meta",
        "<link",
        "<style",
        "<title",
        "<a ",
        "<img",
        "<div",
        "<form",
        "<table",
        "<b>",
        "<h1",
    ]
    .iter()
    .any(|tag| start.contains(tag))
    {
        return "text/html";
    }
    if start.starts_with("<?xml") {
        return "text/xml";
    }
    if start.starts_with("begin:vcalendar") {
        return "text/calendar";
    }
    if start.starts_with("begin:vcard") {
        return "text/vcard";
    }
    match extension {
        "csv" => "text/csv",
        "json" => "application/json",
        "md" => "text/markdown",
        "eml" => "message/rfc822",
        _ => "text/plain",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (given, safe) in [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\windows\\system32\\evil.exe", "evil.exe"),
            ("a\u{202e}fdp.exe", "afdp.exe"),
            ("in\u{200b}voice\u{feff}.pdf", "invoice.pdf"),
            ("a\r\nb\0.txt", "a b.txt"),
            (".htaccess", "htaccess"),
            ("...", "file.png"),
            ("", "file.png"),
            ("CON", "_CON"),
            ("com1.txt", "_com1.txt"),
            ("com.txt", "com.txt"),
            ("a<b>\"c\"|d?.txt", "a_b__c__d_.txt"),
            ("счёт № 5.pdf", "счёт № 5.pdf"),
            ("a\u{ff0f}b\u{ff0e}exe", "b.exe"),
            ("%2e%2e%2fx", "_2e_2e_2fx"),
            ("dir/", "dir"),
        ] {
            assert_eq!(safe_name(given, "image/png"), safe, "{given:?}");
        }
        let long = safe_name(&format!("{}.pdf", "я".repeat(5_000)), "");
        assert_eq!(long.chars().count(), FILE_NAME_CHARS);
        assert_eq!(long.rsplit_once('.').map(|(_, e)| e), Some("pdf"));
    }

    #[test]
    fn types_by_content() {
        for (bytes, name, mime) in [
            (&b"\x89PNG\r\n\x1a\n...."[..], "evil.exe", "image/png"),
            (b"MZ\x90\0", "photo.jpg", "application/vnd.microsoft.portable-executable"),
            (b"<html><script>alert(1)</script>", "photo.png", "text/html"),
            (b"  \xef\xbb\xbf<svg onload=alert(1)>", "a.png", "image/svg+xml"),
            (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'>", "a", "image/svg+xml"),
            (b"%PDF-1.7", "a", "application/pdf"),
            (b"hello", "a.csv", "text/csv"),
            (b"hello", "a.png", "text/plain"),
            (b"\0\x05\x06", "a.txt", "application/octet-stream"),
            (b"", "a", "text/plain"),
            (
                b"PK\x03\x04..............[Content_Types].xml ... word/document.xml",
                "a",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            (b"PK\x03\x04", "a.docx", "application/zip"),
        ] {
            assert_eq!(detect(bytes, name), mime, "{name}");
        }
    }
}
