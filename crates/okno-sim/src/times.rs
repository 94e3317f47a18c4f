//! Times of arrivals from a text file.

use crate::model::clock;

/// A line that holds no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: `{text}` is no time; write seconds after opening, or YYYY-MM-DD HH:MM:SS")]
pub struct BadTime {
    /// Line, from 1.
    pub line: usize,
    /// What is there.
    pub text: String,
}

const DAY: i64 = 86_400;

/// Reads the first column of each line: seconds after opening, or dates with times. A first line without a time is a heading; empty
/// lines and lines that begin with `#` are passed over. Dates count from the opening of the first day, so that the result is
/// seconds after opening in both cases; what comes before it is left out.
pub fn parse_times(text: &str, opens: &str) -> Result<Vec<f64>, BadTime> {
    let opens = clock(opens, "opens").unwrap_or(0) as f64 / 1000.0;
    let mut times = Vec::new();
    let mut first_day = None;
    for (n, line) in text.lines().enumerate() {
        let cell = line.split([',', ';', '\t']).next().unwrap_or_default().trim().trim_matches('"');
        if cell.is_empty() || cell.starts_with('#') {
            continue;
        }
        if let Ok(seconds) = cell.parse::<f64>()
            && seconds.is_finite()
        {
            times.push(seconds);
        } else if let Some((day, seconds)) = date(cell) {
            let first = *first_day.get_or_insert(day);
            times.push((day - first) as f64 * DAY as f64 + seconds - opens);
        } else if n > 0 {
            return Err(BadTime { line: n + 1, text: cell.chars().take(40).collect() });
        }
    }
    times.retain(|at| *at >= 0.0);
    times.sort_by(f64::total_cmp);
    Ok(times)
}

/// Days since 1970 and seconds of the day.
fn date(text: &str) -> Option<(i64, f64)> {
    let (day, time) = text.split_once([' ', 'T'])?;
    let mut parts = day.split('-').map(str::parse::<i64>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(1900..=2999).contains(&year) {
        return None;
    }
    let mut parts = time.trim_end_matches('Z').split(':').map(str::parse::<f64>);
    let (h, m, s) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next().unwrap_or(Ok(0.0)).ok()?);
    if !((0.0..24.0).contains(&h) && (0.0..60.0).contains(&m) && (0.0..61.0).contains(&s)) {
        return None;
    }
    // Days of the civil calendar, counted from March so that leap days come last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * month + 2) / 5 + day - 1;
    Some((era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468, h * 3600.0 + m * 60.0 + s))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read() {
        assert_eq!(parse_times("at\n12.5\n# pause\n3,x\n", "08:00"), Ok(vec![3.0, 12.5]));
        let text = "start;agent\n1999-02-28 08:00:30;a\n1999-03-01 07:59:00;b\n1999-02-28 07:00:00;c\n";
        assert_eq!(parse_times(text, "08:00"), Ok(vec![30.0, 86_340.0]));
        assert_eq!(date("1970-01-02 00:00:01"), Some((1, 1.0)));
        assert_eq!(date("2000-02-29T12:00"), Some((11_016, 43_200.0)));
    }

    #[test]
    fn a_wrong_line_is_named() {
        assert_eq!(
            parse_times("1\nsoon\n", "00:00").unwrap_err().to_string(),
            "line 2: `soon` is no time; write seconds after opening, or YYYY-MM-DD HH:MM:SS"
        );
    }
}
