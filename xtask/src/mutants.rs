//! `cargo xtask mutants`: changes the routing engine in small ways, one at a time, and says which changes no test notices.
//!
//! A full run takes hours; `--part 3/40` takes every fortieth mutant from the third on: a fair sample. What came out is in
//! `docs/proof.md`.

use crate::repo;
use anyhow::{Context, Result, bail, ensure};
use std::process::Command;

/// Options of the mutation tests.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// One file of `crates/okno-engine/src/routing`, or a pattern; all of them by default.
    #[arg(long, default_value = "*.rs")]
    file: String,
    /// A fair part of all mutants: `0/40` is the first of forty.
    #[arg(long)]
    part: Option<String>,
    /// Mutants at the same time.
    #[arg(long, default_value_t = 1)]
    jobs: u32,
}

/// Seeds of random floors that each mutant has to survive: the first that notices ends its run.
const SEEDS: &str = "12";

pub(crate) fn run(args: &Args) -> Result<()> {
    let root = repo::root();
    for (program, install) in [("nextest", "cargo install cargo-nextest --locked"), ("mutants", "cargo install cargo-mutants --locked")] {
        let there = repo::cargo(&root).args([program, "--version"]).output().is_ok_and(|out| out.status.success());
        ensure!(there, "cargo-{program} is missing; install it: {install}");
    }
    let mut command = command(&root, args);
    let status = command.status().context("run cargo mutants")?;
    match status.code() {
        Some(0) => Ok(()),
        // Some mutants survived, or ran into the time limit: the report says which.
        Some(2 | 3) => bail!("some mutants survived; {} lists them", repo::target(&root).join("mutants.out/missed.txt").display()),
        _ => bail!("cargo mutants failed: {status}"),
    }
}

fn command(root: &std::path::Path, args: &Args) -> Command {
    let mut command = repo::cargo(root);
    command.args(["mutants", "--package", "okno-engine", "--test-tool", "nextest", "--timeout", "60", "--build-timeout", "600"]);
    command.args(["--baseline", "skip", "--profile", "mutants", "--gitignore", "true", "--no-shuffle", "--sharding", "round-robin"]);
    command.args(["--file", &format!("crates/okno-engine/src/routing/{}", args.file), "--jobs", &args.jobs.to_string()]);
    if let Some(part) = &args.part {
        command.args(["--shard", part]);
    }
    command.arg("--output").arg(repo::target(root));
    // Only what tests routing, and only until the first test notices.
    command.args(["--", "--lib", "--test", "it", "--fail-fast", "-E", "not test(/^(staffing|wait|hours|math)/)"]);
    command.env("OKNO_SEEDS", SEEDS).env("OKNO_UI", "skip").env_remove("OKNO_BLESS");
    command
}
