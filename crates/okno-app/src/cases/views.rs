//! Reading cases.

use super::topics;
use crate::{
    AppError, Ctx,
    access::{self, Actor},
};
use okno_model::{
    CaseEntryId, CaseId, CustomerId, InteractionId, QueueId, TeamId, Timestamp, TopicId, UserId,
    doc::{CaseDoc, CaseEntryDoc, CaseKind, InteractionDoc, UserDoc},
    right::{Right, Scope},
};
use okno_store::{Tx, cases as store};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Whose cases a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Of this person.
    User(UserId),
    /// Of nobody yet.
    Nobody,
}

/// What a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Only those with something to do, or only those without.
    pub open: Option<bool>,
    /// In this state, by its word.
    pub state: Option<String>,
    /// Of this kind.
    pub kind: Option<CaseKind>,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// By who sees to them.
    pub whose: Option<Whose>,
    /// Of this team.
    pub team: Option<TeamId>,
    /// Of this queue.
    pub queue: Option<QueueId>,
    /// About this topic.
    pub topic: Option<TopicId>,
    /// Words in the number, the title or the customer's name.
    pub text: Option<String>,
}

/// Where the next page of cases begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// When the page's last case was changed.
    pub updated: Timestamp,
    /// Its id.
    pub id: CaseId,
}

impl From<&CaseDoc> for Position {
    fn from(case: &CaseDoc) -> Self {
        Self { updated: case.updated, id: case.id }
    }
}

/// Where the next page of a history begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryPosition {
    /// Time of the page's last entry.
    pub at: Timestamp,
    /// Its id.
    pub id: CaseEntryId,
}

impl From<&CaseEntryDoc> for EntryPosition {
    fn from(entry: &CaseEntryDoc) -> Self {
        Self { at: entry.at, id: entry.id }
    }
}

/// A case with what stands around it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseView {
    /// The case.
    pub case: CaseDoc,
    /// Its conversations that the actor may see, in the order of the case.
    pub interactions: Vec<InteractionDoc>,
    /// The others: they are, and he may not see them.
    pub hidden: Vec<InteractionId>,
}

/// A page of cases that the actor may see, the one that changed last first.
///
/// # Errors
/// [`AppError::Forbidden`] without `case.read`.
pub async fn list(ctx: &Ctx, actor: &Actor, filter: Filter, after: Option<Position>, limit: usize) -> Result<Vec<CaseDoc>, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        let asked = store::Filter {
            open: filter.open,
            state: filter.state,
            kind: filter.kind,
            customer: filter.customer,
            assignee: filter.whose.map(|whose| match whose {
                Whose::User(id) => Some(id),
                Whose::Nobody => None,
            }),
            team: filter.team,
            queue: filter.queue,
            topics: filter.topic.map(|top| topics::below(tx, top)).transpose()?.unwrap_or_default(),
            text: filter.text.map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty()),
            within: within(tx, &who)?,
            after: after.map(|p| (p.updated, p.id)),
        };
        Ok(store::list(tx, &asked, limit)?)
    })
    .await
}

/// The part that the actor may see; `None` for everything. The same as `case_place` says of one case.
fn within(tx: &mut Tx<'_>, actor: &Actor) -> Result<Option<store::Within>, AppError> {
    let scope = actor.scope(Right::CaseRead).ok_or(AppError::Forbidden { right: Right::CaseRead })?;
    if scope == Scope::All {
        return Ok(None);
    }
    let mut seats: Vec<Uuid> = vec![actor.user.0];
    if scope >= Scope::Team
        && let Some(team) = actor.team
    {
        seats.push(team.0);
        seats.extend(
            tx.list::<UserDoc>()?.into_iter().filter(|user| user.team == Some(team) && user.id != actor.user).map(|user| user.id.0),
        );
    }
    let queues = if scope >= Scope::Queue { actor.queues.clone() } else { Vec::new() };
    Ok(Some(store::Within { queues, seats }))
}

/// A case with its conversations.
///
/// # Errors
/// 404 by `case.read`.
pub async fn get(ctx: &Ctx, actor: &Actor, id: CaseId) -> Result<CaseView, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        let case = access::case(tx, &who, id, Right::CaseRead)?.into_inner();
        let (mut interactions, mut hidden) = (Vec::new(), Vec::new());
        for &interaction in &case.interactions {
            match access::interaction(tx, &who, interaction, Right::InteractionRead) {
                Ok(doc) => interactions.push(doc.into_inner()),
                Err(AppError::NotFound { .. }) => hidden.push(interaction),
                Err(other) => return Err(other),
            }
        }
        Ok(CaseView { case, interactions, hidden })
    })
    .await
}

/// The history of a case, the newest entry first.
///
/// # Errors
/// 404 by `case.read`.
pub async fn entries(
    ctx: &Ctx,
    actor: &Actor,
    id: CaseId,
    after: Option<EntryPosition>,
    limit: usize,
) -> Result<Vec<CaseEntryDoc>, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        access::case(tx, &who, id, Right::CaseRead)?;
        Ok(store::entries(tx, id, after.map(|p| (p.at, p.id)), limit)?)
    })
    .await
}
