//! The time until a customer's turn: a sum of independent exponential times.
//!
//! Its quantiles are those of a shifted gamma distribution with the same mean, variance and third moment; that is exact
//! while nobody gives up, and its levels are right to 0.6 points of 100 in all queues.

use crate::math::gamma_quantile;

/// A wait that is a sum of independent exponential times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Passage {
    /// The sum of their means: its mean.
    pub(super) mean: f64,
    /// The sum of the squares of their means: its variance.
    squares: f64,
    /// The sum of the cubes: half of its third cumulant.
    cubes: f64,
}

/// Terms that are added one by one; beyond them the sum is an integral, which is exact to 1e-6 there.
const TERMS: u32 = 256;

impl Passage {
    /// With `ahead` customers before him, `answers` per second when all agents work, and each of those before him giving
    /// up at `theta` per second: rates `answers + i theta`, `i = 0..ahead`.
    pub(super) fn new(answers: f64, theta: f64, ahead: u32) -> Self {
        let (mut mean, mut squares, mut cubes) = (0.0, 0.0, 0.0);
        for i in 0..=ahead.min(TERMS) {
            let time = 1.0 / (answers + f64::from(i) * theta);
            mean += time;
            squares += time * time;
            cubes += time * time * time;
        }
        if ahead > TERMS {
            let (from, to) = (f64::from(TERMS) + 0.5, f64::from(ahead) + 0.5);
            let (fast, slow) = (answers + to * theta, answers + from * theta);
            let rest = to - from;
            // Integrals of 1 over (answers + i theta)^1, ^2, ^3, without loss for small theta.
            let step = rest * theta / slow;
            mean += if step > 0.0 { rest / slow * step.ln_1p() / step } else { rest / slow };
            squares += rest / (slow * fast);
            cubes += rest * (slow + fast) / (2.0 * slow * slow * fast * fast);
        }
        Self { mean, squares, cubes }
    }

    /// The wait that a share `p` does not exceed, as a multiple of the mean.
    pub(super) fn quantile_of_mean(&self, p: f64) -> f64 {
        let scale = self.cubes / self.squares;
        let shape = self.squares / scale / scale;
        // Not negative: (sum of squares)^2 <= sum x sum of cubes.
        let shift = (self.mean - shape * scale).max(0.0);
        (shift + scale * gamma_quantile(shape, p)) / self.mean
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
    fn it_has_the_quantiles_of_the_exact_distribution() {
        for (answers, theta) in [(0.05, 0.001), (0.05, 0.02), (0.5, 0.005), (1.0, 0.1)] {
            for ahead in [0, 1, 3, 10, 40, 200] {
                let passage = Passage::new(answers, theta, ahead);
                for p in [0.5, 0.8, 0.9] {
                    let t = passage.mean * passage.quantile_of_mean(p);
                    let above = exact_above(answers, theta, ahead, t);
                    assert!((above - (1.0 - p)).abs() < 0.006, "{answers} {theta} {ahead} {p}: {above}");
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
            let times: Vec<f64> = (0..=5000).map(|i| 1.0 / (0.5 + f64::from(i) * theta)).collect();
            let sum = |power| times.iter().map(|time| time.powi(power)).sum::<f64>();
            let passage = Passage::new(0.5, theta, 5000);
            for (ours, power) in [(passage.mean, 1), (passage.squares, 2), (passage.cubes, 3)] {
                assert!((ours / sum(power) - 1.0).abs() < 1e-6, "{theta} {power}");
            }
        }
    }
}
