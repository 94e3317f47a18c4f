//! Customers per second through the real engine, on one core: the simple systems of the goal in performance.md, one with skills and
//! groups, and the real bank's month.
//!
//! `cargo bench -p okno-sim`. Besides criterion's figures it prints its own table by processor time, because other work on the
//! machine does not count.

#![expect(clippy::print_stdout, reason = "a benchmark speaks to the person who runs it")]

use criterion::{Criterion, Throughput, criterion_group};
use okno_sim::{Control, Spec, simulate};
use serde_json::json;
use std::{hint::black_box, time::Duration};

fn spec(value: serde_json::Value) -> Spec {
    serde_json::from_value(value).expect("a spec of the benchmark")
}

/// One queue, exponential everything.
fn mmn(name: &str, per_hour: f64, mean: f64, agents: u32, patience: Option<f64>, hours: f64) -> Spec {
    spec(json!({
        "name": name, "hours": hours, "interval_seconds": 3600, "replications": 8,
        "queues": [{"name": "q", "arrivals": {"kind": "rate", "per_hour": per_hour}, "handle": {"kind": "exponential", "mean": mean},
                    "patience": patience.map(|mean| json!({"kind": "exponential", "mean": mean}))}],
        "groups": [{"name": "g", "agents": agents, "queues": ["q"]}],
    }))
}

/// Three kinds of customers, two groups, skills, busy days.
fn skills() -> Spec {
    let queue = |name: &str, per_interval: [f64; 3]| {
        json!({"name": name, "strategy": "skill_rank", "skills": {name: 1}, "arrivals": {"kind": "poisson", "per_interval": per_interval},
               "handle": {"kind": "exponential", "mean": 120}, "patience": {"kind": "exponential", "mean": 200}})
    };
    spec(json!({
        "name": "3 queues, 2 groups, skills", "interval_seconds": 7200, "replications": 20, "busyness_shape": 28.7,
        "queues": [queue("a", [504.0, 636.0, 384.0]), queue("b", [612.0, 516.0, 576.0]), queue("c", [756.0, 624.0, 576.0])],
        "groups": [{"name": "0", "per_interval": [12, 18, 9], "queues": ["a", "b"], "skills": {"a": 10, "b": 10}},
                   {"name": "1", "per_interval": [15, 20, 11], "queues": ["b", "c"], "skills": {"b": 1, "c": 10}}],
    }))
}

/// 33,043 calls of February 1999 (Anonymous Bank, Technion SEELab) with six of ten agents of a published plan.
fn bank() -> Spec {
    let lines = include_str!("../tests/fixtures/anonbank_feb1999.csv").lines().filter(|line| !line.starts_with('#'));
    let counts: Vec<u32> = lines.flat_map(|line| line.split(',').skip(1).filter_map(|n| n.parse().ok())).collect();
    let plan = [1, 1, 1, 0, 1, 1, 1, 4, 8, 9, 10, 9, 8, 16, 10, 10, 6, 7, 8, 8, 6, 6, 5, 4];
    let agents: Vec<u32> = plan.iter().map(|&n: &u32| (f64::from(n) * 0.6).round() as u32).flat_map(|n| [n, n]).collect();
    spec(json!({
        "name": "a bank's month", "interval_seconds": 1800, "replications": 4,
        "queues": [{"name": "bank", "arrivals": {"kind": "counts", "per_interval": counts}, "handle": {"kind": "lognormal", "mean": 176.4, "sd": 231},
                    "patience": {"kind": "survival", "seconds": [60, 120, 300], "alive": [0.820, 0.709, 0.486]}}],
        "groups": [{"name": "agents", "per_interval": agents, "queues": ["bank"]}],
    }))
}

fn cases() -> Vec<Spec> {
    vec![
        mmn("M/M/1", 3_000.0, 1.0, 1, None, 10.0),
        mmn("M/M/12", 252.0, 120.0, 12, None, 200.0),
        mmn("M/M/50+M", 2_880.0, 60.0, 50, Some(120.0), 20.0),
        mmn("M/M/500+M", 28_800.0, 60.0, 500, Some(120.0), 5.0),
        skills(),
        bank(),
    ]
}

/// Time that this thread was on a core.
fn on_core() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split_whitespace().next().and_then(|ns| ns.parse().ok()).unwrap_or(0))
}

fn table() {
    for case in cases() {
        let control = Control::default();
        let start = on_core();
        black_box(simulate(&case, 1, &control).expect("a case of the benchmark runs"));
        let seconds = on_core().saturating_sub(start).as_secs_f64();
        let (customers, inputs) = control.work();
        println!(
            "{:<28} {customers:>8} customers, {inputs:>8} inputs: {:>9.0} customers/s, {:>9.0} inputs/s per core",
            case.name,
            customers as f64 / seconds,
            inputs as f64 / seconds
        );
    }
}

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("simulate");
    group.sample_size(10);
    for mut case in cases() {
        case.replications = 1;
        let control = Control::default();
        simulate(&case, 1, &control).expect("a case of the benchmark runs");
        group.throughput(Throughput::Elements(control.work().0));
        group.bench_function(&case.name, |b| b.iter(|| simulate(&case, 1, &Control::default())));
    }
    group.finish();
}

criterion_group!(criterion, benches);

fn main() {
    table();
    if std::env::var_os("OKNO_TABLE").is_none() {
        criterion();
        Criterion::default().configure_from_args().final_summary();
    }
}
