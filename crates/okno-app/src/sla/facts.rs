//! What has happened to an interaction or a case, as clocks see it.

use crate::AppError;
use okno_engine::{
    hours::Calendar,
    sla::{Fact, Subject, What},
};
use okno_model::{
    CaseId, InteractionId, Medium, Timestamp, UserId,
    doc::{
        Author, CaseDoc, CaseEntry, CaseEntryDoc, CaseKind, CaseState, Closed, FieldChange, HoursDoc, InteractionDoc, InteractionState,
        MessageDoc, MessageKind, Phase, PolicyDoc, SlaKind,
    },
};
use okno_store::{Tx, cases, messages};
use uuid::Uuid;

/// Messages of one interaction that clocks look at; older ones have been answered long ago.
const MESSAGES: usize = 2_000;
/// Entries of one case that clocks look at.
const ENTRIES: usize = 5_000;

/// What a policy looks after.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Matter {
    Interaction(Box<InteractionDoc>),
    Case(Box<CaseDoc>),
}

impl Matter {
    /// As selectors see it.
    pub(super) fn subject(&self) -> Subject {
        match self {
            Self::Interaction(doc) => Subject {
                kind: SlaKind::Interaction,
                queue: Some(doc.queue),
                priority: doc.priority,
                tags: Vec::new(),
                language: doc.language.clone(),
            },
            Self::Case(case) => Subject {
                kind: match case.kind {
                    CaseKind::Question => SlaKind::Question,
                    CaseKind::Request => SlaKind::Request,
                    CaseKind::Complaint => SlaKind::Complaint,
                    CaseKind::Suggestion => SlaKind::Suggestion,
                    CaseKind::Order => SlaKind::Order,
                },
                queue: case.queue,
                priority: case.priority,
                tags: case.tags.clone(),
                language: case.language.clone(),
            },
        }
    }

    pub(super) fn id(&self) -> Uuid {
        match self {
            Self::Interaction(doc) => doc.id.0,
            Self::Case(case) => case.id.0,
        }
    }

    /// What its deadlines are about.
    pub(super) const fn about(&self) -> &'static str {
        match self {
            Self::Interaction(_) => super::work::INTERACTION,
            Self::Case(_) => super::work::CASE,
        }
    }

    pub(super) fn interaction(&self) -> Option<InteractionId> {
        match self {
            Self::Interaction(doc) => Some(doc.id),
            Self::Case(_) => None,
        }
    }

    pub(super) fn case(&self) -> Option<CaseId> {
        match self {
            Self::Interaction(_) => None,
            Self::Case(case) => Some(case.id),
        }
    }

    pub(super) fn title(&self) -> &str {
        match self {
            Self::Interaction(doc) => &doc.subject,
            Self::Case(case) => &case.title,
        }
    }

    /// Who has it.
    pub(super) fn owner(&self) -> Option<UserId> {
        match self {
            Self::Interaction(doc) => doc.agent.map(Into::into),
            Self::Case(case) => case.assignee,
        }
    }
}

/// The calendar of a policy.
///
/// # Errors
/// The store's.
pub(super) fn calendar(tx: &mut Tx<'_>, policy: &PolicyDoc) -> Result<Option<Calendar>, AppError> {
    let Some(hours) = policy.hours else { return Ok(None) };
    // Hours with a time zone that this machine does not know count as always open, as they do for routing.
    Ok(tx.get::<HoursDoc>(hours)?.and_then(|hours| Calendar::of(&hours).ok()))
}

/// What has happened to a matter.
///
/// # Errors
/// The store's.
pub(super) fn of(tx: &mut Tx<'_>, matter: &Matter) -> Result<Vec<Fact>, AppError> {
    match matter {
        Matter::Interaction(doc) => of_interaction(tx, doc),
        Matter::Case(case) => of_case(tx, case),
    }
}

fn of_interaction(tx: &mut Tx<'_>, doc: &InteractionDoc) -> Result<Vec<Fact>, AppError> {
    let mut facts = vec![Fact { at: doc.created, what: What::Opened }];
    facts.extend(talk(tx, doc)?);
    match doc.state {
        InteractionState::Closed { at, how: Closed::Finished } => facts.push(Fact { at, what: What::Entered(Phase::Resolved) }),
        InteractionState::Closed { at, how: Closed::Joined | Closed::Refused } => {
            facts.push(Fact { at, what: What::Entered(Phase::Merged) });
        }
        InteractionState::Closed { at, how: Closed::Abandoned | Closed::CustomerLeft } => {
            facts.push(Fact { at, what: What::Entered(Phase::Closed) });
        }
        // The talk is over; what comes now is a new interaction.
        InteractionState::Wrapup { since, .. } => facts.push(Fact { at: since, what: What::Entered(Phase::Resolved) }),
        InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. } | InteractionState::Active { .. } => {}
    }
    Ok(facts)
}

/// Who said something when in an interaction.
fn talk(tx: &mut Tx<'_>, doc: &InteractionDoc) -> Result<Vec<Fact>, AppError> {
    let mut facts = Vec::new();
    // Of a call nothing is written: that it was answered is known.
    if let Some(at) = doc.answered {
        facts.push(Fact { at, what: What::WeSpoke });
    }
    if doc.medium != Medium::Voice {
        let after = doc.last_message.saturating_sub(MESSAGES as i64);
        facts.extend(messages::after(tx, doc.id, after, MESSAGES)?.iter().filter_map(said));
    }
    Ok(facts)
}

fn said(message: &MessageDoc) -> Option<Fact> {
    let what = match (message.kind, &message.author) {
        (MessageKind::Inbound, _) => What::CustomerSpoke,
        (MessageKind::Outbound, Author::User { .. }) => What::WeSpoke,
        // What okno says by itself answers nobody.
        (MessageKind::Outbound, Author::Customer { .. } | Author::System { .. }) | (MessageKind::Note | MessageKind::Event, _) => {
            return None;
        }
    };
    Some(Fact { at: message.at, what })
}

/// A case's history: its states, and what is said about it in its conversations.
fn of_case(tx: &mut Tx<'_>, case: &CaseDoc) -> Result<Vec<Fact>, AppError> {
    let mut facts = vec![Fact { at: case.created, what: What::Opened }];
    for interaction in &case.interactions {
        if let Some(doc) = tx.get::<InteractionDoc>(*interaction)? {
            // What was said before there was a case is not about its clocks.
            facts.extend(talk(tx, &doc)?.into_iter().filter(|fact| fact.at >= case.created));
        }
    }
    // Newest first in the store; of the same instant the later one counts last.
    let mut entries = cases::entries(tx, case.id, None, ENTRIES)?;
    entries.sort_by_key(|entry| entry.number);
    facts.extend(entries.iter().filter_map(entered));
    // The present state is a fact too, also where a history is longer than what is looked at.
    let (phase, since) = phase(case);
    if entries.len() == ENTRIES {
        facts.push(Fact { at: since, what: What::Entered(phase) });
    }
    Ok(facts)
}

fn phase(case: &CaseDoc) -> (Phase, Timestamp) {
    match case.state {
        CaseState::New => (Phase::New, case.created),
        CaseState::Open { since } => (Phase::Open, since),
        CaseState::WaitingCustomer { since } => (Phase::WaitingCustomer, since),
        CaseState::WaitingDepartment { since, .. } => (Phase::WaitingDepartment, since),
        CaseState::OnHold { since, .. } => (Phase::OnHold, since),
        CaseState::Resolved { at } => (Phase::Resolved, at),
        CaseState::Closed { at, .. } => (Phase::Closed, at),
        CaseState::Merged { at, .. } => (Phase::Merged, at),
    }
}

/// The state that a case got by an entry: a step, or one that was taken back.
fn entered(entry: &CaseEntryDoc) -> Option<Fact> {
    let (CaseEntry::Changed { changes } | CaseEntry::Undone { changes, .. }) = &entry.what else { return None };
    let state: &FieldChange = changes.iter().find(|change| change.field == "state")?;
    let word = state.after.get("kind")?.as_str()?;
    Some(Fact { at: entry.at, what: What::Entered(Phase::parse(word)?) })
}
