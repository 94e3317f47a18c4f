//! One turn of a cell: what has happened, what is due and what is asked become decisions, and one transaction writes them.

use super::{
    apply,
    cell::{Cell, WriteError, turn_away},
    foretold,
    handle::{Ask, Command, Extra, Within, refused},
    news,
    present::Present,
    waits,
};
use crate::{AppError, act::Act};
use okno_bus::Topic;
use okno_engine::routing::{Effect, Engine, Input, Rejected};
use okno_model::{AgentId, Timestamp, event};
use okno_store::{Tx, lease};
use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
};
use tokio::sync::oneshot;

/// Inputs that are logged after a panic.
const LAST_INPUTS: usize = 64;

type Reply = oneshot::Sender<Result<(), AppError>>;

/// What a turn has to write.
#[derive(Default)]
struct Batch {
    /// Rows that belong to decisions.
    extras: Vec<(event::Actor, Extra)>,
    /// Rows from which decisions follow.
    within: Vec<Within>,
    /// What was decided, in whose name.
    done: Vec<(event::Actor, Vec<Effect>)>,
    /// Agents who are written in any case.
    agents: BTreeSet<AgentId>,
}

/// One batch: news of the journal, what is due, what was asked. One transaction, then the answers. A cell that could not write is thrown
/// away.
pub(super) async fn turn(mut cell: Box<Cell>, commands: Vec<Command>, present: &mut Present) -> Result<Box<Cell>, WriteError> {
    let found = match news::read(&mut cell).await {
        Ok(found) => found,
        Err(error) => {
            for command in commands {
                turn_away(command, present);
            }
            return Err(error.into());
        }
    };
    let now = cell.ctx.now();
    let mut batch = Batch { agents: found.agents, ..Batch::default() };
    let mut answers: Vec<(Reply, Result<(), AppError>)> = Vec::new();
    let mut panicked = false;
    // A live call is never cut: what its record says comes before what is due.
    cell.engine.keep_alive(now, &found.alive);
    let estimates = waits::due(&mut cell, now);
    for input in std::iter::once(Input::Tick).chain(found.inputs).chain(estimates) {
        let mut effects = Vec::new();
        match guarded(&mut cell, now, input, &mut effects) {
            Some(Ok(())) => {}
            // News may repeat what the rows had already said.
            Some(Err(rejected)) => tracing::debug!(%rejected, "news were not needed"),
            None => panicked = true,
        }
        batch.done.push((event::Actor::System, effects));
    }
    for command in commands {
        match command {
            Command::Ask(ask) => {
                let Ask { by, input, extra, reply } = *ask;
                present.note(&input);
                let mut effects = Vec::new();
                let answer = match guarded(&mut cell, now, input, &mut effects) {
                    Some(Ok(())) => {
                        batch.extras.extend(extra.map(|extra| (by.clone(), extra)));
                        Ok(())
                    }
                    Some(Err(rejected)) => Err(refused(&rejected)),
                    None => {
                        panicked = true;
                        Err(AppError::Internal("routing failed on this request".to_owned()))
                    }
                };
                batch.done.push((by, effects));
                answers.push((reply, answer));
            }
            Command::Within(within) => batch.within.push(*within),
            Command::Standing { interaction, reply } => drop(reply.send(cell.waits.standing(&cell.engine, interaction, now))),
            Command::QueueWait { queue, opens, reply } => drop(reply.send(cell.waits.queue(&cell.engine, queue, opens, now))),
            // A question that panics costs its asker only: the engine is not changed by it.
            Command::Look(look) => drop(catch_unwind(AssertUnwindSafe(|| look(&cell.engine)))),
            Command::Tick { reply } => answers.push((reply, Ok(()))),
            #[cfg(test)]
            Command::Panic { reply } => {
                panicked |= bounded(&mut cell, |_| panic!("a bug of the engine")).is_none();
                answers.push((reply, Err(AppError::Internal("routing failed on this request".to_owned()))));
            }
        }
    }
    let written = if panicked {
        // Who has rows in it sees that nobody answers, and writes them by another way.
        drop(batch);
        Err(WriteError::App(AppError::Internal("the routing engine panicked; nothing of this batch was written".to_owned())))
    } else {
        write(cell, now, batch).await
    };
    for (reply, answer) in answers {
        let answer = match &written {
            Ok(_) => answer,
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
fn guarded(cell: &mut Cell, now: Timestamp, input: Input, effects: &mut Vec<Effect>) -> Option<Result<(), Rejected>> {
    if input != Input::Tick {
        if cell.last.len() == LAST_INPUTS {
            cell.last.pop_front();
        }
        cell.last.push_back((now, input.clone()));
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

/// Answers of what ran within the transaction, for after it.
type Ran = Vec<(Reply, Result<(), AppError>)>;

/// Writes a batch in one transaction that holds only with the current epoch. The cell goes along: what follows from rows that are written
/// here is decided here.
async fn write(mut cell: Box<Cell>, now: Timestamp, batch: Batch) -> Result<Box<Cell>, WriteError> {
    let decided = batch.done.iter().any(|(_, effects)| !effects.is_empty());
    if batch.extras.is_empty() && batch.within.is_empty() && batch.agents.is_empty() && !decided && !cell.waits.has_to_write(now) {
        return Ok(cell);
    }
    let ctx = cell.ctx.clone();
    let (cell, ran) = ctx
        .app
        .store
        .write(ctx.ws, move |tx| -> Result<(Box<Cell>, Ran), WriteError> {
            lease::check_epoch(tx, cell.id, cell.epoch)?;
            let ran = decide_within(tx, &mut cell, now, batch)?;
            Ok((cell, ran))
        })
        .await?;
    for (reply, answer) in ran {
        // Whoever has gone does not need the answer.
        let _ = reply.send(answer);
    }
    ctx.poke(Topic::Journal);
    Ok(cell)
}

/// The rows of a batch, in the order in which they depend on each other.
fn decide_within(tx: &mut Tx<'_>, cell: &mut Cell, now: Timestamp, batch: Batch) -> Result<Ran, WriteError> {
    let ctx = cell.ctx.clone();
    let Batch { extras, within, mut done, agents } = batch;
    for (by, extra) in extras {
        extra(&mut Act::new(&ctx, tx, now, by))?;
    }
    let mut ran = Vec::with_capacity(within.len());
    for Within { by, rows, reply } in within {
        // A caller whose rows cannot be written spoils nobody else's.
        let inputs = match tx.attempt(|tx| rows(&mut Act::new(&ctx, tx, now, by.clone()))) {
            Ok(inputs) => inputs,
            Err(error) => {
                ran.push((reply, Err(error)));
                continue;
            }
        };
        for input in inputs {
            let enters = if let Input::Enqueue(work) = &input { Some(work.interaction) } else { None };
            let mut effects = Vec::new();
            match guarded(cell, now, input, &mut effects) {
                Some(Ok(())) => cell.entered.extend(enters),
                // It ended in the same moment; or the journal brings what it is about.
                Some(Err(rejected)) => tracing::debug!(%rejected, "routing needs nothing of what was written"),
                None => return Err(AppError::Internal("the routing engine panicked; nothing of this batch was written".to_owned()).into()),
            }
            // Nobody in person queues and offers.
            done.push((if enters.is_some() { event::Actor::System } else { by.clone() }, effects));
        }
        ran.push((reply, Ok(())));
    }
    let floor = apply::Floor::of(cell, agents);
    apply::apply(&mut Act::new(&ctx, tx, now, event::Actor::System), done, floor)?;
    foretold::write(tx, now, cell.waits.written(now))?;
    Ok(ran)
}
