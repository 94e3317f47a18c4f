//! Where a thing stands: whose it is, of which teams and in which queues.

use crate::AppError;
use okno_model::{
    AgentId, CustomerId, QueueId, TeamId, UserId,
    doc::{AgentDoc, CallDoc, CaseDoc, InteractionDoc, LedgerDoc, PromiseDoc, UserDoc},
};
use okno_store::Tx;

/// What scopes are compared with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// People whose it is: the agent who has it, to whom it rings, who owns it.
    pub people: Vec<UserId>,
    /// Teams of these people.
    pub teams: Vec<TeamId>,
    /// Its queues.
    pub queues: Vec<QueueId>,
}

impl Place {
    /// A place by its people and queues; reads the people's teams.
    ///
    /// # Errors
    /// The store's.
    pub fn of(
        tx: &mut Tx<'_>,
        people: impl IntoIterator<Item = UserId>,
        queues: impl IntoIterator<Item = QueueId>,
    ) -> Result<Self, AppError> {
        let mut place = Self { people: people.into_iter().collect(), teams: Vec::new(), queues: queues.into_iter().collect() };
        place.people.sort_unstable();
        place.people.dedup();
        place.queues.sort_unstable();
        place.queues.dedup();
        for index in 0..place.people.len() {
            if let Some(team) = tx.get::<UserDoc>(place.people[index])?.and_then(|user| user.team) {
                place.teams.push(team);
            }
        }
        place.teams.sort_unstable();
        place.teams.dedup();
        Ok(place)
    }
}

/// An interaction: the agent who has it or had it last, the agent to whom it rings, its queue.
///
/// # Errors
/// The store's.
pub fn interaction_place(tx: &mut Tx<'_>, doc: &InteractionDoc) -> Result<Place, AppError> {
    Place::of(tx, people(doc), [doc.queue])
}

/// Whose an interaction is.
pub(super) fn people(doc: &InteractionDoc) -> Vec<UserId> {
    doc.agent.into_iter().chain(doc.state.agents()).map(UserId::from).collect()
}

/// A call: its interaction's place, and whoever of ours takes part in it or did.
///
/// # Errors
/// The store's.
pub fn call_place(tx: &mut Tx<'_>, call: &CallDoc) -> Result<Place, AppError> {
    let interaction = tx.get::<InteractionDoc>(call.interaction)?;
    let taking_part = call.legs.iter().filter_map(|leg| leg.agent).map(UserId::from);
    let all: Vec<UserId> = interaction.iter().flat_map(people).chain(taking_part).collect();
    Place::of(tx, all, interaction.map(|doc| doc.queue))
}

/// A customer: everybody who has or had an interaction with him, and the queues of all of them.
///
/// # Errors
/// The store's.
pub fn customer_place(tx: &mut Tx<'_>, id: CustomerId) -> Result<Place, AppError> {
    let rows = okno_store::access::customer_people(tx, id)?;
    // To whom an interaction of his rings right now stands only in its document.
    let ringing = okno_store::access::customer_offers(tx, id)?;
    let people = rows.iter().filter_map(|row| row.0).chain(ringing.iter().flat_map(people));
    Place::of(tx, people.collect::<Vec<_>>(), rows.iter().map(|row| row.1))
}

/// A case: who sees to it and who made it, its team and the departments that were asked, its queue.
///
/// # Errors
/// The store's.
pub fn case_place(tx: &mut Tx<'_>, case: &CaseDoc) -> Result<Place, AppError> {
    let mut place = Place::of(tx, crate::cases::rows::people(case), case.queue)?;
    place.teams.extend(crate::cases::rows::teams(case));
    place.teams.sort_unstable();
    place.teams.dedup();
    Ok(place)
}

/// A ledger entry: its owner and its queue.
///
/// # Errors
/// The store's.
pub fn ledger_place(tx: &mut Tx<'_>, doc: &LedgerDoc) -> Result<Place, AppError> {
    Place::of(tx, doc.owner, doc.queue)
}

/// A promise: who has to keep it, who made it, its queue.
///
/// # Errors
/// The store's.
pub fn promise_place(tx: &mut Tx<'_>, doc: &PromiseDoc) -> Result<Place, AppError> {
    Place::of(tx, doc.owner.into_iter().chain(doc.by), doc.queue)
}

/// An agent: himself, his team, the queues that he serves.
pub fn agent_place(doc: &AgentDoc) -> Place {
    person_place(doc.id, doc.team, &doc.queues)
}

pub(crate) fn person_place(id: AgentId, team: Option<TeamId>, queues: &[QueueId]) -> Place {
    Place { people: vec![id.into()], teams: team.into_iter().collect(), queues: queues.to_vec() }
}
