//! Distributions of times: as a spec names them, and as a sampler draws from them.

use crate::{
    rng::Stream,
    spec::SpecError,
    stats::{ln_gamma, normal_quantile},
};
use serde::{Deserialize, Serialize};

/// A distribution of times in seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimDist))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Dist {
    /// Always the same.
    Constant {
        /// Seconds.
        seconds: f64,
    },
    /// Anything between two values alike.
    Uniform {
        /// Shortest, seconds.
        from: f64,
        /// Longest, seconds.
        to: f64,
    },
    /// Without memory: the distribution of Erlang's formulas.
    Exponential {
        /// Mean, seconds.
        mean: f64,
    },
    /// The usual shape of handle times: many short, few very long.
    Lognormal {
        /// Mean, seconds.
        mean: f64,
        /// Standard deviation, seconds.
        sd: f64,
    },
    /// A sum of exponential steps; shape 1 is exponential, a large shape nearly constant.
    Gamma {
        /// Mean, seconds.
        mean: f64,
        /// Shape.
        shape: f64,
    },
    /// Hazard that falls (shape below 1) or rises (above 1): the usual shape of patience.
    Weibull {
        /// Mean, seconds.
        mean: f64,
        /// Shape.
        shape: f64,
    },
    /// Measured values, each alike.
    Empirical {
        /// Seconds.
        values: Vec<f64>,
    },
    /// A survival curve (Kaplan-Meier): the share that is still there after each time. Between two points the hazard is constant;
    /// beyond the last point it is the mean hazard of the whole curve.
    Survival {
        /// Seconds, ascending.
        seconds: Vec<f64>,
        /// Share that is still there after them, descending.
        alive: Vec<f64>,
    },
}

impl Dist {
    /// Mean in seconds; of a survival curve by its pieces.
    pub fn mean(&self) -> f64 {
        match self {
            Self::Constant { seconds } => *seconds,
            Self::Uniform { from, to } => 0.5 * (from + to),
            Self::Exponential { mean } | Self::Lognormal { mean, .. } | Self::Gamma { mean, .. } | Self::Weibull { mean, .. } => *mean,
            Self::Empirical { values } => values.iter().sum::<f64>() / values.len().max(1) as f64,
            Self::Survival { seconds, alive } => {
                let (mut mean, mut t, mut s) = (0.0, 0.0, 1.0_f64);
                for (&next, &left) in seconds.iter().zip(alive) {
                    // Integral of an exponential piece from s to left.
                    mean += if left > 0.0 && left < s { (next - t) * (s - left) / (s / left).ln() } else { (next - t) * 0.5 * (s + left) };
                    (t, s) = (next, left);
                }
                if s > 0.0 && s < 1.0 { mean + s * t / -s.ln() } else { mean }
            }
        }
    }

    /// The same shape with times `factor` as long.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        match self {
            Self::Constant { seconds } => Self::Constant { seconds: seconds * factor },
            Self::Uniform { from, to } => Self::Uniform { from: from * factor, to: to * factor },
            Self::Exponential { mean } => Self::Exponential { mean: mean * factor },
            Self::Lognormal { mean, sd } => Self::Lognormal { mean: mean * factor, sd: sd * factor },
            Self::Gamma { mean, shape } => Self::Gamma { mean: mean * factor, shape: *shape },
            Self::Weibull { mean, shape } => Self::Weibull { mean: mean * factor, shape: *shape },
            Self::Empirical { values } => Self::Empirical { values: values.iter().map(|v| v * factor).collect() },
            Self::Survival { seconds, alive } => {
                Self::Survival { seconds: seconds.iter().map(|v| v * factor).collect(), alive: alive.clone() }
            }
        }
    }

    /// Checks the parameters; `place` names the distribution in the spec.
    pub(crate) fn check(&self, place: &str) -> Result<(), SpecError> {
        let positive = |value: f64, field: &str| {
            if value > 0.0 && value.is_finite() {
                Ok(())
            } else {
                Err(SpecError::new(format!("{place}.{field}"), format!("is {value}; it must be above 0")))
            }
        };
        let natural = |value: f64, field: &str| {
            if value >= 0.0 && value.is_finite() {
                Ok(())
            } else {
                Err(SpecError::new(format!("{place}.{field}"), format!("is {value}; it must be 0 or more")))
            }
        };
        match self {
            Self::Constant { seconds } => natural(*seconds, "seconds"),
            Self::Uniform { from, to } => {
                natural(*from, "from")?;
                positive(*to, "to")?;
                if from <= to { Ok(()) } else { Err(SpecError::new(format!("{place}.to"), "must not be below `from`")) }
            }
            Self::Exponential { mean } => positive(*mean, "mean"),
            Self::Lognormal { mean, sd } => positive(*mean, "mean").and_then(|()| natural(*sd, "sd")),
            Self::Gamma { mean, shape } | Self::Weibull { mean, shape } => positive(*mean, "mean").and_then(|()| positive(*shape, "shape")),
            Self::Empirical { values } => {
                if values.is_empty() {
                    return Err(SpecError::new(format!("{place}.values"), "is empty; give at least one value"));
                }
                values.iter().enumerate().try_for_each(|(n, &value)| natural(value, &format!("values[{n}]")))
            }
            Self::Survival { seconds, alive } => {
                if seconds.is_empty() || seconds.len() != alive.len() {
                    return Err(SpecError::new(place, "needs as many `seconds` as `alive`, at least one"));
                }
                let rising = seconds.windows(2).all(|w| w[0] < w[1]) && seconds[0] > 0.0;
                let falling = alive.windows(2).all(|w| w[0] >= w[1]) && alive.iter().all(|s| (0.0..=1.0).contains(s));
                if !rising {
                    return Err(SpecError::new(format!("{place}.seconds"), "must rise from above 0"));
                }
                if !falling {
                    return Err(SpecError::new(format!("{place}.alive"), "must fall within 1 and 0"));
                }
                Ok(())
            }
        }
    }

    pub(crate) fn sampler(&self) -> Sampler {
        let ms = 1000.0;
        match self {
            Self::Constant { seconds } => Sampler::Constant(seconds * ms),
            Self::Uniform { from, to } => Sampler::Uniform { from: from * ms, width: (to - from) * ms },
            Self::Exponential { mean } => Sampler::Exponential(mean * ms),
            Self::Lognormal { mean, sd } => {
                let variance = (1.0 + (sd / mean).powi(2)).ln();
                Sampler::Lognormal { mu: (mean * ms).ln() - 0.5 * variance, sigma: variance.sqrt() }
            }
            Self::Gamma { mean, shape } => Sampler::Gamma { shape: *shape, scale: mean * ms / shape },
            Self::Weibull { mean, shape } => Sampler::Weibull { scale: mean * ms / ln_gamma(1.0 + 1.0 / shape).exp(), power: 1.0 / shape },
            Self::Empirical { values } => {
                let mut values: Vec<f64> = values.iter().map(|v| v * ms).collect();
                values.sort_by(f64::total_cmp);
                Sampler::Empirical(values)
            }
            Self::Survival { seconds, alive } => {
                let points: Vec<(f64, f64)> = seconds.iter().zip(alive).map(|(t, s)| (t * ms, *s)).collect();
                let (end, left) = points.last().copied().unwrap_or((0.0, 1.0));
                let hazard = if left > 0.0 { -left.ln() / end } else { 0.0 };
                Sampler::Survival { points, hazard }
            }
        }
    }
}

/// Draws times in milliseconds. All but gamma by inversion: one uniform number, and a longer mean gives a longer time to the same
/// customer.
#[derive(Debug, Clone)]
pub(crate) enum Sampler {
    Constant(f64),
    Uniform { from: f64, width: f64 },
    Exponential(f64),
    Lognormal { mu: f64, sigma: f64 },
    Gamma { shape: f64, scale: f64 },
    Weibull { scale: f64, power: f64 },
    Empirical(Vec<f64>),
    Survival { points: Vec<(f64, f64)>, hazard: f64 },
}

impl Sampler {
    /// A time in milliseconds; infinite if it never happens.
    #[inline]
    pub(crate) fn draw(&self, stream: &mut Stream) -> f64 {
        match self {
            Self::Constant(ms) => *ms,
            Self::Uniform { from, width } => from + width * stream.unit(),
            Self::Exponential(mean) => -mean * stream.unit().ln(),
            Self::Lognormal { mu, sigma } => (mu + sigma * normal_quantile(stream.unit())).exp(),
            Self::Gamma { shape, scale } => gamma(*shape, stream) * scale,
            Self::Weibull { scale, power } => scale * (-stream.unit().ln()).powf(*power),
            Self::Empirical(values) => {
                let at = (stream.unit() * values.len() as f64) as usize;
                values[at.min(values.len() - 1)]
            }
            Self::Survival { points, hazard } => survive(points, *hazard, stream.unit()),
        }
    }
}

/// The time at which the share `u` is still there.
fn survive(points: &[(f64, f64)], hazard: f64, u: f64) -> f64 {
    let at = points.partition_point(|&(_, alive)| alive > u);
    let (before, alive) = if at == 0 { (0.0, 1.0) } else { points[at - 1] };
    match points.get(at) {
        Some(&(after, left)) if left > 0.0 => before + (after - before) * (alive / u).ln() / (alive / left).ln(),
        Some(&(after, _)) => before + (after - before) * (alive - u) / alive,
        None if hazard > 0.0 => before + (alive / u).ln() / hazard,
        None => f64::INFINITY,
    }
}

/// A gamma number with scale 1 (Marsaglia and Tsang).
pub(crate) fn gamma(shape: f64, stream: &mut Stream) -> f64 {
    if shape < 1.0 {
        let boost = stream.unit().powf(1.0 / shape);
        return gamma(shape + 1.0, stream) * boost;
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = normal_quantile(stream.unit());
        let v = (1.0 + c * x).powi(3);
        if v > 0.0 && stream.unit().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Seed};

    fn mean_of(dist: &Dist) -> f64 {
        let (sampler, n) = (dist.sampler(), 200_000_u64);
        let draw = |number| sampler.draw(&mut Seed::new(3, 0).stream(Purpose::Handle, 0, number));
        (0..n).map(draw).sum::<f64>() / n as f64 / 1000.0
    }

    #[test]
    fn every_sampler_has_the_mean_that_it_names() {
        for dist in [
            Dist::Constant { seconds: 90.0 },
            Dist::Uniform { from: 10.0, to: 50.0 },
            Dist::Exponential { mean: 120.0 },
            Dist::Lognormal { mean: 240.0, sd: 200.0 },
            Dist::Gamma { mean: 60.0, shape: 0.5 },
            Dist::Gamma { mean: 60.0, shape: 28.7 },
            Dist::Weibull { mean: 180.0, shape: 0.7 },
            Dist::Empirical { values: vec![1.0, 2.0, 30.0] },
            Dist::Survival { seconds: vec![60.0, 120.0, 300.0], alive: vec![0.82, 0.709, 0.486] },
            Dist::Survival { seconds: vec![10.0, 20.0], alive: vec![0.5, 0.0] },
        ] {
            let (got, named) = (mean_of(&dist), dist.mean());
            assert!((got / named - 1.0).abs() < 0.015, "{dist:?}: {got} is not {named}");
            assert!((mean_of(&dist.scaled(2.0)) / got - 2.0).abs() < 1e-6, "{dist:?}");
        }
    }

    #[test]
    fn a_survival_curve_is_met_at_its_points() {
        let curve = Dist::Survival { seconds: vec![60.0, 120.0, 300.0], alive: vec![0.82, 0.709, 0.486] };
        let sampler = curve.sampler();
        let n = 100_000;
        let times: Vec<f64> = (0..n).map(|i| sampler.draw(&mut Seed::new(1, 1).stream(Purpose::Patience, 0, i))).collect();
        for (t, alive) in [(60.0, 0.82), (120.0, 0.709), (300.0, 0.486)] {
            let share = times.iter().filter(|&&ms| ms > t * 1000.0).count() as f64 / n as f64;
            assert!((share - alive).abs() < 0.006, "{t}: {share}");
        }
    }
}
