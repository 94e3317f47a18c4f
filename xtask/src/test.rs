//! `cargo xtask test`: everything that must hold.

use crate::{debian, peers::Peers, repo, runner::Log, runner::Runner, tidy, web};
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The steps in order, with what each does.
const STEPS: &[(&str, &str)] = &[
    ("tools", "find or install PostgreSQL, Dovecot, Postfix, Chromium"),
    ("format", "rustfmt"),
    ("tidy", "layout of the repository"),
    ("packages", "npm packages of the web apps"),
    ("web-check", "prettier, translations, svelte-check"),
    ("web-test", "unit tests of the web apps"),
    ("web-build", "build of the web apps, embedded by every Rust step"),
    ("clippy", "lints of every crate, tests and benchmarks"),
    ("build", "server, tools and tests"),
    ("peers", "PostgreSQL, Dovecot and Postfix on free loopback ports"),
    ("rust", "Rust tests on SQLite and PostgreSQL"),
    ("golden", "generated files are what the code generates"),
    ("budget", "sizes of the web apps"),
    ("stories", "two agents and two customers in Chromium, with real mail"),
    ("kill", "50 kills of the server under load: nothing lost, doubled or invented"),
];

/// Kills of the kill story: on SQLite and on PostgreSQL.
const KILLS: (u32, u32) = (40, 10);

/// Options of the test command.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only these steps (they rely on what earlier runs built).
    #[arg(value_name = "STEP")]
    only: Vec<String>,
    /// Name the steps and stop.
    #[arg(long)]
    list: bool,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    if args.list {
        for (name, what) in STEPS {
            println!("{name:<10} {what}");
        }
        return Ok(());
    }
    for only in &args.only {
        ensure!(STEPS.iter().any(|(name, _)| name == only), "there is no step `{only}`; `cargo xtask test --list` names them");
    }
    let root = repo::root();
    let mut runner = Runner::new(repo::target(&root).join("xtask/logs"), &args.only)?;
    steps(&root, &mut runner);
    runner.close()
}

fn steps(root: &Path, runner: &mut Runner) {
    let tools = step(runner, "tools", debian::ensure_tools);
    step(runner, "format", |log| {
        let mut command = repo::cargo(root);
        command.args(["fmt", "--all", "--check"]);
        log.run(command)
    });
    step(runner, "tidy", |log| {
        let faults = tidy::check(root)?;
        for fault in &faults {
            log.say(fault);
        }
        ensure!(faults.is_empty(), "{} things are not tidy", faults.len());
        Ok(())
    });
    let packages = step(runner, "packages", |log| web::install(root, log));
    let mut web_built = false;
    if packages {
        step(runner, "web-check", |log| log.run(web::npm(root, &["run", "--silent", "check"])));
        step(runner, "web-test", |log| log.run(web::npm(root, &["run", "--silent", "test"])));
        web_built = step(runner, "web-build", |log| web::build(root, log));
    } else {
        for name in ["web-check", "web-test", "web-build"] {
            runner.cannot(name, "the npm packages are missing");
        }
    }
    if !web_built {
        for name in ["clippy", "build", "peers", "rust", "golden", "budget", "stories", "kill"] {
            runner.cannot(name, "the web apps were not built");
        }
        return;
    }
    step(runner, "clippy", |log| {
        let mut command = cargo(root);
        command.args(["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]);
        log.run(command)
    });
    let built = step(runner, "build", |log| build(root, log));
    if built && tools {
        with_peers(root, runner);
    } else {
        let why = if built { "programs are missing" } else { "the build failed" };
        for name in ["peers", "rust", "golden", "budget", "stories", "kill"] {
            runner.cannot(name, why);
        }
    }
}

fn with_peers(root: &Path, runner: &mut Runner) {
    let wanted = ["peers", "rust", "stories", "kill"].iter().any(|name| runner.wants(name));
    let mut peers = None;
    let mut postgres = None;
    if wanted {
        let mut start = |log: &mut Log| -> Result<()> {
            let started = Peers::start(root, &["--postgres", "--mail"], log)?;
            postgres = Some(started.postgres().context("the peers did not say where PostgreSQL is")?);
            peers = Some(started);
            Ok(())
        };
        if runner.wants("peers") {
            step(runner, "peers", start);
        } else if let Err(error) = Runner::quiet_log(root).and_then(|mut log| start(&mut log)) {
            runner.cannot("peers", &format!("{error:#}"));
        }
    }
    let report = peers.as_ref().map(|peers| peers.report.clone());
    match &postgres {
        Some(url) => {
            step(runner, "rust", |log| rust_tests(root, log, url));
        }
        None => runner.cannot("rust", "PostgreSQL is not running"),
    }
    step(runner, "golden", |log| crate::codegen::check(root, log));
    step(runner, "budget", |log| {
        log.run(web::npm(root, &["run", "--silent", "budget", "--", "--outDir", &web::dist(root).to_string_lossy()]))
    });
    match (report, postgres) {
        (Some(report), Some(url)) => {
            step(runner, "stories", |log| stories(root, log, &report));
            step(runner, "kill", |log| {
                kill_story(root, log, KILLS.0, 1, None, false)?;
                kill_story(root, log, KILLS.1, 2, Some(&url), false)
            });
        }
        _ => ["stories", "kill"].iter().for_each(|name| runner.cannot(name, "the peers are not running")),
    }
}

fn step(runner: &mut Runner, name: &str, run: impl FnOnce(&mut Log) -> Result<()>) -> bool {
    let what = STEPS.iter().find(|(step, _)| *step == name).map_or("", |(_, what)| what);
    runner.step(name, what, run)
}

/// Cargo with the one environment that every Rust step shares: another value of these variables would make it build the
/// UI and the server again.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = repo::cargo(root);
    command.env("OKNO_UI_DIST", web::dist(root)).env_remove("OKNO_UI").env("CARGO_TERM_COLOR", "never");
    command
}

/// Builds binaries and tests in one go, so that both have the same features and nothing is built twice.
pub(crate) fn build(root: &Path, log: &mut Log) -> Result<()> {
    let mut command = cargo(root);
    command.args(["build", "--workspace", "--bins", "--tests", "--quiet"]);
    log.run(command)
}

fn rust_tests(root: &Path, log: &mut Log, postgres: &str) -> Result<()> {
    let has_nextest = repo::cargo(root).args(["nextest", "--version"]).output().is_ok_and(|out| out.status.success());
    let mut command = cargo(root);
    if has_nextest {
        command.args(["nextest", "run", "--workspace", "--bins", "--lib", "--tests", "--cargo-quiet"]);
    } else {
        log.say("cargo-nextest is not installed; falling back to cargo test");
        command.args(["test", "--workspace", "--bins", "--lib", "--tests", "--no-fail-fast", "--quiet"]);
    }
    command.env("OKNO_TEST_POSTGRES", postgres).env("INSTA_UPDATE", "no").env_remove("OKNO_BLESS");
    log.run(command)
}

fn stories(root: &Path, log: &mut Log, report: &str) -> Result<()> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(root.join("e2e"))
        .context("read e2e")?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    ensure!(!files.is_empty(), "there are no stories in e2e/");
    let mut command = Command::new("node");
    command.args(["--test", "--test-concurrency=1", "--test-reporter=spec"]).args(files).current_dir(root);
    command.env("OKNO_BIN", repo::binary(root, "okno")).env("OKNO_PEERS", report);
    if let Some(chromium) = debian::chromium() {
        command.env("CHROMIUM", chromium);
    }
    log.run(command)
}

/// Kills the server under load and checks that nothing was lost, doubled or invented.
/// `strict` also holds the time of recovery against its goal: for machines that do nothing else.
pub(crate) fn kill_story(root: &Path, log: &mut Log, kills: u32, seed: u64, postgres: Option<&str>, strict: bool) -> Result<()> {
    let mut command = Command::new(repo::binary(root, "chaos"));
    command.args(["--kills", &kills.to_string(), "--seed", &seed.to_string()]);
    command.arg("--server").arg(repo::binary(root, "okno")).current_dir(root);
    if let Some(url) = postgres {
        command.args(["--postgres", url]);
    }
    if strict {
        command.arg("--strict");
    }
    log.run(command)
}
