//! Which events of the journal a user may see: one rule for the desk's socket and for `GET /events`.
//!
//! Split in two, so that an event that fans out to a thousand sockets costs one look-up: [`event_facts`] reads what the
//! decision needs, [`event_visible`] decides for one user without any IO.

use super::{
    Actor, Place, agent_place, call_place, case_place, customer_place, interaction_place, ledger_place, place::person_place, promise_place,
};
use crate::AppError;
use okno_model::{
    InteractionId, UserId,
    doc::{CaseDoc, ChannelDoc, ChannelSettings, InteractionDoc},
    event::{Event, What},
    right::{Right, Scope},
};
use okno_store::Tx;

/// What the decision about one event needs from the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventFacts {
    /// Seen with `right` by those whom the place is within reach of.
    At {
        /// The right.
        right: Right,
        /// The place.
        place: Place,
    },
    /// Configuration that every desk shows: seen by everybody who works here.
    Shared,
    /// Configuration of others: seen with any of these rights.
    Needs(&'static [Right]),
    /// For one user alone.
    Only(UserId),
    /// About a user: seen with `user.configure` or `agent.read` over him, and by himself.
    Person(Place),
}

/// Reads the facts of one event.
///
/// # Errors
/// The store's.
pub fn event_facts(tx: &mut Tx<'_>, event: &Event) -> Result<EventFacts, AppError> {
    let at = |right, place| EventFacts::At { right, place };
    Ok(match &event.what {
        What::InteractionCreated(doc)
        | What::InteractionQueued(doc)
        | What::InteractionOffered(doc)
        | What::InteractionOfferEnded(doc)
        | What::InteractionAssigned(doc)
        | What::InteractionTransferred(doc)
        | What::InteractionWrapupStarted(doc)
        | What::InteractionClosed(doc)
        | What::InteractionChanged(doc) => at(Right::InteractionRead, interaction_place(tx, doc)?),
        What::InteractionDecided { interaction, .. } => at(Right::InteractionRead, by_id(tx, *interaction)?),
        What::MessageCreated(doc) | What::MessageChanged(doc) => at(Right::InteractionRead, by_id(tx, doc.interaction)?),
        What::AgentChanged(doc) => EventFacts::Person(agent_place(doc)),
        What::UserChanged(doc) => EventFacts::Person(person_place(doc.id.into(), doc.team, &doc.queues)),
        What::CustomerChanged(doc) => at(Right::CustomerRead, customer_place(tx, doc.id)?),
        What::MatchChanged(doc) => at(Right::CustomerRead, customer_place(tx, doc.customer)?),
        What::CaseCreated(doc) | What::CaseChanged(doc) => at(Right::CaseRead, case_place(tx, doc)?),
        What::CustomerMerged(doc) | What::CustomerUnmerged(doc) => at(Right::CustomerRead, customer_place(tx, doc.into)?),
        What::ForwardChanged(doc) => match tx.get::<CaseDoc>(doc.case)? {
            Some(case) => at(Right::CaseRead, case_place(tx, &case)?),
            None => EventFacts::Needs(&[]),
        },
        What::NoticeChanged(doc) => EventFacts::Only(doc.to),
        What::NoteChanged(doc) => at(Right::CustomerRead, customer_place(tx, doc.customer)?),
        What::OrderChanged(doc) => at(Right::CustomerRead, customer_place(tx, doc.customer)?),
        What::OrganizationChanged(_) => EventFacts::Needs(&[Right::CustomerRead]),
        What::LedgerChanged(doc) => at(Right::LedgerRead, ledger_place(tx, doc)?),
        What::SlaWarned(doc) | What::SlaBreached(doc) => match (doc.case, doc.interaction) {
            (Some(id), _) => match tx.get::<CaseDoc>(id)? {
                Some(case) => at(Right::CaseRead, case_place(tx, &case)?),
                None => at(Right::CaseRead, Place::default()),
            },
            (None, Some(id)) => at(Right::InteractionRead, by_id(tx, id)?),
            (None, None) => at(Right::InteractionRead, Place::default()),
        },
        What::PromiseMade(doc)
        | What::PromiseKept(doc)
        | What::PromiseBroken(doc)
        | What::PromiseNudged(doc)
        | What::PromiseChanged(doc) => at(Right::InteractionRead, promise_place(tx, doc)?),
        What::RoleChanged(_) => EventFacts::Needs(&[Right::UserConfigure]),
        What::CallChanged(doc) => at(Right::InteractionRead, call_place(tx, doc)?),
        What::RecordingChanged(doc) => at(Right::RecordingListen, by_id(tx, doc.interaction)?),
        What::TrunkChanged(_) | What::DialPlanChanged(_) | What::PhoneChanged(_) | What::PromptChanged(_) => {
            EventFacts::Needs(&[Right::VoiceConfigure])
        }
        What::QueueChanged(_)
        | What::AttributeChanged(_)
        | What::SkillChanged(_)
        | What::HoursChanged(_)
        | What::PolicyChanged(_)
        | What::BlendingChanged(_)
        | What::ChannelChanged(_)
        | What::TeamChanged(_)
        | What::TopicChanged(_)
        | What::PauseCodeChanged(_)
        | What::DispositionChanged(_)
        | What::WorkspaceChanged(_) => EventFacts::Shared,
    })
}

fn by_id(tx: &mut Tx<'_>, id: InteractionId) -> Result<Place, AppError> {
    match tx.get::<InteractionDoc>(id)? {
        Some(doc) => interaction_place(tx, &doc),
        None => Ok(Place::default()),
    }
}

/// Whether this user may see an event with these facts.
pub fn event_visible(actor: &Actor, facts: &EventFacts) -> bool {
    match facts {
        EventFacts::At { right, place } => actor.covers(*right, place),
        EventFacts::Only(user) => actor.user == *user,
        EventFacts::Shared => !actor.grants.is_empty(),
        EventFacts::Needs(rights) => rights.iter().any(|&right| actor.has(right)),
        EventFacts::Person(place) => {
            actor.within(Scope::Own, place) || actor.covers(Right::AgentRead, place) || actor.covers(Right::UserConfigure, place)
        }
    }
}

/// A channel as this user may see it: servers and their sign-in names are for those who configure channels.
///
/// Listings, snapshots and events all show it through this function, so that they agree.
pub fn shown_channel(actor: &Actor, mut channel: ChannelDoc) -> ChannelDoc {
    if !actor.has(Right::ChannelConfigure)
        && let ChannelSettings::Mailbox(mailbox) = &mut channel.settings
    {
        mailbox.imap = None;
        mailbox.smtp = None;
        channel.health.detail.clear();
    }
    channel
}
