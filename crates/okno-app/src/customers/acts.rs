//! Changing customers, and deciding whether two are one.

use super::{merge, rows, shown};
use crate::{
    AppError, Ctx,
    access::{self, Actor},
    act, attributes, audit,
    cases::rows as cases,
    visitors::rename,
};
use okno_model::{
    CustomerId, MatchId, OrganizationId,
    doc::{AttributeOn, AttributeValue, CustomerDoc, MatchDoc, OrganizationDoc},
    event::What,
    limits,
    right::Right,
};
use serde_json::json;
use std::collections::BTreeMap;

/// Characters of the notes about a customer.
pub(super) const NOTES_CHARS: usize = limits::MESSAGE_CHARS;

/// What may be changed of a customer; `None` leaves it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CustomerChange {
    /// Name.
    pub name: Option<String>,
    /// Notes.
    pub notes: Option<String>,
    /// Language, BCP 47; empty for unknown.
    pub language: Option<String>,
    /// His company; `Some(None)` for none.
    pub organization: Option<Option<OrganizationId>>,
    /// Attributes to set; `None` takes one away.
    pub attributes: BTreeMap<String, Option<AttributeValue>>,
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
        if before.part_of.is_some() {
            let text = format!("{} is a part of somebody else since they were merged; change that one", before.name);
            return Err(AppError::conflict("part_of_another", text));
        }
        let mut customer = before.clone();
        if let Some(name) = change.name {
            customer.name = rows::clean_name(&name);
            if customer.name.is_empty() {
                return Err(AppError::invalid("name", "required", "a customer needs a name"));
            }
        }
        if let Some(notes) = change.notes.filter(|notes| *notes != before.notes) {
            customer.notes = notes;
            shown::owned(&mut customer, "notes");
        }
        if let Some(language) = change.language {
            customer.language = rows::language(&language)?;
            if customer.language != before.language {
                shown::owned(&mut customer, "language");
            }
        }
        if let Some(organization) = change.organization
            && organization != before.organization
        {
            if let Some(id) = organization
                && act.tx.get::<OrganizationDoc>(id)?.is_none()
            {
                return Err(AppError::invalid("organization", "unknown_organization", "there is no such organization; choose another"));
            }
            customer.organization = organization;
            shown::owned(&mut customer, "organization");
        }
        customer.attributes = attributes::apply(act.tx, AttributeOn::Customer, &before.attributes, &change.attributes)?;
        for (key, value) in &customer.attributes.clone() {
            if before.attributes.get(key) != Some(value) {
                shown::owned(&mut customer, &shown::attribute(key));
            }
        }
        if customer == before {
            return Ok(customer);
        }
        if !customer.parts.is_empty() {
            merge::project(act.tx, &mut customer)?;
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

/// Decides a match. Confirmed, the first customer is merged into the other.
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
            merge::connect(act, &who, found.customer, found.other, &found.reason)?;
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
        if verdict == Verdict::Reject {
            state.clone_into(&mut found.state);
            act.tx.put(&found)?;
            act.tell(What::MatchChanged(found.clone()))?;
        }
        act.tx.get::<MatchDoc>(id)?.ok_or(AppError::not_found("match"))
    })
    .await
}
