//! The engine: inputs in, effects out.

use super::{AgentState, Effect, Input, Limits, Rejected, Restore, RestoreAgent};
use okno_model::{AgentId, InteractionId, Timestamp};

/// The routing engine of one cell: a derived index over rows, rebuilt by [`Engine::restore`].
#[derive(Debug, Clone)]
pub struct Engine {
    limits: Limits,
}

/// An engine that was rebuilt from rows.
#[derive(Debug)]
pub struct Restored {
    /// The engine, ready for inputs.
    pub engine: Engine,
    /// Interactions that name a queue which does not exist: they are not in the engine and need a person.
    pub orphans: Vec<InteractionId>,
}

/// A named invariant that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {detail}")]
pub struct Violation {
    /// Name: `R-1` ...
    pub name: &'static str,
    /// What was found.
    pub detail: String,
}

impl Engine {
    /// An empty engine.
    pub fn new(limits: Limits) -> Self {
        Self { limits }
    }

    /// Rebuilds an engine from rows. What became due meanwhile happens now; its effects are in `out`.
    pub fn restore(_now: Timestamp, limits: Limits, _rows: Restore, _out: &mut Vec<Effect>) -> Restored {
        Restored { engine: Self { limits }, orphans: Vec::new() }
    }

    /// Takes one input. Whatever is due at `now` happens first. On `Err` the input itself changed nothing,
    /// but `out` may hold effects of what was due.
    pub fn handle(&mut self, _now: Timestamp, _input: Input, _out: &mut Vec<Effect>) -> Result<(), Rejected> {
        Ok(())
    }

    /// When the engine wants a [`Input::Tick`] at the latest.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        None
    }

    /// An agent as he is now.
    pub fn agent(&self, _agent: AgentId) -> Option<AgentState> {
        None
    }

    /// Place of a waiting interaction in its queue, from 1; `None` if it does not wait.
    pub fn position(&self, _interaction: InteractionId) -> Option<usize> {
        None
    }

    /// The rows that would rebuild this engine.
    pub fn rows(&self) -> Restore {
        Restore::default()
    }

    /// Checks every named invariant. Costs time proportional to everything in the engine.
    pub fn check(&self) -> Result<(), Violation> {
        let _: Option<RestoreAgent> = None;
        Ok(())
    }
}
