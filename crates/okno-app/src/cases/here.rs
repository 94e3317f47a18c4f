//! Who else has a case open, and who writes: news of the moment that nobody stores. Losing it loses seconds.

use crate::{
    AppError, Ctx,
    access::{self, Actor},
};
use okno_model::{CaseId, Timestamp, UserId, right::Right};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// A page says so at least twice in this time; after it nobody is there any more.
const GONE: Duration = Duration::from_secs(25);
/// Cases that are remembered; beyond it all are forgotten, and their pages say so again.
const REMEMBERED: usize = 10_000;

/// Who looks at cases in this process.
#[derive(Debug, Default)]
pub struct Viewers(Mutex<BTreeMap<(okno_model::WorkspaceId, CaseId), Looking>>);

/// Who has a case open: when his desk said so last, and whether he types.
type Looking = BTreeMap<UserId, (Timestamp, bool)>;

/// A colleague who has the same case open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colleague {
    /// Who.
    pub user: UserId,
    /// He writes or changes something.
    pub writes: bool,
}

/// Says that the actor has a case open, or has left it; answers who else is there.
///
/// # Errors
/// 404 by `case.read`.
pub async fn here(ctx: &Ctx, actor: &Actor, id: CaseId, there: bool, writes: bool) -> Result<Vec<Colleague>, AppError> {
    access::access_case(ctx, actor, id, Right::CaseRead).await?;
    let now = ctx.now();
    let mut all = ctx.app.viewers.0.lock().unwrap_or_else(PoisonError::into_inner);
    if all.len() > REMEMBERED {
        all.clear();
    }
    let key = (ctx.ws, id);
    let viewers = all.entry(key).or_default();
    viewers.retain(|_, (at, _)| now.since(*at) <= GONE);
    if there {
        viewers.insert(actor.user, (now, writes));
    } else {
        viewers.remove(&actor.user);
    }
    let others = viewers.iter().filter(|(user, _)| **user != actor.user);
    let others = others.map(|(user, (_, writes))| Colleague { user: *user, writes: *writes }).collect();
    if viewers.is_empty() {
        all.remove(&key);
    }
    Ok(others)
}
