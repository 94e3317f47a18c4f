//! What an estimate of a wait costs, and what it costs to learn from an answer. `cargo bench -p okno-engine --bench wait`.
//! It prints the best of many short batches beside criterion's figures, which contain what else the machine does.

#![expect(clippy::print_stdout, reason = "a benchmark speaks to the person who runs it")]

use criterion::{Criterion, criterion_group};
use okno_engine::wait::{Facts, WaitKey, WaitModel};
use okno_model::{Medium, QueueId, Timestamp};
use std::{hint::black_box, time::Instant};

const KEY: WaitKey = WaitKey { queue: QueueId::from_u128(1), medium: Medium::Voice };
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn facts(ahead: u32) -> Facts {
    Facts { ahead, waiting: ahead, first_waited: Some(60.0), agents: 40.0, hour: 10 }
}

fn taught() -> WaitModel {
    let mut model = WaitModel::default();
    for i in 0..500_u32 {
        let said = model.estimate(KEY, NOW, &facts(i % 30)).ok();
        let waited = f64::from(i * 37 % 200);
        if i % 7 == 0 {
            model.gave_up(KEY, waited, said.as_ref().map(|said| (said, 0.0)));
        } else {
            model.answered(KEY, NOW, waited, said.as_ref().map(|said| (said, 0.0)));
            model.handled(KEY, 10, 100.0 + waited);
        }
    }
    model
}

fn best(name: &str, mut call: impl FnMut()) {
    let batch = |_| {
        let begun = Instant::now();
        (0..32).for_each(|_| call());
        begun.elapsed().as_secs_f64() / 32.0
    };
    println!("{name}: {:.2} us", (0..400).map(batch).fold(f64::INFINITY, f64::min) * 1e6);
}

fn benches(criterion: &mut Criterion) {
    let mut model = taught();
    for ahead in [0, 10, 200, 5000] {
        let name = format!("estimate with {ahead} ahead");
        best(&name, || _ = black_box(model.estimate(KEY, NOW, black_box(&facts(ahead)))));
        criterion.bench_function(&name, |bencher| bencher.iter(|| model.estimate(KEY, NOW, black_box(&facts(ahead)))));
    }
    let said = model.estimate(KEY, NOW, &facts(10)).expect("it was taught");
    best("an answer is learned", || model.answered(KEY, NOW, 60.0, Some((black_box(&said), 0.0))));
}

criterion_group!(group, benches);

fn main() {
    group();
    Criterion::default().configure_from_args().final_summary();
}
