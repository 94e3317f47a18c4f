//! Systems whose exact values are known: Erlang B, C and A.

use crate::{chain, length, mmn, run, spec, within_99};
use serde_json::{Value, json};

/// A long stationary run: warm-up, then everything counts.
fn stationary(mut model: Value, hours: f64, warmup: f64) -> okno_sim::Spec {
    let more = json!({"hours": hours * f64::from(length()), "warmup_seconds": warmup, "replications": 24, "drain": false, "seed": 7});
    if let (Some(model), Value::Object(more)) = (model.as_object_mut(), more) {
        model.extend(more);
    }
    spec(model)
}

#[test]
fn without_patience_it_is_erlang_c() {
    // 252 an hour, 120 s, 12 agents: the system of ContactCenters' MMC.
    let exact = chain(252.0 / 3600.0, 120.0, 12, None, None);
    let report = run(&stationary(mmn(252.0, 120.0, 12, json!({})), 30.0, 7_200.0));
    let all = &report.scenarios[0].all.whole;
    within_99("waits", all.waited, exact.waits);
    within_99("mean wait", all.asa, exact.queue / (252.0 / 3600.0));
    within_99("waiting", all.waiting, exact.queue);
    within_99("occupancy", report.scenarios[0].agents.occupancy, exact.occupancy);
    // SL(t) = 1 - C exp(-(n - a) t / aht), for t = 20 s.
    within_99("service level", all.f2, 1.0 - exact.waits * (-(12.0 - 8.4) * 20.0 / 120.0_f64).exp());
    assert_eq!(all.abandoned.value, Some(0.0));
}

#[test]
fn with_patience_it_is_erlang_a() {
    // Garnett, Mandelbaum and Reiman: 48 a minute, 60 s, 50 agents, patience 120 s. Exact: 3.09 % leave, 3.709 s mean wait.
    let exact = chain(0.8, 60.0, 50, Some(120.0), None);
    assert!((exact.leaves - 0.030_912).abs() < 1e-6, "{}", exact.leaves);
    let patience = json!({"patience": {"kind": "exponential", "mean": 120}});
    let report = run(&stationary(mmn(2_880.0, 60.0, 50, patience), 1.5, 900.0));
    let all = &report.scenarios[0].all.whole;
    within_99("leaves", all.abandonment, exact.leaves);
    within_99("mean wait", all.wait, exact.queue / 0.8);
    within_99("occupancy", report.scenarios[0].agents.occupancy, exact.occupancy);
}

#[test]
fn patience_like_service_makes_a_poisson_number_of_customers() {
    // theta = mu: leaves = E[(X - n)+] / a for a Poisson number X with mean a.
    let exact = chain(20.0 / 60.0, 60.0, 18, Some(60.0), None);
    let patience = json!({"patience": {"kind": "exponential", "mean": 60}});
    let report = run(&stationary(mmn(1_200.0, 60.0, 18, patience), 3.0, 900.0));
    within_99("leaves", report.scenarios[0].all.whole.abandonment, exact.leaves);
}

#[test]
fn without_places_it_is_erlang_b() {
    let exact = chain(0.1, 60.0, 8, None, Some(0));
    let report = run(&stationary(mmn(360.0, 60.0, 8, json!({"places": 0})), 8.0, 1_800.0));
    let all = &report.scenarios[0].all.whole;
    within_99("blocked", all.blocking, exact.blocked);
    assert_eq!(all.p95.value, Some(0.0), "nobody waits");
    // The same by the number of lines.
    let mut model = mmn(360.0, 60.0, 8, json!({}));
    model["lines"] = json!(8);
    let lines = run(&stationary(model, 8.0, 1_800.0));
    assert_eq!(lines.scenarios[0].all.whole.blocked, all.blocked, "eight lines are eight agents without places");
}

#[test]
fn redials_are_erlang_x() {
    // A quarter of those who left comes again: the load is a fixed point of Erlang A.
    let (rate, again) = (0.18, 0.25);
    let mut load = rate;
    for _ in 0..200 {
        load = rate + again * chain(load, 60.0, 10, Some(60.0), None).leaves * load;
    }
    let exact = chain(load, 60.0, 10, Some(60.0), None);
    let more = json!({"patience": {"kind": "exponential", "mean": 60},
                      "redial": {"probability": again, "delay": {"kind": "exponential", "mean": 1_200}, "tries": 200}});
    let report = run(&stationary(mmn(648.0, 60.0, 10, more), 8.0, 7_200.0));
    within_99("leaves", report.scenarios[0].all.whole.abandonment, exact.leaves);
    let offered = report.scenarios[0].all.whole.offered.value.unwrap_or(0.0);
    let expected = load * (8.0 * f64::from(length()) * 3600.0 - 7_200.0);
    assert!((offered / expected - 1.0).abs() < 0.02, "{offered} {expected}");
}

#[test]
fn everything_is_conserved_when_it_stops_in_the_middle() {
    let mut model = mmn(600.0, 120.0, 12, json!({"places": 9, "patience": {"kind": "weibull", "mean": 90, "shape": 0.7}}));
    model["hours"] = json!(0.5);
    model["drain"] = json!(false);
    // A lost customer would be an error of the run.
    let all = &run(&spec(model)).scenarios[0].all.whole;
    let sum = all.answered.value.unwrap_or(0.0) + all.abandoned.value.unwrap_or(0.0) + all.blocked.value.unwrap_or(0.0);
    assert!(all.offered.value.unwrap_or(0.0) > sum, "some still wait");
}
