//! The square-root rule: `N = A + beta sqrt(A)` (Halfin & Whitt 1981; with patience Garnett, Mandelbaum & Reiman 2002).
//! A planner's rule of thumb and a check of the exact formulas: limits for many agents, not answers for ten.

use super::error::{StaffingError, within};
use crate::math::{normal_density, normal_hazard, normal_share};

/// `A + beta sqrt(A)`.
pub fn square_root_agents(erlangs: f64, beta: f64) -> f64 {
    erlangs + beta * erlangs.sqrt()
}

/// The limit of P(W > 0) without patience: `1 / (1 + beta Phi(beta) / phi(beta))`, for `beta > 0`.
pub fn halfin_whitt(beta: f64) -> Result<f64, StaffingError> {
    within("beta", beta, 1e-9, 30.0, "above 0 when nobody gives up, at most 30")?;
    Ok(1.0 / (1.0 + beta * normal_share(beta) / normal_density(beta)))
}

/// The beta with which a share of `p_wait` waits, without patience; to 1e-12.
pub fn halfin_whitt_beta(p_wait: f64) -> Result<f64, StaffingError> {
    within("the share that waits", p_wait, 1e-9, 0.999_999, "above 0 and below 1")?;
    let (mut low, mut high) = (1e-9, 30.0);
    while high - low > 1e-12 {
        let middle = 0.5 * (low + high);
        if halfin_whitt(middle)? > p_wait {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(0.5 * (low + high))
}

/// Limits for many agents with patience.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Garnett {
    /// Of P(W > 0).
    pub p_wait: f64,
    /// Of `sqrt(N) P(Ab)`.
    pub root_n_p_abandon: f64,
}

/// `P(W>0) -> 1 / (1 + sqrt(theta/mu) h(beta sqrt(mu/theta)) / h(-beta))` with the normal hazard `h`, and
/// `sqrt(N) P(Ab) -> P(W>0) (sqrt(theta/mu) h(beta sqrt(mu/theta)) - beta)`. `theta_over_mu` is the handle time divided
/// by the mean patience.
pub fn garnett(beta: f64, theta_over_mu: f64) -> Result<Garnett, StaffingError> {
    within("beta", beta, -30.0, 30.0, "from -30 to 30")?;
    within("handle time / patience", theta_over_mu, 1e-6, 1e6, "from 0.000001 to 1,000,000")?;
    let root = theta_over_mu.sqrt();
    let pull = root * normal_hazard(beta / root);
    let p_wait = 1.0 / (1.0 + pull / normal_hazard(-beta));
    Ok(Garnett { p_wait, root_n_p_abandon: p_wait * (pull - beta) })
}
