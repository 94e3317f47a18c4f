//! Erlang X: who gave up or found no line tries again.

use super::{
    crowd::Crowd,
    error::StaffingError,
    load::Load,
    steady::{self, Steady},
};

/// The fixed point `lambda' = lambda + lambda' (r P(Ab) + r_b P(blocked))`, by bisection to 1e-14 (Koole's Erlang X;
/// science.md 2.1). Redials are taken as new Poisson arrivals, which holds when people wait before they try again.
/// There is exactly one: `lambda' (1 - r P(Ab) - r_b P(Bl))` grows with `lambda'`, because more arrivals never mean
/// fewer answers.
pub(super) fn steady(load: &Load, crowd: &Crowd, agents: u32) -> Result<Steady, StaffingError> {
    if crowd.patience.is_none() && crowd.lines.is_none() {
        // Nobody gives up and nobody is turned away, so nobody comes again.
        return steady::once(load, crowd, agents);
    }
    let once = Crowd { redial: 0.0, redial_blocked: 0.0, ..*crowd };
    let (mut low, mut high) = (1.0, 1.0 / (1.0 - crowd.redial.max(crowd.redial_blocked)));
    for _ in 0..100 {
        let factor = 0.5 * (low + high);
        let at = steady::once(&load.times(factor), &once, agents)?;
        let again = crowd.redial * at.p_abandon + crowd.redial_blocked * at.p_blocked;
        if factor * (1.0 - again) < 1.0 {
            low = factor;
        } else {
            high = factor;
        }
        if high - low <= 1e-14 * high {
            break;
        }
    }
    steady::once(&load.times(0.5 * (low + high)), &once, agents)
}
