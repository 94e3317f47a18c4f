//! What `okno sim` understands.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Simulations.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum SimCommand {
    /// Simulates a model and its scenarios, and shows them side by side.
    Run(RunArgs),
    /// Looks for the fewest agents of each interval that reach a goal.
    Staff(StaffArgs),
    /// Writes a commented model to start from.
    Example {
        /// Where to; without it to standard output.
        file: Option<PathBuf>,
    },
}

/// Where the model comes from, and how it is simulated.
#[derive(Debug, Clone, Args)]
pub(crate) struct ModelArgs {
    /// The model (see `okno sim example`). Without it, `--from` reads the history of this installation.
    #[arg(required_unless_present = "from", conflicts_with = "from")]
    pub(crate) file: Option<PathBuf>,
    /// First day of the history that becomes the model, `YYYY-MM-DD`. The database is only read.
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// Days of history.
    #[arg(long, default_value_t = 7, value_name = "N", requires = "from")]
    pub(crate) days: u32,
    /// Every customer exactly when he came, instead of a typical day.
    #[arg(long, requires = "from")]
    pub(crate) replay: bool,
    /// Agents of the first group, instead of what the model says: `12`, `+2`, `-10%`.
    #[arg(long, value_name = "AGENTS", allow_hyphen_values = true)]
    pub(crate) agents: Option<String>,
    /// Writes the model that is simulated here, as a start for your own.
    #[arg(long, value_name = "FILE")]
    pub(crate) save_model: Option<PathBuf>,
    /// Replications, instead of what the model says.
    #[arg(long, value_name = "N")]
    pub(crate) replications: Option<u32>,
    /// Seed, instead of what the model says. The same model and seed give the same bytes.
    #[arg(long, value_name = "S")]
    pub(crate) seed: Option<u64>,
    /// Threads; by default one per core.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// Writes the result here as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Writes the result here as CSV.
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
}

/// Options of `okno sim run`.
#[derive(Debug, Clone, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// One more scenario, in short form: `+2 agents`, `skill de`, `strategy longest_idle`, `+10% volume`, `aht 240`; several
    /// changes separated by commas. Can be given more than once.
    #[arg(long = "scenario", value_name = "CHANGES", allow_hyphen_values = true)]
    pub(crate) scenarios: Vec<String>,
    /// Shows the intervals of each scenario as well.
    #[arg(long)]
    pub(crate) intervals: bool,
}

/// Options of `okno sim staff`.
#[derive(Debug, Clone, Args)]
pub(crate) struct StaffArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// Groups to search; without it all groups. Can be given more than once.
    #[arg(long = "group", value_name = "NAME")]
    pub(crate) groups: Vec<String>,
    /// Goal of every interval and queue: `80/20` is 80 % within 20 s. Without it, that of the model.
    #[arg(long, value_name = "SHARE/SECONDS")]
    pub(crate) target: Option<String>,
    /// Largest share of customers who leave, percent.
    #[arg(long, value_name = "PERCENT")]
    pub(crate) max_abandonment: Option<f64>,
    /// Largest mean wait, seconds.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) max_asa: Option<f64>,
    /// Largest occupancy, percent.
    #[arg(long, value_name = "PERCENT")]
    pub(crate) max_occupancy: Option<f64>,
}
