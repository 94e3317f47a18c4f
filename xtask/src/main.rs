//! Development commands. `cargo xtask test` is everything that continuous integration does; `cargo xtask --help` lists
//! the rest.
#![expect(clippy::print_stdout, reason = "a command-line tool prints")]

mod bench;
mod codegen;
mod counts;
mod debian;
mod dev;
mod mutants;
mod peers;
mod repo;
mod runner;
mod soak;
mod test;
mod tidy;
mod web;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Commands for those who work on okno.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check everything: format, layout, lints, all tests on both databases, the stories in a real browser with real
    /// mail servers, and the kill story. Installs what is missing when it runs as root on Debian.
    Test(test::Args),
    /// Check the layout of the repository: crate graph, file sizes, words, links. Takes a second.
    Tidy,
    /// Write anew what is generated from the code: openapi.json, the types of the web apps, the permission matrix, the
    /// drawings of the state machines.
    Codegen,
    /// Run the server and the web apps for development: changes of `web/` show at once, the server is started again
    /// by you.
    Dev(dev::Args),
    /// Measure, and write the figures into docs/performance.md.
    Bench(bench::Args),
    /// For long: the random floors of routing, the simulator against published values, the kill story. Takes about an
    /// hour; `--only` takes one of them.
    Soak(soak::Args),
    /// Change the routing engine in small ways and say which changes no test notices. Hours, or a fair sample by `--part`.
    Mutants(mutants::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Test(args) => test::run(&args),
        Command::Tidy => tidy(),
        Command::Codegen => codegen::run(),
        Command::Dev(args) => dev::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Soak(args) => soak::run(&args),
        Command::Mutants(args) => mutants::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn tidy() -> Result<()> {
    let faults = tidy::check(&repo::root())?;
    for fault in &faults {
        println!("{fault}");
    }
    anyhow::ensure!(faults.is_empty(), "{} things are not tidy", faults.len());
    println!("tidy");
    Ok(())
}
