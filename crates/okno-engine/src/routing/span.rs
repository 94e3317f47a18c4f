//! Numbers and spans of time as the sentences of decisions have them.

use std::time::Duration;

/// Tenths as a person writes them: `8`, `8.4`.
pub(super) fn tenths(n: i64) -> String {
    if n % 10 == 0 { format!("{}", n / 10) } else { format!("{}.{}", n / 10, n % 10) }
}

/// A span of time for a sentence: `4 min 10 s`.
pub(super) fn words(time: Duration) -> String {
    let s = time.as_secs();
    match (s / 3600, s / 60 % 60, s % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, min, 0) => format!("{min} min"),
        (0, min, s) => format!("{min} min {s} s"),
        (h, 0, _) => format!("{h} h"),
        (h, min, _) => format!("{h} h {min} min"),
    }
}
