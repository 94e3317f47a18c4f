//! What has happened to an interaction, as clocks see it.

use crate::AppError;
use okno_engine::{
    hours::Calendar,
    sla::{Fact, Subject, What},
};
use okno_model::{
    Medium,
    doc::{Author, Closed, HoursDoc, InteractionDoc, InteractionState, MessageDoc, MessageKind, Phase, PolicyDoc, SlaKind},
};
use okno_store::{Tx, messages};

/// Messages of one interaction that clocks look at; older ones have been answered long ago.
const MESSAGES: usize = 2_000;

/// An interaction as selectors see it.
pub(super) fn subject(doc: &InteractionDoc) -> Subject {
    Subject { kind: SlaKind::Interaction, queue: Some(doc.queue), priority: doc.priority, tags: Vec::new(), language: doc.language.clone() }
}

/// The calendar of a policy.
///
/// # Errors
/// The store's.
pub(super) fn calendar(tx: &mut Tx<'_>, policy: &PolicyDoc) -> Result<Option<Calendar>, AppError> {
    let Some(hours) = policy.hours else { return Ok(None) };
    Ok(tx.get::<HoursDoc>(hours)?.and_then(|hours| Calendar::of(&hours).ok()))
}

/// What has happened to an interaction.
///
/// # Errors
/// The store's.
pub(super) fn of_interaction(tx: &mut Tx<'_>, doc: &InteractionDoc) -> Result<Vec<Fact>, AppError> {
    let mut facts = vec![Fact { at: doc.created, what: What::Opened }];
    let after = doc.last_message.saturating_sub(MESSAGES as i64);
    facts.extend(messages::after(tx, doc.id, after, MESSAGES)?.iter().filter_map(said));
    // Of a call nothing is written: that it was answered is known.
    if let Some(at) = doc.answered {
        facts.push(Fact { at, what: What::WeSpoke });
    }
    match doc.state {
        InteractionState::Closed { at, how: Closed::Finished } => facts.push(Fact { at, what: What::Entered(Phase::Resolved) }),
        InteractionState::Closed { at, how: Closed::Joined | Closed::Refused } => {
            facts.push(Fact { at, what: What::Entered(Phase::Merged) })
        }
        InteractionState::Closed { at, how: Closed::Abandoned | Closed::CustomerLeft } => {
            facts.push(Fact { at, what: What::Entered(Phase::Closed) });
        }
        // The talk is over; what comes now is a new interaction.
        InteractionState::Wrapup { since, .. } => facts.push(Fact { at: since, what: What::Entered(Phase::Resolved) }),
        InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. } | InteractionState::Active { .. } => {}
    }
    if doc.medium == Medium::Voice {
        facts.retain(|fact| fact.what != What::CustomerSpoke);
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
