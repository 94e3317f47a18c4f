//! How many agents it takes: Erlang B, C, A and X, exact, for planners and as the judge of the simulator.
//!
//! | question | function |
//! |---|---|
//! | how is it with so many agents? | [`steady`]: P(wait), P(abandon), ASA, occupancy; six forms of service level, any quantile of the wait |
//! | how many agents for 80/20? | [`required_agents`] with a [`Target`]; [`scheduled_agents`] adds shrinkage |
//! | and if patience has a shape of its own? | [`steady_general`], [`required_agents_general`] with a [`PatienceCurve`] |
//! | how many lines, what do they carry? | [`erlang_b`], [`erlang_b_servers`], [`erlang_b_capacity`] |
//! | what if the forecast is wrong? | [`level_spread`] |
//! | roughly? | [`square_root_agents`], [`halfin_whitt`], [`garnett`] |
//!
//! A [`Load`] is what comes in, a [`Crowd`] how those who wait behave: the default waits for ever (Erlang C),
//! `Crowd::patient(120.0)?` gives up (Erlang A), `.with_lines(60)` finds lines taken, `.with_redial(0.3, 0.5)?` comes
//! again (Erlang X). Formulas stand at their code; `tests/it/staffing.rs` holds them against published and 50-digit
//! values. What has no answer is refused in words ([`StaffingError`]), never answered by a number.
//!
//! Limits of the model, not of the code: Poisson arrivals, exponential handle times (and patience, but for [`PatienceCurve`]), one queue whose agents
//! all can take everything, and a steady state within the interval. Where that is not so, the simulator is the judge.

mod busyness;
mod crowd;
mod endless;
mod erlang_b;
mod error;
mod general;
mod impatient;
mod level;
mod lines;
mod load;
mod redial;
mod required;
mod square_root;
mod steady;

pub use busyness::{LevelSpread, level_spread};
pub use crowd::{Crowd, MAX_WAITING};
pub use erlang_b::{erlang_b, erlang_b_capacity, erlang_b_servers};
pub use error::StaffingError;
pub use general::{PatienceCurve, required_agents_general, steady_general};
pub use level::{LevelForm, ServiceLevel};
pub use load::{Load, MAX_AGENTS, MAX_ERLANGS};
pub use required::{Target, combined_shrinkage, required_agents, scheduled_agents};
pub use square_root::{Garnett, garnett, halfin_whitt, halfin_whitt_beta, square_root_agents};
pub use steady::{Steady, steady};
