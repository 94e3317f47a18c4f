//! What a file is, by its bytes; and what it may be called.

use okno_model::limits;

/// Beginnings of files and what they are. Only types that a browser may show or that people want told apart.
const MAGIC: [(&[u8], usize, &str); 22] = [
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"ftypavif", 4, "image/avif"),
    (b"ftypheic", 4, "image/heic"),
    (b"BM", 0, "image/bmp"),
    (b"II*\0", 0, "image/tiff"),
    (b"MM\0*", 0, "image/tiff"),
    (b"%PDF-", 0, "application/pdf"),
    (b"PK\x03\x04", 0, "application/zip"),
    (b"\x1f\x8b", 0, "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", 0, "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", 0, "application/vnd.rar"),
    (b"OggS", 0, "audio/ogg"),
    (b"ID3", 0, "audio/mpeg"),
    (b"WAVE", 8, "audio/wav"),
    (b"ftyp", 4, "video/mp4"),
    (b"\x1aE\xdf\xa3", 0, "video/webm"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "application/x-ole-storage"),
    (b"MZ", 0, "application/vnd.microsoft.portable-executable"),
];
/// Office documents are zip files; their name may say which, because all of them are only downloaded.
const ZIPPED: [(&str, &str); 6] = [
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odp", "application/vnd.oasis.opendocument.presentation"),
];
/// Texts that are only downloaded or shown as plain text.
const TEXTS: [(&str, &str); 4] = [("csv", "text/csv"), ("json", "application/json"), ("ics", "text/calendar"), ("md", "text/markdown")];
/// Bytes that are looked at to tell text from other content.
const LOOK: usize = 4096;
/// Characters of an extension that is kept when a long name is cut.
const EXTENSION_CHARS: usize = 12;

/// The media type by the bytes. HTML, SVG and scripts are plain text to us: nothing of a stranger's is ever run.
pub(crate) fn detect(bytes: &[u8], name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    let by = |table: &[(&str, &'static str)]| table.iter().find(|(e, _)| *e == extension).map(|(_, mime)| *mime);
    for (magic, at, mime) in MAGIC {
        if bytes.get(at..at + magic.len()) == Some(magic) {
            return if mime == "application/zip" { by(&ZIPPED).unwrap_or(mime) } else { mime };
        }
    }
    let start = &bytes[..bytes.len().min(LOOK)];
    let text = match std::str::from_utf8(start) {
        Ok(_) => true,
        // Cut in the middle of a character.
        Err(error) => error.error_len().is_none() && bytes.len() > LOOK,
    };
    if text && !start.contains(&0) && !bytes.is_empty() { by(&TEXTS).unwrap_or("text/plain") } else { "application/octet-stream" }
}

/// A file name that is safe to store, show and offer for saving.
pub(crate) fn safe_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let fine = |c: char| {
        let deceiving = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        !c.is_control() && !deceiving && !"<>:\"|?*".contains(c)
    };
    let clean: String = base.chars().filter(|c| fine(*c)).collect();
    let clean = clean.trim_matches(|c: char| c == '.' || c.is_whitespace());
    if clean.is_empty() {
        return "file".to_owned();
    }
    if clean.chars().count() <= limits::NAME_CHARS {
        return clean.to_owned();
    }
    match clean.rsplit_once('.') {
        Some((stem, extension)) if extension.chars().count() <= EXTENSION_CHARS => {
            let room = limits::NAME_CHARS - extension.chars().count() - 1;
            format!("{}.{extension}", stem.chars().take(room).collect::<String>())
        }
        Some(_) | None => clean.chars().take(limits::NAME_CHARS).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_decide_what_a_file_is() {
        assert_eq!(detect(b"\x89PNG\r\n\x1a\n....", "a.html"), "image/png");
        assert_eq!(detect(b"<script>alert(1)</script>", "a.png"), "text/plain");
        assert_eq!(detect(b"<svg onload=alert(1)>", "a.svg"), "text/plain");
        assert_eq!(detect(b"RIFF\0\0\0\0WEBPVP8 ", "x"), "image/webp");
        assert_eq!(detect(b"PK\x03\x04..", "letter.DOCX"), ZIPPED[0].1);
        assert_eq!(detect(b"a;b\n1;2", "t.csv"), "text/csv");
        assert_eq!(detect(b"a\0b", "t.txt"), "application/octet-stream");
        assert_eq!(detect(b"", "t.txt"), "application/octet-stream");
    }

    #[test]
    fn names_lose_paths_and_tricks() {
        assert_eq!(safe_name("../../etc/passwd"), "passwd");
        assert_eq!(safe_name("C:\\temp\\a.doc"), "a.doc");
        assert_eq!(safe_name("inno\u{202e}gpj.exe"), "innogpj.exe");
        assert_eq!(safe_name(".ht\u{200b}access"), "htaccess");
        assert_eq!(safe_name(" \r\n.. "), "file");
        let long = safe_name(&format!("{}.pdf", "x".repeat(500)));
        assert!(long.rsplit_once('.').is_some_and(|(_, e)| e == "pdf") && long.chars().count() == limits::NAME_CHARS);
    }
}
