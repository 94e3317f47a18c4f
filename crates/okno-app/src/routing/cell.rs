//! The task of one cell: takes the lease, rebuilds the engine, decides, writes.

use super::{
    apply, foretold,
    handle::{Ask, Command, Extra, refused},
    load, news,
    present::Present,
    waits::{self, Waits},
};
use crate::{AppError, Ctx, act::Act};
use okno_bus::{Topic, Wakeup};
use okno_engine::routing::{Effect, Engine, Input};
use okno_model::{AgentId, CellId, Timestamp, doc::UserDoc, event};
use okno_store::{Dialect, StoreError, lease};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    panic::{AssertUnwindSafe, catch_unwind},
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
/// Inputs that are logged after a panic.
const LAST_INPUTS: usize = 64;
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
    last: VecDeque<String>,
}

type Reply = oneshot::Sender<Result<(), AppError>>;

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

fn turn_away(command: Command, present: &mut Present) {
    let unavailable = || AppError::Unavailable { detail: "routing is changing its owner; try again in a moment".to_owned() };
    // Whoever does not wait for the answer any more does not need it.
    match command {
        Command::Ask(ask) => {
            present.note(&ask.input);
            drop(ask.reply.send(Err(unavailable())));
        }
        // Its asker sees that nobody answers.
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
            Ok(mut cell) => {
                tracing::info!(workspace = %ctx.ws, epoch, "routing decides");
                owns.send_replace(true);
                if let Some(tried) = tried.take() {
                    let _ = tried.send(());
                }
                match decide(&mut cell, commands, stop, &mut wake, present, &mut renew).await {
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
    cell: &mut Cell,
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
            match keep(cell).await {
                Ok(()) => *renew = Instant::now() + lease_times(&cell.ctx).1,
                Err(WriteError::Stale) => return Ok(lost(batch, present)),
                Err(WriteError::App(error)) => tracing::warn!(%error, "the lease of routing was not renewed"),
            }
        }
        match turn(cell, batch, present).await {
            Ok(()) => worked = true,
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

/// One batch: news of the journal, what is due, what was asked. One transaction, then the answers.
async fn turn(cell: &mut Cell, batch: Vec<Command>, present: &mut Present) -> Result<(), WriteError> {
    let found = match news::read(cell).await {
        Ok(found) => found,
        Err(error) => {
            for command in batch {
                turn_away(command, present);
            }
            return Err(error.into());
        }
    };
    let now = cell.ctx.now();
    let mut done: Vec<(event::Actor, Vec<Effect>)> = Vec::new();
    let mut extras: Vec<(event::Actor, Extra)> = Vec::new();
    let mut answers: Vec<(Reply, Result<(), AppError>)> = Vec::new();
    let mut panicked = false;
    // A live call is never cut: what its record says comes before what is due.
    cell.engine.keep_alive(now, &found.alive);
    let estimates = waits::due(cell, now);
    for input in std::iter::once(Input::Tick).chain(found.inputs).chain(estimates) {
        let mut effects = Vec::new();
        match guarded(cell, now, input, &mut effects) {
            Some(Ok(())) => {}
            // News may repeat what the rows had already said.
            Some(Err(rejected)) => tracing::debug!(%rejected, "news were not needed"),
            None => panicked = true,
        }
        done.push((event::Actor::System, effects));
    }
    for command in batch {
        match command {
            Command::Ask(ask) => {
                let Ask { by, input, extra, reply } = *ask;
                present.note(&input);
                let mut effects = Vec::new();
                let answer = match guarded(cell, now, input, &mut effects) {
                    Some(Ok(())) => {
                        extras.extend(extra.map(|extra| (by.clone(), extra)));
                        Ok(())
                    }
                    Some(Err(rejected)) => Err(refused(&rejected)),
                    None => {
                        panicked = true;
                        Err(AppError::Internal("routing failed on this request".to_owned()))
                    }
                };
                done.push((by, effects));
                answers.push((reply, answer));
            }
            Command::Standing { interaction, reply } => drop(reply.send(cell.waits.standing(&cell.engine, interaction, now))),
            Command::QueueWait { queue, opens, reply } => drop(reply.send(cell.waits.queue(&cell.engine, queue, opens, now))),
            // A question that panics costs its asker only: the engine is not changed by it.
            Command::Look(look) => drop(catch_unwind(AssertUnwindSafe(|| look(&cell.engine)))),
            Command::Tick { reply } => answers.push((reply, Ok(()))),
            #[cfg(test)]
            Command::Panic { reply } => {
                panicked |= bounded(cell, |_| panic!("a bug of the engine")).is_none();
                answers.push((reply, Err(AppError::Internal("routing failed on this request".to_owned()))));
            }
        }
    }
    let written = if panicked {
        Err(WriteError::App(AppError::Internal("the routing engine panicked; nothing of this batch was written".to_owned())))
    } else {
        write(cell, now, extras, done, found.agents).await
    };
    for (reply, answer) in answers {
        let answer = match &written {
            Ok(()) => answer,
            Err(WriteError::Stale) => Err(AppError::Unavailable { detail: "routing is changing its owner; try again".to_owned() }),
            // A caller's own fault keeps its words; everybody else of the batch may try again.
            Err(WriteError::App(error)) => answer.and(Err(AppError::Unavailable { detail: format!("routing could not write: {error}") })),
        };
        // Whoever has gone does not need the answer.
        let _ = reply.send(answer);
    }
    if let Err(WriteError::App(error)) = &written {
        tracing::error!(%error, "a batch of routing was not written");
    }
    written
}

/// Handles one input behind the panic boundary; `None` after a panic.
fn guarded(cell: &mut Cell, now: Timestamp, input: Input, effects: &mut Vec<Effect>) -> Option<Result<(), okno_engine::routing::Rejected>> {
    if input != Input::Tick {
        if cell.last.len() == LAST_INPUTS {
            cell.last.pop_front();
        }
        cell.last.push_back(format!("{now:?} {input:?}"));
    }
    let result = bounded(cell, |engine| engine.handle(now, input, effects));
    cell.waits.observe(&cell.engine, now, effects);
    result
}

/// The panic boundary of a cell. After a panic the engine is thrown away: nobody sees what it left half done.
fn bounded<T>(cell: &mut Cell, f: impl FnOnce(&mut Engine) -> T) -> Option<T> {
    let engine = &mut cell.engine;
    let result = catch_unwind(AssertUnwindSafe(|| f(engine)));
    if result.is_err() {
        tracing::error!(workspace = %cell.ctx.ws, last_inputs = ?cell.last, "the routing engine panicked; it is rebuilt from its rows");
        metrics::counter!("okno_cell_panics_total").increment(1);
    }
    result.ok()
}

/// Writes a batch in one transaction that holds only with the current epoch.
async fn write(
    cell: &mut Cell,
    now: Timestamp,
    extras: Vec<(event::Actor, Extra)>,
    done: Vec<(event::Actor, Vec<Effect>)>,
    agents: BTreeSet<AgentId>,
) -> Result<(), WriteError> {
    let learned = cell.waits.written(now);
    let decided = done.iter().any(|(_, effects)| !effects.is_empty());
    if extras.is_empty() && agents.is_empty() && !decided && learned.log.is_empty() && !learned.kept {
        return Ok(());
    }
    let (ctx, id, epoch) = (cell.ctx.clone(), cell.id, cell.epoch);
    let floor = apply::Floor::of(cell, agents);
    cell.ctx
        .app
        .store
        .write(cell.ctx.ws, move |tx| -> Result<(), WriteError> {
            lease::check_epoch(tx, id, epoch)?;
            for (by, extra) in extras {
                extra(&mut Act::new(&ctx, tx, now, by))?;
            }
            let mut act = Act::new(&ctx, tx, now, event::Actor::System);
            apply::apply(&mut act, done, floor)?;
            foretold::write(tx, now, learned)?;
            Ok(())
        })
        .await?;
    cell.ctx.poke(Topic::Journal);
    Ok(())
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
        Self { ctx, id, epoch, engine, profiles, cursor, waits, last: VecDeque::new() }
    }
}
