//! The kill story: customers chat and write mail, an agent answers, and the server is killed again and again in the
//! middle of it. Afterwards nothing that was acknowledged may be lost, doubled or invented (reliability.md, P1-P4).
//!
//! Every part talks only to public doors and repeats what was not acknowledged, as a browser, a mail server or an
//! API client does. Kills are aimed: each waits for a moment in which something is on its way and nothing is said yet.

mod chat;
mod check;
mod desk;
mod kills;
mod mail;
mod record;
mod world;

use crate::{Company, MailPeers, MailPorts, Server, Sink};
use anyhow::{Context, Result};
use record::Record;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use world::World;

/// What to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The server's binary.
    pub server: PathBuf,
    /// A PostgreSQL for a database of its own; `None`: SQLite.
    pub postgres: Option<String>,
    /// How often the server is killed.
    pub kills: u32,
    /// Makes the moments of the kills repeatable, as far as a running system is.
    pub seed: u64,
    /// Also checks how long a restart takes. Machines that run tests are noisy: only a soak asks for it.
    pub strict: bool,
}

/// What came of it.
pub struct Outcome {
    /// Facts for the reader: how much went through, how fast the server came back.
    pub facts: Vec<String>,
    /// What was checked, and what was wrong with it (empty: it holds).
    pub checks: Vec<(String, Vec<String>)>,
}

/// Concurrent customers with a chat open.
const VISITORS: usize = 8;
/// Concurrent mail servers that submit to okno's own listener, and as many that deliver into the mailbox.
const MAILERS: usize = 2;
/// Concurrent requests that answer chats.
const REPLIERS: usize = 3;
/// How long the rest of the work may take after the last kill.
const SETTLE: Duration = Duration::from_secs(360);

/// Runs the story.
pub async fn run(options: &Options) -> Result<Outcome> {
    let database = match &options.postgres {
        Some(url) => Some(crate::fresh_database(url)?),
        None => None,
    };
    let peers = tokio::task::block_in_place(MailPeers::start).context("start Dovecot and Postfix")?;
    let sink = Sink::start().await?;
    let mut server = Server::new(&options.server, database)?.with_env("OKNO_RATE_LIMITS", "off");
    tokio::task::block_in_place(|| server.start())?;
    let ports = MailPorts { imap: Some(peers.dovecot.port()), smtp: sink.port };
    let company = Company::found(&server, Some(&ports)).await.with_context(|| server.log_end())?;
    let world = Arc::new(World::new(&server, company, peers.postfix.port(), sink.received()));

    let mut input = Vec::new();
    for n in 0..MAILERS {
        input.push(tokio::spawn(mail::submits(Arc::clone(&world), n, mail::Door::Listener)));
        input.push(tokio::spawn(mail::submits(Arc::clone(&world), n, mail::Door::Mailbox)));
    }
    let visitors: Vec<_> = (0..VISITORS).map(|n| tokio::spawn(chat::visits(Arc::clone(&world), n))).collect();
    let mut desk = vec![tokio::spawn(desk::sits(Arc::clone(&world)))];
    desk.extend((0..REPLIERS).map(|n| tokio::spawn(desk::replies(Arc::clone(&world), n))));

    let recoveries = kills::spree(&world, &mut server, options.kills, options.seed).await;
    let settled = match &recoveries {
        Ok(_) => match settle(&world, &sink).await {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(check::why_it_waits(&world).await)),
        },
        Err(_) => Ok(()),
    };
    world.finish();
    for task in input.into_iter().chain(visitors).chain(desk) {
        task.await.context("a part of the story panicked")?;
    }
    let recoveries = recoveries.with_context(|| server.log_end())?;
    let record: Record = world.take_record();
    let mut outcome = check::all(&world, &record, &sink.mails(), options.kills).await.with_context(|| server.log_end())?;
    if let Err(unsettled) = settled {
        outcome.checks.push(("everything that was begun came to its end".into(), vec![format!("{unsettled:#}")]));
    }
    outcome.facts.push(kills::recovery_fact(&recoveries));
    if options.strict {
        outcome.checks.push(kills::recovery_check(&recoveries));
    }
    let stopped = tokio::task::block_in_place(|| server.stop()).err().map(|error| format!("{error:#}"));
    outcome.checks.push(("SIGTERM ends the server cleanly".into(), stopped.into_iter().collect()));
    if outcome.checks.iter().any(|(_, faults)| !faults.is_empty()) {
        outcome.facts.push(format!("the end of the server's log:\n{}", server.log_end()));
    }
    Ok(outcome)
}

/// Stops the input, and waits until all of it has reached its end.
async fn settle(world: &World, sink: &Sink) -> Result<()> {
    world.stop_input();
    world.wait("every chat message to be acknowledged", SETTLE, || async { Ok(world.with(|record| record.unacknowledged()) == 0) }).await?;
    world.wait("every mail to be submitted", SETTLE, || async { Ok(world.mailers() == 0) }).await?;
    world.wait("the ledger to be closed", SETTLE, || check::ledger_is_closed(world)).await?;
    world.stop_desk();
    world.wait("every reply to be acknowledged", SETTLE, || async { Ok(world.repliers() == 0) }).await?;
    world
        .wait("every reply by mail to be sent", SETTLE, || async { Ok(world.with(|record| record.unsent(&sink.mails())).is_empty()) })
        .await?;
    world.wait("every reply by chat to be heard", SETTLE, || async { Ok(world.with(|record| record.unheard()).is_empty()) }).await
}
