//! What decides who may see an event, remembered by whoever sees all events in order: most events need no look into the rows.

use super::{EventFacts, Place, agent_place, event_facts, place};
use crate::AppError;
use okno_model::{
    InteractionId, QueueId, TeamId, UserId,
    doc::{InteractionDoc, UserDoc},
    event::{Event, What},
    right::Right,
};
use okno_store::Tx;
use std::collections::BTreeMap;

/// Interactions and people that are remembered; beyond it all are forgotten and looked up again.
const REMEMBERED: usize = 20_000;

/// The memory. It is only right for one who is shown every event of the journal, in order.
#[derive(Debug, Default)]
pub(crate) struct Sight {
    interactions: BTreeMap<InteractionId, (Vec<UserId>, QueueId)>,
    teams: BTreeMap<UserId, Option<TeamId>>,
}

/// What has to be read first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    Interaction(InteractionId),
    User(UserId),
    Rows,
}

impl Sight {
    /// The facts of an event; `None` if rows are needed, see [`Sight::read`].
    pub(crate) fn facts(&self, event: &Event) -> Option<EventFacts> {
        self.look(event).ok()
    }

    /// The same with rows at hand.
    pub(crate) fn read(&mut self, tx: &mut Tx<'_>, event: &Event) -> Result<EventFacts, AppError> {
        loop {
            match self.look(event) {
                Ok(facts) => return Ok(facts),
                Err(Missing::Rows) => return event_facts(tx, event),
                Err(Missing::User(id)) => {
                    let team = tx.get::<UserDoc>(id)?.and_then(|user| user.team);
                    self.teams.insert(id, team);
                }
                Err(Missing::Interaction(id)) => match tx.get::<InteractionDoc>(id)? {
                    Some(doc) => self.learn(&doc),
                    // It belongs to nobody, and nobody sees it.
                    None => return event_facts(tx, event),
                },
            }
        }
    }

    /// Takes in what events say about where things stand. All that are read together come first: what was decided about an interaction is seen by
    /// whoever sees the interaction after it.
    pub(crate) fn hear(&mut self, event: &Event) {
        if let Some(doc) = interaction_of(&event.what) {
            self.learn(doc);
        } else if let What::UserChanged(doc) = &event.what {
            if self.teams.len() >= REMEMBERED {
                self.teams.clear();
            }
            self.teams.insert(doc.id, doc.team);
        }
    }

    fn learn(&mut self, doc: &InteractionDoc) {
        if self.interactions.len() >= REMEMBERED {
            self.interactions.clear();
        }
        self.interactions.insert(doc.id, (place::people(doc), doc.queue));
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "every kind that is not answered here is looked up in the rows")]
    fn look(&self, event: &Event) -> Result<EventFacts, Missing> {
        let at = |right, place| EventFacts::At { right, place };
        if let Some(doc) = interaction_of(&event.what) {
            return Ok(at(Right::InteractionRead, self.place(place::people(doc), Some(doc.queue))?));
        }
        match &event.what {
            What::InteractionDecided { interaction, .. } => Ok(at(Right::InteractionRead, self.of(*interaction, [])?)),
            What::MessageCreated(doc) | What::MessageChanged(doc) => Ok(at(Right::InteractionRead, self.of(doc.interaction, [])?)),
            What::RecordingChanged(doc) => Ok(at(Right::RecordingListen, self.of(doc.interaction, [])?)),
            What::CallChanged(doc) => {
                let taking_part = doc.legs.iter().filter_map(|leg| leg.agent).map(UserId::from);
                Ok(at(Right::InteractionRead, self.of(doc.interaction, taking_part)?))
            }
            What::LedgerChanged(doc) => Ok(at(Right::LedgerRead, self.place(doc.owner.into_iter().collect(), doc.queue)?)),
            What::AgentChanged(doc) => Ok(EventFacts::Person(agent_place(doc))),
            // Customers need their rows; everything else is rare.
            _ => Err(Missing::Rows),
        }
    }

    fn of(&self, interaction: InteractionId, more: impl IntoIterator<Item = UserId>) -> Result<Place, Missing> {
        let (people, queue) = self.interactions.get(&interaction).ok_or(Missing::Interaction(interaction))?;
        self.place(people.iter().copied().chain(more).collect(), Some(*queue))
    }

    fn place(&self, mut people: Vec<UserId>, queue: Option<QueueId>) -> Result<Place, Missing> {
        people.sort_unstable();
        people.dedup();
        let mut teams = Vec::new();
        for id in &people {
            teams.extend(*self.teams.get(id).ok_or(Missing::User(*id))?);
        }
        teams.sort_unstable();
        teams.dedup();
        Ok(Place { people, teams, queues: queue.into_iter().collect() })
    }
}

/// The interaction that an event carries.
pub const fn interaction_of(what: &What) -> Option<&InteractionDoc> {
    match what {
        What::InteractionCreated(doc)
        | What::InteractionQueued(doc)
        | What::InteractionOffered(doc)
        | What::InteractionOfferEnded(doc)
        | What::InteractionAssigned(doc)
        | What::InteractionTransferred(doc)
        | What::InteractionWrapupStarted(doc)
        | What::InteractionClosed(doc)
        | What::InteractionChanged(doc) => Some(doc),
        What::InteractionDecided { .. }
        | What::MessageCreated(_)
        | What::MessageChanged(_)
        | What::AgentChanged(_)
        | What::CustomerChanged(_)
        | What::MatchChanged(_)
        | What::CaseCreated(_)
        | What::CaseChanged(_)
        | What::CustomerMerged(_)
        | What::CustomerUnmerged(_)
        | What::ForwardChanged(_)
        | What::NoticeChanged(_)
        | What::TopicChanged(_)
        | What::OrganizationChanged(_)
        | What::AttributeChanged(_)
        | What::NoteChanged(_)
        | What::OrderChanged(_)
        | What::LedgerChanged(_)
        | What::QueueChanged(_)
        | What::SkillChanged(_)
        | What::HoursChanged(_)
        | What::BlendingChanged(_)
        | What::ChannelChanged(_)
        | What::UserChanged(_)
        | What::RoleChanged(_)
        | What::TeamChanged(_)
        | What::PauseCodeChanged(_)
        | What::DispositionChanged(_)
        | What::WorkspaceChanged(_)
        | What::CallChanged(_)
        | What::RecordingChanged(_)
        | What::TrunkChanged(_)
        | What::PhoneChanged(_)
        | What::PromptChanged(_)
        | What::DialPlanChanged(_)
        | What::PolicyChanged(_)
        | What::SlaWarned(_)
        | What::SlaBreached(_)
        | What::PromiseMade(_)
        | What::PromiseKept(_)
        | What::PromiseBroken(_)
        | What::PromiseNudged(_)
        | What::PromiseChanged(_) => None,
    }
}
