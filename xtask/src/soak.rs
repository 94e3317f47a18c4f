//! `cargo xtask soak`: the kill story, the random floors of routing and the simulator's checks for long.

use crate::{peers::Peers, repo, runner::Runner, test, web};
use anyhow::{Context, Result, ensure};

/// What the soak consists of.
const PARTS: [&str; 3] = ["routing", "simulator", "kills"];

/// Options of the soak.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Kills altogether; a fifth of them on PostgreSQL.
    #[arg(long, default_value_t = 1000)]
    kills: u32,
    /// Seed of the moments of the kills; printed, so that a run can be repeated.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Seeds of random floors of the routing engine, each checked after every step: a number, or `from..to`.
    #[arg(long, default_value = "10000")]
    seeds: String,
    /// Only this part: `routing`, `simulator` or `kills`. All of them by default.
    #[arg(long)]
    only: Option<String>,
}

impl Args {
    fn wants(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == part)
    }
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let root = repo::root();
    let mut runner = Runner::new(repo::target(&root).join("xtask/soak"), &[])?;
    let on_postgres = args.kills / 5;
    let on_sqlite = args.kills - on_postgres;
    if let Some(part) = args.only.as_deref() {
        ensure!(PARTS.contains(&part), "`{part}` is no part of the soak; write one of: {}", PARTS.join(", "));
    }
    if args.wants("routing") {
        // Optimized, but with the assertions that production does without.
        runner.step("routing", &format!("seeds {} of random floors of the routing engine", args.seeds), |log| {
            let mut command = repo::cargo(&root);
            command.args(["test", "--profile", "soak", "-q", "-p", "okno-engine", "--test", "it", "simulation::"]);
            command.env("OKNO_SEEDS", &args.seeds);
            log.run(command)
        });
    }
    if args.wants("simulator") {
        // 25 times as long as in the tests: intervals a fifth as wide, a thousand days of each published model.
        runner.step("simulator", "simulator against exact and published values", |log| {
            let mut command = repo::cargo(&root);
            command.args(["test", "--release", "-q", "-p", "okno-sim", "--test", "it"]).env("OKNO_SIM_LENGTH", "25");
            log.run(command)
        });
    }
    if !args.wants("kills") {
        return runner.close();
    }
    let built = runner.step("packages", "npm packages of the web apps", |log| web::install(&root, log))
        && runner.step("web-build", "build of the web apps", |log| web::build(&root, log))
        && runner.step("build", "server and tools", |log| test::build(&root, log));
    if built {
        runner.step("sqlite", &format!("{on_sqlite} kills on SQLite, seed {}", args.seed), |log| {
            test::kill_story(&root, log, on_sqlite, args.seed, None, true)
        });
        runner.step("postgres", &format!("{on_postgres} kills on PostgreSQL, seed {}", args.seed + 1), |log| {
            let peers = Peers::start(&root, &["--postgres"], log)?;
            let url = peers.postgres().context("the peers did not say where PostgreSQL is")?;
            test::kill_story(&root, log, on_postgres, args.seed + 1, Some(&url), true)
        });
    }
    runner.close()
}
