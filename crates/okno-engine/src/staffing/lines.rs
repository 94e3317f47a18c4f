//! A limit of lines, with or without patience (M/M/N/K and M/M/N/K+M).
//!
//! Who arrives with `k` waiting before him waits `V_k`, a sum of independent exponential times of rates `N mu + i theta`,
//! `i = 0..k`, unless he gives up. `exp(-theta V_k)` has a beta distribution, so that with `u = exp(-theta t)`,
//! `a = N mu / theta`: `P(V_k > t) = I_u(a, k+1)` and `P(answered, W > t | k) = a / (a+k+1) I_u(a+1, k+1)`. Both grow by
//! positive terms from `k` to `k+1`; without patience the terms become Poisson's.

use super::{
    crowd::MAX_WAITING,
    erlang_b::inverse_b,
    error::{StaffingError, within},
    load::Load,
    steady::{Later, Steady, Waits},
};

/// What the waits need.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lines {
    answers: f64,
    theta: f64,
    /// `p_{N+k}` for each `k` with which an arrival is let in and waits.
    found: Vec<f64>,
}

pub(super) fn steady(load: &Load, patience: Option<f64>, agents: u32, lines: u32) -> Result<Steady, StaffingError> {
    if lines < agents {
        let (what, rule) = ("the number of lines", "at least the number of agents: who talks needs a line too");
        return Err(StaffingError::Value { what, value: f64::from(lines), rule });
    }
    within("the number of places in the queue", f64::from(lines - agents), 0.0, MAX_WAITING, "at most 2,000,000")?;
    let (lambda, theta) = (load.rate, patience.map_or(0.0, f64::recip));
    let answers = f64::from(agents) / load.handle;
    let mut queue = vec![1.0];
    // Scaled down on the way, so that an overloaded queue stays in range; what becomes 0 by it has no weight.
    let mut below = inverse_b(load.erlangs(), agents) - 1.0;
    for j in 1..=lines - agents {
        let next = queue[queue.len() - 1] * lambda / (answers + f64::from(j) * theta);
        queue.push(next);
        if next > 1e200 {
            for q in &mut queue {
                *q /= 1e200;
            }
            below /= 1e200;
        }
    }
    let whole = below + queue.iter().sum::<f64>();
    for q in &mut queue {
        *q /= whole;
    }
    let p_blocked = queue.pop().unwrap_or_default();
    let mean_queue = (1..).zip(queue.iter().skip(1).chain([&p_blocked])).map(|(j, p)| f64::from(j) * p).sum::<f64>();
    // With no place in the queue the last state is the only one.
    let mean_queue = if lines == agents { 0.0 } else { mean_queue };
    let p_abandon = if lambda > 0.0 { theta * mean_queue / lambda } else { 0.0 };
    let let_in = 1.0 - p_blocked;
    let answered = let_in - p_abandon;
    let mut waited = 0.0;
    let mut h = 0.0;
    for (k, p) in (0..).zip(&queue) {
        let k = f64::from(k);
        h += 1.0 / (answers + k * theta + theta);
        // E[V exp(-theta V)], V = V_k.
        waited += p * answers / (answers + (k + 1.0) * theta) * h;
    }
    let mean_wait = if lambda > 0.0 && let_in > 0.0 { mean_queue / lambda / let_in } else { 0.0 };
    Ok(Steady {
        agents,
        load: *load,
        p_wait: queue.iter().sum(),
        p_abandon,
        p_blocked,
        mean_wait,
        asa: (answered > 0.0).then(|| waited / answered),
        mean_queue,
        occupancy: load.erlangs() * answered / f64::from(agents),
        waits: Waits::Lines(Lines { answers, theta, found: queue }),
    })
}

impl Lines {
    pub(super) fn later(&self, seconds: f64) -> Later {
        let (mut answered_later, mut all_later) = (0.0, 0.0);
        // (1 - u) / theta, which is t without patience.
        let span = if self.theta > 0.0 { -(-self.theta * seconds).exp_m1() / self.theta } else { seconds };
        let ln_span = span.ln();
        // Logarithms of the terms that I_u(a, .) and I_u(a+1, .) grow by; the first may be far below the range.
        let mut ln_any = -self.answers * seconds;
        let mut ln_answered = ln_any - self.theta * seconds;
        let (mut any, mut answered) = (ln_any.exp(), ln_answered.exp());
        let stays = (-self.theta * seconds).exp();
        for (k, p) in (0..).zip(&self.found) {
            let k = f64::from(k);
            if k > 0.0 {
                ln_any += ln_span + ((self.answers + (k - 1.0) * self.theta) / k).ln();
                ln_answered += ln_span + ((self.answers + k * self.theta) / k).ln();
                any += ln_any.exp();
                answered += ln_answered.exp();
            }
            answered_later += p * answered * self.answers / (self.answers + (k + 1.0) * self.theta);
            all_later += p * any * stays;
        }
        Later { answered_later, abandoned_later: (all_later - answered_later).max(0.0) }
    }
}
