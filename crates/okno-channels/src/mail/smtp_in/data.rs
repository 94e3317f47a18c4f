//! The end of DATA: `<CRLF>.<CRLF>` and nothing else, or two servers disagree about where a mail ends (SMTP smuggling).

/// Where the reader stands in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// After CRLF, or at the very beginning.
    LineStart,
    /// After a dot at a line's start.
    Dot,
    /// After `.` CR at a line's start.
    DotCr,
    /// After CR.
    Cr,
    /// Inside a line.
    Text,
}

/// Reads the bytes of one DATA, removes stuffed dots, keeps at most a limit.
#[derive(Debug)]
pub(super) struct Data {
    place: Place,
    bytes: Vec<u8>,
    limit: usize,
    dropped: bool,
}

impl Data {
    pub(super) fn new(limit: usize) -> Self {
        Self { place: Place::LineStart, bytes: Vec::new(), limit, dropped: false }
    }

    /// Bytes that are held.
    pub(super) fn held(&self) -> usize {
        self.bytes.len()
    }

    /// Forgets what came and what comes; the end is still looked for.
    pub(super) fn drop_all(&mut self) {
        self.dropped = true;
        self.bytes = Vec::new();
    }

    /// The mail; `None` if it was larger than the limit.
    pub(super) fn finish(self) -> Option<Vec<u8>> {
        (!self.dropped).then_some(self.bytes)
    }

    /// Takes input; how many bytes were used, and whether the mail has ended there.
    pub(super) fn take(&mut self, input: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while at < input.len() {
            let byte = input[at];
            at += 1;
            self.place = match (self.place, byte) {
                (Place::LineStart, b'.') => Place::Dot,
                (Place::Dot, b'\r') => Place::DotCr,
                (Place::DotCr, b'\n') => return (at, true),
                (Place::DotCr, _) => {
                    // `.<CR>` without LF ends nothing; the dot was stuffed, the CR is content.
                    self.push(b"\r");
                    at -= 1;
                    Place::Cr
                }
                (Place::Cr, b'\n') => {
                    self.push(b"\n");
                    Place::LineStart
                }
                (_, b'\r') => {
                    self.push(b"\r");
                    Place::Cr
                }
                (Place::LineStart | Place::Dot | Place::Cr | Place::Text, _) => {
                    let rest = &input[at - 1..];
                    let run = memchr::memchr(b'\r', rest).unwrap_or(rest.len());
                    self.push(&rest[..run]);
                    at += run - 1;
                    Place::Text
                }
            };
        }
        (at, false)
    }

    fn push(&mut self, bytes: &[u8]) {
        if self.bytes.len() + bytes.len() > self.limit {
            self.drop_all();
        }
        if !self.dropped {
            self.bytes.extend_from_slice(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_crlf_dot_crlf_ends() {
        for (input, mail, rest) in [
            (".\r\nNEXT", Some(""), "NEXT"),
            ("a\r\n.\r\nNEXT", Some("a\r\n"), "NEXT"),
            ("..a\r\n.b\r\n.\r\n", Some(".a\r\nb\r\n"), ""),
            ("a\n.\nb\n.\r\nc\r.\rd\r.\r\ne\r\n.\ne\r\n.\re\r\n.\r\n", Some("a\n.\nb\n.\r\nc\r.\rd\r.\r\ne\r\n\ne\r\n\re\r\n"), ""),
            ("a\r\n.\r\r\n.\r\n", Some("a\r\n\r\r\n"), ""),
            ("a\r\n.", None, ""),
            ("a\n.\n", None, ""),
            ("a\r.\r", None, ""),
        ] {
            // However the bytes are cut into packets.
            for size in 1..=input.len() {
                let mut data = Data::new(1000);
                let mut used = 0;
                let mut ended = false;
                for packet in input.as_bytes().chunks(size) {
                    let (taken, end) = data.take(packet);
                    used += taken;
                    if end {
                        ended = true;
                        break;
                    }
                }
                assert_eq!(ended, mail.is_some(), "{input:?} by {size}");
                if let Some(mail) = mail {
                    assert_eq!(String::from_utf8(data.finish().unwrap()).unwrap(), mail, "{input:?} by {size}");
                    assert_eq!(&input[used..], rest, "{input:?} by {size}");
                }
            }
        }
    }

    #[test]
    fn too_large_is_dropped_and_the_end_still_found() {
        let mut data = Data::new(10);
        assert_eq!(data.take(b"0123456789abc\r\nmore"), (19, false));
        assert_eq!(data.held(), 0);
        assert_eq!(data.take(b"\r\n.\r\nQUIT"), (5, true));
        assert_eq!(data.finish(), None);
    }
}
