//! The published simulations of ContactCenters (University of Montreal, doc/examples/*.res at commit dd71c17): the same models must
//! give the same values. A published value is the mean of 1,000 days with a 95 % interval; ours has one as well, and two right
//! simulations differ by less than the two half widths together (the root of their squares at 95 %, the sum at 99.4 %).

use crate::{length, mmn, run, spec};
use okno_sim::{Estimate, Spec};
use serde_json::{Value, json};

fn agrees(what: &str, ours: Estimate, scale: f64, published: (f64, f64)) {
    let (Some(value), Some(low), Some(high)) = (ours.value, ours.low, ours.high) else { panic!("{what}: {ours:?}") };
    let (middle, half) = (0.5 * (published.0 + published.1), 0.5 * (published.1 - published.0));
    let own = 0.5 * (high - low) * scale;
    // Published ends are rounded to three digits.
    let rounding = 0.000_5;
    assert!((value * scale - middle).abs() <= half + own + rounding, "{what}: {} +- {own} is not {middle} +- {half}", value * scale);
}

/// A day of eight hours that begins empty, 40 of them (1,000 in `cargo xtask soak`).
fn day(mut model: Value) -> Spec {
    model["hours"] = json!(8);
    model["replications"] = json!(40 * length());
    model["seed"] = json!(3);
    spec(model)
}

#[test]
fn mmc() {
    let report = run(&day(mmn(252.0, 120.0, 12, json!({}))));
    let all = &report.scenarios[0].all.whole;
    agrees("service level", all.f2, 1.0, (0.900, 0.904));
    agrees("ASA, minutes", all.asa, 1.0 / 60.0, (0.097, 0.102));
}

#[test]
fn mmc_with_patience() {
    let report = run(&day(mmn(252.0, 120.0, 12, json!({"patience": {"kind": "exponential", "mean": 60}}))));
    let all = &report.scenarios[0].all.whole;
    agrees("abandoned per day", all.abandoned, 1.0, (57.660, 59.558));
    agrees("good of served", all.f2, 1.0, (0.974, 0.975));
    agrees("good of served and late abandons", all.f4, 1.0, (0.968, 0.969));
    agrees("ASA, minutes", all.asa, 1.0 / 60.0, (0.023, 0.024));
    agrees("occupancy", report.scenarios[0].agents.occupancy, 1.0, (0.674, 0.677));
}

#[test]
fn mmc_with_five_places() {
    let report = run(&day(mmn(252.0, 120.0, 12, json!({"places": 5}))));
    let all = &report.scenarios[0].all.whole;
    agrees("blocked per day", all.blocked, 1.0, (18.045, 19.265));
    agrees("good of served", all.f2, 1.0, (0.928, 0.930));
    agrees("ASA, minutes", all.asa, 1.0 / 60.0, (0.059, 0.061));
    agrees("occupancy", report.scenarios[0].agents.occupancy, 1.0, (0.688, 0.690));
}

/// Three kinds of customers, two groups, three periods of two hours, gamma days. Kind 0 is served by group 0, kind 2 by group 1,
/// kind 1 by both, group 0 first; an agent takes who waits longest.
fn simple_msk() -> Spec {
    let queue = |name: &str, rates: [f64; 3]| {
        json!({
            "name": name, "strategy": "skill_rank", "skills": {name: 1},
            "arrivals": {"kind": "poisson", "per_interval": rates.map(|rate| rate * 120.0)},
            // Service 2, 1.67, 2.5 minutes and patience 3.33, 2.5, 5 minutes, by the period of arrival.
            "handle": {"kind": "exponential", "mean": 120}, "handle_profile": [1.0, 0.5 / 0.6, 0.5 / 0.4],
            "patience": {"kind": "exponential", "mean": 200}, "patience_profile": [1.0, 0.3 / 0.4, 0.3 / 0.2]
        })
    };
    spec(json!({
        "interval_seconds": 7200, "service_level": {"seconds": 20, "variant": "F2"}, "replications": 50 * length(), "busyness_shape": 28.7, "seed": 5, "count_drain": true,
        "queues": [queue("0", [4.2, 5.3, 3.2]), queue("1", [5.1, 4.3, 4.8]), queue("2", [6.3, 5.2, 4.8])],
        "groups": [
            {"name": "group 0", "per_interval": [12, 18, 9], "queues": ["0", "1"], "skills": {"0": 10, "1": 10}},
            {"name": "group 1", "per_interval": [15, 20, 11], "queues": ["1", "2"], "skills": {"1": 1, "2": 10}}
        ]
    }))
}

#[test]
fn simple_msk_with_skills_groups_and_periods() {
    let report = run(&simple_msk());
    let scenario = &report.scenarios[0];
    let all = &scenario.all.whole;
    agrees("served per day", all.answered, 1.0, (4_270.150, 4_324.460));
    agrees("abandoned per day", all.abandoned, 1.0, (876.133, 944.537));
    agrees("good of served and late abandons", all.f4, 1.0, (0.494, 0.509));
    agrees("occupancy of group 0", scenario.groups[0].occupancy, 1.0, (0.877, 0.884));
    if report.replications < 1_000 {
        // Few days say nothing about the last period: on most days almost nobody is answered in time, on some many are.
        return;
    }
    // Good ones of each kind and period: the finest numbers that are published.
    let published = [
        [(164.338, 175.970), (594.159, 604.509), (13.782, 17.198)],
        [(254.597, 271.275), (506.276, 517.020), (31.270, 38.124)],
        [(250.178, 269.434), (607.586, 619.878), (22.137, 27.639)],
    ];
    for (kind, periods) in published.iter().enumerate() {
        for (period, &(low, high)) in periods.iter().enumerate() {
            let interval = &scenario.queues[kind].intervals[period];
            let good = interval.service_level.value.unwrap_or(0.0) * interval.answered;
            // Ours varies as theirs, over fewer days.
            let half = 0.5 * (high - low) * (1.0 + (1_000.0 / f64::from(report.replications)).sqrt());
            assert!((good - 0.5 * (low + high)).abs() <= half, "kind {kind}, period {period}: {good} good, published {low} to {high}");
        }
    }
}
