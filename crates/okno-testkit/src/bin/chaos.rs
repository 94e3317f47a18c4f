//! The kill story as a program: for `cargo xtask test` with 50 kills, for `cargo xtask soak` with 1,000.
#![expect(clippy::print_stdout, reason = "the report is this program's product")]

use anyhow::{Result, ensure};
use clap::Parser;
use okno_testkit::chaos::{Options, run};
use okno_testkit::unless_stopped;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

/// Kills the server under load and checks that nothing was lost, doubled or invented.
#[derive(Parser)]
struct Args {
    /// The binary `okno`.
    #[arg(long)]
    server: PathBuf,
    /// How often it is killed.
    #[arg(long, default_value_t = 50)]
    kills: u32,
    /// Makes the moments repeatable.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// URL of a PostgreSQL superuser; without it the story runs on SQLite.
    #[arg(long)]
    postgres: Option<String>,
    /// Holds the time of recovery against its goal as well: for a machine that does nothing else.
    #[arg(long)]
    strict: bool,
}

/// Faults of one check that are printed; the rest is counted.
const SHOWN: usize = 8;

#[tokio::main]
async fn main() -> ExitCode {
    match unless_stopped(story(Args::parse())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn story(args: Args) -> Result<()> {
    let database = if args.postgres.is_some() { "PostgreSQL" } else { "SQLite" };
    println!("kill story on {database}: {} kills, seed {}", args.kills, args.seed);
    let start = Instant::now();
    let options = Options { server: args.server, postgres: args.postgres, kills: args.kills, seed: args.seed, strict: args.strict };
    let outcome = run(&options).await?;
    for fact in &outcome.facts {
        println!("  {fact}");
    }
    let mut failed = 0;
    for (what, faults) in &outcome.checks {
        println!("  {} {what}", if faults.is_empty() { "ok    " } else { "FAILED" });
        faults.iter().take(SHOWN).for_each(|fault| println!("         {fault}"));
        if faults.len() > SHOWN {
            println!("         and {} more", faults.len() - SHOWN);
        }
        failed += usize::from(!faults.is_empty());
    }
    println!("  took {:.1} s", start.elapsed().as_secs_f64());
    println!("{} passed, {failed} failed", outcome.checks.len() - failed);
    ensure!(failed == 0, "the promises do not hold");
    Ok(())
}
