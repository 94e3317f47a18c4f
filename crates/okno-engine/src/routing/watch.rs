//! Sees the two machines move while an engine runs: how tests know which transitions they never took.

use super::{Duty, DutyStep, Engine, Rejected, Stage, Step};

/// Who is told of every transition that is asked for. It decides nothing; production has none.
#[derive(Debug, Clone, Copy)]
pub struct Watch {
    /// An interaction: where it stood, what was asked, and what came of it.
    pub stage: fn(Stage, Step, &Result<Stage, Rejected>),
    /// An agent: what he had chosen, what happened, and what holds then.
    pub duty: fn(&Duty, &DutyStep, &Duty),
}

impl Engine {
    /// The same engine under watch.
    #[must_use]
    pub const fn watched(mut self, watch: Watch) -> Self {
        self.watch = Some(watch);
        self
    }
}
