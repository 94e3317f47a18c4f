//! The steady state: what planners read, whatever the formula behind it.

use super::{
    crowd::Crowd,
    endless::Endless,
    error::{StaffingError, within},
    general::General,
    impatient::Impatient,
    level::ServiceLevel,
    lines::Lines,
    load::{Load, MAX_AGENTS},
};

/// The steady state of a queue with so many agents. Shares are of all arrivals (redials included); times are seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Steady {
    /// Agents.
    pub agents: u32,
    /// What arrives, redials included.
    pub load: Load,
    /// P(W > 0): who has to wait.
    pub p_wait: f64,
    /// P(Ab): who gives up.
    pub p_abandon: f64,
    /// Who finds no line.
    pub p_blocked: f64,
    /// E\[W\]: mean wait of all who were let in, answered or not.
    pub mean_wait: f64,
    /// ASA: mean wait of who was answered; `None` if nobody ever is.
    pub asa: Option<f64>,
    /// E\[Q\]: mean number of waiting customers.
    pub mean_queue: f64,
    /// Share of their time that agents work.
    pub occupancy: f64,
    pub(super) waits: Waits,
}

/// The distribution of waits, by formula.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Waits {
    Endless(Endless),
    Impatient(Impatient),
    Lines(Lines),
    General(General),
}

/// The steady state of `agents` agents under this load: Erlang C, Erlang A (M/M/N+M), either with a limit of lines
/// (M/M/N/K+M), and Erlang X with redials. Refused where there is none.
///
/// Sources: science.md 2.1; Palm 1946 and Garnett, Mandelbaum & Reiman 2002 for M/M/N+M, Baccelli & Hebuterne 1981 for
/// its waits.
pub fn steady(load: &Load, crowd: &Crowd, agents: u32) -> Result<Steady, StaffingError> {
    within("the number of agents", f64::from(agents), 1.0, f64::from(MAX_AGENTS), "from 1 to 1,000,000")?;
    if crowd.redial > 0.0 || crowd.redial_blocked > 0.0 {
        return super::redial::steady(load, crowd, agents);
    }
    once(load, crowd, agents)
}

/// Without redials.
pub(super) fn once(load: &Load, crowd: &Crowd, agents: u32) -> Result<Steady, StaffingError> {
    match (crowd.lines, crowd.patience) {
        (Some(lines), patience) => super::lines::steady(load, patience, agents, lines),
        (None, Some(patience)) => super::impatient::steady(load, patience, agents),
        (None, None) => super::endless::steady(load, agents),
    }
}

impl Steady {
    /// Share of all arrivals that are answered.
    pub fn answered(&self) -> f64 {
        (1.0 - self.p_abandon - self.p_blocked).max(0.0)
    }

    /// Share of all arrivals that are answered after at most so many seconds of waiting.
    pub fn answered_within(&self, seconds: f64) -> f64 {
        (self.answered() - self.waits(seconds).answered_later).max(0.0)
    }

    /// Share of all arrivals that give up after at most so many seconds of waiting.
    pub fn abandoned_within(&self, seconds: f64) -> f64 {
        (self.p_abandon - self.waits(seconds).abandoned_later).max(0.0)
    }

    /// Share of all arrivals that wait longer than so many seconds, until they are answered or give up.
    pub fn waits_longer(&self, seconds: f64) -> f64 {
        let waits = self.waits(seconds);
        waits.answered_later + waits.abandoned_later
    }

    /// The service level; `None` where nobody is in its denominator.
    pub fn service_level(&self, level: &ServiceLevel) -> Option<f64> {
        let short = if level.counts_short() { self.abandoned_within(level.short) } else { 0.0 };
        let waits = self.waits(level.within);
        let in_time = (self.answered() - waits.answered_later).max(0.0);
        let gave_up_in_time = (self.p_abandon - waits.abandoned_later).max(0.0);
        level.of_shares(self.answered(), in_time, self.p_abandon, gave_up_in_time, short)
    }

    /// The wait that a share `p` of all arrivals does not exceed, seconds, to a millisecond.
    pub fn wait_quantile(&self, p: f64) -> Result<f64, StaffingError> {
        within("the quantile", p, 0.0, 0.999_999, "from 0 to 0.999999")?;
        let above = 1.0 - p;
        if self.p_wait <= above {
            return Ok(0.0);
        }
        let (mut low, mut high) = (0.0, self.load.handle_seconds());
        while self.waits_longer(high) > above && high < 1e9 {
            low = high;
            high *= 2.0;
        }
        while high - low > 5e-4 {
            let middle = 0.5 * (low + high);
            if self.waits_longer(middle) > above {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(0.5 * (low + high))
    }

    fn waits(&self, seconds: f64) -> Later {
        let seconds = seconds.max(0.0);
        match &self.waits {
            Waits::Endless(waits) => waits.later(seconds),
            Waits::Impatient(waits) => waits.later(seconds),
            Waits::Lines(waits) => waits.later(seconds),
            Waits::General(waits) => waits.later(seconds),
        }
    }
}

/// What happens after a time of waiting, as shares of all arrivals.
pub(super) struct Later {
    pub(super) answered_later: f64,
    pub(super) abandoned_later: f64,
}
