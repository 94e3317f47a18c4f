//! Staffing formulas under the goals of performance.md: required agents by Erlang C at 10, 167 and 4,000 erlangs, Erlang A
//! at 100 agents, and a plan of 1,000 queues for a week of quarter hours.
//!
//! `cargo bench -p okno-engine --bench staffing`.

#![expect(clippy::print_stdout, reason = "a benchmark speaks to the person who runs it")]

use criterion::{Criterion, criterion_group};
use okno_engine::staffing::{Crowd, Load, ServiceLevel, Target, erlang_b, required_agents, steady};
use std::{hint::black_box, time::Instant};

fn target() -> Target {
    let level = ServiceLevel::new(20.0).expect("20 s is a threshold");
    Target::default().level(level, 0.8).expect("80 % is a share")
}

fn load(erlangs: f64) -> Load {
    Load::new(erlangs / 180.0, 1.0, 180.0).expect("a load")
}

fn formulas(criterion: &mut Criterion) {
    let patient = Crowd::patient(120.0).expect("a patience");
    for erlangs in [10.0, 167.0, 4000.0] {
        let load = load(erlangs);
        criterion.bench_function(&format!("required agents, Erlang C, {erlangs} erlangs"), |bencher| {
            bencher.iter(|| required_agents(black_box(&load), &Crowd::endless(), &target()));
        });
        criterion.bench_function(&format!("required agents, Erlang A, {erlangs} erlangs"), |bencher| {
            bencher.iter(|| required_agents(black_box(&load), &patient, &target()));
        });
    }
    criterion.bench_function("Erlang B, 4000 erlangs, 4050 servers", |bencher| {
        bencher.iter(|| erlang_b(black_box(4000.0), 4050));
    });
    criterion.bench_function("Erlang C, 10 erlangs, 14 agents", |bencher| {
        bencher.iter(|| steady(black_box(&load(10.0)), &Crowd::endless(), 14));
    });
    let level = ServiceLevel::new(20.0).expect("20 s is a threshold");
    criterion.bench_function("Erlang A with service level, 95 erlangs, 100 agents", |bencher| {
        bencher.iter(|| steady(black_box(&load(95.0)), &patient, 100).map(|at| at.service_level(&level)));
    });
}

/// 1,000 queues x 672 quarter hours, loads from 0.1 to 200 erlangs over a day's profile.
fn plan(name: &str, crowd: &Crowd) {
    let target = target();
    let begun = Instant::now();
    let mut agents = 0_u64;
    for queue in 0..1000_u32 {
        let size = 0.2 * 1.007_f64.powi(queue as i32);
        for quarter in 0..672_u32 {
            let hour = f64::from(quarter % 96) / 4.0;
            let profile = 0.15 + 0.85 * (-(hour - 13.0).powi(2) / 18.0).exp();
            agents += u64::from(required_agents(&load(size * profile), crowd, &target).expect("80/20 can be reached"));
        }
    }
    println!("plan of 1000 queues x 672 quarter hours, {name}: {:.2} s ({agents} agent quarters)", begun.elapsed().as_secs_f64());
}

criterion_group!(benches, formulas);

fn main() {
    plan("Erlang C", &Crowd::endless());
    plan("Erlang A", &Crowd::patient(120.0).expect("a patience"));
    benches();
    Criterion::default().configure_from_args().final_summary();
}
