//! How customers behave while they wait.

use super::error::{StaffingError, within};

/// Most customers who would wait at once if nobody answered (rate x patience), and most lines: the sums have about so
/// many terms.
pub const MAX_WAITING: f64 = 2_000_000.0;

/// How customers behave while they wait. The default is Erlang C: they wait for ever, in any number.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Crowd {
    /// Mean patience in seconds, exponential; `None`: nobody ever gives up.
    pub(super) patience: Option<f64>,
    /// Most customers in the system at once, in talk or in the queue; `None`: no limit.
    pub(super) lines: Option<u32>,
    /// Share of those who gave up that try again.
    pub(super) redial: f64,
    /// Share of those who found no line that try again.
    pub(super) redial_blocked: f64,
}

impl Crowd {
    /// Nobody gives up: Erlang C.
    pub fn endless() -> Self {
        Self::default()
    }

    /// Customers give up after an exponential time of this mean: Erlang A. It is not the mean wait of those who gave
    /// up, but total time in the queue divided by the number of those who gave up (science.md 2.1).
    pub fn patient(mean_seconds: f64) -> Result<Self, StaffingError> {
        within("the mean patience", mean_seconds, 1e-3, 1e9, "at least a millisecond, in seconds")?;
        Ok(Self { patience: Some(mean_seconds), ..Self::default() })
    }

    /// At most so many customers at once, in talk or in the queue (telephone lines). Who finds them taken is blocked.
    /// Must not be below the number of agents.
    #[must_use]
    pub fn with_lines(mut self, lines: u32) -> Self {
        self.lines = Some(lines);
        self
    }

    /// Erlang X: this share of those who gave up, and that share of those who found no line, try again later as new
    /// arrivals.
    pub fn with_redial(mut self, gave_up: f64, blocked: f64) -> Result<Self, StaffingError> {
        self.redial = within("the share of redials", gave_up, 0.0, 0.999, "from 0 to 0.999")?;
        self.redial_blocked = within("the share of redials of the blocked", blocked, 0.0, 0.999, "from 0 to 0.999")?;
        Ok(self)
    }
}
