//! What cannot be computed, in words for a planner.

/// Why there is no answer. A planner reads the text: it says what is wrong and what to do.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StaffingError {
    /// Without customers who give up and without a limit of lines the queue would grow without end.
    #[error(
        "{agents} agents cannot carry {erlangs:.2} erlangs: work comes in faster than they can do it, and the wait grows without end; \
         plan at least {at_least} agents, or say how long customers wait before they give up"
    )]
    Unstable {
        /// Agents that were asked for.
        agents: u32,
        /// Offered load.
        erlangs: f64,
        /// The fewest agents with a finite wait.
        at_least: u32,
    },
    /// A number outside what it can be.
    #[error("{what} is {value}, but must be {rule}")]
    Value {
        /// Which number.
        what: &'static str,
        /// What was given.
        value: f64,
        /// What it can be.
        rule: &'static str,
    },
    /// No number of agents that we would compute with is enough.
    #[error("not even {limit} agents reach {target}; loosen the target")]
    OutOfReach {
        /// The most agents that were tried.
        limit: u32,
        /// The target in words.
        target: &'static str,
    },
    /// No target was given.
    #[error("say what to reach: a service level, an average wait, a share of customers who may be lost, or an occupancy")]
    NoTarget,
}

/// `value` if it lies between `low` and `high`, else the error that says so.
pub(super) fn within(what: &'static str, value: f64, low: f64, high: f64, rule: &'static str) -> Result<f64, StaffingError> {
    // A NaN lies nowhere.
    if value >= low && value <= high { Ok(value) } else { Err(StaffingError::Value { what, value, rule }) }
}
