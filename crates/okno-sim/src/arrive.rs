//! Sources of customers: one per queue, each with its own stream.

use crate::{
    dist::gamma,
    model::{ArrivalModel, Model},
    rng::{Purpose, Seed, Stream},
};

/// The customers of one queue, in the order of their coming.
#[derive(Debug)]
pub(crate) enum Source<'m> {
    Poisson(Poisson<'m>),
    Times { times: &'m [u64], next: usize },
    Drawn(std::vec::IntoIter<u64>),
    Nobody,
}

impl<'m> Source<'m> {
    pub(crate) fn new(model: &'m Model, queue: usize, seed: Seed) -> Self {
        match &model.queues[queue].arrivals {
            ArrivalModel::Poisson(rates) => Self::Poisson(Poisson {
                rates,
                busyness: busyness(model, seed),
                interval: model.interval as f64,
                horizon: model.horizon as f64,
                stream: seed.stream(Purpose::Arrivals, queue as u64, 0),
                at: 0.0,
            }),
            ArrivalModel::Counts(counts) => Self::Drawn(drawn(model, counts, seed, queue as u64).into_iter()),
            ArrivalModel::Times(times) => Self::Times { times, next: 0 },
            ArrivalModel::Nobody => Self::Nobody,
        }
    }

    /// When the next customer comes, milliseconds; `None` when nobody comes any more.
    pub(crate) fn next(&mut self) -> Option<u64> {
        match self {
            Self::Poisson(poisson) => poisson.next(),
            Self::Times { times, next } => {
                let at = times.get(*next).copied()?;
                *next += 1;
                Some(at)
            }
            Self::Drawn(times) => times.next(),
            Self::Nobody => None,
        }
    }
}

/// Times at random within intervals whose counts are known.
fn drawn(model: &Model, counts: &[u32], seed: Seed, queue: u64) -> Vec<u64> {
    let mut all = Vec::with_capacity(counts.iter().map(|&n| n as usize).sum());
    for (interval, &count) in (0..).zip(counts) {
        let mut stream = seed.stream(Purpose::Arrivals, queue, 1 + interval);
        let from = all.len();
        all.extend((0..count).map(|_| interval * model.interval + (stream.unit() * model.interval as f64) as u64));
        all[from..].sort_unstable();
    }
    all
}

const DAY: u64 = 86_400_000;

/// How busy each day is: one number for all queues.
fn busyness(model: &Model, seed: Seed) -> Vec<f64> {
    let days = model.horizon.div_ceil(DAY);
    match model.busyness {
        Some(shape) => (0..days).map(|day| gamma(shape, &mut seed.stream(Purpose::Busyness, 0, day)) / shape).collect(),
        None => Vec::new(),
    }
}

/// A Poisson process whose rate changes from interval to interval. Each customer needs an exponential amount of expected
/// customers to come: so a higher volume brings the same customers earlier, and more of them.
#[derive(Debug)]
pub(crate) struct Poisson<'m> {
    rates: &'m [f64],
    busyness: Vec<f64>,
    interval: f64,
    horizon: f64,
    stream: Stream,
    at: f64,
}

impl Poisson<'_> {
    fn next(&mut self) -> Option<u64> {
        let mut need = -self.stream.unit().ln();
        while self.at < self.horizon {
            let index = (self.at / self.interval) as usize;
            let end = ((index + 1) as f64 * self.interval).min(self.horizon);
            let day = self.busyness.get((self.at as u64 / DAY) as usize).copied().unwrap_or(1.0);
            let rate = self.rates.get(index).copied().unwrap_or(0.0) * day / self.interval;
            let there = rate * (end - self.at);
            if there > need {
                self.at += need / rate;
                return Some(self.at as u64);
            }
            need -= there;
            self.at = end;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(per_interval: &[f64], busyness: Option<f64>) -> Model {
        let spec = serde_json::json!({
            "queues": [{"name": "q", "arrivals": {"kind": "poisson", "per_interval": per_interval}, "handle": {"kind": "constant", "seconds": 1.0}}],
            "groups": [], "busyness_shape": busyness,
        });
        Model::new(&serde_json::from_value(spec).unwrap()).unwrap()
    }

    #[test]
    fn every_interval_has_its_expected_customers() {
        let model = model(&[10.0, 0.0, 40.0], None);
        let mut counts = [0.0; 3];
        let n = 4_000;
        for replication in 0..n {
            let mut source = Source::new(&model, 0, Seed::new(1, replication));
            while let Some(at) = source.next() {
                counts[model.interval_of(at)] += 1.0 / n as f64;
            }
        }
        assert!((counts[0] - 10.0).abs() < 0.2 && counts[1] == 0.0 && (counts[2] - 40.0).abs() < 0.4, "{counts:?}");
    }

    #[test]
    fn busy_days_vary_as_the_shape_says() {
        let model = model(&[500.0], Some(28.7));
        let n = 4_000;
        let totals: Vec<f64> = (0..n)
            .map(|replication| {
                let mut source = Source::new(&model, 0, Seed::new(1, replication));
                std::iter::from_fn(|| source.next()).count() as f64
            })
            .collect();
        let mean = totals.iter().sum::<f64>() / n as f64;
        let variance = totals.iter().map(|t| (t - mean).powi(2)).sum::<f64>() / n as f64;
        // Poisson variance and that of the gamma factor.
        let expected = 500.0 + 500.0 * 500.0 / 28.7;
        assert!((mean - 500.0).abs() < 6.0 && (variance / expected - 1.0).abs() < 0.08, "{mean} {variance}");
    }
}
