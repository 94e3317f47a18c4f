//! Mail that leaves: the outbox's rows, claimed by the door that sends them.
//!
//! * O-1 A row is claimed for a bounded time; a crash gives it back, with the same Message-ID.
//! * O-2 How a try ended, the message's delivery and the ledger are written in one transaction.
//! * O-3 Tries are spaced and end after three days: then the reply has failed, and its customer waits again.

use crate::{
    AppError, Ctx,
    act::{self, Act},
    interactions::thread::save_message,
    ledger::rows as ledger,
    messages::{bounce, outgoing::OUTBOX_KIND},
};
use okno_bus::Topic;
use okno_model::{
    OutboxId, Timestamp,
    doc::{Author, Delivery, InteractionDoc, MessageDoc},
    event::Actor,
    wire::{OutboundMail, SendOutcome},
};
use okno_store::{
    Dialect,
    outbox::{self, OutboxRow},
};
use std::time::Duration;

#[cfg(test)]
mod tests;

/// How long a claimed mail is ours: longer than the slowest relay's conversation (RFC 5321 4.5.3.2 allows 10 minutes for
/// the end of data; our sender gives up after 4).
const LEASE: Duration = Duration::from_secs(300);
/// Waits between tries; the last one repeats.
const BACK_OFF: [Duration; 6] = [
    Duration::from_secs(30),
    Duration::from_secs(120),
    Duration::from_secs(600),
    Duration::from_secs(1800),
    Duration::from_secs(3600),
    Duration::from_secs(4 * 3600),
];
/// After this long a mail has failed (RFC 5321 4.5.4.1 asks for 4-5 days; a waiting customer needs to know sooner).
const GIVE_UP: Duration = Duration::from_secs(3 * 24 * 3600);

/// Mails that are due, now ours until their lease ends.
///
/// # Errors
/// The store's.
pub async fn claim_mail(ctx: &Ctx, limit: usize) -> Result<Vec<OutboundMail>, AppError> {
    let node = ctx.app.node().to_owned();
    act::run(ctx, Actor::System, move |act| {
        let rows = outbox::claim(act.tx, OUTBOX_KIND, &node, act.now, act.now + LEASE, limit)?;
        rows.iter().map(|row| Ok(OutboundMail { attempt: row.attempts, ..row.parse::<OutboundMail>()? })).collect()
    })
    .await
}

/// Gives back what this node had claimed before it died, so that nothing waits for the end of its lease. An embedded database
/// is sure that there is no other process; in a cluster the lease of another node has to run out.
///
/// # Errors
/// The store's.
pub async fn reclaim(ctx: &Ctx) -> Result<(), AppError> {
    let mine = (ctx.app.store.dialect() == Dialect::Postgres).then(|| ctx.app.node().to_owned());
    act::run(ctx, Actor::System, move |act| Ok(outbox::release(act.tx, OUTBOX_KIND, mine.as_deref())?)).await
}

/// When the next mail is due.
///
/// # Errors
/// The store's.
pub async fn next_due(ctx: &Ctx) -> Result<Option<Timestamp>, AppError> {
    ctx.read(|tx| Ok(outbox::next_due(tx, OUTBOX_KIND)?)).await
}

/// Writes down how the try of one claim ended. A claim that is no longer the last one changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown row, or the store's; then the row comes back after its lease.
pub async fn mail_result(ctx: &Ctx, id: OutboxId, attempt: i64, outcome: SendOutcome) -> Result<(), AppError> {
    act::run(ctx, Actor::System, move |act| {
        let row = outbox::get(act.tx, id)?.ok_or(AppError::not_found("outbox row"))?;
        if row.attempts != attempt {
            return Ok(());
        }
        match outcome {
            SendOutcome::Sent(_) => sent(act, &row),
            SendOutcome::Deferred(why) => deferred(act, &row, &why),
            SendOutcome::Failed(why) => failed(act, &row, &why),
        }
    })
    .await?;
    ctx.poke(Topic::Outbox);
    Ok(())
}

fn sent(act: &mut Act<'_, '_>, row: &OutboxRow) -> Result<(), AppError> {
    if !outbox::done(act.tx, row.id, row.attempts, act.now)? {
        return Ok(());
    }
    let Some(mut message) = message(act, row)? else { return Ok(()) };
    message.delivery = Delivery::Sent { at: act.now };
    save_message(act, &message)?;
    // A receipt is no answer.
    if matches!(message.author, Author::User { .. })
        && let Some(doc) = act.tx.get::<InteractionDoc>(message.interaction)?
    {
        ledger::answered(act, &doc, message.at)?;
    }
    Ok(())
}

fn deferred(act: &mut Act<'_, '_>, row: &OutboxRow, why: &str) -> Result<(), AppError> {
    if act.now.since(row.created) >= GIVE_UP {
        return failed(act, row, &format!("gave up after three days: {why}"));
    }
    let wait = usize::try_from(row.attempts.max(1) - 1).unwrap_or(usize::MAX).min(BACK_OFF.len() - 1);
    outbox::defer(act.tx, row.id, row.attempts, act.now + BACK_OFF[wait], why)?;
    Ok(())
}

fn failed(act: &mut Act<'_, '_>, row: &OutboxRow, why: &str) -> Result<(), AppError> {
    if !outbox::fail(act.tx, row.id, row.attempts, act.now, why)? {
        return Ok(());
    }
    match message(act, row)? {
        Some(message) => bounce::failed(act, &message, why),
        None => Ok(()),
    }
}

fn message(act: &mut Act<'_, '_>, row: &OutboxRow) -> Result<Option<MessageDoc>, AppError> {
    match row.parse::<OutboundMail>()?.message {
        Some(id) => Ok(act.tx.get::<MessageDoc>(id)?),
        None => Ok(None),
    }
}
