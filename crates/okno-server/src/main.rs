//! The binary `okno`: configuration, start, stop, doctor, demo. No logic of the product lives here.

mod cli;
mod config;
mod demo;
mod doctor;
mod memory;
mod node;
mod serve;
mod sim;
mod speech;
mod voice;

use clap::Parser as _;
use cli::{Cli, Command, ConfigCommand};
use config::Config;
use okno_app::{Clock as _, SystemClock};
use std::{io::IsTerminal as _, process::ExitCode};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    memory::bound();
    begin()
}

#[tokio::main]
async fn begin() -> ExitCode {
    let cli = Cli::parse();
    match run(cli).await {
        Ok(code) => code,
        Err(error) => {
            complain(&format!("okno: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    if matches!(cli.command, Some(Command::Openapi)) {
        say(&okno_api::openapi().to_pretty_json()?);
        return Ok(ExitCode::SUCCESS);
    }
    let config = Config::load(&cli.options)?;
    logs(&config)?;
    // One TLS provider for every client; a second call would fail, which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => {
            let running = serve::start(&config).await?;
            if let Some(token) = &running.setup_token {
                say(&format!("setup: {}/setup?token={token}", config.url));
            }
            running.until_stopped().await?;
        }
        Command::Demo(args) => demo::run(config, args).await?,
        Command::Doctor => {
            let report = doctor::examine(&config, SystemClock::default().now()).await;
            say(report.to_string().trim_end());
            return Ok(if report.healthy() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Config(ConfigCommand::Check) => say(&config.shown()),
        Command::Sim(command) => say(sim::run(&config, *command).await?.trim_end()),
        Command::Openapi => {}
    }
    Ok(ExitCode::SUCCESS)
}

fn logs(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log).map_err(|e| anyhow::anyhow!("`log` is `{}`: {e}", config.log))?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    if config.log_json {
        logs.json().init();
    } else {
        logs.init();
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a command's answer belongs on standard output")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "a command's complaint belongs on standard error")]
fn complain(text: &str) {
    eprintln!("{text}");
}
