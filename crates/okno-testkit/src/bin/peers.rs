//! Starts the peers of the tests, prints where they are as one line of JSON, and stops them when its input ends or when
//! it is asked to stop. Whoever holds the other end of the pipe may die in any way: the peers go with him.

use anyhow::Result;
use clap::Parser;
use okno_testkit::{MailPeers, PeersReport, Postgres};
use std::io::Read;
use tokio::signal::unix::{SignalKind, signal};

/// Real peers on loopback, for tests that are not written in Rust.
#[derive(Parser)]
struct Args {
    /// Start PostgreSQL.
    #[arg(long)]
    postgres: bool,
    /// PostgreSQL syncs like in production (for measurements).
    #[arg(long)]
    durable: bool,
    /// Start Dovecot and Postfix.
    #[arg(long)]
    mail: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let args = Args::parse();
    // The signals are caught before anything is started, so that no moment is left in which a peer could be orphaned.
    let mut term = signal(SignalKind::terminate())?;
    let mut int = signal(SignalKind::interrupt())?;
    let postgres = args.postgres.then(|| Postgres::start(args.durable)).transpose()?;
    let mail = args.mail.then(MailPeers::start).transpose()?;
    let report = PeersReport::of(postgres.as_ref(), mail.as_ref());
    #[expect(clippy::print_stdout, reason = "the report is this program's product")]
    {
        println!("{}", serde_json::to_string(&report)?);
    }
    let (ended, mut end) = tokio::sync::mpsc::channel::<()>(1);
    std::thread::spawn(move || {
        let mut buffer = [0; 64];
        while matches!(std::io::stdin().read(&mut buffer), Ok(n) if n > 0) {}
        drop(ended);
    });
    tokio::select! {
        _ = end.recv() => {}
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
    drop(mail);
    drop(postgres);
    Ok(())
}
