//! Byte ranges of a request (RFC 9110, section 14): one range is served, several are answered with everything.

use std::ops::Range;

/// What a `Range` header asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// Everything: there is no header, or none that has to be followed.
    Whole,
    /// These bytes, which are there.
    Part(Range<u64>),
    /// Bytes that are not there.
    Nowhere,
}

/// Reads the header for something that has `length` bytes.
pub(super) fn asked(header: Option<&str>, length: u64) -> Asked {
    let Some(spec) = header.and_then(|text| text.trim().strip_prefix("bytes=")) else { return Asked::Whole };
    let Some((from, to)) = spec.trim().split_once('-').filter(|_| !spec.contains(',')) else { return Asked::Whole };
    let number = |text: &str| -> Option<Option<u64>> {
        let text = text.trim();
        if text.is_empty() {
            return Some(None);
        }
        let digits = text.chars().all(|c| c.is_ascii_digit());
        // A number beyond all lengths is one beyond this length.
        digits.then(|| Some(text.parse().unwrap_or(u64::MAX)))
    };
    match (number(from), number(to)) {
        (Some(Some(from)), Some(Some(to))) if to < from => Asked::Whole,
        (Some(Some(from)), Some(to)) => {
            let end = to.map_or(length, |to| to.saturating_add(1).min(length));
            if from < length { Asked::Part(from..end) } else { Asked::Nowhere }
        }
        (Some(None), Some(Some(last))) => {
            if last == 0 || length == 0 {
                Asked::Nowhere
            } else {
                Asked::Part(length.saturating_sub(last)..length)
            }
        }
        (Some(None), Some(None)) | (None, _) | (_, None) => Asked::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_rfc_says() {
        for (header, wanted) in [
            ("bytes=0-", Asked::Part(0..100)),
            ("bytes=0-0", Asked::Part(0..1)),
            ("bytes=10-19", Asked::Part(10..20)),
            ("bytes=90-1000", Asked::Part(90..100)),
            ("bytes=-10", Asked::Part(90..100)),
            ("bytes=-1000", Asked::Part(0..100)),
            ("bytes=100-", Asked::Nowhere),
            ("bytes=99999999999999999999999-", Asked::Nowhere),
            ("bytes=-0", Asked::Nowhere),
            ("bytes=5-1", Asked::Whole),
            ("bytes=0-1,5-6", Asked::Whole),
            ("bytes=x-1", Asked::Whole),
            ("bytes=-", Asked::Whole),
            ("lines=1-2", Asked::Whole),
        ] {
            assert_eq!(asked(Some(header), 100), wanted, "{header}");
        }
        assert_eq!(asked(None, 100), Asked::Whole);
    }
}
