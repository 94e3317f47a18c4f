//! What a desk starts from: everything that its events then keep up to date.

use crate::{
    AppError, Ctx,
    access::{self, Actor},
    calls,
};
use okno_model::{
    UserId,
    doc::{
        AgentDoc, CallDoc, ChannelDoc, DispositionDoc, InteractionDoc, InteractionState, PauseCodeDoc, QueueDoc, SkillDoc, TeamDoc, UserDoc,
    },
    right::{Right, Scope},
};
use okno_store::{Tx, interactions, journal, ledger};
use serde::Serialize;

/// A colleague's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Id.
    pub id: UserId,
    /// Name.
    pub name: String,
}

/// Numbers of the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Open interactions that he may see.
    pub open: i64,
    /// Of these, waiting in a queue.
    pub queued: i64,
    /// Of these, his.
    pub mine: i64,
    /// Open units past their deadline; only for who may see the whole ledger.
    pub overdue: Option<i64>,
}

/// What a desk starts from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Snapshot {
    /// Open interactions that he may see.
    pub interactions: Vec<InteractionDoc>,
    /// Calls that go on and that he may see.
    pub calls: Vec<CallDoc>,
    /// Agents whom he may see.
    pub agents: Vec<AgentDoc>,
    /// Queues.
    pub queues: Vec<QueueDoc>,
    /// Skills.
    pub skills: Vec<SkillDoc>,
    /// Channels, as far as he may see them.
    pub channels: Vec<ChannelDoc>,
    /// Pause codes.
    pub pause_codes: Vec<PauseCodeDoc>,
    /// Dispositions.
    pub dispositions: Vec<DispositionDoc>,
    /// Teams.
    pub teams: Vec<TeamDoc>,
    /// Colleagues' names.
    pub users: Vec<Person>,
    /// Numbers.
    pub counts: Counts,
}

/// The snapshot with the number of the last event that it contains, from one moment.
///
/// # Errors
/// The store's.
pub async fn snapshot(ctx: &Ctx, actor: &Actor) -> Result<(i64, Snapshot), AppError> {
    let (who, now) = (actor.clone(), ctx.now());
    ctx.read(move |tx| {
        let seq = journal::head(tx)?;
        let mut shown = Vec::new();
        for doc in interactions::open(tx)? {
            if belongs(tx, &who, &doc)? {
                shown.push(doc);
            }
        }
        let mut agents = tx.list::<AgentDoc>()?;
        agents.retain(|a| a.id == who.agent() || who.covers(Right::AgentRead, &access::agent_place(a)));
        let channels = tx.list::<ChannelDoc>()?.into_iter().map(|c| access::shown_channel(&who, c)).collect();
        let users = tx.list::<UserDoc>()?.into_iter().map(|u| Person { id: u.id, name: u.name }).collect();
        let counts = Counts {
            open: shown.len() as i64,
            queued: shown.iter().filter(|d| d.agent.is_none()).count() as i64,
            mine: shown.iter().filter(|d| d.agent == Some(who.agent())).count() as i64,
            overdue: match who.scope(Right::LedgerRead) {
                Some(Scope::All) => Some(ledger::totals(tx, now, now)?.overdue),
                Some(Scope::Own | Scope::Team | Scope::Queue) | None => None,
            },
        };
        let snapshot = Snapshot {
            interactions: shown,
            calls: calls::live(tx, &who)?,
            agents,
            queues: tx.list::<QueueDoc>()?,
            skills: tx.list::<SkillDoc>()?,
            channels,
            pause_codes: tx.list::<PauseCodeDoc>()?,
            dispositions: tx.list::<DispositionDoc>()?,
            teams: tx.list::<TeamDoc>()?,
            users,
            counts,
        };
        Ok((seq, snapshot))
    })
    .await
}

/// Whether an interaction belongs on the actor's desk now: open, and he may see it.
///
/// # Errors
/// The store's.
pub fn belongs(tx: &mut Tx<'_>, actor: &Actor, doc: &InteractionDoc) -> Result<bool, AppError> {
    if matches!(doc.state, InteractionState::Closed { .. }) {
        return Ok(false);
    }
    Ok(actor.covers(Right::InteractionRead, &access::interaction_place(tx, doc)?))
}
