//! The way to a cell: commands by channel, answers after the commit.

use super::{cell, waits::Standing};
use crate::{App, AppError, Ctx, act::Act, cases, ledger, search, visitors};
use okno_engine::routing::{Engine, Input, Rejected};
use okno_model::{InteractionId, QueueId, Timestamp, WorkspaceId, doc::QueueWaitDoc, event};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
};

/// Commands that wait for a cell before callers have to wait themselves.
const WAITING: usize = 1024;

/// Rows that a command writes in the transaction of its decision.
pub(crate) type Extra = Box<dyn FnOnce(&mut Act<'_, '_>) -> Result<(), AppError> + Send>;

/// Something for the engine to decide.
pub(super) struct Ask {
    pub(super) by: event::Actor,
    pub(super) input: Input,
    pub(super) extra: Option<Extra>,
    pub(super) reply: oneshot::Sender<Result<(), AppError>>,
}

/// Rows from which decisions follow: what they say is told to routing in the same transaction.
pub(crate) type Rows = Box<dyn FnOnce(&mut Act<'_, '_>) -> Result<Vec<Input>, AppError> + Send>;

/// Rows to be written together with what follows from them.
pub(super) struct Within {
    pub(super) by: event::Actor,
    pub(super) rows: Rows,
    /// Dropped when nothing of it was written because of others.
    pub(super) reply: oneshot::Sender<Result<(), AppError>>,
}

/// What a cell's task is told.
pub(super) enum Command {
    /// Decide.
    Ask(Box<Ask>),
    /// Write and decide.
    Within(Box<Within>),
    /// Say the place in the queue.
    Standing { interaction: InteractionId, reply: oneshot::Sender<Option<Standing>> },
    /// Say how the waits of a queue are; it opens then.
    QueueWait { queue: QueueId, opens: Option<Timestamp>, reply: oneshot::Sender<Option<QueueWaitDoc>> },
    /// Let somebody look at the engine.
    Look(Box<dyn FnOnce(&Engine) + Send>),
    /// Do what is due.
    Tick { reply: oneshot::Sender<Result<(), AppError>> },
    /// Panic inside the engine's boundary, as a bug of the engine would.
    #[cfg(test)]
    Panic { reply: oneshot::Sender<Result<(), AppError>> },
}

/// The cells of this process.
#[derive(Debug, Default)]
pub struct Cells(Mutex<BTreeMap<WorkspaceId, Handle>>);

#[derive(Debug)]
struct Handle {
    sender: mpsc::Sender<Command>,
    stop: watch::Sender<bool>,
    owned: watch::Receiver<bool>,
    task: JoinHandle<()>,
    keeper: JoinHandle<()>,
}

impl Cells {
    fn with<T>(&self, f: impl FnOnce(&mut BTreeMap<WorkspaceId, Handle>) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn sender(&self, ws: WorkspaceId) -> Result<mpsc::Sender<Command>, AppError> {
        self.with(|cells| cells.get(&ws).map(|h| h.sender.clone()))
            .ok_or_else(|| AppError::Unavailable { detail: "routing has not started yet; try again in a moment".to_owned() })
    }
}

/// Starts the cell of the workspace in this process, and waits until it owns its lease, unless another process does.
///
/// # Errors
/// [`AppError::Conflict`] if it was started before.
pub async fn start(ctx: &Ctx) -> Result<(), AppError> {
    let (sender, commands) = mpsc::channel(WAITING);
    let (stop, stopped) = watch::channel(false);
    let (owns, owned) = watch::channel(false);
    let (tried, first) = oneshot::channel();
    visitors::started(ctx).await?;
    let (inner, kept, mut ends) = (ctx.clone(), ctx.clone(), stopped.clone());
    ctx.app.cells.with(|cells| {
        if cells.contains_key(&ctx.ws) {
            return Err(AppError::conflict("already_started", "this workspace's routing runs already"));
        }
        let task = tokio::spawn(cell::run(inner, commands, stopped, owns, tried));
        let (looked_after, mut ends_too) = (ctx.clone(), ends.clone());
        let keeper = tokio::spawn(async move {
            let mut ended = ends.clone();
            tokio::join!(
                ledger::work::run(kept.clone(), async move { drop(ends.changed().await) }),
                search::work::run(kept, async move { drop(ended.changed().await) }),
                cases::work::run(looked_after, async move { drop(ends_too.changed().await) }),
            );
        });
        cells.insert(ctx.ws, Handle { sender, stop, owned, task, keeper });
        Ok(())
    })?;
    // An error means that the task has ended, which its log explains.
    let _ = first.await;
    Ok(())
}

/// Ends all cells of this process and gives their leases up.
pub async fn stop(app: &Arc<App>) {
    let handles = app.cells.with(std::mem::take);
    for handle in handles.values() {
        handle.stop.send_replace(true);
    }
    for handle in handles.into_values() {
        // A cell that panicked outside its boundary has ended already.
        let _ = handle.task.await;
        let _ = handle.keeper.await;
    }
}

/// Whether a cell of this process decides for the workspace now.
pub fn ready(ctx: &Ctx) -> bool {
    ctx.app.cells.with(|cells| cells.get(&ctx.ws).is_some_and(|h| *h.owned.borrow()))
}

/// Whether a cell of this process waits for another process's lease: acts of routing would be refused here.
pub fn stands_by(ctx: &Ctx) -> bool {
    ctx.app.cells.with(|cells| cells.get(&ctx.ws).is_some_and(|h| !*h.owned.borrow()))
}

/// Lets the cell decide; answers when the decision is durable.
pub(crate) async fn ask(ctx: &Ctx, by: event::Actor, input: Input, extra: Option<Extra>) -> Result<(), AppError> {
    let (reply, answer) = oneshot::channel();
    let sender = ctx.app.cells.sender(ctx.ws)?;
    sender.send(Command::Ask(Box::new(Ask { by, input, extra, reply }))).await.map_err(|_| gone())?;
    answer.await.map_err(|_| gone())?
}

/// What [`ask_within`] has done.
pub(crate) enum Told<T, F> {
    /// Rows and decisions are durable.
    Done(T),
    /// Routing decides elsewhere, or not now, or could not write: the rows are to be written without it, and it hears of them by other ways.
    Untaken(F),
}

/// Writes rows and what routing decides because of them in one transaction; answers when both are durable. `rows` gives its result and
/// what routing is told. Saves a commit, and the time of one. The rows must be repeatable.
///
/// # Errors
/// What `rows` returns: then nothing of it was written.
pub(crate) async fn ask_within<T, F>(ctx: &Ctx, by: event::Actor, rows: F) -> Result<Told<T, F>, AppError>
where
    T: Send + 'static,
    F: FnOnce(&mut Act<'_, '_>) -> Result<(T, Vec<Input>), AppError> + Clone + Send + 'static,
{
    let Some(sender) = ctx.app.cells.sender(ctx.ws).ok().filter(|_| ready(ctx)) else { return Ok(Told::Untaken(rows)) };
    let (reply, answer) = oneshot::channel();
    let (keep, mut kept) = oneshot::channel();
    let first = rows.clone();
    let run: Rows = Box::new(move |act| {
        let (result, inputs) = first(act)?;
        // Whoever has gone does not need the result.
        let _ = keep.send(result);
        Ok(inputs)
    });
    if sender.send(Command::Within(Box::new(Within { by, rows: run, reply }))).await.is_err() {
        return Ok(Told::Untaken(rows));
    }
    match answer.await {
        Ok(done) => {
            done?;
            kept.try_recv().map(Told::Done).map_err(|_| gone())
        }
        Err(_) => Ok(Told::Untaken(rows)),
    }
}

/// Place of a waiting interaction in its queue, from 1.
///
/// # Errors
/// [`AppError::Unavailable`] while no cell runs here.
pub async fn position(ctx: &Ctx, interaction: InteractionId) -> Result<Option<u32>, AppError> {
    Ok(standing(ctx, interaction).await?.map(|standing| standing.position))
}

/// Place and presumable wait of a waiting interaction.
///
/// # Errors
/// [`AppError::Unavailable`] while no cell runs here.
pub async fn standing(ctx: &Ctx, interaction: InteractionId) -> Result<Option<Standing>, AppError> {
    let (reply, answer) = oneshot::channel();
    let sender = ctx.app.cells.sender(ctx.ws)?;
    sender.send(Command::Standing { interaction, reply }).await.map_err(|_| gone())?;
    answer.await.map_err(|_| gone())
}

/// The waits of a queue.
pub(super) async fn queue_wait(ctx: &Ctx, queue: QueueId, opens: Option<Timestamp>) -> Result<Option<QueueWaitDoc>, AppError> {
    let (reply, answer) = oneshot::channel();
    let sender = ctx.app.cells.sender(ctx.ws)?;
    sender.send(Command::QueueWait { queue, opens, reply }).await.map_err(|_| gone())?;
    answer.await.map_err(|_| gone())
}

/// Looks at the engine of the cell between its decisions.
///
/// # Errors
/// [`AppError::Unavailable`] while no cell runs here.
pub(super) async fn look<T: Send + 'static>(ctx: &Ctx, f: impl FnOnce(&Engine) -> T + Send + 'static) -> Result<T, AppError> {
    let (reply, answer) = oneshot::channel();
    let sender = ctx.app.cells.sender(ctx.ws)?;
    // Whoever has gone does not need the answer.
    let asked = Box::new(move |engine: &Engine| drop(reply.send(f(engine))));
    sender.send(Command::Look(asked)).await.map_err(|_| gone())?;
    answer.await.map_err(|_| gone())
}

/// Does everything that is due now: news of the journal and timers. For tests with a clock of their own.
///
/// # Errors
/// [`AppError::Unavailable`] while no cell runs here; what the write of the decisions returned.
pub async fn tick(ctx: &Ctx) -> Result<(), AppError> {
    let (reply, answer) = oneshot::channel();
    let sender = ctx.app.cells.sender(ctx.ws)?;
    sender.send(Command::Tick { reply }).await.map_err(|_| gone())?;
    answer.await.map_err(|_| gone())?
}

/// Waits until a cell of this process owns the lease.
#[cfg(test)]
pub(super) async fn owned(ctx: &Ctx) {
    let mut owned = ctx.app.cells.with(|cells| cells.get(&ctx.ws).map(|h| h.owned.clone())).expect("started");
    owned.wait_for(|owned| *owned).await.expect("the cell runs");
}

/// Lets the engine panic.
#[cfg(test)]
pub(super) async fn panic_once(ctx: &Ctx) -> Result<(), AppError> {
    let (reply, answer) = oneshot::channel();
    let sender = ctx.app.cells.sender(ctx.ws)?;
    sender.send(Command::Panic { reply }).await.map_err(|_| gone())?;
    answer.await.map_err(|_| gone())?
}

fn gone() -> AppError {
    AppError::Unavailable { detail: "routing is restarting; try again in a moment".to_owned() }
}

/// What a caller is told when the engine refuses.
pub(super) fn refused(rejected: &Rejected) -> AppError {
    let detail = rejected.to_string();
    match rejected {
        Rejected::StaleOffer => AppError::conflict("stale_offer", detail),
        Rejected::UnknownInteraction(_) => AppError::conflict("not_in_routing", detail),
        Rejected::UnknownAgent(_) => AppError::conflict("unknown_agent", detail),
        Rejected::UnknownQueue(_) => AppError::conflict("unknown_queue", detail),
        Rejected::AlreadyHere(_) => AppError::conflict("already_queued", detail),
        Rejected::NotYours => AppError::conflict("not_yours", detail),
        Rejected::WrongStage { .. } => AppError::conflict("wrong_state", detail),
        Rejected::WrapupFixed { .. } => AppError::conflict("wrapup_fixed", detail),
        Rejected::WrapupTooLong { .. } => AppError::conflict("wrapup_too_long", detail),
        Rejected::NoExtensionLeft { .. } => AppError::conflict("no_extension_left", detail),
        Rejected::ExtensionTooLong { .. } => AppError::conflict("extension_too_long", detail),
        Rejected::WrapupNotRequested => AppError::conflict("wrapup_not_requested", detail),
        Rejected::QueueInUse { .. } => AppError::conflict("queue_in_use", detail),
        Rejected::AgentNotAvailable(_) => AppError::conflict("agent_not_available", detail),
        Rejected::NoCapacity(_) => AppError::conflict("no_capacity", detail),
        Rejected::NoPhone(_) => AppError::conflict("no_phone", detail),
        Rejected::SameAgent => AppError::conflict("same_agent", detail),
        Rejected::Invalid(_) => AppError::invalid("input", "invalid", detail),
    }
}
