//! How long customers wait before they give up.
//!
//! Who is answered would have waited longer, nobody knows how long: he is *censored*. The mean wait of those who gave up
//! is therefore no estimate of patience. The estimator is Kaplan and Meier's in its life-table form: the age is cut into
//! pieces; in each the hazard is `gave up / time at risk`, and `S(t) = exp(-sum hazard x length)`. Each wait adds to the
//! pieces that it went through, so that it is incremental; old waits fade.

use crate::staffing::PatienceCurve;
use serde::{Deserialize, Serialize};

/// Ends of the pieces, seconds; the last one has no end.
const ENDS: [f64; 19] =
    [5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 240.0, 300.0, 450.0, 600.0, 900.0, 1800.0, 3600.0, 14_400.0, 86_400.0];
/// About the last 2,000 waits count.
const KEEP: f64 = 0.9995;

/// The patience of a class of customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Patience {
    /// Who gave up in each piece.
    #[serde(with = "short")]
    gave_up: Vec<f64>,
    /// Time that customers spent waiting in each piece, seconds.
    #[serde(with = "short")]
    at_risk: Vec<f64>,
}

impl Default for Patience {
    fn default() -> Self {
        Self { gave_up: vec![0.0; ENDS.len() + 1], at_risk: vec![0.0; ENDS.len() + 1] }
    }
}

impl Patience {
    /// Somebody waited so many seconds; then he gave up, or not.
    pub fn add(&mut self, waited: f64, gave_up: bool) {
        for value in self.gave_up.iter_mut().chain(&mut self.at_risk) {
            *value *= KEEP;
        }
        let mut begin = 0.0;
        for piece in 0..=ENDS.len() {
            let end = ENDS.get(piece).copied().unwrap_or(f64::INFINITY);
            self.at_risk[piece] += waited.min(end) - begin;
            if waited <= end {
                self.gave_up[piece] += f64::from(u8::from(gave_up));
                return;
            }
            begin = end;
        }
    }

    /// S(t): the share of customers who would wait longer than so many seconds.
    pub fn survival(&self, seconds: f64) -> f64 {
        (-self.hazard_to(seconds)).exp()
    }

    /// The mean rate per second at which customers of up to this age give up: `-ln S(t) / t`.
    pub fn rate(&self, seconds: f64) -> f64 {
        if seconds > 0.0 { self.hazard_to(seconds) / seconds } else { self.hazard(0) }
    }

    /// The rate over all ages: who gave up divided by all time at risk, the maximum likelihood estimate of exponential
    /// patience.
    pub fn mean_rate(&self) -> f64 {
        let time: f64 = self.at_risk.iter().sum();
        if time > 0.0 { self.gave_up.iter().sum::<f64>() / time } else { 0.0 }
    }

    /// The age at which half of the customers would have given up; `None` if nobody has been seen to wait so long.
    pub fn median(&self) -> Option<f64> {
        let (mut sum, mut begin) = (0.0, 0.0);
        for (piece, end) in ENDS.into_iter().enumerate() {
            let hazard = self.hazard(piece);
            let here = hazard * (end - begin);
            if sum + here >= std::f64::consts::LN_2 {
                return Some(begin + (std::f64::consts::LN_2 - sum) / hazard);
            }
            sum += here;
            begin = end;
        }
        None
    }

    /// The same as planners need it, for [`crate::staffing::steady_general`].
    pub fn curve(&self) -> PatienceCurve {
        let begins = [0.0].into_iter().chain(ENDS);
        let hazards: Vec<_> = begins.enumerate().map(|(piece, begin)| (begin, self.hazard(piece).min(1000.0))).collect();
        PatienceCurve::of(&hazards).expect("pieces begin at 0 and are in their order")
    }

    fn hazard_to(&self, seconds: f64) -> f64 {
        let (mut sum, mut begin) = (0.0, 0.0);
        for piece in 0..=ENDS.len() {
            let end = ENDS.get(piece).copied().unwrap_or(f64::INFINITY);
            if seconds <= begin {
                break;
            }
            sum += self.hazard(piece) * (seconds.min(end) - begin);
            begin = end;
        }
        sum
    }

    /// Of a piece that few have reached: drawn to the rate over all ages, as if it had been seen for half a minute more.
    fn hazard(&self, piece: usize) -> f64 {
        let draw = 30.0;
        (self.gave_up[piece] + self.mean_rate() * draw) / (self.at_risk[piece] + draw)
    }
}

/// Numbers with seven figures; old states with fewer pieces are filled up.
mod short {
    use super::ENDS;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(values: &[f64], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(values.iter().map(|&value| value as f32))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
        let mut values: Vec<f64> = Vec::<f32>::deserialize(from)?.into_iter().map(f64::from).collect();
        values.resize(ENDS.len() + 1, 0.0);
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use super::Patience;

    /// Deterministic uniform values.
    fn uniform(state: &mut u64) -> f64 {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((*state >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    #[test]
    fn who_is_answered_is_censored_not_impatient() {
        // Patience exponential with mean 200 s, answers after an exponential time of mean 60 s.
        let (mut patience, mut seed) = (Patience::default(), 7);
        let (mut sum, mut gave_up) = (0.0, 0.0);
        for _ in 0..20_000 {
            let (p, answer) = (-200.0 * uniform(&mut seed).ln(), -60.0 * uniform(&mut seed).ln());
            patience.add(p.min(answer), p < answer);
            if p < answer {
                sum += p;
                gave_up += 1.0;
            }
        }
        assert!(sum / gave_up < 60.0, "the mean wait of those who gave up says nothing: {}", sum / gave_up);
        assert!((1.0 / patience.mean_rate() - 200.0).abs() < 25.0, "{}", 1.0 / patience.mean_rate());
        for t in [20.0, 60.0, 120.0, 200.0] {
            assert!((patience.survival(t) - (-t / 200.0_f64).exp()).abs() < 0.05, "{t}: {}", patience.survival(t));
        }
        assert!((patience.curve().survival(90.0) - patience.survival(90.0)).abs() < 1e-12);
        assert!((patience.median().unwrap() - 138.6).abs() < 25.0, "{:?}", patience.median());
    }

    #[test]
    fn a_hazard_that_changes_with_age_is_seen() {
        // A fifth hangs up in the first five seconds; the others stay for ever and are answered after 100 s.
        let mut patience = Patience::default();
        (0..2000).for_each(|i| if i % 5 == 0 { patience.add(2.5, true) } else { patience.add(100.0, false) });
        assert!((patience.survival(5.0) - 0.8).abs() < 0.03, "{}", patience.survival(5.0));
        assert!(patience.survival(100.0) > 0.74);
        assert!(patience.rate(5.0) > 5.0 * patience.rate(100.0));
    }

    #[test]
    fn nobody_seen_is_endless_patience() {
        let patience = Patience::default();
        assert!(patience.mean_rate() == 0.0 && patience.survival(1e6) > 0.999_999 && patience.median().is_none());
    }
}
