//! Small models and exact formulas that the tests share.

use okno_sim::{Control, Estimate, Report, Spec, simulate};
use serde_json::{Value, json};

/// Reads a model.
pub(crate) fn spec(value: Value) -> Spec {
    serde_json::from_value(value).expect("a spec of the tests")
}

/// One queue with exponential times and one group.
pub(crate) fn mmn(per_hour: f64, mean: f64, agents: u32, more: Value) -> Value {
    let mut queue =
        json!({"name": "q", "arrivals": {"kind": "rate", "per_hour": per_hour}, "handle": {"kind": "exponential", "mean": mean}});
    if let (Some(queue), Value::Object(more)) = (queue.as_object_mut(), more) {
        queue.extend(more);
    }
    json!({"interval_seconds": 3600, "queues": [queue], "groups": [{"name": "g", "agents": agents, "queues": ["q"]}]})
}

pub(crate) fn run(spec: &Spec) -> Report {
    simulate(spec, 2, &Control::default()).expect("a model of the tests runs")
}

/// How many times as long the runs are: 1 in tests, more in `cargo xtask soak`.
pub(crate) fn length() -> u32 {
    std::env::var("OKNO_SIM_LENGTH").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// The exact value lies within the estimate's 99 % interval. Reports give 95 %: Student's 99 % quantile is at most 1.40 times the
/// 95 % one from 20 replications on.
pub(crate) fn within_99(what: &str, estimate: Estimate, exact: f64) {
    let (Some(value), Some(low), Some(high)) = (estimate.value, estimate.low, estimate.high) else { panic!("{what}: {estimate:?}") };
    let half = 0.5 * (high - low) * 1.40;
    assert!((value - exact).abs() <= half, "{what}: {value} +- {half} does not hold {exact}");
    assert!(half < 0.25 * exact.abs().max(0.004), "{what}: +- {half} is too wide to say anything of {exact}");
}

/// M/M/n with patience (Erlang A), places for waiting, or neither: the exact stationary values by the birth-death chain.
pub(crate) struct Chain {
    /// Probability to wait.
    pub(crate) waits: f64,
    /// Probability to be blocked.
    pub(crate) blocked: f64,
    /// Probability to leave, of all who come.
    pub(crate) leaves: f64,
    /// Mean number of waiting customers.
    pub(crate) queue: f64,
    /// Mean number of busy agents over their number.
    pub(crate) occupancy: f64,
}

pub(crate) fn chain(rate: f64, mean: f64, agents: usize, patience: Option<f64>, places: Option<usize>) -> Chain {
    let (mu, theta) = (1.0 / mean, patience.map_or(0.0, |patience| 1.0 / patience));
    let top = agents + places.unwrap_or(20_000);
    let mut p = vec![1.0];
    for j in 1..=top {
        let death = mu * j.min(agents) as f64 + theta * j.saturating_sub(agents) as f64;
        let next = p[j - 1] * rate / death;
        p.push(next);
        if j > agents && next < 1e-18 * p[agents] {
            break;
        }
    }
    let sum: f64 = p.iter().sum();
    let full = if p.len() == top + 1 && places.is_some() { p[top] / sum } else { 0.0 };
    let waiting: f64 = p.iter().enumerate().skip(agents).map(|(j, q)| (j - agents) as f64 * q / sum).sum();
    let busy: f64 = p.iter().enumerate().map(|(j, q)| j.min(agents) as f64 * q / sum).sum();
    Chain {
        waits: p.iter().skip(agents).sum::<f64>() / sum - full,
        blocked: full,
        leaves: theta * waiting / rate,
        queue: waiting,
        occupancy: busy / agents as f64,
    }
}
