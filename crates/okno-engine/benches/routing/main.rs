//! Routing under the goals of performance.md: decisions per second and time of one decision, under every strategy and every
//! order, on a saturated floor with the event mix of real life (arrive, offer, accept, finish, wrap up, leave, miss) and on
//! one that has room; the rebuild; and a real bank's month.
//!
//! `cargo bench -p okno-engine --bench routing`. Besides criterion's figures it prints its own table: criterion measures
//! batches, a floor manager feels the single decision. `OKNO_TABLE=1` leaves criterion out; `OKNO_FLOOR=10k/1k` chooses the
//! floors whose names contain it, `rebuild` and `month` the other two, `OKNO_EVENTS` how many events the throughput is of.

#![expect(clippy::print_stdout, reason = "a benchmark speaks to the person who runs it")]

mod bank;
mod floor;

use criterion::{Criterion, Throughput, criterion_group};
use floor::{Case, Floor, KINDS, Kind, START, Size, rows};
use okno_engine::routing::{Engine, Limits};
use okno_model::doc::{Ordering, Strategy};
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

const SMALL: Size = Size { name: "1k/100/10k", agents: 1_000, queues: 100, waiting: 10_000 };
const GOAL: Size = Size { name: "10k/1k/100k", agents: 10_000, queues: 1_000, waiting: 100_000 };
const LARGE: Size = Size { name: "50k/5k/1M", agents: 50_000, queues: 5_000, waiting: 1_000_000 };
/// Everybody in one queue: nothing is hidden by small teams.
const ONE: Size = Size { name: "10k/1/100k", agents: 10_000, queues: 1, waiting: 100_000 };

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for size in [SMALL, GOAL, LARGE, ONE] {
        for saturated in [true, false] {
            cases.push(Case { size, strategy: None, order: None, saturated });
            cases.extend(Strategy::ALL.map(|strategy| Case { size, strategy: Some(strategy), order: None, saturated }));
        }
        cases.extend(Ordering::ALL.map(|order| Case { size, strategy: None, order: Some(order), saturated: true }));
    }
    cases
}

fn resident_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}

/// Time that this thread was on a core: other work on the machine does not count.
fn on_core() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split_whitespace().next().and_then(|ns| ns.parse().ok()).unwrap_or(0))
}

/// The table for people: throughput per core, the single decision, memory, rebuild.
fn table() {
    let only = std::env::var("OKNO_FLOOR").unwrap_or_default();
    let by_kind = std::env::var_os("OKNO_KINDS").is_some();
    for case in cases().iter().filter(|case| case.name().contains(&only)) {
        let before = resident_mib().unwrap_or(0);
        let mut floor = Floor::new(case);
        let memory = resident_mib().unwrap_or(0).saturating_sub(before);
        (0..50_000).for_each(|_| _ = floor.event());
        let offers = floor.offers;
        let events = std::env::var("OKNO_EVENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(200_000_u32);
        let start = on_core();
        (0..events).for_each(|_| _ = floor.event());
        let elapsed = on_core().saturating_sub(start).as_secs_f64();
        let offers = (floor.offers - offers) as f64 / elapsed;
        let mut times: Vec<(Kind, u64, u64)> = Vec::with_capacity(100_000);
        for _ in 0..100_000 {
            let (start, offers) = (Instant::now(), floor.offers);
            let kind = floor.event();
            times.push((kind, start.elapsed().as_nanos() as u64, floor.offers - offers));
        }
        let mut all: Vec<u64> = times.iter().map(|&(_, time, _)| time).collect();
        let mut each: Vec<u64> = times.iter().map(|&(_, time, offers)| time / offers.max(1)).collect();
        println!(
            "{:<40} {:>7.0} k/s, {:>6.0} k offers/s, p50 {:>6.2} us, p99 {:>6.2} us, p99.9 {:>7.2} us, p99 of one offer {:>6.2} us, {memory} MiB",
            case.name(),
            f64::from(events) / elapsed / 1000.0,
            offers / 1000.0,
            at(&mut all, 0.5),
            at(&mut all, 0.99),
            at(&mut all, 0.999),
            at(&mut each, 0.99),
        );
        if by_kind {
            for kind in KINDS {
                let mut times: Vec<u64> = times.iter().filter(|(k, ..)| *k == kind).map(|&(_, time, _)| time).collect();
                let (p50, p99, p999) = (at(&mut times, 0.5), at(&mut times, 0.99), at(&mut times, 0.999));
                println!(
                    "  {:<8} {:>7} times: p50 {p50:>6.2} us, p99 {p99:>6.2} us, p99.9 {p999:>7.2} us",
                    format!("{kind:?}"),
                    times.len()
                );
            }
        }
        floor.engine.check().expect("the floor of the benchmark keeps the invariants");
    }
}

/// Rows in, engine out.
fn rebuild() {
    for size in [SMALL, GOAL, LARGE] {
        let case = Case { size, strategy: None, order: None, saturated: true };
        let rows = rows(&case);
        let before = resident_mib().unwrap_or(0);
        let start = on_core();
        let restored = Engine::restore(START + Duration::from_secs(600), Limits::default(), rows, &mut Vec::new());
        let memory = resident_mib().unwrap_or(0).saturating_sub(before);
        println!("{:<40} rebuild {} ms, {memory} MiB more than its rows", size.name, on_core().saturating_sub(start).as_millis());
        drop(black_box(restored));
    }
}

/// The real month: what the engine took of it.
fn month() {
    let mut month = bank::month();
    let inputs = month.times.len();
    let spent: u64 = month.times.iter().sum();
    println!(
        "a bank's month: {} calls, {} answered, {inputs} inputs in {:.0} ms of the engine ({:.0} k/s), p50 {:.2} us, p99 {:.2} us",
        month.calls,
        month.answered,
        spent as f64 / 1e6,
        inputs as f64 / (spent as f64 / 1e6),
        at(&mut month.times, 0.5),
        at(&mut month.times, 0.99),
    );
}

/// A quantile, microseconds.
fn at(times: &mut [u64], share: f64) -> f64 {
    times.sort_unstable();
    times.get((times.len() as f64 * share) as usize).map_or(0.0, |&ns| ns as f64 / 1000.0)
}

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("routing");
    group.sample_size(20).throughput(Throughput::Elements(1));
    for (size, saturated) in [(SMALL, true), (GOAL, true), (GOAL, false)] {
        let case = Case { size, strategy: None, order: None, saturated };
        let mut floor = Floor::new(&case);
        group.bench_function(case.name(), |b| b.iter(|| floor.event()));
    }
    group.finish();
}

criterion_group!(criterion, benches);

fn main() {
    table();
    let only = std::env::var("OKNO_FLOOR").unwrap_or_default();
    if "rebuild".contains(&only) {
        rebuild();
    }
    if "month".contains(&only) {
        month();
    }
    if std::env::var_os("OKNO_TABLE").is_none() {
        criterion();
        Criterion::default().configure_from_args().final_summary();
    }
}
