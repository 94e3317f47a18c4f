//! Asking the index, and showing what the asker may see of its answers.

use crate::{
    AppError, Ctx,
    access::{self, Actor},
    interactions,
};
use okno_engine::search::{Search, Term, snippet};
use okno_model::{
    CaseId, CustomerId, IdentityKind, InteractionId, MessageId, Timestamp,
    doc::{Author, CaseDoc, CustomerDoc, InteractionDoc, MessageDoc, MessageKind, SearchHit, SearchKind, SearchMark, SearchSnippet},
    right::Right,
};
use okno_store::{
    Tx,
    search::{self as store, Ask, Hit},
};
use serde::{Deserialize, Serialize};

/// Characters of a part of a text.
const SNIPPET_CHARS: usize = 160;
/// Places of the index that are looked at for one page before it is given as it is: phrases that stand nowhere, and rows that the asker may not
/// see, must not make a request endless.
const LOOKED_AT: usize = 2_000;
/// Places of one look.
const LOOK: usize = 100;

/// What somebody looks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// As typed.
    pub text: String,
    /// The last word may still be going on.
    pub unfinished: bool,
    /// Only these kinds; all, if empty.
    pub kinds: Vec<SearchKind>,
    /// Only what has to do with him.
    pub customer: Option<CustomerId>,
    /// Only what was said or began from then on.
    pub from: Option<Timestamp>,
    /// Only what was said or began before.
    pub until: Option<Timestamp>,
}

/// Where the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Number of the last place that was looked at.
    pub n: i64,
}

/// A page of what was found, newest first, and where the next one begins, if there is one.
///
/// # Errors
/// [`AppError::Forbidden`] for who may see neither interactions nor customers.
pub async fn search(
    ctx: &Ctx,
    actor: &Actor,
    wanted: Wanted,
    after: Option<Position>,
    limit: usize,
) -> Result<(Vec<SearchHit>, Option<Position>), AppError> {
    let may = kinds(actor, &wanted.kinds);
    if may.is_empty() && kinds(actor, &[]).is_empty() {
        return Err(AppError::Forbidden { right: Right::InteractionRead });
    }
    let search = Search::read(&wanted.text, wanted.unfinished);
    if search.is_empty() || may.is_empty() {
        return Ok((Vec::new(), None));
    }
    let who = actor.clone();
    ctx.read(move |tx| {
        let within = if actor_reads(&who) { interactions::within(tx, &who)? } else { None };
        let mut ask = Ask {
            all: search.all.iter().map(|terms| wanted_terms(terms)).collect(),
            none: search.none.iter().map(|terms| wanted_terms(terms)).collect(),
            kinds: may.iter().map(|kind| kind.word()).collect(),
            customer: wanted.customer,
            from: wanted.from,
            until: wanted.until,
            within,
            before: after.map(|position| position.n),
        };
        let (mut found, mut looked) = (Vec::new(), 0);
        loop {
            let hits = store::find(tx, &ask, LOOK)?;
            let full = hits.len() == LOOK;
            for hit in hits {
                ask.before = Some(hit.n);
                looked += 1;
                found.extend(shown(tx, &who, &search, &hit)?);
                if found.len() == limit || looked == LOOKED_AT {
                    return Ok((found, Some(Position { n: hit.n })));
                }
            }
            if !full {
                return Ok((found, None));
            }
        }
    })
    .await
}

fn actor_reads(actor: &Actor) -> bool {
    actor.has(Right::InteractionRead)
}

/// Of the wanted kinds, those that the asker may see at all.
fn kinds(actor: &Actor, wanted: &[SearchKind]) -> Vec<SearchKind> {
    let wanted = if wanted.is_empty() { SearchKind::ALL } else { wanted };
    let may = |kind: &SearchKind| match kind {
        SearchKind::Customer => actor.has(Right::CustomerRead),
        SearchKind::Interaction | SearchKind::Message => actor_reads(actor),
        SearchKind::Case => actor.has(Right::CaseRead),
    };
    wanted.iter().copied().filter(may).collect()
}

fn wanted_terms(terms: &[Term]) -> Vec<store::Wanted> {
    terms.iter().map(|term| store::Wanted { term: term.text.clone(), begins: term.begins }).collect()
}

/// What stands at a place, if the asker may see it and it answers; the index may be a moment behind.
fn shown(tx: &mut Tx<'_>, who: &Actor, search: &Search, hit: &Hit) -> Result<Option<SearchHit>, AppError> {
    Ok(match SearchKind::parse(&hit.kind) {
        Some(SearchKind::Customer) => {
            let found = access::customer(tx, who, CustomerId(hit.reference), Right::CustomerRead);
            existing(found)?.and_then(|customer| of_customer(search, &customer))
        }
        Some(SearchKind::Interaction) => {
            let found = access::interaction(tx, who, InteractionId(hit.reference), Right::InteractionRead);
            existing(found)?.and_then(|doc| of_interaction(search, &doc))
        }
        Some(SearchKind::Message) => {
            let found = access::message(tx, who, MessageId(hit.reference), Right::InteractionRead);
            match existing(found)? {
                Some(message) => tx.get(message.interaction)?.and_then(|doc: InteractionDoc| of_message(search, &doc, &message)),
                None => None,
            }
        }
        Some(SearchKind::Case) => {
            let found = access::case(tx, who, CaseId(hit.reference), Right::CaseRead);
            existing(found)?.and_then(|case| of_case(search, &case))
        }
        None => None,
    })
}

/// What a check lets through. That something is not there, or not for him, is no failure.
fn existing<T>(found: Result<access::Permitted<T>, AppError>) -> Result<Option<T>, AppError> {
    match found {
        Ok(found) => Ok(Some(found.into_inner())),
        Err(AppError::NotFound { .. } | AppError::Forbidden { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn of_customer(search: &Search, customer: &CustomerDoc) -> Option<SearchHit> {
    let addresses: Vec<&str> = customer
        .identities
        .iter()
        .filter(|identity| identity.kind != IdentityKind::Visitor)
        .map(|identity| identity.value.as_str())
        .collect();
    let text = format!("{} {}", addresses.join(" · "), customer.notes);
    search.phrases_stand_in(&[&customer.name, &text]).then(|| SearchHit {
        kind: SearchKind::Customer,
        id: customer.id.0,
        interaction: None,
        customer: Some(customer.id),
        medium: None,
        name: customer.name.clone(),
        author: None,
        note: false,
        subject: String::new(),
        snippet: mark(search, &text),
        at: customer.created,
    })
}

fn of_case(search: &Search, case: &CaseDoc) -> Option<SearchHit> {
    let text = format!("{} {}", case.title, case.tags.join(" "));
    search.phrases_stand_in(&[&case.number, &text, &case.customer_name]).then(|| SearchHit {
        kind: SearchKind::Case,
        id: case.id.0,
        interaction: None,
        customer: case.customer,
        medium: None,
        name: case.customer_name.clone(),
        author: None,
        note: false,
        subject: format!("{} {}", case.number, case.title),
        snippet: mark(search, &text),
        at: case.created,
    })
}

fn of_interaction(search: &Search, doc: &InteractionDoc) -> Option<SearchHit> {
    search.phrases_stand_in(&[&doc.subject]).then(|| SearchHit {
        kind: SearchKind::Interaction,
        id: doc.id.0,
        interaction: Some(doc.id),
        customer: doc.customer,
        medium: Some(doc.medium),
        name: doc.customer_name.clone(),
        author: None,
        note: false,
        subject: doc.subject.clone(),
        snippet: mark(search, &doc.subject),
        at: doc.created,
    })
}

fn of_message(search: &Search, doc: &InteractionDoc, message: &MessageDoc) -> Option<SearchHit> {
    let files: Vec<&str> = message.attachments.iter().filter(|file| !file.inline).map(|file| file.name.as_str()).collect();
    let text = format!("{} {}", message.text, files.join(" "));
    search.phrases_stand_in(&[&text]).then(|| SearchHit {
        kind: SearchKind::Message,
        id: message.id.0,
        interaction: Some(doc.id),
        customer: doc.customer,
        medium: Some(doc.medium),
        name: doc.customer_name.clone(),
        author: match &message.author {
            Author::User { name, .. } => Some(name.clone()),
            Author::Customer { .. } => None,
            Author::System { .. } => Some(String::new()),
        },
        note: message.kind == MessageKind::Note,
        subject: doc.subject.clone(),
        snippet: mark(search, &text),
        at: message.at,
    })
}

fn mark(search: &Search, text: &str) -> SearchSnippet {
    let snippet = snippet(text, search, SNIPPET_CHARS);
    let found = snippet.found.into_iter().map(|at| SearchMark { from: at.start as u32, until: at.end as u32 }).collect();
    SearchSnippet { text: snippet.text, found }
}
