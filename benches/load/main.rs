//! Load on the built server through its public doors: how many chat messages it accepts durably, how fast it says so,
//! what an idle visitor costs, how fast it starts with a filled database. `cargo xtask bench` runs it and keeps the rows.
//!
//! Server and customers share the same cores: the figures are lower bounds, to be compared within one run only.
#![expect(clippy::print_stdout, reason = "the table is this program's product")]

mod accept;
mod idle;
mod start;

use anyhow::Result;
use clap::Parser;
use okno_testkit::{Company, Server, unless_stopped};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Measures the built server.
#[derive(Parser)]
struct Args {
    /// The binary `okno`, built for release.
    #[arg(long)]
    server: PathBuf,
    /// URL of a PostgreSQL superuser, to measure on PostgreSQL as well.
    #[arg(long)]
    postgres: Option<String>,
    /// Visitors that chat at the same time.
    #[arg(long, default_value_t = 1000)]
    visitors: usize,
    /// Visitors that only have the page open.
    #[arg(long, default_value_t = 5000)]
    idle: usize,
    /// Interactions in the database when the start is measured.
    #[arg(long, default_value_t = 20_000)]
    interactions: usize,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    match unless_stopped(measure(Args::parse())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(args: Args) -> Result<()> {
    let time = Duration::from_secs(args.seconds);
    for (name, database) in databases(&args)? {
        let (server, company) = found(&args.server, database).await?;
        let visitors = accept::connect(&server, &company, args.visitors).await?;
        let (visitors, full) = accept::as_fast_as_possible(visitors, time).await?;
        row(
            &format!("durable chat messages, {} visitors, {name}: accepted", args.visitors),
            &format!("{:.0}/s (ack p50 {}, p99 {})", full.per_second, ms(full.p50), ms(full.p99)),
            ">= 5,000/s",
            "CPU: server and visitors share two cores",
        );
        let (_, paced) = accept::once_a_second(visitors, time).await?;
        row(
            &format!("the same at one message a second each, {name}: time to the acknowledgement"),
            &format!("p50 {}, p99 {} at {:.0}/s", ms(paced.p50), ms(paced.p99), paced.per_second),
            "p99 <= 50 ms",
            "the disk's sync, shared by all messages of one commit",
        );
    }
    let (mut server, company) = found(&args.server, None).await?;
    let empty = server.memory()?;
    row("memory of the idle server", &mib(empty), "<= 100 MB", "");
    let each = idle::memory_of_each(&server, &company, args.idle).await?;
    row(
        &format!("memory of one idle visitor ({} connected)", args.idle),
        &format!("{:.1} kB", each / 1000.0),
        "<= 20 kB",
        "read buffer and task of the socket",
    );
    start::fill(&server, &company, args.interactions).await?;
    let (first, killed) = tokio::task::block_in_place(|| start::times(&mut server))?;
    row(
        &format!("start to ready with {} open interactions", args.interactions),
        &format!("{} after SIGTERM, {} after kill -9", ms(first), ms(killed)),
        "<= 3 s",
        "rebuild of the routing engine from rows",
    );
    Ok(())
}

/// SQLite, and PostgreSQL if it was given.
fn databases(args: &Args) -> Result<Vec<(&'static str, Option<String>)>> {
    let mut all = vec![("SQLite", None)];
    if let Some(url) = &args.postgres {
        all.push(("PostgreSQL", Some(okno_testkit::fresh_database(url)?)));
    }
    Ok(all)
}

async fn found(bin: &Path, database: Option<String>) -> Result<(Server, Company)> {
    let mut server = Server::new(bin, database)?.with_env("OKNO_RATE_LIMITS", "off").with_env("OKNO_LOG", "warn");
    tokio::task::block_in_place(|| server.start())?;
    let company = Company::found(&server, None).await?;
    Ok((server, company))
}

fn row(what: &str, figure: &str, goal: &str, limit: &str) {
    println!("| {what} | {figure} | {goal} | {limit} |");
}

fn ms(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    if ms < 10.0 { format!("{ms:.1} ms") } else { format!("{ms:.0} ms") }
}

fn mib(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}
