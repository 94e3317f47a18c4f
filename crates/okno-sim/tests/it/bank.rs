//! A real bank's month: 33,043 calls of February 1999 (Anonymous Bank, Technion SEELab), replayed by half hours through the real engine.
//!
//! What is known: calls by half hour, the mean (176.4 s) and median (107 s) of service, patience by Kaplan-Meier (0.820 at 60 s, 0.709 at
//! 120 s, 0.486 at 300 s). Not known: who was at work. So agents are those of a published plan for this bank (MTPA, chapter 6, agents by hour),
//! six of ten of them: with so many about as many customers leave as left the bank. All other figures then follow, and stand beside the bank's.

use crate::{run, spec};
use okno_sim::Spec;
use serde_json::json;

/// The bank's own figures of that month (`anonbank_feb1999_metrics.csv`).
const BANK: [(&str, f64); 6] = [("F1", 0.587), ("F2", 0.597), ("F3", 0.491), ("F4", 0.543), ("F5", 0.558), ("F6", 0.526)];
/// Agents of each hour of the day, planned for this bank.
const PLAN: [u32; 24] = [1, 1, 1, 0, 1, 1, 1, 4, 8, 9, 10, 9, 8, 16, 10, 10, 6, 7, 8, 8, 6, 6, 5, 4];

fn month() -> (Spec, u32) {
    let counts: Vec<u32> = include_str!("../fixtures/anonbank_feb1999.csv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split(',').skip(1).map(|n| n.parse::<u32>().expect("a count")))
        .collect();
    let calls = counts.iter().sum();
    let agents: Vec<u32> = PLAN.iter().map(|&n| (f64::from(n) * 0.6).round() as u32).flat_map(|n| [n, n]).collect();
    let spec = spec(json!({
        "interval_seconds": 1800, "replications": 2,
        "queues": [{"name": "bank", "arrivals": {"kind": "counts", "per_interval": counts},
                    "handle": {"kind": "lognormal", "mean": 176.4, "sd": 231},
                    "patience": {"kind": "survival", "seconds": [60, 120, 300], "alive": [0.820, 0.709, 0.486]}}],
        "groups": [{"name": "agents", "per_interval": agents, "queues": ["bank"]}],
    }));
    (spec, calls)
}

#[test]
fn a_real_month_is_replayed_call_by_call() {
    let (spec, calls) = month();
    let report = run(&spec);
    let all = &report.scenarios[0].all.whole;
    assert_eq!(all.offered.value, Some(f64::from(calls)), "every call of the month comes, and none besides");
    let level = |e: okno_sim::Estimate| e.value.unwrap_or(-1.0);
    let [f1, f2, f3, f4, f5, f6] = [all.f1, all.f2, all.f3, all.f4, all.f5, all.f6].map(level);
    assert!(f3 <= f6 && f6 <= f4 && f4 <= f1 && f3 <= f5 && f5 <= f1 && f4 <= f2, "{f1} {f2} {f3} {f4} {f5} {f6}");
    // Most of those who left within 20 s left the bank's own machine before they waited; so F1 is farthest from the bank's.
    for ((name, bank), ours) in BANK.iter().zip([f1, f2, f3, f4, f5, f6]) {
        assert!((ours - bank).abs() < 0.06, "{name}: {ours}, the bank had {bank}");
    }
    let abandoned = all.abandoned.value.unwrap_or(0.0);
    assert!((abandoned / 5_902.0 - 1.0).abs() < 0.15, "{abandoned} left, 5,902 left the bank");
}
