//! The standard normal distribution.

use std::f64::consts::PI;

/// The density at `x`.
pub(crate) fn normal_density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

/// The share below `x`.
pub(crate) fn normal_share(x: f64) -> f64 {
    if x > 3.0 {
        return 1.0 - normal_density(x) * mills(x);
    }
    if x < -3.0 {
        return normal_density(x) * mills(-x);
    }
    // Phi(x) = 1/2 + phi(x) (x + x^3/3 + x^5/(3*5) + ...).
    let (mut term, mut sum, mut n) = (x, x, 1.0);
    while term.abs() > 1e-18 {
        n += 2.0;
        term *= x * x / n;
        sum += term;
    }
    0.5 + normal_density(x) * sum
}

/// A value below which about the share `p` lies, to 4.5e-4: a start for better methods (Abramowitz & Stegun 26.2.23).
pub(super) fn normal_quantile(p: f64) -> f64 {
    let tail = p.min(1.0 - p).max(1e-300);
    let t = (-2.0 * tail.ln()).sqrt();
    let x = t - (2.515_517 + t * (0.802_853 + t * 0.010_328)) / (1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308)));
    if p < 0.5 { -x } else { x }
}

/// The hazard phi(x) / (1 - Phi(x)).
pub(crate) fn normal_hazard(x: f64) -> f64 {
    if x > 3.0 { 1.0 / mills(x) } else { normal_density(x) / normal_share(-x) }
}

/// Mills' ratio (1 - Phi(x)) / phi(x) for `x >= 3`: Laplace's continued fraction 1/(x + 1/(x + 2/(x + 3/...))).
fn mills(x: f64) -> f64 {
    let mut value = x;
    for k in (1..=120).rev() {
        value = x + f64::from(k) / value;
    }
    1.0 / value
}

#[cfg(test)]
mod tests {
    use super::{normal_density, normal_hazard, normal_quantile, normal_share};

    #[test]
    fn shares_and_hazards() {
        for (x, share) in [(0.0, 0.5), (1.0, 0.841_344_746_068_542_9), (-2.0, 0.022_750_131_948_179_21), (3.5, 0.999_767_370_920_964_4)] {
            assert!((normal_share(x) - share).abs() < 1e-14, "{x}");
            assert!((normal_share(-x) - (1.0 - share)).abs() < 1e-14, "-{x}");
        }
        assert!((normal_share(-10.0) / 7.619_853_024_160_525e-24 - 1.0).abs() < 1e-12);
        for p in [0.001, 0.2, 0.5, 0.8, 0.999] {
            assert!((normal_share(normal_quantile(p)) - p).abs() < 2e-4, "{p}");
        }
        assert!((normal_hazard(0.0) - 2.0 * normal_density(0.0)).abs() < 1e-15);
        // Both branches meet.
        assert!((normal_hazard(3.0) - normal_hazard(3.0 + 1e-12)).abs() < 1e-10);
    }
}
