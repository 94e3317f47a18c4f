//! Erlang C: customers wait for ever (M/M/N).

use super::{
    erlang_b::inverse_b,
    error::StaffingError,
    load::Load,
    steady::{Later, Steady, Waits},
};

/// Waits are exponential beyond zero.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Endless {
    p_wait: f64,
    /// (N - A) / handle time, per second.
    drain: f64,
}

/// `C = N / (A + (N - A) / B)`, which is `N B / (N - A (1 - B))`; `ASA = C h / (N - A)`; `Lq = C A / (N - A)`.
pub(super) fn steady(load: &Load, agents: u32) -> Result<Steady, StaffingError> {
    let erlangs = load.erlangs();
    if f64::from(agents) <= erlangs {
        return Err(StaffingError::Unstable { agents, erlangs, at_least: erlangs.floor() as u32 + 1 });
    }
    Ok(from_inverse(load, agents, inverse_b(erlangs, agents)))
}

/// The same with `1 / B` at hand.
pub(super) fn from_inverse(load: &Load, agents: u32, inverse: f64) -> Steady {
    let erlangs = load.erlangs();
    let free = f64::from(agents) - erlangs;
    let p_wait = p_wait(erlangs, agents, inverse);
    let asa = p_wait * load.handle / free;
    Steady {
        agents,
        load: *load,
        p_wait,
        p_abandon: 0.0,
        p_blocked: 0.0,
        mean_wait: asa,
        asa: Some(asa),
        mean_queue: p_wait * erlangs / free,
        occupancy: erlangs / f64::from(agents),
        waits: Waits::Endless(Endless { p_wait, drain: free / load.handle }),
    }
}

/// Erlang C's probability of waiting from `1 / B`; N > A.
pub(super) fn p_wait(erlangs: f64, agents: u32, inverse: f64) -> f64 {
    let n = f64::from(agents);
    n / (erlangs + (n - erlangs) * inverse)
}

impl Endless {
    /// `P(W > t) = C exp(-(N - A) t / h)`.
    pub(super) fn later(&self, seconds: f64) -> Later {
        Later { answered_later: self.p_wait * (-self.drain * seconds).exp(), abandoned_later: 0.0 }
    }
}
