//! The task of one cell: takes the lease, rebuilds the engine, decides, writes.

use super::{handle::Command, load, present::Present, turn::turn, waits::Waits};
use crate::{AppError, Ctx};
use okno_bus::{Topic, Wakeup};
use okno_engine::routing::{Engine, Input};
use okno_model::{AgentId, CellId, InteractionId, Timestamp, doc::UserDoc};
use okno_store::{Dialect, StoreError, lease};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{Instant, sleep_until},
};

/// How long a lease lasts without renewal: a dead owner is replaced within this time (reliability.md: 10 s).
const LEASE: Duration = Duration::from_secs(8);
/// How often it is renewed: two renewals may fail before it is lost.
const RENEW: Duration = Duration::from_millis(2_500);
/// On SQLite there is one process and nobody to be replaced by: the row only fences a copy that was started by mistake.
const EMBEDDED_LEASE: Duration = Duration::from_secs(3600);
const EMBEDDED_RENEW: Duration = Duration::from_secs(1200);
/// Inputs of one transaction: bounds the time that the last of them waits.
const BATCH: usize = 256;
/// Longest sleep: a wall clock that was set forward is noticed within it.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);
/// Pause before the next try after a failure; doubles up to the longest.
const RETRY: Duration = Duration::from_millis(200);
const RETRY_MAX: Duration = Duration::from_secs(10);

const _: () = assert!(RENEW.as_millis() * 3 < LEASE.as_millis(), "two renewals may fail before the lease is lost");

/// What the cell knows besides the engine.
pub(super) struct Cell {
    pub(super) ctx: Ctx,
    pub(super) id: CellId,
    pub(super) epoch: i64,
    pub(super) engine: Engine,
    /// Users who are agents, as the engine knows them.
    pub(super) profiles: Arc<BTreeMap<AgentId, UserDoc>>,
    /// Journal events up to here are known.
    pub(super) cursor: i64,
    /// How long customers wait.
    pub(super) waits: Waits,
    /// What came into routing with the rows that made it: the journal tells of it once more.
    pub(super) entered: BTreeSet<InteractionId>,
    /// The newest inputs, for the log of a panic.
    pub(super) last: VecDeque<(Timestamp, Input)>,
}

/// Why a cell's ownership ended.
enum End {
    /// The process ends.
    Stop,
    /// Another owner has it, or the database is away.
    Lost,
}

/// An error inside a cell's transaction.
pub(super) enum WriteError {
    /// Another owner took over.
    Stale,
    /// Anything else.
    App(AppError),
}

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::StaleEpoch { .. }) { Self::Stale } else { Self::App(error.into()) }
    }
}

impl From<AppError> for WriteError {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

/// Runs until the process stops. `tried` is told after the first attempt to own the cell.
pub(super) async fn run(
    ctx: Ctx,
    mut commands: mpsc::Receiver<Command>,
    mut stop: watch::Receiver<bool>,
    owns: watch::Sender<bool>,
    tried: oneshot::Sender<()>,
) {
    let id = CellId::new(ctx.ws.0);
    let owner = match ctx.app.store.dialect() {
        Dialect::Sqlite => "embedded".to_owned(),
        Dialect::Postgres => ctx.app.node().to_owned(),
    };
    let mut tried = Some(tried);
    let mut present = Present::default();
    let mut pause = RETRY;
    loop {
        match acquire(&ctx, id, &owner).await {
            Ok(Some(epoch)) => {
                let end = own(&ctx, id, epoch, &mut commands, &mut stop, &owns, &mut tried, &mut present).await;
                owns.send_replace(false);
                match end {
                    End::Stop => {
                        // The lease also ends by itself.
                        let _ = ctx.app.store.write(ctx.ws, move |tx| lease::release(tx, id, epoch)).await;
                        return;
                    }
                    End::Lost => tracing::warn!(workspace = %ctx.ws, "routing lost its lease to another process"),
                }
                pause = RETRY;
            }
            Ok(None) => {}
            Err(error) => tracing::error!(workspace = %ctx.ws, %error, "routing cannot take its lease"),
        }
        if let Some(tried) = tried.take() {
            let _ = tried.send(());
        }
        // Somebody else decides, or nobody can: callers are told to come back.
        let until = Instant::now() + pause;
        pause = (pause * 2).min(if ctx.app.store.dialect() == Dialect::Sqlite { RETRY_MAX } else { RENEW });
        loop {
            tokio::select! {
                _ = stop.changed() => return,
                () = sleep_until(until) => break,
                command = commands.recv() => match command {
                    Some(command) => turn_away(command, &mut present),
                    None => return,
                },
            }
        }
    }
}

pub(super) fn turn_away(command: Command, present: &mut Present) {
    let unavailable = || AppError::Unavailable { detail: "routing is changing its owner; try again in a moment".to_owned() };
    // Whoever does not wait for the answer any more does not need it.
    match command {
        Command::Ask(ask) => {
            present.note(&ask.input);
            drop(ask.reply.send(Err(unavailable())));
        }
        // Their askers see that nobody answers.
        Command::Within(within) => drop(within),
        Command::Look(look) => drop(look),
        Command::Tick { reply } => drop(reply.send(Err(unavailable()))),
        Command::Standing { reply, .. } => drop(reply.send(None)),
        Command::QueueWait { reply, .. } => drop(reply.send(None)),
        #[cfg(test)]
        Command::Panic { reply } => drop(reply.send(Err(unavailable()))),
    }
}

fn lease_times(ctx: &Ctx) -> (Duration, Duration) {
    match ctx.app.store.dialect() {
        Dialect::Sqlite => (EMBEDDED_LEASE, EMBEDDED_RENEW),
        Dialect::Postgres => (LEASE, RENEW),
    }
}

async fn acquire(ctx: &Ctx, id: CellId, owner: &str) -> Result<Option<i64>, StoreError> {
    let (now, owner) = (ctx.now(), owner.to_owned());
    let until = now + lease_times(ctx).0;
    ctx.app.store.write(ctx.ws, move |tx| lease::acquire(tx, id, &owner, now, until)).await
}

/// Owns the cell: rebuilds the engine as often as needed, until the lease is lost or the process stops.
#[expect(clippy::too_many_arguments, reason = "the parts of the task's life that outlive one ownership")]
async fn own(
    ctx: &Ctx,
    id: CellId,
    epoch: i64,
    commands: &mut mpsc::Receiver<Command>,
    stop: &mut watch::Receiver<bool>,
    owns: &watch::Sender<bool>,
    tried: &mut Option<oneshot::Sender<()>>,
    present: &mut Present,
) -> End {
    let mut pause = RETRY;
    let mut renew = Instant::now() + lease_times(ctx).1;
    loop {
        // Before the rows are read: what is committed from now on pokes.
        let mut wake = ctx.app.bus.listen(ctx.ws, Topic::Journal);
        let failed = match load::load(ctx, id, epoch, present).await {
            Ok(cell) => {
                tracing::info!(workspace = %ctx.ws, epoch, "routing decides");
                owns.send_replace(true);
                if let Some(tried) = tried.take() {
                    let _ = tried.send(());
                }
                match decide(Box::new(cell), commands, stop, &mut wake, present, &mut renew).await {
                    Ok(end) => return end,
                    Err(Broken { after_work }) => {
                        if after_work {
                            pause = RETRY;
                        }
                        "routing is rebuilt from its rows".to_owned()
                    }
                }
            }
            Err(WriteError::Stale) => return End::Lost,
            Err(WriteError::App(error)) => format!("routing cannot be rebuilt: {error}"),
        };
        tracing::error!(workspace = %ctx.ws, "{failed}");
        tokio::select! {
            _ = stop.changed() => return End::Stop,
            () = sleep_until(Instant::now() + pause) => {}
        }
        pause = (pause * 2).min(RETRY_MAX);
    }
}

/// The engine's memory cannot be trusted any more.
struct Broken {
    /// It had written something since it was built.
    after_work: bool,
}

async fn decide(
    mut cell: Box<Cell>,
    commands: &mut mpsc::Receiver<Command>,
    stop: &mut watch::Receiver<bool>,
    wake: &mut Wakeup,
    present: &mut Present,
    renew: &mut Instant,
) -> Result<End, Broken> {
    let mut worked = false;
    // What was committed between the rows and the first wait.
    let mut first = true;
    loop {
        let mut batch = Vec::new();
        if !std::mem::take(&mut first) {
            let sleep = cell.engine.next_deadline().map_or(LONGEST_SLEEP, |at| at.since(cell.ctx.now())).min(LONGEST_SLEEP);
            let until = (Instant::now() + sleep).min(*renew);
            tokio::select! {
                biased;
                _ = stop.changed() => return Ok(End::Stop),
                command = commands.recv() => match command {
                    Some(command) => batch.push(command),
                    None => return Ok(End::Stop),
                },
                () = wake.wait() => {}
                () = sleep_until(until) => {}
            }
            while batch.len() < BATCH
                && let Ok(command) = commands.try_recv()
            {
                batch.push(command);
            }
        }
        if Instant::now() >= *renew {
            match keep(&cell).await {
                Ok(()) => *renew = Instant::now() + lease_times(&cell.ctx).1,
                Err(WriteError::Stale) => return Ok(lost(batch, present)),
                Err(WriteError::App(error)) => tracing::warn!(%error, "the lease of routing was not renewed"),
            }
        }
        match turn(cell, batch, present).await {
            Ok(same) => (cell, worked) = (same, true),
            Err(WriteError::Stale) => return Ok(End::Lost),
            Err(WriteError::App(_)) => return Err(Broken { after_work: worked }),
        }
    }
}

fn lost(batch: Vec<Command>, present: &mut Present) -> End {
    for command in batch {
        turn_away(command, present);
    }
    End::Lost
}

async fn keep(cell: &Cell) -> Result<(), WriteError> {
    let (id, epoch) = (cell.id, cell.epoch);
    let until = cell.ctx.now() + lease_times(&cell.ctx).0;
    cell.ctx.app.store.write(cell.ctx.ws, move |tx| lease::renew(tx, id, epoch, until)).await.map_err(WriteError::from)
}

impl Cell {
    /// A cell around a rebuilt engine.
    pub(super) const fn new(
        ctx: Ctx,
        id: CellId,
        epoch: i64,
        engine: Engine,
        profiles: Arc<BTreeMap<AgentId, UserDoc>>,
        cursor: i64,
        waits: Waits,
    ) -> Self {
        Self { ctx, id, epoch, engine, profiles, cursor, waits, entered: BTreeSet::new(), last: VecDeque::new() }
    }
}
