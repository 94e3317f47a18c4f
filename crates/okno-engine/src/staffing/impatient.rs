//! Erlang A: customers give up after an exponential time (M/M/N+M).
//!
//! With `q_j = prod_{i=1..j} lambda / (N mu + i theta)` the number in the system has `p_{N+j} = p_N q_j`, and everything
//! that planners ask for is a sum of positive terms:
//! `P(W>0) = p_N sum q_j`, `E[Q] = p_N sum j q_j`, `P(Ab) = theta E[Q] / lambda`, and
//! `E[W; answered] = p_N (N mu / lambda) sum q_j H_j` with `H_j = sum_{i=1..j} 1 / (N mu + i theta)`.
//! For waits beyond `t`, put `lambda_t = lambda exp(-theta t)` for lambda in `q_j`, and
//! `e(t) = exp(lambda (1 - exp(-theta t)) / theta - N mu t)`:
//! `P(answered, W>t) = p_N (N mu / lambda) e(t) sum_{j>=1} q_j`, `P(gives up, W>t) = p_N (theta / lambda) e(t) sum j q_j`.
//! (The density of the offered wait in science.md 2.1, integrated as the series of an incomplete gamma function.)

use super::{
    crowd::MAX_WAITING,
    erlang_b::inverse_b,
    error::{StaffingError, within},
    load::Load,
    steady::{Later, Steady, Waits},
};

/// What the waits need.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Impatient {
    /// Arrivals per second.
    lambda: f64,
    /// N mu: answers per second when all agents work.
    answers: f64,
    /// 1 / mean patience.
    theta: f64,
    /// `ln p_N`, so that neither overload nor idleness leaves the range of a double.
    ln_p: f64,
}

pub(super) fn steady(load: &Load, patience: f64, agents: u32) -> Result<Steady, StaffingError> {
    within("the number of customers who would wait if nobody answered", load.rate * patience, 0.0, MAX_WAITING, "at most 2,000,000")?;
    let (lambda, theta) = (load.rate, 1.0 / patience);
    let answers = f64::from(agents) / load.handle;
    let sums = Sums::of(lambda, answers, theta);
    let below = inverse_b(load.erlangs(), agents) - 1.0;
    // p_N = 1 / (below + q0), with q0 scaled by exp(ln_scale).
    let scale = (-sums.ln_scale).exp();
    let whole = if below.is_finite() { below * scale + sums.q0 } else { f64::INFINITY };
    let p = 1.0 / whole;
    let mean_queue = p * sums.q1;
    let (p_abandon, mean_wait) = if lambda > 0.0 { (theta * mean_queue / lambda, mean_queue / lambda) } else { (0.0, 0.0) };
    let answered = 1.0 - p_abandon;
    let asa = if lambda > 0.0 { p * sums.qh * answers / lambda / answered } else { 0.0 };
    Ok(Steady {
        agents,
        load: *load,
        p_wait: p * sums.q0,
        p_abandon,
        p_blocked: 0.0,
        mean_wait,
        asa: (answered > 0.0).then_some(asa),
        mean_queue,
        occupancy: load.erlangs() * answered / f64::from(agents),
        waits: Waits::Impatient(Impatient { lambda, answers, theta, ln_p: p.ln() - sums.ln_scale }),
    })
}

impl Impatient {
    pub(super) fn later(&self, seconds: f64) -> Later {
        let none = Later { answered_later: 0.0, abandoned_later: 0.0 };
        if self.lambda == 0.0 || self.ln_p == f64::NEG_INFINITY {
            return none;
        }
        let left = (-self.theta * seconds).exp();
        let given_up = -(-self.theta * seconds).exp_m1() / self.theta;
        let sums = Sums::of(self.lambda * left, self.answers, self.theta);
        let factor = (self.ln_p + self.lambda * given_up - self.answers * seconds + sums.ln_scale).exp();
        Later {
            answered_later: factor * self.answers / self.lambda * sums.above,
            abandoned_later: factor * self.theta / self.lambda * sums.q1,
        }
    }
}

/// The sums over the queue; each is to be multiplied by `exp(ln_scale)`.
struct Sums {
    ln_scale: f64,
    /// `sum_{j>=0} q_j`.
    q0: f64,
    /// `sum_{j>=1} q_j`.
    above: f64,
    /// `sum j q_j`.
    q1: f64,
    /// `sum q_j H_j`.
    qh: f64,
}

/// Terms are scaled down by this when they pass it.
const BIG: f64 = 1e200;

impl Sums {
    fn of(lambda: f64, answers: f64, theta: f64) -> Self {
        let mut sums = Self { ln_scale: 0.0, q0: 0.0, above: 0.0, q1: 0.0, qh: 0.0 };
        let (mut term, mut first, mut h, mut j) = (1.0, 1.0, 0.0, 0.0);
        loop {
            // Eight terms between two looks at the end: the divisions overlap.
            for _ in 0..8 {
                j += 1.0;
                let per = 1.0 / (answers + j * theta);
                h += per;
                term *= lambda * per;
                sums.above += term;
                sums.q1 += j * term;
                sums.qh += h * term;
                if term > BIG {
                    term /= BIG;
                    first /= BIG;
                    sums.above /= BIG;
                    sums.q1 /= BIG;
                    sums.qh /= BIG;
                    sums.ln_scale += BIG.ln();
                }
            }
            let ratio = lambda / (answers + (j + 1.0) * theta);
            // What is left of sum j q_j is at most term (j + 1 / (1 - ratio)) ratio / (1 - ratio).
            if ratio < 1.0 && term * ratio * (j + 1.0 / (1.0 - ratio)) <= 1e-17 * sums.q1 * (1.0 - ratio) {
                sums.q0 = first + sums.above;
                return sums;
            }
        }
    }
}
