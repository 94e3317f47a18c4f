//! The reconciler of the ledger: what is past its deadline, and the proof that nothing has vanished.

use super::{
    life::Step,
    rows::{asked, replied_since, spoken, take},
};
use crate::{
    AppError, Ctx,
    act::{self, Act},
    calls, deadlines, recordings, visitors,
};
use okno_bus::Topic;
use okno_model::{
    Timestamp, UnitId,
    doc::{BlackHoleCause, Closed, InteractionDoc, InteractionState, LedgerDoc, LedgerSummary, QueueDoc, UnitKind, UnitState},
    event::Actor,
};
use okno_store::{Tx, ledger as store};
use std::{future::Future, time::Duration};
use tokio::time::sleep;

/// The conservation check runs at least this often.
const EVERY: Duration = Duration::from_secs(60);
/// Units of one transaction.
const PAGE: usize = 500;
/// A unit that nobody has tried to understand for this long means that a door stands still.
const UNREAD_AFTER: Duration = Duration::from_secs(600);
/// The least time that an unowned unit may be overdue before it counts as lost in its queue.
const LIMBO_GRACE: Duration = Duration::from_secs(3600);
/// The period of the check that runs every minute.
const CHECKED: Duration = Duration::from_secs(30 * 24 * 3600);

/// Runs until `stop`: sweeps at the next deadline, and checks at least once a minute. A failure is logged and tried again.
pub(crate) async fn run(ctx: Ctx, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    loop {
        let wait = match reconcile(&ctx).await {
            Ok(summary) => {
                publish(&summary);
                next_deadline(&ctx).await
            }
            Err(error) => {
                tracing::error!(%error, "the ledger could not be checked; it is tried again in a minute");
                EVERY
            }
        };
        tokio::select! {
            () = &mut stop => return,
            () = sleep(wait) => {}
        }
    }
}

async fn next_deadline(ctx: &Ctx) -> Duration {
    let now = ctx.now();
    let both = move |tx: &mut Tx<'_>| Ok((store::next_deadline(tx, now)?, okno_store::deadlines::next(tx)?));
    match ctx.read(both).await.map(|(unit, other)| [unit, other].into_iter().flatten().min()) {
        // One millisecond later, so that the deadline has passed.
        Ok(Some(at)) => (at.since(now) + Duration::from_millis(1)).min(EVERY),
        Ok(None) | Err(_) => EVERY,
    }
}

fn publish(summary: &LedgerSummary) {
    metrics::gauge!("okno_ledger_conserved").set(f64::from(u8::from(summary.conserved)));
    metrics::gauge!("okno_ledger_overdue").set(summary.overdue as f64);
    for state in &summary.states {
        metrics::gauge!("okno_ledger_units", "state" => state.state.word()).set(state.count as f64);
    }
    if !summary.conserved {
        tracing::error!(violations = ?summary.violations, "the ledger does not add up");
    }
}

/// One pass: who went away, what is past its deadline, and the check. Idempotent.
///
/// # Errors
/// The store's.
pub async fn reconcile(ctx: &Ctx) -> Result<LedgerSummary, AppError> {
    match visitors::sweep(ctx).await {
        // Routing belongs to another process, or starts just now: that one sweeps.
        Ok(()) | Err(AppError::Unavailable { .. }) => {}
        Err(error) => return Err(error),
    }
    match calls::work::sweep(ctx).await {
        Ok(()) | Err(AppError::Unavailable { .. }) => {}
        Err(error) => return Err(error),
    }
    recordings::work::expire(ctx).await?;
    deadlines::sweep(ctx).await?;
    let mut after = None;
    loop {
        let next = act::run(ctx, Actor::System, move |act| sweep(act, after)).await?;
        if next.is_none() {
            break;
        }
        after = next;
    }
    let now = ctx.now();
    let (summary, unread) = ctx.read(move |tx| Ok((check(tx, now, now - CHECKED)?, store::unread(tx, now)?))).await?;
    if unread > 0 {
        // A lost wake-up costs a minute, never a mail.
        ctx.poke(Topic::Units);
    }
    Ok(summary)
}

/// One page of units past their deadline; answers where the next one begins.
fn sweep(act: &mut Act<'_, '_>, after: Option<(Timestamp, UnitId)>) -> Result<Option<(Timestamp, UnitId)>, AppError> {
    let now = act.now;
    let page = store::due(act.tx, now, after, PAGE)?;
    for unit in &page {
        if let Some(cause) = lost(act, unit)? {
            take(act, unit, Step::Lose(cause))?;
        }
    }
    Ok(if page.len() == PAGE { page.last().map(|u| (u.deadline, u.id)) } else { None })
}

/// Why a unit past its deadline is lost; `None` while somebody can still be expected to act.
fn lost(act: &mut Act<'_, '_>, unit: &LedgerDoc) -> Result<Option<BlackHoleCause>, AppError> {
    match unit.state {
        UnitState::Quarantined => return Ok(Some(BlackHoleCause::ParseQuarantine)),
        UnitState::Open => {}
        UnitState::Received
        | UnitState::Answered
        | UnitState::Joined
        | UnitState::Recovered
        | UnitState::Withdrawn
        | UnitState::Refused
        | UnitState::BlackHole => return Ok(None),
    }
    let Some(doc) = (match unit.interaction {
        Some(id) => act.tx.get::<InteractionDoc>(id)?,
        None => None,
    }) else {
        return Ok(Some(BlackHoleCause::TransferLost));
    };
    // Who waits to be called back, or is called again later, is not lost before he is given up.
    if doc.callback.as_ref().is_some_and(|callback| act.now < callback.expires) {
        return Ok(None);
    }
    Ok(match doc.state {
        // He had an agent once, and then waited for another one in vain.
        InteractionState::Closed { how: Closed::Abandoned, .. } if spoken(act.tx, &doc)? => Some(BlackHoleCause::TransferLost),
        InteractionState::Closed { .. } if unit.kind == UnitKind::Call => Some(BlackHoleCause::AbandonedNotCalledBack),
        InteractionState::Closed { how: Closed::Abandoned, .. } => Some(BlackHoleCause::AbandonedNotCalledBack),
        // A department was asked: the unit is not lost before everybody has heard of its silence.
        InteractionState::Closed { .. } if !replied_since(act.tx, &doc, unit.received)? && doc.case.is_some() => {
            match asked(act.tx, &doc)? {
                Some(forward) if forward.state.next().is_some() => None,
                Some(_) => Some(BlackHoleCause::DepartmentSilent),
                None => Some(BlackHoleCause::ClosedWithoutReply),
            }
        }
        // Our reply was never taken by the customer's side.
        InteractionState::Closed { .. } => Some(BlackHoleCause::ReplyBounced),
        InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. } => {
            let promise = match unit.queue {
                Some(queue) => act.tx.get::<QueueDoc>(queue)?.map_or(0, |q| q.answer_within_seconds),
                None => 0,
            };
            let grace = Duration::from_secs(promise.into()).max(LIMBO_GRACE);
            (unit.owner.is_none() && act.now >= unit.deadline + grace).then_some(BlackHoleCause::QueueLimbo)
        }
        // Somebody has it: overdue, but not lost.
        InteractionState::Active { .. } | InteractionState::Wrapup { .. } => None,
    })
}

/// The conservation check: received = sum of all states, and whatever is open can still end.
pub(crate) fn check(tx: &mut Tx<'_>, now: Timestamp, since: Timestamp) -> Result<LedgerSummary, AppError> {
    let states = store::states(tx, since)?;
    let causes = store::causes(tx, since)?;
    let store::Totals { received, overdue, repeat_victims, oldest_open } = store::totals(tx, since, now)?;
    let mut violations: Vec<String> = Vec::new();
    let sum: i64 = states.iter().map(|s| s.count).sum();
    if sum != received {
        violations.push(format!("{received} units were received, but their states add up to {sum}"));
    }
    for store::Violation { rule, count, example } in store::violations(tx, since)? {
        violations.push(format!("{rule}: {count}, for example {example}"));
    }
    for unit in store::open_but_closed(tx, PAGE)? {
        if let Some(words) = stranded(tx, &unit)? {
            violations.push(words);
        }
    }
    let unread = store::unread(tx, now - UNREAD_AFTER)?;
    if unread > 0 {
        violations
            .push(format!("{unread} units have not been read for {} minutes; is the mail door running?", UNREAD_AFTER.as_secs() / 60));
    }
    let holes = states.iter().find(|s| s.state == UnitState::BlackHole).map_or(0, |s| s.count);
    Ok(LedgerSummary {
        at: now,
        received,
        causes,
        overdue,
        oldest_open,
        repeat_victims,
        black_holes_per_1000: if received == 0 { 0.0 } else { holes as f64 * 1000.0 / received as f64 },
        conserved: violations.is_empty(),
        states,
        violations,
    })
}

/// An open unit whose interaction is closed waits rightly only for a call back, for the delivery of a reply, or for what its case brings.
fn stranded(tx: &mut Tx<'_>, unit: &LedgerDoc) -> Result<Option<String>, AppError> {
    let Some(doc) = (match unit.interaction {
        Some(id) => tx.get::<InteractionDoc>(id)?,
        None => None,
    }) else {
        return Ok(None);
    };
    let InteractionState::Closed { how, .. } = doc.state else { return Ok(None) };
    let waits = how == Closed::Abandoned || unit.kind == UnitKind::Call || replied_since(tx, &doc, unit.received)? || doc.case.is_some();
    Ok((!waits).then(|| format!("unit {} is open, but its interaction {} is closed", unit.id, doc.id)))
}
