//! What if: models from the present configuration and history, and runs of the simulator in the background.
//!
//! * SIM-1 A run changes nothing: it reads the configuration and the history, and keeps its result in memory only.
//! * SIM-2 A run is bounded in size and time, and never more than [`RUNS_AT_ONCE`] at once: routing goes first.
//! * SIM-3 A run belongs to the user who started it; to others it does not exist.

mod recorded;
mod runs;
mod shifts;

#[cfg(test)]
mod tests;

pub use recorded::{History, days_before, midnight, recorded};
pub use runs::{Run, RunState, Runs, cancel, example, model, run, start};

/// Runs at once in one process: two cores are enough to lose.
pub const RUNS_AT_ONCE: usize = 2;
