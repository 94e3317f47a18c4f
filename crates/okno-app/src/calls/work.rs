//! What looks after calls by itself: what a dead process left behind, callbacks, and calls that are owed.

use super::{life, rows};
use crate::{
    AppError, Ctx,
    act::{self, Act},
    callbacks,
    customers::rows::customer_of,
    interactions::thread::{Draft, Thread},
    ledger::{life::Step, rows::take},
};
use okno_model::{
    InteractionId, Medium, Timestamp,
    doc::{
        BlackHoleCause, CallDoc, CallEnder, CallState, Closed, InteractionDoc, InteractionState, LedgerDoc, QueueDoc, UnitKind, UnitState,
    },
    event,
};
use okno_store::{calls, interactions, ledger};
use std::time::Duration;

/// An agent's call that was never dialed, or whose end routing never heard of, holds him for so long and no longer. Longer than the dialing
/// of a callback takes: his phone rings first.
const STRAY: Duration = Duration::from_secs(120);
/// Units of one look.
const PAGE: usize = 500;

/// A node that has not said for so long that it lives is dead. Several times [`BEAT`]: a database that is away for a while kills nobody.
const LEASE: Duration = Duration::from_secs(60);
/// How often a node that serves the telephone says that it lives.
pub const BEAT: Duration = Duration::from_secs(10);
const _: () = assert!(BEAT.as_secs() * 4 <= LEASE.as_secs());

/// Says that this node lives, and ends the calls that are live in the rows and that nobody carries. At the start of the telephone
/// (`fresh`), before it takes calls, those are what this node carried when it died, and at all times those of nodes that are dead. Calls of
/// another node that lives are its own. Agents are free, customers who waited are owed a call.
///
/// # Errors
/// The store's.
pub async fn orphans(ctx: &Ctx, fresh: bool) -> Result<Vec<CallDoc>, AppError> {
    let (node, now) = (ctx.app.node().to_owned(), ctx.now());
    let left = ctx
        .write(move |tx| {
            calls::node_lives(tx, &node, now + LEASE)?;
            Ok(calls::orphans(tx, fresh.then_some(node.as_str()), now)?)
        })
        .await?;
    let mut ended = Vec::new();
    for call in left {
        ended.push(life::ended(ctx, call, CallEnder::System, "crash").await?);
    }
    if !ended.is_empty() {
        tracing::warn!(calls = ended.len(), "calls were cut when their okno died; they are recorded as ended by a crash");
    }
    Ok(ended)
}

/// Puts right what a crash or a race left, and moves callbacks on. Idempotent; run every minute.
///
/// # Errors
/// The store's; [`AppError::Unavailable`] while routing is away.
pub(crate) async fn sweep(ctx: &Ctx) -> Result<(), AppError> {
    for (interaction, after) in act::run(ctx, event::Actor::System, strays).await? {
        life::follow_up(ctx, event::Actor::System, interaction, after).await;
    }
    act::run(ctx, event::Actor::System, due).await?;
    callbacks::recovery::sweep(ctx).await?;
    act::run(ctx, event::Actor::System, callbacks::settle).await
}

/// Interactions of the telephone that no call holds any more, and what routing has to be told about each.
fn strays(act: &mut Act<'_, '_>) -> Result<Vec<(InteractionId, life::After)>, AppError> {
    let mut found = Vec::new();
    for doc in interactions::open(act.tx)? {
        if doc.medium != Medium::Voice || rows::has_live_call(act.tx, doc.id)? {
            continue;
        }
        let last = calls::of_interaction(act.tx, doc.id)?.pop();
        match doc.state {
            InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. } => match (&doc.callback, last) {
                (Some(callback), _) if act.now >= callback.expires => {
                    expire(act, doc.clone())?;
                    found.push((doc.id, life::After::Withdraw(Closed::Abandoned)));
                }
                (Some(_), _) => {}
                (None, Some(call)) => found.push((doc.id, life::After::Withdraw(life::left(act, &doc, &call)?))),
                // A callback that was canceled before its first try: its unit says what became of it.
                (None, None) => found.push((doc.id, life::After::Withdraw(Closed::Joined))),
            },
            InteractionState::Active { since, .. } => {
                let quiet = |at: Timestamp| act.now.since(at) >= STRAY;
                let over = last.is_some_and(|call| matches!(call.state, CallState::Ended { at, .. } if quiet(at)));
                if over && quiet(since) && doc.callback.is_none() {
                    found.push((doc.id, life::After::Withdraw(Closed::CustomerLeft)));
                }
            }
            InteractionState::Wrapup { .. } | InteractionState::Closed { .. } => {}
        }
    }
    Ok(found)
}

/// A callback that nobody has made in time is given up.
fn expire(act: &mut Act<'_, '_>, mut doc: InteractionDoc) -> Result<(), AppError> {
    doc.callback = None;
    let mut thread = Thread::of(doc);
    thread.say(Draft::notice(act, "callback_given_up", "Not called back: he has waited for too long"));
    let doc = thread.save(act)?;
    for unit in ledger::of_interaction(act.tx, doc.id)? {
        take(act, &unit, Step::Lose(BlackHoleCause::AbandonedNotCalledBack))?;
    }
    let now = act.now;
    Ok(okno_store::callbacks::ended(act.tx, doc.id, "failed", now)?)
}

/// Units of calls that are over and still open: who was not reached is tried again.
fn due(act: &mut Act<'_, '_>) -> Result<(), AppError> {
    let units = ledger::open_but_closed(act.tx, PAGE)?;
    for unit in units.into_iter().filter(|unit| matches!(unit.kind, UnitKind::Call | UnitKind::Voicemail)) {
        let Some(doc) = (match unit.interaction {
            Some(id) => act.tx.get::<InteractionDoc>(id)?,
            None => None,
        }) else {
            continue;
        };
        if !matches!(doc.state, InteractionState::Closed { .. }) {
            continue;
        }
        match &doc.callback {
            Some(callback) if act.now >= callback.expires => expire(act, doc.clone())?,
            // An agent ended it without a try: it waits again at once.
            Some(callback) if callback.next.is_none_or(|next| act.now >= next) => {
                let back = rows::Back {
                    number: callback.number.clone(),
                    enqueued: doc.enqueued,
                    priority: doc.priority,
                    tries: callback.tries,
                    due: callback.due,
                };
                let words = format!("Call back again: {}, try {}", callback.number, callback.tries + 1);
                again(act, &unit, &doc, &back, ("callback_again", words))?;
            }
            Some(_) | None => {}
        }
    }
    Ok(())
}

fn again(act: &mut Act<'_, '_>, unit: &LedgerDoc, doc: &InteractionDoc, back: &rows::Back, notice: (&str, String)) -> Result<(), AppError> {
    let (Some(customer), Some(queue)) = (customer_of(act.tx, doc.customer)?, act.tx.get::<QueueDoc>(doc.queue)?) else {
        return Ok(());
    };
    let asked = doc.callback.as_ref().map(|callback| (callback.asked, callback.expires));
    rows::take_callback(act, doc.id)?;
    let mut next = rows::call_back(act, doc, &customer, &queue, back, notice)?;
    if let (Some((asked, expires)), Some(callback)) = (asked, &mut next.callback) {
        // His day began when he asked, not with each try.
        callback.asked = asked;
        callback.expires = expires;
        crate::interactions::thread::save(act, &next, okno_model::event::What::InteractionChanged)?;
    }
    if unit.state == UnitState::Open {
        take(act, unit, Step::Recover { interaction: next.id, owner: None, queue: queue.id, deadline: unit.deadline })?;
    }
    Ok(())
}
