//! Staffing formulas under the goals of performance.md: required agents by Erlang C at 10, 167 and 4,000 erlangs, Erlang A
//! at 100 agents, and a plan of 1,000 queues for a week of quarter hours.
//!
//! `cargo bench -p okno-engine --bench staffing`. Besides criterion's figures it prints its own table, the best of many short
//! batches: criterion's wall clock contains what else the machine does.

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

type Formula = Box<dyn Fn()>;

/// Each formula by its name.
fn formulas() -> Vec<(&'static str, Formula)> {
    let patient = Crowd::patient(120.0).expect("a patience");
    let level = ServiceLevel::new(20.0).expect("20 s is a threshold");
    let required = |erlangs: f64, crowd: Crowd| {
        let (load, target) = (load(erlangs), target());
        Box::new(move || drop(black_box(required_agents(black_box(&load), &crowd, &target)))) as Formula
    };
    let (ten, hundred) = (load(10.0), load(95.0));
    vec![
        ("required agents, Erlang C, 10 erlangs", required(10.0, Crowd::endless())),
        ("required agents, Erlang C, 167 erlangs", required(167.0, Crowd::endless())),
        ("required agents, Erlang C, 4000 erlangs", required(4000.0, Crowd::endless())),
        ("required agents, Erlang A, 10 erlangs", required(10.0, patient)),
        ("required agents, Erlang A, 167 erlangs", required(167.0, patient)),
        ("required agents, Erlang A, 4000 erlangs", required(4000.0, patient)),
        ("Erlang B, 4000 erlangs, 4050 servers", Box::new(|| drop(black_box(erlang_b(black_box(4000.0), 4050))))),
        ("Erlang C, 10 erlangs, 14 agents", Box::new(move || drop(black_box(steady(black_box(&ten), &Crowd::endless(), 14))))),
        (
            "Erlang A with service level, 95 erlangs, 100 agents",
            Box::new(move || drop(black_box(steady(black_box(&hundred), &patient, 100).map(|at| at.service_level(&level))))),
        ),
    ]
}

fn benches(criterion: &mut Criterion) {
    for (name, formula) in formulas() {
        criterion.bench_function(name, |bencher| bencher.iter(&formula));
    }
}

/// The best of 400 batches of 32 calls.
fn table() {
    for (name, formula) in formulas() {
        let batch = |_| {
            let begun = Instant::now();
            (0..32).for_each(|_| formula());
            begun.elapsed().as_secs_f64() / 32.0
        };
        let best = (0..400).map(batch).fold(f64::INFINITY, f64::min);
        println!("{name}: {:.2} us", best * 1e6);
    }
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

criterion_group!(group, benches);

fn main() {
    plan("Erlang C", &Crowd::endless());
    plan("Erlang A", &Crowd::patient(120.0).expect("a patience"));
    table();
    group();
    Criterion::default().configure_from_args().final_summary();
}
