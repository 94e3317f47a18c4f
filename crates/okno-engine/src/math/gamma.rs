//! The gamma distribution: its share below a value and its quantiles.

use super::normal::normal_quantile;
use std::f64::consts::PI;

/// Lanczos' coefficients for g = 7 (Numerical Recipes, 3rd edition, 6.1, in the form of nine terms).
const LANCZOS: [f64; 9] = [
    0.999_999_999_999_809_9,
    676.520_368_121_885_1,
    -1_259.139_216_722_402_8,
    771.323_428_777_653_1,
    -176.615_029_162_140_6,
    12.507_343_278_686_905,
    -0.138_571_095_265_720_12,
    9.984_369_578_019_572e-6,
    1.505_632_735_149_311_6e-7,
];

/// The natural logarithm of the gamma function, for `x > 0`.
fn ln_gamma(x: f64) -> f64 {
    if x < 0.5 {
        // Reflection: gamma(x) gamma(1 - x) = pi / sin(pi x).
        return (PI / (PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let t = x + 7.5;
    let sum: f64 = LANCZOS[0] + LANCZOS[1..].iter().zip(1..).map(|(c, i)| c / (x + f64::from(i))).sum::<f64>();
    0.5 * (2.0 * PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// The share of a gamma distribution with this shape and scale 1 that lies below `x`: the regularized lower incomplete
/// gamma function P(shape, x). By its series below the middle, by a continued fraction (Lentz) above it.
#[cfg(test)]
pub(crate) fn gamma_share(shape: f64, x: f64) -> f64 {
    if x > 0.0 { share(shape, ln_gamma(shape), x) } else { 0.0 }
}

/// The same with the logarithm of the gamma function of the shape at hand, for `x > 0`.
fn share(shape: f64, ln_gamma: f64, x: f64) -> f64 {
    let front = (shape * x.ln() - x - ln_gamma).exp();
    if x < shape + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / shape, 1.0 / shape, shape);
        while term > sum * 1e-17 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return (front * sum).min(1.0);
    }
    let mut term = x + 1.0 - shape;
    let mut above = 1.0 / TINY;
    let mut below = 1.0 / term;
    let mut value = below;
    for i in 1..10_000 {
        let i = f64::from(i);
        let factor = -i * (i - shape);
        term += 2.0;
        below = 1.0 / away_from_zero(factor * below + term);
        above = away_from_zero(term + factor / above);
        value *= below * above;
        if (below * above - 1.0).abs() < 1e-16 {
            break;
        }
    }
    (1.0 - front * value).clamp(0.0, 1.0)
}

/// What a fraction of Lentz' method must not fall below.
const TINY: f64 = 1e-300;

fn away_from_zero(x: f64) -> f64 {
    if x.abs() < TINY { TINY } else { x }
}

/// The value below which the share `p` of a gamma distribution with this shape and scale 1 lies, to 1e-12 of the value:
/// Newton's steps from Wilson and Hilferty's value, kept between bounds.
pub(crate) fn gamma_quantile(shape: f64, p: f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    let ln_gamma = ln_gamma(shape);
    let root = 1.0 - 1.0 / (9.0 * shape) + normal_quantile(p) / (3.0 * shape.sqrt());
    let first = shape * root.powi(3);
    // Small shapes have nearly all their mass at 0, where P(shape, x) is x^shape / gamma(shape + 1).
    let mut x = if root > 0.1 { first } else { ((p.ln() + ln_gamma + shape.ln()) / shape).exp().max(1e-300) };
    let (mut low, mut high) = (0.0, f64::INFINITY);
    for _ in 0..200 {
        let error = share(shape, ln_gamma, x) - p;
        if error > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let density = ((shape - 1.0) * x.ln() - x - ln_gamma).exp();
        let newton = x - error / density;
        let bisected = if high.is_finite() { f64::midpoint(low, high) } else { 2.0 * x };
        let next = if newton > low && newton < high { newton } else { bisected };
        if (next - x).abs() <= 1e-12 * x {
            return next;
        }
        x = next;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::{gamma_quantile, gamma_share, ln_gamma};

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-12 * b.abs().max(1.0), "{a} is not {b}");
    }

    #[test]
    fn values_of_the_gamma_function() {
        near(ln_gamma(1.0), 0.0);
        near(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln());
        near(ln_gamma(10.0), 362_880_f64.ln());
        near(ln_gamma(0.1), 2.252_712_651_734_206);
    }

    #[test]
    fn an_integer_shape_is_a_sum_of_poisson_terms() {
        // P(Gamma(n) > x) = P(Poisson(x) < n).
        for (n, x) in [(1_u32, 0.3), (3, 2.0), (3, 9.0), (20, 20.0), (20, 35.0)] {
            let (mut term, mut sum) = (f64::exp(-x), 0.0);
            for k in 0..n {
                sum += term;
                term *= x / f64::from(k + 1);
            }
            near(gamma_share(f64::from(n), x), 1.0 - sum);
        }
    }

    #[test]
    fn a_quantile_has_its_share_below_it() {
        for shape in [0.2, 0.9, 1.0, 2.5, 28.7, 400.0] {
            for p in [0.01, 0.2, 0.5, 0.8, 0.9, 0.999] {
                near(gamma_share(shape, gamma_quantile(shape, p)), p);
            }
        }
        near(gamma_quantile(1.0, 0.5), std::f64::consts::LN_2);
    }
}
