//! What of an event can be found, and by which words.

use okno_engine::search::{document_terms, phone_terms};
use okno_model::{
    CustomerId, IdentityKind, InteractionId, Medium, Timestamp,
    doc::{Author, CaseDoc, CustomerDoc, InteractionDoc, MessageDoc, MessageKind, SearchKind},
    event::What,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A text on its way into the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kind: SearchKind,
    pub(super) id: Uuid,
    pub(super) interaction: Option<InteractionId>,
    pub(super) customer: Option<CustomerId>,
    pub(super) at: Timestamp,
    words: String,
    numbers: Vec<String>,
}

impl Found {
    /// Its terms. Stemming costs; do it outside of a transaction.
    pub(super) fn terms(&self) -> BTreeSet<String> {
        let mut terms = document_terms(&self.words);
        for number in &self.numbers {
            terms.extend(phone_terms(number));
        }
        terms
    }
}

/// The text of an event, if it brings one or changes one.
#[expect(clippy::wildcard_enum_match_arm, reason = "most events say nothing that anybody would look for")]
pub(super) fn of(what: &What) -> Option<Found> {
    match what {
        What::MessageCreated(message) => of_message(message),
        // Offers, presence and the like leave subject and name as they are.
        What::InteractionCreated(doc) | What::InteractionChanged(doc) | What::InteractionClosed(doc) => of_interaction(doc),
        What::CustomerChanged(customer) => Some(of_customer(customer)),
        What::CaseCreated(case) | What::CaseChanged(case) => Some(of_case(case)),
        _ => None,
    }
}

pub(super) fn of_message(message: &MessageDoc) -> Option<Found> {
    // Lines about what happened, and what okno says by itself, are the same everywhere.
    if message.kind == MessageKind::Event || matches!(message.author, Author::System { .. }) {
        return None;
    }
    let mut words = message.text.clone();
    for attachment in message.attachments.iter().filter(|attachment| !attachment.inline) {
        words.push('\n');
        words.push_str(&attachment.name);
    }
    Some(Found {
        kind: SearchKind::Message,
        id: message.id.0,
        interaction: Some(message.interaction),
        customer: None,
        at: message.at,
        words,
        numbers: Vec::new(),
    })
}

/// Its subject; whom it is with is found by the customer. A chat's subject is the beginning of its first message, which is found itself.
pub(super) fn of_interaction(doc: &InteractionDoc) -> Option<Found> {
    (doc.medium != Medium::Chat && !doc.subject.is_empty()).then(|| Found {
        kind: SearchKind::Interaction,
        id: doc.id.0,
        interaction: Some(doc.id),
        customer: None,
        at: doc.created,
        words: doc.subject.clone(),
        numbers: Vec::new(),
    })
}

pub(super) fn of_customer(customer: &CustomerDoc) -> Found {
    let (mut words, mut numbers) = (format!("{}\n{}", customer.name, customer.notes), Vec::new());
    for identity in &customer.identities {
        match identity.kind {
            IdentityKind::Phone => numbers.push(identity.value.clone()),
            // A visitor's id is nobody's word.
            IdentityKind::Visitor => {}
            IdentityKind::Email | IdentityKind::External => {
                words.push('\n');
                words.push_str(&identity.value);
            }
        }
    }
    Found {
        kind: SearchKind::Customer,
        id: customer.id.0,
        interaction: None,
        customer: Some(customer.id),
        at: customer.created,
        words,
        numbers,
    }
}

pub(super) fn of_case(case: &CaseDoc) -> Found {
    Found {
        kind: SearchKind::Case,
        id: case.id.0,
        interaction: None,
        customer: case.customer,
        at: case.created,
        words: format!("{}\n{}\n{}\n{}", case.number, case.title, case.tags.join(" "), case.customer_name),
        numbers: Vec::new(),
    }
}
