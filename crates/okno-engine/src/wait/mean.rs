//! Means that forget.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An exponentially weighted mean that knows how much it has seen. As text it is `[weight, mean]` with seven figures, as
/// there are many: one for each hour of the week of each class.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "(f32, f32)", into = "(f32, f32)")]
pub(super) struct Mean {
    weight: f64,
    sum: f64,
}

impl Mean {
    /// What was seen so far counts `keep` times as much, and `value` once.
    pub(super) fn add(&mut self, value: f64, keep: f64) {
        self.weight = self.weight * keep + 1.0;
        self.sum = self.sum * keep + value;
    }

    pub(super) fn get(&self) -> Option<f64> {
        (self.weight > 0.0).then(|| self.sum / self.weight)
    }

    /// This mean, drawn to `other` as if that had been seen `strength` times.
    fn drawn_to(&self, other: f64, strength: f64) -> f64 {
        (self.sum + other * strength) / (self.weight + strength)
    }
}

impl From<(f32, f32)> for Mean {
    fn from((weight, mean): (f32, f32)) -> Self {
        Self { weight: weight.into(), sum: f64::from(weight) * f64::from(mean) }
    }
}

impl From<Mean> for (f32, f32) {
    fn from(mean: Mean) -> Self {
        (mean.weight as f32, mean.get().unwrap_or(0.0) as f32)
    }
}

/// A mean by hour of the week: each hour has its own, drawn to the common one while it has seen little.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct HourlyMean {
    all: Mean,
    hours: BTreeMap<u16, Mean>,
}

/// Of the common mean: about the last 300 values.
const KEEP_ALL: f64 = 0.9967;
/// Of an hour's: about the last 100, some weeks.
const KEEP_HOUR: f64 = 0.99;
/// So many values of an hour count as much as the common mean.
const DRAW: f64 = 20.0;

impl HourlyMean {
    pub(super) fn add(&mut self, hour: u16, value: f64) {
        self.all.add(value, KEEP_ALL);
        self.hours.entry(hour % 168).or_default().add(value, KEEP_HOUR);
    }

    pub(super) fn get(&self, hour: u16) -> Option<f64> {
        let all = self.all.get()?;
        Some(self.hours.get(&(hour % 168)).map_or(all, |mean| mean.drawn_to(all, DRAW)))
    }
}

#[cfg(test)]
mod tests {
    use super::{HourlyMean, Mean};

    #[test]
    fn it_forgets() {
        let mut mean = Mean::default();
        assert_eq!(mean.get(), None);
        (0..100).for_each(|_| mean.add(100.0, 0.9));
        (0..100).for_each(|_| mean.add(200.0, 0.9));
        assert!((mean.get().unwrap() - 200.0).abs() < 0.01);
    }

    #[test]
    fn an_hour_goes_its_own_way_when_it_has_seen_enough() {
        let mut mean = HourlyMean::default();
        (0..500).for_each(|_| mean.add(3, 100.0));
        mean.add(4, 300.0);
        assert!(mean.get(4).unwrap() < 130.0, "one value is no reason");
        (0..200).for_each(|_| mean.add(4, 300.0));
        assert!(mean.get(4).unwrap() > 280.0);
        assert!(mean.get(3).unwrap() < 130.0, "the other hour stays near its own");
    }
}
