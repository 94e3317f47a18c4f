//! The time until a customer's turn: a sum of independent exponential times.
//!
//! Its quantiles are those of a gamma distribution of the same mean and variance: their levels are right to 1.5 points of
//! 100 over all queues (to 0.3 where few give up), and the corrections of `calibration.rs` mend the rest.

use crate::math::gamma_quantile;

/// Mean and variance of a wait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Passage {
    pub(super) mean: f64,
    variance: f64,
}

/// Terms that are added one by one; beyond them the sum is an integral, which is exact to 1e-6 there.
const TERMS: u32 = 256;

impl Passage {
    /// With `ahead` customers before him, `answers` per second when all agents work, and each of those before him giving
    /// up at `theta` per second: rates `answers + i theta`, `i = 0..ahead`.
    pub(super) fn new(answers: f64, theta: f64, ahead: u32) -> Self {
        let (mut mean, mut variance) = (0.0, 0.0);
        for i in 0..=ahead.min(TERMS) {
            let time = 1.0 / (answers + f64::from(i) * theta);
            mean += time;
            variance += time * time;
        }
        if ahead > TERMS {
            let (from, to) = (f64::from(TERMS) + 0.5, f64::from(ahead) + 0.5);
            let (fast, slow) = (answers + to * theta, answers + from * theta);
            let rest = to - from;
            // (ln fast - ln slow) / theta, and 1/slow - 1/fast over theta, without loss for small theta.
            let step = rest * theta / slow;
            mean += if step > 0.0 { rest / slow * step.ln_1p() / step } else { rest / slow };
            variance += rest / (slow * fast);
        }
        Self { mean, variance }
    }

    /// The wait that a share `p` does not exceed, as a multiple of the mean: the gamma of the same mean and variance.
    pub(super) fn quantile_of_mean(&self, p: f64) -> f64 {
        let shape = self.mean * self.mean / self.variance;
        gamma_quantile(shape, p) / shape
    }
}

#[cfg(test)]
mod tests {
    use super::Passage;

    /// The exact share of waits above `t`: `I_u(a, n + 1)` with `u = exp(-theta t)`, `a = answers / theta`.
    fn exact_above(answers: f64, theta: f64, ahead: u32, t: f64) -> f64 {
        let span = -(-theta * t).exp_m1() / theta;
        let mut term = (-answers * t).exp();
        let mut sum = term;
        for k in 1..=ahead {
            let k = f64::from(k);
            term *= span * (answers + (k - 1.0) * theta) / k;
            sum += term;
        }
        sum
    }

    #[test]
    fn the_gamma_has_the_quantiles_of_the_exact_distribution() {
        for (answers, theta) in [(0.05, 0.001), (0.05, 0.02), (0.5, 0.005), (1.0, 0.1)] {
            for ahead in [0, 1, 3, 10, 40, 200] {
                let passage = Passage::new(answers, theta, ahead);
                for p in [0.5, 0.8, 0.9] {
                    let t = passage.mean * passage.quantile_of_mean(p);
                    let above = exact_above(answers, theta, ahead, t);
                    assert!((above - (1.0 - p)).abs() < 0.015, "{answers} {theta} {ahead} {p}: {above}");
                }
            }
        }
    }

    #[test]
    fn the_published_value() {
        // science.md 1.5: 10 ahead, 20 agents, 240 s, patience 180 s.
        let passage = Passage::new(20.0 / 240.0, 1.0 / 180.0, 10);
        assert!((passage.mean - 101.591_253_214_412_46).abs() < 1e-10);
    }

    #[test]
    fn long_queues_by_integral() {
        for theta in [0.0, 1e-12, 1e-3, 0.1] {
            let (mut mean, mut variance) = (0.0, 0.0);
            for i in 0..=5000 {
                let time: f64 = 1.0 / (0.5 + f64::from(i) * theta);
                mean += time;
                variance += time * time;
            }
            let passage = Passage::new(0.5, theta, 5000);
            assert!((passage.mean / mean - 1.0).abs() < 1e-6 && (passage.variance / variance - 1.0).abs() < 1e-6, "{theta}");
        }
    }
}
