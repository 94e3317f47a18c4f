//! When agents are there.

use super::{SpecError, refuse};
use crate::spec::GroupSpec;

const DAY: u64 = 86_400_000;

/// From when to when an agent is there, milliseconds after opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) from: u64,
    pub(crate) to: u64,
}

/// Milliseconds after midnight of `HH:MM`.
pub(crate) fn clock(text: &str, place: &str) -> Result<u64, SpecError> {
    let parts = text.split_once(':').and_then(|(h, m)| Some((h.parse::<u64>().ok()?, m.parse::<u64>().ok()?)));
    match parts {
        Some((h, m)) if h <= 24 && m < 60 && h * 60 + m <= 1440 => Ok((h * 60 + m) * 60_000),
        Some(_) | None => refuse(place, format!("`{text}` is no time of day; write it as 08:30")),
    }
}

/// The windows of each agent of a group; none for a group that comes and goes by intervals.
pub(crate) fn windows(spec: &GroupSpec, n: usize, opens: u64, horizon: u64) -> Result<Vec<Vec<Window>>, SpecError> {
    let ways = usize::from(spec.agents.is_some()) + usize::from(!spec.per_interval.is_empty()) + usize::from(!spec.shifts.is_empty());
    if ways != 1 {
        return refuse(format!("groups[{n}]"), "needs exactly one of `agents`, `per_interval` and `shifts`");
    }
    if let Some(agents) = spec.agents {
        return Ok(vec![vec![Window { from: 0, to: u64::MAX }]; agents as usize]);
    }
    let mut all = Vec::new();
    for (s, shift) in spec.shifts.iter().enumerate() {
        let place = |field: &str| format!("groups[{n}].shifts[{s}].{field}");
        let begin = clock(&shift.from, &place("from"))?;
        let end = after(begin, clock(&shift.to, &place("to"))?);
        let mut breaks = Vec::with_capacity(shift.breaks.len());
        for (b, span) in shift.breaks.iter().enumerate() {
            let from = clock(&span.from, &place(&format!("breaks[{b}].from")))?;
            let from = if from < begin { from + DAY } else { from };
            let to = after(from, clock(&span.to, &place(&format!("breaks[{b}].to")))?);
            if to > end {
                return refuse(place(&format!("breaks[{b}]")), "is not within the shift");
            }
            breaks.push(Window { from, to });
        }
        breaks.sort_by_key(|span| span.from);
        let day = pieces(Window { from: begin, to: end }, &breaks);
        let mut windows = Vec::new();
        // The day before may reach into the opening; days are counted from the midnight before opening.
        for start in 0..=(opens + horizon) / DAY + 1 {
            for piece in &day {
                let (from, to) = (start * DAY + piece.from, start * DAY + piece.to);
                let (from, to) = (from.saturating_sub(opens + DAY), to.saturating_sub(opens + DAY));
                if to > from && from < horizon {
                    windows.push(Window { from, to });
                }
            }
        }
        all.extend(std::iter::repeat_n(windows, shift.agents as usize));
    }
    Ok(all)
}

fn after(from: u64, to: u64) -> u64 {
    if to <= from % DAY { to + DAY + from / DAY * DAY } else { to + from / DAY * DAY }
}

/// What is left of a shift between its breaks.
fn pieces(shift: Window, breaks: &[Window]) -> Vec<Window> {
    let mut left = Vec::new();
    let mut from = shift.from;
    for span in breaks {
        if span.from > from {
            left.push(Window { from, to: span.from });
        }
        from = from.max(span.to);
    }
    if from < shift.to {
        left.push(Window { from, to: shift.to });
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{ShiftSpec, Span};

    fn hours(h: f64) -> u64 {
        crate::model::ms(h * 3600.0)
    }

    fn group(shifts: Vec<ShiftSpec>) -> GroupSpec {
        serde_json::from_value(serde_json::json!({"name": "g", "queues": [], "shifts": shifts})).unwrap()
    }

    fn shift(from: &str, to: &str, breaks: &[(&str, &str)]) -> ShiftSpec {
        let breaks = breaks.iter().map(|(from, to)| Span { from: (*from).into(), to: (*to).into() }).collect();
        ShiftSpec { agents: 1, from: from.into(), to: to.into(), breaks }
    }

    #[test]
    fn a_shift_has_holes_where_its_breaks_are() {
        let group = group(vec![shift("08:00", "16:00", &[("12:00", "12:30")])]);
        let windows = windows(&group, 0, hours(8.0), hours(10.0)).unwrap();
        assert_eq!(windows, [vec![Window { from: 0, to: hours(4.0) }, Window { from: hours(4.5), to: hours(8.0) }]]);
    }

    #[test]
    fn a_night_shift_reaches_over_midnight_every_day() {
        let group = group(vec![shift("22:00", "06:00", &[("01:00", "02:00")])]);
        let windows = windows(&group, 0, 0, hours(24.0)).unwrap();
        let w = |from: f64, to: f64| Window { from: hours(from), to: hours(to) };
        assert_eq!(windows, [vec![w(0.0, 1.0), w(2.0, 6.0), w(22.0, 25.0)]]);
    }

    #[test]
    fn wrong_times_are_refused_with_their_place() {
        let error = windows(&group(vec![shift("8", "16:00", &[])]), 2, 0, 1).unwrap_err();
        assert_eq!(error.to_string(), "groups[2].shifts[0].from: `8` is no time of day; write it as 08:30");
        assert!(windows(&group(vec![shift("08:00", "16:00", &[("15:00", "17:00")])]), 0, 0, 1).is_err());
    }
}
