//! Reading of promises.

use super::{rows, words};
use crate::{
    AppError, Ctx,
    access::{self, Actor},
    config,
    promise::zone_of,
};
use okno_model::{
    InteractionId, PromiseId, QueueId, Timestamp, UserId,
    doc::{InteractionDoc, PromiseCountsDoc, PromiseDoc, PromiseDraftDoc, PromiseSource, QueueDoc, UserDoc},
    right::{Right, Scope},
};
use okno_store::{Tx, interactions::Within, promises as store};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

/// Promises of one interaction that are shown with it.
const OF_INTERACTION: usize = 100;
/// Open time by which a draft moves a promise: long enough to be kept this time.
const LATER: Duration = Duration::from_secs(2 * 3600);

/// Which promises a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Those that somebody still has to keep.
    Owed,
    /// Those that the reader has to keep.
    Mine,
    /// Those of one interaction, whatever became of them; by `interaction.read` over it.
    Of(InteractionId),
}

/// Where the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// When the last one of the page is due.
    pub due: Timestamp,
    /// Its id.
    pub id: PromiseId,
}

impl From<&PromiseDoc> for Position {
    fn from(doc: &PromiseDoc) -> Self {
        Self { due: doc.due, id: doc.id }
    }
}

/// A page of promises as far as the actor may see them, by when they are due.
///
/// # Errors
/// [`AppError::Forbidden`] without `interaction.read`; 404 for an interaction that he may not see.
pub async fn list(ctx: &Ctx, actor: &Actor, shown: Shown, after: Option<Position>, limit: usize) -> Result<Vec<PromiseDoc>, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        let mut filter = store::Filter { after: after.map(|p| (p.due, p.id)), ..store::Filter::default() };
        match shown {
            Shown::Owed => {
                filter.owed = true;
                filter.within = within(tx, &who)?;
            }
            Shown::Mine => {
                who.require_any(&[Right::InteractionRead])?;
                filter.owed = true;
                filter.owner = Some(who.user);
            }
            Shown::Of(id) => {
                access::interaction(tx, &who, id, Right::InteractionRead)?;
                filter.interaction = Some(id);
                return Ok(store::list(tx, &filter, OF_INTERACTION.max(limit))?);
            }
        }
        Ok(store::list(tx, &filter, limit)?)
    })
    .await
}

/// The part of the promises that the actor may see; `None` for all of it.
fn within(tx: &mut Tx<'_>, actor: &Actor) -> Result<Option<Within>, AppError> {
    let scope = actor.scope(Right::InteractionRead).ok_or(AppError::Forbidden { right: Right::InteractionRead })?;
    if scope == Scope::All {
        return Ok(None);
    }
    let mut agents: Vec<UserId> = vec![actor.user];
    if scope >= Scope::Team
        && let Some(team) = actor.team
    {
        agents.extend(tx.list::<UserDoc>()?.into_iter().filter(|u| u.team == Some(team)).map(|u| u.id));
    }
    let queues = if scope >= Scope::Queue { actor.queues.clone() } else { Vec::new() };
    Ok(Some(Within { queues, agents }))
}

/// An honest word for the customer of a promise that will not be kept in time, in his language, with a new time: for whoever sends or changes it.
///
/// # Errors
/// 404 by `interaction.read`.
pub async fn draft(ctx: &Ctx, actor: &Actor, id: PromiseId) -> Result<PromiseDraftDoc, AppError> {
    let (who, now) = (actor.clone(), ctx.now());
    ctx.read(move |tx| {
        let promise = access::promise(tx, &who, id, Right::InteractionRead)?.into_inner();
        let queue = match promise.interaction {
            Some(id) => tx.get::<InteractionDoc>(id)?.map(|doc| doc.queue).or(promise.queue),
            None => promise.queue,
        };
        let from = promise.due.max(now);
        let due = rows::calendar_of(tx, queue)?.and_then(|calendar| calendar.add_open_time(from, LATER)).unwrap_or(from + LATER);
        let zone = match queue {
            Some(queue) => tx.get::<QueueDoc>(queue)?.map(|queue| zone_of(tx, &queue)).transpose()?,
            None => None,
        };
        let zone = zone.unwrap_or_else(|| "UTC".to_owned());
        Ok(PromiseDraftDoc { due, text: words::update(&promise, now, due, &zone) })
    })
    .await
}

/// How promises of the last days (1 to 366) were kept, by source and queue.
///
/// # Errors
/// [`AppError::Forbidden`] without `ledger.read` or `routing.configure`; [`AppError::Invalid`] for other days.
pub async fn report(ctx: &Ctx, actor: &Actor, days: u32) -> Result<Vec<PromiseCountsDoc>, AppError> {
    actor.require_any(&[Right::LedgerRead, Right::RoutingConfigure])?;
    config::within("days", days, 1..=366)?;
    let since = ctx.now() - Duration::from_secs(u64::from(days) * 24 * 3600);
    let rows = ctx.read(move |tx| Ok(store::counts(tx, since)?)).await?;
    let mut counts: BTreeMap<(PromiseSource, Option<QueueId>), PromiseCountsDoc> = BTreeMap::new();
    for (source, queue, state, count) in rows {
        let none = PromiseCountsDoc { source, queue, made: 0, kept: 0, kept_late_warned: 0, broken: 0, canceled: 0, open: 0 };
        let of = counts.entry((source, queue)).or_insert(none);
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        of.made += count;
        match state.as_str() {
            "kept" => of.kept += count,
            "kept_late_warned" => of.kept_late_warned += count,
            "broken" => of.broken += count,
            "canceled" => of.canceled += count,
            _ => of.open += count,
        }
    }
    Ok(counts.into_values().collect())
}
