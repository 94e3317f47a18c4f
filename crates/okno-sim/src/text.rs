//! Results for a terminal.

use crate::{
    report::{Estimate, GroupReport, QueueReport, Report, ScenarioReport},
    staff::Staffing,
};
use std::fmt::Write;

/// A report as a table for people; `intervals` adds a table per scenario with its intervals.
pub fn report_text(report: &Report, intervals: bool) -> String {
    let mut text = String::new();
    let t = report.service_level;
    let name = if report.name.is_empty() { "simulation" } else { &report.name };
    let _ = writeln!(text, "{name}: {} h, {} replications, seed {}", short(report.hours), report.replications, report.seed);
    let _ = writeln!(text, "Service level: within {} s, counted as {:?}; +- is half of the 95 % interval.", short(t.seconds), t.variant);
    for scenario in &report.scenarios {
        let _ = writeln!(text, "\n{}", title(scenario));
        scenario_table(&mut text, report, scenario);
        if !scenario.differences.is_empty() {
            let _ = writeln!(text, "  against the base, customer by customer:");
            for one in &scenario.differences {
                let shown = match one.measure.as_str() {
                    "service_level" | "abandonment" | "occupancy" => percent(one.difference, true),
                    "asa" | "p90" => format!("{} s", plain(one.difference, true)),
                    _ => plain(one.difference, true),
                };
                let _ = writeln!(
                    text,
                    "    {:<14} {shown}{}",
                    one.measure.replace('_', " "),
                    if sure(one.difference) { "" } else { "  (may be chance)" }
                );
            }
        }
        if intervals {
            interval_table(&mut text, scenario);
        }
    }
    text
}

fn title(scenario: &ScenarioReport) -> String {
    let changes = scenario.changes.join(", ");
    match (scenario.name.as_str(), changes.as_str()) {
        ("", "") => "base".into(),
        (name, "") => format!("base: {name}"),
        (name, changes) if name == changes => format!("scenario: {name}"),
        (name, changes) => format!("scenario: {name} ({changes})"),
    }
}

fn scenario_table(text: &mut String, report: &Report, scenario: &ScenarioReport) {
    let _ = writeln!(
        text,
        "  {:<18} {:>9} {:>9} {:>16} {:>14} {:>16} {:>8} {:>8} {:>9}",
        "queue", "offered", "answered", "service level", "ASA s", "abandoned", "blocked", "P90 s", "waiting"
    );
    for queue in scenario.queues.iter().chain((scenario.queues.len() > 1).then_some(&scenario.all)) {
        queue_line(text, report, queue);
    }
    let _ = writeln!(text, "  {:<18} {:>9} {:>9} {:>16}", "agents", "hours", "load", "occupancy");
    for group in scenario.groups.iter().chain((scenario.groups.len() > 1).then_some(&scenario.agents)) {
        group_line(text, group);
    }
}

fn queue_line(text: &mut String, report: &Report, queue: &QueueReport) {
    let w = &queue.whole;
    let name = if queue.name.is_empty() { "all" } else { &queue.name };
    let _ = writeln!(
        text,
        "  {:<18} {:>9} {:>9} {:>16} {:>14} {:>16} {:>8} {:>8} {:>9}",
        cut(name),
        value(w.offered.value),
        value(w.answered.value),
        percent(report.level(queue), false),
        plain(w.asa, false),
        percent(w.abandonment, false),
        value(w.blocked.value),
        value(w.p90.value),
        value(w.waiting.value),
    );
}

fn group_line(text: &mut String, group: &GroupReport) {
    let name = if group.name.is_empty() { "all" } else { &group.name };
    let load = group.load.value.map_or_else(|| "-".into(), |v| format!("{:.1} %", v * 100.0));
    let _ = writeln!(text, "  {:<18} {:>9} {:>9} {:>16}", cut(name), short(group.hours), load, percent(group.occupancy, false));
}

fn interval_table(text: &mut String, scenario: &ScenarioReport) {
    let _ = writeln!(
        text,
        "  {:<10} {:>9} {:>9} {:>9} {:>16} {:>9} {:>9} {:>8} {:>10}",
        "interval", "offered", "answered", "abandoned", "service level", "ASA s", "waiting", "agents", "occupancy"
    );
    for (i, row) in scenario.all.intervals.iter().enumerate() {
        let agents = scenario.agents.agents.get(i).copied();
        let occupancy = scenario.agents.occupancies.get(i).copied().flatten();
        let _ = writeln!(
            text,
            "  {:<10} {:>9} {:>9} {:>9} {:>16} {:>9} {:>9} {:>8} {:>10}",
            row.from,
            short(row.offered),
            short(row.answered),
            short(row.abandoned),
            percent(row.service_level, false),
            value(row.asa),
            short(row.waiting),
            value(agents),
            occupancy.map_or_else(|| "-".into(), |v| format!("{:.1} %", v * 100.0)),
        );
    }
}

/// A staffing as a table for people.
pub fn staffing_text(staffing: &Staffing) -> String {
    let mut text = String::new();
    let _ = write!(text, "{:<10} {:>9}", "interval", "offered");
    for group in &staffing.groups {
        let _ = write!(text, " {:>18}", cut(group));
    }
    let _ = writeln!(text, " {:>14} {:>10} {:>9} {:>10}", format!("level {:?}", staffing.variant), "abandoned", "ASA s", "occupancy");
    let share = |v: Option<f64>| v.map_or_else(|| "-".into(), |v| format!("{:.1} %", v * 100.0));
    for row in &staffing.rows {
        let _ = write!(text, "{:<10} {:>9}", row.from, short(row.offered));
        for (agents, formula) in row.agents.iter().zip(&row.formula) {
            let _ = write!(text, " {:>18}", format!("{agents} (Erlang {formula})"));
        }
        let missed = if row.met { "" } else { "  not reached" };
        let _ = writeln!(
            text,
            " {:>14} {:>10} {:>9} {:>10}{missed}",
            share(row.service_level),
            share(row.abandonment),
            value(row.asa),
            share(row.occupancy)
        );
    }
    let _ = writeln!(
        text,
        "{} agent hours, service level of the whole {}, {} staffings simulated.",
        short(staffing.hours),
        percent(staffing.service_level, false),
        staffing.tries
    );
    if !staffing.met {
        let _ = writeln!(text, "The goal is not reached everywhere: more of these agents do not help there.");
    }
    text
}

/// A staffing for spreadsheets.
pub fn staffing_csv(staffing: &Staffing) -> String {
    let mut text = String::from("interval,offered");
    for group in &staffing.groups {
        let name = group.replace('"', "\"\"");
        let _ = write!(text, ",\"agents of {name}\",\"Erlang of {name}\"");
    }
    text.push_str(",service_level_variant,service_level,abandonment,asa_seconds,occupancy,met\n");
    let number = |v: Option<f64>| v.map_or_else(String::new, |v| format!("{}", (v * 1e6).round() / 1e6));
    for row in &staffing.rows {
        let _ = write!(text, "{},{}", row.from, number(Some(row.offered)));
        for (agents, formula) in row.agents.iter().zip(&row.formula) {
            let _ = write!(text, ",{agents},{formula}");
        }
        let [level, lost, asa, busy] = [row.service_level, row.abandonment, row.asa, row.occupancy].map(number);
        let _ = writeln!(text, ",{:?},{level},{lost},{asa},{busy},{}", staffing.variant, row.met);
    }
    text
}

fn cut(name: &str) -> String {
    if name.chars().count() > 18 { name.chars().take(17).chain(['…']).collect() } else { name.to_owned() }
}

fn short(v: f64) -> String {
    if v.abs() >= 100.0 {
        format!("{v:.0}")
    } else if v.abs() >= 10.0 {
        format!("{v:.1}")
    } else {
        format!("{v:.2}")
    }
}

fn value(v: Option<f64>) -> String {
    v.map_or_else(|| "-".into(), short)
}

fn half(e: Estimate) -> Option<f64> {
    Some(0.5 * (e.high? - e.low?))
}

fn percent(e: Estimate, signed: bool) -> String {
    let Some(v) = e.value else { return "-".into() };
    let number = if signed { format!("{:+.1}", v * 100.0) } else { format!("{:.1}", v * 100.0) };
    half(e).map_or_else(|| format!("{number} %"), |half| format!("{number} +-{:.1} %", half * 100.0))
}

fn plain(e: Estimate, signed: bool) -> String {
    let Some(v) = e.value else { return "-".into() };
    let sign = if signed && v > 0.0 { "+" } else { "" };
    half(e).map_or_else(|| format!("{sign}{}", short(v)), |half| format!("{sign}{} +-{}", short(v), short(half)))
}

/// The interval does not hold 0.
fn sure(e: Estimate) -> bool {
    matches!((e.low, e.high), (Some(low), Some(high)) if low > 0.0 || high < 0.0)
}
