//! Reading the ledger.

use super::work;
use crate::{
    AppError, Ctx,
    access::{self, Actor},
};
use okno_model::{
    Timestamp, UnitId, UserId,
    doc::{LedgerDoc, LedgerSummary, UserDoc},
    right::{Right, Scope},
};
use okno_store::{
    Tx,
    ledger::{self as store, Filter, Shown, Within},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Where the next page of the ledger begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// When the last entry of the page came in.
    pub received: Timestamp,
    /// Its id.
    pub id: UnitId,
}

impl From<&LedgerDoc> for Position {
    fn from(unit: &LedgerDoc) -> Self {
        Self { received: unit.received, id: unit.id }
    }
}

/// A page of the ledger as far as the actor may see it, newest first.
///
/// # Errors
/// [`AppError::Forbidden`] without `ledger.read`.
pub async fn list(ctx: &Ctx, actor: &Actor, shown: Shown, after: Option<Position>, limit: usize) -> Result<Vec<LedgerDoc>, AppError> {
    let (who, now) = (actor.clone(), ctx.now());
    ctx.read(move |tx| {
        let within = within(tx, &who)?;
        let filter = Filter { shown, within, after: after.map(|p| (p.received, p.id)) };
        Ok(store::list(tx, &filter, now, limit)?)
    })
    .await
}

/// The part of the ledger that the actor may see; `None` for all of it.
fn within(tx: &mut Tx<'_>, actor: &Actor) -> Result<Option<Within>, AppError> {
    let scope = actor.scope(Right::LedgerRead).ok_or(AppError::Forbidden { right: Right::LedgerRead })?;
    if scope == Scope::All {
        return Ok(None);
    }
    let mut owners: Vec<UserId> = vec![actor.user];
    if scope >= Scope::Team
        && let Some(team) = actor.team
    {
        owners.extend(tx.list::<UserDoc>()?.into_iter().filter(|u| u.team == Some(team)).map(|u| u.id));
    }
    let queues = if scope >= Scope::Queue { actor.queues.clone() } else { Vec::new() };
    Ok(Some(Within { queues, owners }))
}

/// One entry.
///
/// # Errors
/// 404 by `ledger.read`.
pub async fn get(ctx: &Ctx, actor: &Actor, id: UnitId) -> Result<LedgerDoc, AppError> {
    Ok(access::access_ledger(ctx, actor, id, Right::LedgerRead).await?.into_inner())
}

/// The raw bytes of a unit, for saving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawFile {
    /// File name.
    pub name: String,
    /// The bytes as they came.
    pub bytes: Vec<u8>,
}

/// The raw bytes of a unit.
///
/// # Errors
/// 404 by `ledger.read`, or if the unit has none (a chat's opening is its message).
pub async fn raw(ctx: &Ctx, actor: &Actor, id: UnitId) -> Result<RawFile, AppError> {
    let who = actor.clone();
    let blob = ctx
        .read(move |tx| {
            access::ledger(tx, &who, id, Right::LedgerRead)?;
            Ok(store::raw(tx, id)?.and_then(|(blob, _)| blob))
        })
        .await?
        .ok_or(AppError::not_found("raw unit"))?;
    Ok(RawFile { name: format!("{id}.eml"), bytes: ctx.app.blobs.get(&blob).await?.into() })
}

/// The conservation check over the last `days`.
///
/// # Errors
/// [`AppError::Forbidden`] without `ledger.read` over everything: sums of a part prove nothing.
pub async fn summary(ctx: &Ctx, actor: &Actor, days: u32) -> Result<LedgerSummary, AppError> {
    actor.require(Right::LedgerRead, Scope::All)?;
    let now = ctx.now();
    let since = now - Duration::from_secs(u64::from(days.clamp(1, 3660)) * 24 * 3600);
    ctx.read(move |tx| work::check(tx, now, since)).await
}
