//! `okno sim`: the simulator on the command line. Files, the progress bar and the history of the database are here; what is simulated
//! is okno-sim's.

pub(crate) mod args;
mod bar;

use crate::config::Config;
use anyhow::{Context as _, anyhow, bail};
use args::{ModelArgs, RunArgs, SimCommand, StaffArgs};
use okno_model::WorkspaceId;
use okno_sim::{Arrivals, Control, Goal, ScenarioSpec, Spec, apply, parse_changes};
use okno_store::{Store, Target};
use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

/// Does what is asked; the answer is the text for standard output.
pub(crate) async fn run(config: &Config, command: SimCommand) -> anyhow::Result<String> {
    match command {
        SimCommand::Example { file: None } => Ok(okno_sim::EXAMPLE.trim_end().to_owned()),
        SimCommand::Example { file: Some(file) } => {
            // Never over somebody's work.
            let mut made = fs::File::create_new(&file).with_context(|| format!("cannot make {}", file.display()))?;
            made.write_all(okno_sim::EXAMPLE.as_bytes()).with_context(|| format!("cannot write {}", file.display()))?;
            Ok(format!("{} is written; run it with: okno sim run {}", file.display(), file.display()))
        }
        SimCommand::Run(args) => simulate(config, args).await,
        SimCommand::Staff(args) => staff(config, args).await,
    }
}

async fn simulate(config: &Config, args: RunArgs) -> anyhow::Result<String> {
    let (mut spec, origin) = model(config, &args.model).await?;
    for changes in &args.scenarios {
        spec.scenarios.push(ScenarioSpec { name: String::new(), changes: vec![changes.clone()] });
    }
    let threads = threads(&args.model);
    let report = bar::watched(move |control: &Control| okno_sim::simulate(&spec, threads, control)).await?.with_context(|| origin)?;
    write(args.model.json.as_deref(), || Ok(serde_json::to_string_pretty(&report)? + "\n"))?;
    write(args.model.csv.as_deref(), || Ok(okno_sim::csv(&report)))?;
    Ok(okno_sim::report_text(&report, args.intervals))
}

async fn staff(config: &Config, args: StaffArgs) -> anyhow::Result<String> {
    let (mut spec, origin) = model(config, &args.model).await?;
    if let Some(target) = &args.target {
        let wrong = || anyhow!("`--target {target}` is no goal; write it as 80/20, for 80 % within 20 s");
        let (share, seconds) = target.split_once('/').ok_or_else(wrong)?;
        let share: f64 = share.trim().trim_end_matches('%').parse().map_err(|_| wrong())?;
        let seconds: f64 = seconds.trim().trim_end_matches('s').parse().map_err(|_| wrong())?;
        if !(share > 0.0 && share <= 100.0 && seconds >= 0.0) {
            bail!(wrong());
        }
        (spec.service_level.share, spec.service_level.seconds) = (share / 100.0, seconds);
    }
    let percent = |value: Option<f64>| value.map(|value| value / 100.0);
    let goal = Goal {
        share: None,
        max_abandonment: percent(args.max_abandonment),
        max_asa: args.max_asa,
        max_occupancy: percent(args.max_occupancy),
    };
    let (threads, groups) = (threads(&args.model), args.groups);
    let found =
        bar::watched(move |control: &Control| okno_sim::staff(&spec, &groups, goal, threads, control)).await?.with_context(|| origin)?;
    write(args.model.json.as_deref(), || Ok(serde_json::to_string_pretty(&found)? + "\n"))?;
    write(args.model.csv.as_deref(), || Ok(okno_sim::staffing_csv(&found)))?;
    Ok(okno_sim::staffing_text(&found))
}

fn threads(args: &ModelArgs) -> usize {
    args.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get)).max(1)
}

/// The model and where it came from, for errors.
async fn model(config: &Config, args: &ModelArgs) -> anyhow::Result<(Spec, String)> {
    let (mut spec, origin) = match (&args.file, &args.from) {
        (Some(file), _) => (read(file)?, file.display().to_string()),
        (None, Some(from)) => (recorded(config, from, args).await?, format!("the history from {from}")),
        (None, None) => bail!("name a model file, or a first day of history with --from"),
    };
    if let Some(replications) = args.replications {
        spec.replications = replications;
    }
    if let Some(seed) = args.seed {
        spec.seed = seed;
    }
    if let Some(agents) = &args.agents {
        for change in parse_changes(&format!("{agents} agents")).context("--agents")? {
            apply(&mut spec, &change).context("--agents")?;
        }
    }
    write(args.save_model.as_deref(), || Ok(serde_json::to_string_pretty(&spec)? + "\n"))?;
    Ok((spec, origin))
}

/// A model file with the files that it names.
fn read(file: &Path) -> anyhow::Result<Spec> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut spec = okno_sim::parse(&text).with_context(|| file.display().to_string())?;
    let folder = file.parent().map_or_else(PathBuf::new, Path::to_owned);
    for queue in &mut spec.queues {
        if let Arrivals::File { path } = &queue.arrivals {
            let path = folder.join(path);
            let text =
                fs::read_to_string(&path).with_context(|| format!("cannot read {}, the arrivals of {}", path.display(), queue.name))?;
            let seconds = okno_sim::parse_times(&text, &spec.opens).with_context(|| path.display().to_string())?;
            if seconds.is_empty() {
                bail!("{}: there is no time in it", path.display());
            }
            queue.arrivals = Arrivals::Times { seconds };
        }
    }
    Ok(spec)
}

/// A model from the history of this installation. Reads only.
async fn recorded(config: &Config, from: &str, args: &ModelArgs) -> anyhow::Result<Spec> {
    let target = Target::parse(&config.database)?;
    if let Target::Sqlite(path) = &target
        && !path.exists()
    {
        bail!("the database {} does not exist; name the data folder with --data-dir, or the database with --database", path.display());
    }
    let store = Store::open(target).await?;
    let company = store.read(WorkspaceId::from_u128(0), okno_store::workspaces::all).await?.into_iter().next();
    let company = company.context("no company is set up yet; there is no history")?;
    let history = okno_app::sim::History {
        from: okno_app::sim::midnight(from, &company.time_zone)?,
        days: args.days.max(1),
        interval_seconds: 1800,
        replay: args.replay,
    };
    let zone = company.time_zone.clone();
    let mut spec = store.read(company.id, move |tx| okno_app::sim::recorded(tx, history, &zone)).await?;
    spec.name = company.name;
    if spec.expected_customers() <= 0.0 {
        bail!("nobody came in the {} days from {from}; choose other days", args.days);
    }
    Ok(spec)
}

fn write(file: Option<&Path>, text: impl FnOnce() -> anyhow::Result<String>) -> anyhow::Result<()> {
    let Some(file) = file else { return Ok(()) };
    fs::write(file, text()?).with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests;
