//! What was predicted against what came: the correction of the quantiles, and the report.
//!
//! **Correction.** Each quantile `p` has a factor for its predictions, by how many were ahead. After each outcome its
//! logarithm moves by `step x (1 - (1 - p))` if the wait was longer than predicted, and by `-step x (1 - p)` if not
//! (the online quantile gradient of Robbins and Monro, as in adaptive conformal inference, Gibbs & Candes 2021). It rests
//! where a share `p` of waits lies below, whatever the distribution. Who gave up earlier than predicted counts as the
//! share of such customers whose wait would have been longer: `(1 - p) / S(waited)`, with the Weibull distribution through
//! the predicted P50 and P90 for `S`.
//!
//! **Report.** Coverage counts who gave up as censored: Kaplan-Meier on the scale of wait / prediction. Errors are of who
//! was answered.

use serde::{Deserialize, Serialize};

/// The predicted quantiles.
pub(super) const QUANTILES: [f64; 3] = [0.5, 0.8, 0.9];
/// Factors are learned at these numbers of customers ahead; between them they are drawn by the logarithm, so that nobody's
/// estimate jumps when one before him leaves.
const AHEAD: [u32; 4] = [0, 3, 12, 40];
/// Bins of wait / prediction up to 1.
const BINS: usize = 20;
/// A factor stays between its inverse and this: beyond it, facts are wrong, and no factor mends them.
const FACTOR_MAX: f64 = 8.0;

/// How well one quantile was predicted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Quantile {
    /// Logarithm of the factor, by [`AHEAD`].
    ln_factor: [f64; 4],
    /// Outcomes that moved it, by [`AHEAD`].
    moves: [f64; 4],
    /// Answered by bin of wait / prediction; the last bin is above 1.
    answered: Vec<u32>,
    /// The same of those who gave up.
    gave_up: Vec<u32>,
    /// Pinball loss of those who were answered, seconds.
    pinball: f64,
}

impl Default for Quantile {
    fn default() -> Self {
        let bins = vec![0; BINS + 1];
        Self { ln_factor: [0.0; 4], moves: [0.0; 4], answered: bins.clone(), gave_up: bins, pinball: 0.0 }
    }
}

/// Predictions and outcomes of a class.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Calibration {
    quantiles: [Quantile; 3],
    answered: u32,
    gave_up: u32,
    absolute_error: f64,
    error: f64,
}

/// How honest the predictions were.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CalibrationReport {
    /// Predictions whose customers were answered.
    pub answered: u32,
    /// Predictions whose customers gave up.
    pub gave_up: u32,
    /// Share of waits that were not longer than P50; who gave up is censored.
    pub coverage_p50: f64,
    /// The same of P80: honest is 0.78 to 0.82.
    pub coverage_p80: f64,
    /// The same of P90.
    pub coverage_p90: f64,
    /// Share of waits within the announced band, P50 to P80; honest is 0.3.
    pub in_band: f64,
    /// Mean of |wait - P50| of the answered, seconds.
    pub mean_absolute_error: f64,
    /// Mean of (wait - P50) of the answered, seconds: above 0 is promised too short.
    pub bias: f64,
    /// Mean pinball loss at P80 of the answered, seconds.
    pub pinball_p80: f64,
    /// Mean pinball loss at P90 of the answered, seconds.
    pub pinball_p90: f64,
}

impl Calibration {
    /// Factors for P50, P80 and P90 with so many ahead.
    pub(super) fn factors(&self, ahead: u32) -> [f64; 3] {
        let weights = weights(ahead);
        [0, 1, 2].map(|q: usize| self.quantiles[q].ln_factor.iter().zip(weights).map(|(ln, weight)| ln * weight).sum::<f64>().exp())
    }

    /// A customer with `predicted` P50, P80 and P90 was answered, or gave up, after `waited` more seconds.
    pub(super) fn add(&mut self, predicted: [f64; 3], ahead: u32, waited: f64, gave_up: bool) {
        let weights = weights(ahead);
        let stays = survival(predicted, waited);
        for ((quantile, p), predicted) in self.quantiles.iter_mut().zip(QUANTILES).zip(predicted) {
            let predicted = predicted.max(1e-3);
            let missed = if waited > predicted {
                1.0
            } else if gave_up {
                ((1.0 - p) / stays).min(1.0)
            } else {
                0.0
            };
            quantile.learn(weights, p, missed);
            let bin = if waited > predicted { BINS } else { ((waited / predicted * BINS as f64) as usize).min(BINS - 1) };
            if gave_up {
                quantile.gave_up[bin] += 1;
            } else {
                quantile.answered[bin] += 1;
                let over = waited - predicted;
                quantile.pinball += if over > 0.0 { p * over } else { (p - 1.0) * over };
            }
        }
        if gave_up {
            self.gave_up += 1;
        } else {
            self.answered += 1;
            self.absolute_error += (waited - predicted[0]).abs();
            self.error += waited - predicted[0];
        }
    }

    /// How honest the predictions were; `None` before anybody was answered.
    pub fn report(&self) -> Option<CalibrationReport> {
        if self.answered == 0 {
            return None;
        }
        let n = f64::from(self.answered);
        let [p50, p80, p90] = &self.quantiles;
        Some(CalibrationReport {
            answered: self.answered,
            gave_up: self.gave_up,
            coverage_p50: p50.coverage(),
            coverage_p80: p80.coverage(),
            coverage_p90: p90.coverage(),
            in_band: (p80.coverage() - p50.coverage()).max(0.0),
            mean_absolute_error: self.absolute_error / n,
            bias: self.error / n,
            pinball_p80: p80.pinball / n,
            pinball_p90: p90.pinball / n,
        })
    }

    /// Begins a new report and keeps the corrections: for one report a day.
    pub fn restart(&mut self) {
        let keep = self.quantiles.clone().map(|old| Quantile { ln_factor: old.ln_factor, moves: old.moves, ..Quantile::default() });
        *self = Self { quantiles: keep, ..Self::default() };
    }
}

impl Quantile {
    fn learn(&mut self, weights: [f64; 4], p: f64, missed: f64) {
        let limit = FACTOR_MAX.ln();
        for ((ln_factor, moves), weight) in self.ln_factor.iter_mut().zip(&mut self.moves).zip(weights) {
            // Large steps at first, then small ones that still follow a change within some hundred outcomes.
            let step = (0.5 / (1.0 + *moves / 25.0)).max(0.01) * weight;
            *moves += weight;
            *ln_factor = (*ln_factor + step * (missed - (1.0 - p))).clamp(-limit, limit);
        }
    }

    /// Kaplan-Meier's share at or below the prediction; within a bin those who gave up count as half at risk.
    fn coverage(&self) -> f64 {
        let total: u32 = self.answered.iter().chain(&self.gave_up).sum();
        let (mut at_risk, mut stays) = (f64::from(total), 1.0);
        for (answered, gave_up) in self.answered.iter().zip(&self.gave_up).take(BINS) {
            let (answered, gave_up) = (f64::from(*answered), f64::from(*gave_up));
            let exposed = at_risk - gave_up / 2.0;
            if exposed > 0.0 {
                stays *= (1.0 - answered / exposed).max(0.0);
            }
            at_risk -= answered + gave_up;
        }
        1.0 - stays
    }
}

/// The share of waits longer than `waited`, by the Weibull distribution through P50 and P90.
fn survival([p50, _, p90]: [f64; 3], waited: f64) -> f64 {
    let (half, tenth) = (std::f64::consts::LN_2, std::f64::consts::LN_10);
    // At least a little apart, so that equal quantiles have a finite shape.
    let p50 = p50.max(1e-3);
    let shape = (tenth / half).ln() / (p90 / p50).max(1.05).ln();
    (-half * (waited / p50).powf(shape)).exp()
}

/// How much each of [`AHEAD`] counts for so many ahead; together 1.
fn weights(ahead: u32) -> [f64; 4] {
    let mut weights = [0.0; 4];
    let next = AHEAD.iter().position(|&knot| ahead <= knot).unwrap_or(AHEAD.len() - 1);
    let ln = |ahead: u32| f64::from(ahead).ln_1p();
    let before = next.saturating_sub(1);
    let part = if next == before { 1.0 } else { ((ln(ahead) - ln(AHEAD[before])) / (ln(AHEAD[next]) - ln(AHEAD[before]))).min(1.0) };
    weights[before] = 1.0 - part;
    weights[next] = part;
    weights
}

#[cfg(test)]
mod tests {
    use super::Calibration;

    fn uniform(state: &mut u64) -> f64 {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((*state >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    /// Waits of a distribution that the predictions know nothing of: lognormal-like with a mean of its own.
    #[test]
    fn wrong_predictions_become_honest_ones() {
        let (mut calibration, mut seed) = (Calibration::default(), 3);
        for round in 0..6_000 {
            if round == 2_000 {
                calibration.restart();
            }
            let wait = 20.0 * (1.2 * (uniform(&mut seed) + uniform(&mut seed) + uniform(&mut seed) - 1.5)).exp();
            let patience = -60.0 * uniform(&mut seed).ln();
            let factors = calibration.factors(3);
            let predicted = [40.0 * factors[0], 41.0 * factors[1], 42.0 * factors[2]];
            calibration.add(predicted, 3, wait.min(patience), patience < wait);
        }
        let report = calibration.report().unwrap();
        assert!(report.gave_up > 500, "{report:?}");
        assert!((0.47..0.53).contains(&report.coverage_p50), "{report:?}");
        assert!((0.78..0.82).contains(&report.coverage_p80), "{report:?}");
        assert!((0.88..0.92).contains(&report.coverage_p90), "{report:?}");
    }

    #[test]
    fn corrections_have_no_steps() {
        let near = |ahead: u32, expected: [f64; 4]| {
            let weights = super::weights(ahead);
            assert!(weights.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{ahead}: {weights:?}");
        };
        near(0, [1.0, 0.0, 0.0, 0.0]);
        near(1, [0.5, 0.5, 0.0, 0.0]);
        near(3, [0.0, 1.0, 0.0, 0.0]);
        near(40, [0.0, 0.0, 0.0, 1.0]);
        near(4000, [0.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn nothing_answered_is_no_report() {
        assert_eq!(Calibration::default().report(), None);
    }
}
