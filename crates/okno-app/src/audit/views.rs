//! Reading the audit log and the event stream.

use crate::{
    AppError, Ctx,
    access::{Actor, event_facts, event_visible, shown_channel},
};
use okno_bus::Topic;
use okno_model::{
    doc::AuditDoc,
    event::{Event, What},
    right::{Right, Scope},
};
use okno_store::journal;
use serde::Serialize;
use std::time::Duration;

/// Events looked at in one transaction; invisible ones are passed over, so a page may take several.
const SCAN: usize = 500;

/// Entries before `before`, newest first.
///
/// # Errors
/// [`AppError::Forbidden`] without `audit.read` over the whole workspace: entries cannot be split by scope.
pub async fn entries(ctx: &Ctx, actor: &Actor, before: Option<i64>, limit: usize) -> Result<Vec<AuditDoc>, AppError> {
    actor.require(Right::AuditRead, Scope::All)?;
    ctx.read(move |tx| Ok(okno_store::audit::list(tx, before, limit)?)).await
}

/// What the check of the chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// The whole chain holds.
    pub intact: bool,
    /// Entries that hold, from the first.
    pub good: i64,
    /// The first entry that does not hold.
    pub broken: Option<i64>,
    /// Why it does not hold.
    pub reason: Option<String>,
}

/// Checks the chain of hashes from its beginning.
///
/// # Errors
/// As [`entries`].
pub async fn verify(ctx: &Ctx, actor: &Actor) -> Result<Verified, AppError> {
    actor.require(Right::AuditRead, Scope::All)?;
    let verdict = ctx.read(|tx| Ok(okno_store::audit::verify(tx)?)).await?;
    let (broken, reason) = verdict.broken.map_or((None, None), |(seq, why)| (Some(seq), Some(why)));
    Ok(Verified { intact: broken.is_none(), good: verdict.good, broken, reason })
}

/// A piece of the event stream.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventPage {
    /// Events that the caller may see, in order. Missing numbers are events that he may not see.
    pub items: Vec<Event>,
    /// Everything up to this number was looked at: give it as `after` next time.
    pub next: i64,
    /// Number of the newest event.
    pub head: i64,
    /// Number of the oldest event that is kept; if `after` is before it, events are gone and a fresh read is needed.
    pub first: i64,
}

/// Events after number `after`; waits up to `wait` for the first one.
///
/// # Errors
/// [`AppError::Forbidden`] without `events.read`.
pub async fn events(ctx: &Ctx, actor: &Actor, after: i64, limit: usize, wait: Duration) -> Result<EventPage, AppError> {
    actor.require_any(&[Right::EventsRead])?;
    let mut wakeup = ctx.app.bus.listen(ctx.ws, Topic::Journal);
    let mut page = scan(ctx, actor, after, limit).await?;
    if page.items.is_empty() && !wait.is_zero() {
        let waiting = async {
            loop {
                wakeup.wait().await;
                let found = scan(ctx, actor, page.next, limit).await?;
                if !found.items.is_empty() {
                    return Ok::<EventPage, AppError>(found);
                }
                page.next = found.next;
                page.head = found.head;
            }
        };
        if let Ok(found) = tokio::time::timeout(wait, waiting).await {
            return found;
        }
    }
    Ok(page)
}

async fn scan(ctx: &Ctx, actor: &Actor, after: i64, limit: usize) -> Result<EventPage, AppError> {
    let actor = actor.clone();
    ctx.read(move |tx| {
        let (head, first) = (journal::head(tx)?, journal::first(tx)?);
        let mut page = EventPage { items: Vec::new(), next: after, head, first };
        while page.next < head && page.items.len() < limit {
            let batch = journal::after(tx, page.next, SCAN.min(limit))?;
            if batch.is_empty() {
                break;
            }
            for mut event in batch {
                if page.items.len() >= limit {
                    break;
                }
                page.next = event.seq;
                if event_visible(&actor, &event_facts(tx, &event)?) {
                    event.what = shown(&actor, event.what);
                    page.items.push(event);
                }
            }
        }
        Ok(page)
    })
    .await
}

fn shown(actor: &Actor, what: What) -> What {
    if let What::ChannelChanged(channel) = what { What::ChannelChanged(shown_channel(actor, channel)) } else { what }
}
