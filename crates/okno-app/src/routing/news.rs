//! What the cell learns from the journal: new interactions, changes of their priority, of queues and of agents.

use super::{cell::Cell, facts::preferred};
use crate::{AppError, act::Act};
use okno_engine::routing::{AgentProfile, Blending, Input, QueueProfile, Speaker, Work};
use okno_model::{
    AgentId, InteractionId,
    doc::{Author, InteractionDoc, InteractionState, MessageDoc, MessageKind, QueueDoc, RoleDoc, UserDoc},
    event::What,
    right::Right,
};
use okno_store::{Tx, calls};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Events of one read; more are read in the next turn, which follows at once.
const EVENTS: usize = 2_000;

/// News for the engine.
#[derive(Default)]
pub(super) struct News {
    /// Inputs, in the order of the journal.
    pub(super) inputs: Vec<Input>,
    /// Agents whose profile changed: their documents are written even if the engine says nothing.
    pub(super) agents: BTreeSet<AgentId>,
    /// Calls whose lease ends and that live.
    pub(super) alive: Vec<InteractionId>,
}

/// Reads the journal from the cell's cursor on.
pub(super) async fn read(cell: &mut Cell) -> Result<News, AppError> {
    let cursor = cell.cursor;
    let now = cell.ctx.now();
    let events = cell.ctx.events(cursor, EVENTS).await?;
    let people = events.iter().any(|e| matches!(e.what, What::UserChanged(_) | What::RoleChanged(_)));
    let entered = &cell.entered;
    let coming: Vec<InteractionDoc> =
        events.iter().filter_map(|event| coming(&event.what)).filter(|doc| !entered.contains(&doc.id)).cloned().collect();
    let (mut users, mut preferences) = (None, BTreeMap::new());
    if people || !coming.is_empty() {
        (users, preferences) = cell
            .ctx
            .read(move |tx| {
                let users = if people { Some(agents(tx)?) } else { None };
                let mut preferences = BTreeMap::new();
                for doc in &coming {
                    let queue = tx.get::<QueueDoc>(doc.queue)?;
                    preferences.extend(preferred(tx, doc, queue.as_ref(), now)?.map(|preferred| (doc.id, preferred)));
                }
                Ok((users, preferences))
            })
            .await?;
    }
    let mut news = News { alive: live(cell).await?, ..News::default() };
    // Priorities by the news: of what comes, and the last one that each row was given.
    let (mut coming, mut given) = (BTreeMap::new(), BTreeMap::<InteractionId, u8>::new());
    for event in events {
        cell.cursor = event.seq;
        if let What::InteractionCreated(doc) = &event.what {
            if cell.entered.remove(&doc.id) {
                // It came with the rows that made it; what they said of its priority is known.
            } else if doc.state == InteractionState::New {
                coming.insert(doc.id, doc.priority);
                let preferred = preferences.get(&doc.id).copied();
                news.inputs.push(Input::Enqueue(Work { preferred, ..work(doc) }));
            }
        } else if let What::InteractionChanged(doc) = &event.what {
            given.insert(doc.id, doc.priority);
        } else if let What::MessageCreated(message) = &event.what {
            news.inputs.extend(speaker(message).map(|speaker| Input::Spoke { interaction: message.interaction, speaker }));
        } else if let What::BlendingChanged(blending) = &event.what {
            news.inputs.push(Input::SetBlending(Blending::from(blending)));
        } else if let What::WorkspaceChanged(workspace) = &event.what {
            cell.waits.moved(&workspace.time_zone);
        } else if let What::HoursChanged(hours) = &event.what {
            news.inputs.push(Input::SetHours(Box::new(hours.clone())));
        } else if let What::QueueChanged(queue) = &event.what {
            // An archived queue takes nothing new, but what is in it is still answered.
            news.inputs.push(Input::SetQueue(Box::new(QueueProfile::from(queue))));
        }
    }
    for (interaction, priority) in given {
        // What is neither here nor coming has ended, or waits for the queue of its own `created`.
        let had = cell.engine.priority(interaction).or_else(|| coming.get(&interaction).copied());
        if had.is_some_and(|had| had != priority) {
            news.inputs.push(Input::SetPriority { interaction, priority });
        }
    }
    if let Some(now) = users {
        let (inputs, agents) = changes(&cell.profiles, &now);
        news.inputs.extend(inputs);
        news.agents = agents;
        cell.profiles = Arc::new(now);
    }
    if cell.cursor - cursor >= EVENTS as i64 {
        // There may be more: come back at once.
        cell.ctx.poke(okno_bus::Topic::Journal);
    }
    Ok(news)
}

/// Of the calls whose lease ends now, those that live.
async fn live(cell: &Cell) -> Result<Vec<InteractionId>, AppError> {
    let due = cell.engine.calls_to_renew(cell.ctx.now());
    if due.is_empty() {
        return Ok(due);
    }
    let calls = cell.ctx.read(|tx| Ok(calls::live(tx)?)).await?;
    Ok(due.into_iter().filter(|id| calls.iter().any(|call| call.interaction == *id)).collect())
}

/// Who said a message: what okno says by itself is nobody's turn, and a note is not said at all.
pub(super) const fn speaker(message: &MessageDoc) -> Option<Speaker> {
    match (message.kind, &message.author) {
        (MessageKind::Inbound, _) => Some(Speaker::Customer),
        (MessageKind::Outbound, Author::User { .. }) => Some(Speaker::Agent),
        (MessageKind::Outbound, Author::Customer { .. } | Author::System { .. }) | (MessageKind::Note | MessageKind::Event, _) => None,
    }
}

/// An interaction that has just come into being and is nobody's yet.
fn coming(what: &What) -> Option<&InteractionDoc> {
    if let What::InteractionCreated(doc) = what
        && doc.state == InteractionState::New
    {
        return Some(doc);
    }
    None
}

/// What routing is told of a new interaction in the transaction that makes it.
pub(crate) fn enters(act: &mut Act<'_, '_>, doc: &InteractionDoc) -> Result<Input, AppError> {
    let queue = act.tx.get::<QueueDoc>(doc.queue)?;
    let preferred = preferred(act.tx, doc, queue.as_ref(), act.now)?;
    Ok(Input::Enqueue(Work { preferred, ..work(doc) }))
}

/// An interaction as the engine wants it.
pub(super) fn work(doc: &InteractionDoc) -> Work {
    Work {
        interaction: doc.id,
        queue: doc.queue,
        medium: doc.medium,
        priority: doc.priority,
        enqueued: doc.enqueued,
        due: doc.due,
        skills: Vec::new(),
        preferred: None,
    }
}

/// A user's profile as the engine wants it.
pub(super) fn profile(user: &UserDoc) -> AgentProfile {
    AgentProfile {
        id: user.id.into(),
        name: user.name.clone(),
        queues: user.queues.clone(),
        skills: user.skills.clone(),
        capacity: user.capacity,
    }
}

/// Users who may be offered work.
pub(super) fn agents(tx: &mut Tx<'_>) -> Result<BTreeMap<AgentId, UserDoc>, AppError> {
    let roles: BTreeSet<_> = tx
        .list::<RoleDoc>()?
        .into_iter()
        .filter(|role| role.grants.iter().any(|grant| grant.right == Right::AgentWork))
        .map(|role| role.id)
        .collect();
    let users = tx.list::<UserDoc>()?;
    Ok(users.into_iter().filter(|u| !u.disabled && u.roles.iter().any(|r| roles.contains(r))).map(|u| (u.id.into(), u)).collect())
}

fn changes(had: &BTreeMap<AgentId, UserDoc>, now: &BTreeMap<AgentId, UserDoc>) -> (Vec<Input>, BTreeSet<AgentId>) {
    let (mut inputs, mut touched) = (Vec::new(), BTreeSet::new());
    for (&agent, user) in now {
        if had.get(&agent) != Some(user) {
            inputs.push(Input::SetAgent(Box::new(profile(user))));
            touched.insert(agent);
        }
    }
    for &agent in had.keys().filter(|agent| !now.contains_key(agent)) {
        inputs.push(Input::RemoveAgent { agent });
        touched.insert(agent);
    }
    (inputs, touched)
}
