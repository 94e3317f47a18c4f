//! Which bytes are a picture that browsers only paint.

/// Media types that may be shown; everything else is saved. SVG is not among them: it is a document with scripts.
pub(super) const SHOWN: [&str; 5] = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"];

/// The media type by the first bytes, whatever the sender claims.
pub(super) fn by_magic(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some("image/bmp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_raster_pictures_are_pictures() {
        assert_eq!(by_magic(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(by_magic(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(by_magic(b"GIF89a"), Some("image/gif"));
        assert_eq!(by_magic(b"RIFF1234WEBPVP8 "), Some("image/webp"));
        for other in [b"<svg onload=alert(1)>".as_slice(), b"<html>", b"%PDF-1.7", b"BM me at home", b"", b"GIF"] {
            assert_eq!(by_magic(other), None, "{other:?}");
        }
    }
}
