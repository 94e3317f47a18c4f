//! The report as a table for spreadsheets.

use super::{Estimate, QueueReport, Report};
use std::fmt::Write;

/// One row per scenario, queue and interval; rows with an empty interval are the whole run, rows with an empty queue are all
/// queues. The variant of the service level stands beside every number of it.
pub fn csv(report: &Report) -> String {
    let mut text = String::from(
        "scenario,queue,interval,offered,answered,abandoned,blocked,service_level_variant,service_level,service_level_low,service_level_high,\
         asa_seconds,p50_seconds,p90_seconds,p95_seconds,abandonment,waiting_mean,waiting_most,occupancy,promised\n",
    );
    let variant = format!("{:?}", report.service_level.variant);
    for scenario in &report.scenarios {
        for queue in std::iter::once(&scenario.all).chain(&scenario.queues) {
            let w = &queue.whole;
            let level = report.level(queue);
            let occupancy = if queue.name.is_empty() { scenario.agents.occupancy.value } else { None };
            let n = |e: Estimate| number(e.value);
            let start = format!("{},{}", quoted(&scenario.name), quoted(&queue.name));
            let _ = writeln!(
                text,
                "{start},,{},{},{},{},{variant},{},{},{},{},{},{},{},{},{},{},{},{}",
                n(w.offered),
                n(w.answered),
                n(w.abandoned),
                n(w.blocked),
                number(level.value),
                number(level.low),
                number(level.high),
                n(w.asa),
                n(w.p50),
                n(w.p90),
                n(w.p95),
                n(w.abandonment),
                n(w.waiting),
                n(w.waiting_most),
                number(occupancy),
                n(w.promised),
            );
            for (i, row) in queue.intervals.iter().enumerate() {
                let occupancy = if queue.name.is_empty() { scenario.agents.occupancies.get(i).copied().flatten() } else { None };
                let lost = (row.offered > 0.0).then(|| row.abandoned / row.offered);
                let _ = writeln!(
                    text,
                    "{start},{},{},{},{},{},{variant},{},{},{},{},,,,{},{},{},{},{}",
                    row.from,
                    number(Some(row.offered)),
                    number(Some(row.answered)),
                    number(Some(row.abandoned)),
                    number(Some(row.blocked)),
                    number(row.service_level.value),
                    number(row.service_level.low),
                    number(row.service_level.high),
                    number(row.asa),
                    number(lost),
                    number(Some(row.waiting)),
                    number(Some(row.waiting_most)),
                    number(occupancy),
                    number(Some(row.promised)),
                );
            }
        }
    }
    text
}

impl Report {
    /// The service level of a queue in the report's variant.
    pub fn level(&self, queue: &QueueReport) -> Estimate {
        use crate::spec::Variant;
        let w = &queue.whole;
        match self.service_level.variant {
            Variant::F1 => w.f1,
            Variant::F2 => w.f2,
            Variant::F3 => w.f3,
            Variant::F4 => w.f4,
            Variant::F5 => w.f5,
            Variant::F6 => w.f6,
        }
    }
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |v| format!("{}", (v * 1e6).round() / 1e6))
}

/// A text of people in a cell: quoted when it must be, and never a formula of a spreadsheet.
fn quoted(text: &str) -> String {
    let harmless = if text.starts_with(['=', '+', '-', '@', '\t']) { format!("'{text}") } else { text.to_owned() };
    if harmless.contains([',', '"', '\n', '\r']) { format!("\"{}\"", harmless.replace('"', "\"\"")) } else { harmless }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_formula() {
        assert_eq!(quoted("+2 agents"), "'+2 agents");
        assert_eq!(quoted("a, \"b\""), "\"a, \"\"b\"\"\"");
    }
}
