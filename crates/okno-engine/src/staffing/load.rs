//! Work that comes in.

use super::error::{StaffingError, within};

/// Most agents that a formula is computed for: far above any center, so that a slip of the pen cannot cost minutes.
pub const MAX_AGENTS: u32 = 1_000_000;
/// Most erlangs, for the same reason.
pub const MAX_ERLANGS: f64 = 900_000.0;

/// Offered load: how much work comes in, as a Poisson stream of interactions that each take an exponential time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Interactions per second.
    pub(super) rate: f64,
    /// Mean handle time (talk, hold and wrap-up), seconds.
    pub(super) handle: f64,
}

impl Load {
    /// So many interactions in an interval of so many seconds, each with a mean handle time of so many seconds.
    /// No interactions is a load too: of zero erlangs.
    pub fn new(interactions: f64, interval_seconds: f64, handle_seconds: f64) -> Result<Self, StaffingError> {
        within("the number of interactions", interactions, 0.0, 1e12, "0 or more")?;
        within("the interval", interval_seconds, 1e-3, 1e9, "at least a millisecond, in seconds")?;
        within("the handle time", handle_seconds, 1e-3, 1e7, "at least a millisecond, in seconds")?;
        let load = Self { rate: interactions / interval_seconds, handle: handle_seconds };
        within("the offered load", load.erlangs(), 0.0, MAX_ERLANGS, "at most 900,000 erlangs")?;
        Ok(load)
    }

    /// Interactions per second.
    pub fn per_second(&self) -> f64 {
        self.rate
    }

    /// Mean handle time, seconds.
    pub fn handle_seconds(&self) -> f64 {
        self.handle
    }

    /// A = rate x handle time: the mean number of agents that the work keeps busy.
    pub fn erlangs(&self) -> f64 {
        self.rate * self.handle
    }

    /// The same work, `factor` times as much of it.
    pub(super) fn times(&self, factor: f64) -> Self {
        Self { rate: self.rate * factor, handle: self.handle }
    }
}
