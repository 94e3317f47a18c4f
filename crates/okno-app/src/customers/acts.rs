//! Changing customers, and deciding whether two are one.

use super::rows;
use crate::{
    AppError, Ctx,
    access::{self, Actor},
    act::{self, Act},
    audit,
    cases::rows as cases,
    interactions::thread,
    visitors::rename,
};
use okno_model::{
    CustomerId, IdentityKind, MatchId,
    doc::{CustomerDoc, MatchDoc},
    event::What,
    limits,
    right::Right,
};
use okno_store::{customers as store, interactions};
use serde_json::json;

/// Interactions of one page while histories are joined.
const PAGE: usize = 200;
/// Characters of the notes about a customer.
const NOTES_CHARS: usize = limits::MESSAGE_CHARS;

/// What may be changed of a customer; `None` leaves it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomerChange {
    /// Name.
    pub name: Option<String>,
    /// Notes.
    pub notes: Option<String>,
    /// Language, BCP 47; empty for unknown.
    pub language: Option<String>,
}

/// Changes a customer.
///
/// # Errors
/// 404 and 403 by `customer.write`; [`AppError::Invalid`] with the field.
pub async fn update(ctx: &Ctx, actor: &Actor, id: CustomerId, change: CustomerChange) -> Result<CustomerDoc, AppError> {
    if change.notes.as_ref().is_some_and(|n| n.chars().count() > NOTES_CHARS) {
        return Err(AppError::invalid("notes", "too_long", format!("notes have at most {NOTES_CHARS} characters")));
    }
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let before = access::customer(act.tx, &who, id, Right::CustomerWrite)?.into_inner();
        let mut customer = before.clone();
        if let Some(name) = change.name {
            customer.name = rows::clean_name(&name);
            if customer.name.is_empty() {
                return Err(AppError::invalid("name", "required", "a customer needs a name"));
            }
        }
        if let Some(notes) = change.notes {
            customer.notes = notes;
        }
        if let Some(language) = change.language {
            let language = language.trim().to_owned();
            if language.len() > 35 || language.chars().any(|c| !c.is_ascii_alphanumeric() && c != '-') {
                return Err(AppError::invalid("language", "bad_language", "write a language tag like `pl` or `en-GB`"));
            }
            customer.language = (!language.is_empty()).then_some(language);
        }
        if customer == before {
            return Ok(customer);
        }
        rows::save(act, &customer)?;
        rename(act, &customer)?;
        cases::renamed(act, &customer)?;
        let data = audit::change(Some(&before), Some(&customer))?;
        audit::record(act.tx, act.now, &who, "customer.changed", &id.to_string(), &data)?;
        Ok(customer)
    })
    .await
}

/// What a person decides about a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They are one person.
    Confirm,
    /// They are two.
    Reject,
}

/// Decides a match. Confirmed, the first customer's identities and interactions go over to the other; what is needed to
/// take it back stands in the audit log.
///
/// # Errors
/// 404 and 403 by `customer.write`; [`AppError::Conflict`] if it was decided the other way.
pub async fn decide_match(ctx: &Ctx, actor: &Actor, id: MatchId, verdict: Verdict) -> Result<MatchDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let mut found = access::match_of(act.tx, &who, id, Right::CustomerWrite)?.into_inner();
        let state = match verdict {
            Verdict::Confirm => "confirmed",
            Verdict::Reject => "rejected",
        };
        if found.state == state {
            return Ok(found);
        }
        if found.state != "open" {
            return Err(AppError::conflict("already_decided", format!("this suggestion was already {}", found.state)));
        }
        if verdict == Verdict::Confirm {
            // Both histories are touched: both must be his to change.
            access::customer(act.tx, &who, found.other, Right::CustomerWrite)?;
            join(act, &who, &found)?;
        } else {
            audit::record(
                act.tx,
                act.now,
                &who,
                "match.rejected",
                &id.to_string(),
                &json!({"customer": found.customer, "other": found.other}),
            )?;
        }
        state.clone_into(&mut found.state);
        act.tx.put(&found)?;
        act.tell(&What::MatchChanged(found.clone()))?;
        Ok(found)
    })
    .await
}

fn join(act: &mut Act<'_, '_>, who: &Actor, found: &MatchDoc) -> Result<(), AppError> {
    let missing = || AppError::not_found("customer");
    let mut from = act.tx.get::<CustomerDoc>(found.customer)?.ok_or_else(missing)?;
    let mut to = act.tx.get::<CustomerDoc>(found.other)?.ok_or_else(missing)?;
    let moved: Vec<_> = std::mem::take(&mut from.identities);
    let before = json!({"identities": &moved, "notes": &to.notes, "name": &to.name});
    for mut identity in moved {
        // A person has confirmed that the address is his; it stays unproven if the proven one is already there.
        let twin = to.identities.iter().any(|i| i.kind == identity.kind && i.value == identity.value);
        if twin {
            continue;
        }
        if identity.kind == IdentityKind::Email && !identity.verified {
            let free = store::by_verified(act.tx, identity.kind, &identity.value)?.is_none();
            identity.verified = free;
            if free {
                "agent".clone_into(&mut identity.source);
            }
        }
        to.identities.push(identity);
    }
    if !from.notes.trim().is_empty() {
        to.notes = if to.notes.trim().is_empty() { from.notes.clone() } else { format!("{}\n{}", to.notes, from.notes) };
    }
    // First the one who gives, so that no address belongs to two for a moment.
    rows::save(act, &from)?;
    rows::save(act, &to)?;
    let mut joined = Vec::new();
    let mut after = None;
    loop {
        let page = interactions::of_customer(act.tx, from.id, after, PAGE)?;
        let Some(last) = page.last().map(|d| (d.last_at, d.id)) else { break };
        for mut doc in page {
            doc.customer = Some(to.id);
            doc.customer_name.clone_from(&to.name);
            joined.push(doc.id);
            thread::save(act, &doc, What::InteractionChanged)?;
        }
        after = Some(last);
    }
    for mut unit in store::units(act.tx, from.id)? {
        unit.customer = Some(to.id);
        act.tx.put(&unit)?;
        act.tell(&What::LedgerChanged(unit))?;
    }
    cases::customer_joined(act, from.id, &to)?;
    store::repoint(act.tx, from.id, to.id)?;
    let data = json!({"from": from.id, "to": to.id, "before": before, "interactions": joined});
    audit::record(act.tx, act.now, who, "customer.joined", &found.id.to_string(), &data)
}
