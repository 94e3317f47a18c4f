//! Addresses that people write down or take away.

use super::rows;
use crate::{
    AppError, Ctx,
    access::{self, Actor},
    act, audit,
    calls::plan,
};
use okno_model::{
    CustomerId, IdentityId, IdentityKind,
    doc::{CustomerDoc, IdentityDoc},
    right::Right,
};
use okno_store::{Tx, customers as store};
use serde_json::json;

/// Addresses of one customer: more is a mistake of an import.
const IDENTITIES: usize = 100;
/// How sure an address is that an agent has written down.
const AGENT_CONFIDENCE: u8 = 90;
/// How sure okno is that two are one whom an agent gave the same address.
const SAID_SAME_CONFIDENCE: u8 = 90;

/// An address in its one form: mail in lower case with an ASCII domain, a number as the dial plan's country reads it.
pub(crate) fn normal(tx: &mut Tx<'_>, kind: IdentityKind, value: &str) -> Result<String, AppError> {
    match kind {
        IdentityKind::Email => {
            let email = rows::normal_email(value);
            if rows::is_email(&email) {
                Ok(email)
            } else {
                Err(AppError::invalid("value", "bad_email", "write the address as name@example.com"))
            }
        }
        IdentityKind::Phone => {
            let number = plan::normal(&plan::plan_of(tx)?, value).filter(|n| crate::calls::rows::is_number(n));
            number.ok_or_else(|| AppError::invalid("value", "bad_number", "write the number as +48 22 123 45 67"))
        }
        IdentityKind::Visitor | IdentityKind::External => {
            Err(AppError::invalid("kind", "not_by_hand", "only mail addresses and telephone numbers are written down by hand"))
        }
    }
}

/// Writes an address down: an agent says that it is his, so it counts as proven. If another customer has proven it already, it stays
/// unproven here and the two are suggested as one.
///
/// # Errors
/// 404 and 403 by `customer.write`; [`AppError::Invalid`] for what is no address.
pub async fn add_identity(ctx: &Ctx, actor: &Actor, id: CustomerId, kind: IdentityKind, value: String) -> Result<CustomerDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let mut customer = access::customer(act.tx, &who, id, Right::CustomerWrite)?.into_inner();
        let value = normal(act.tx, kind, &value)?;
        let other = store::by_verified(act.tx, kind, &value)?.filter(|other| other.id != customer.id);
        match customer.identities.iter().position(|i| i.kind == kind && i.value == value) {
            Some(at) if customer.identities[at].verified => return Ok(customer),
            Some(at) => {
                let known = &mut customer.identities[at];
                known.verified = other.is_none();
                known.confidence = AGENT_CONFIDENCE;
                known.by = Some(who.user);
            }
            None if customer.identities.len() >= IDENTITIES => {
                return Err(AppError::invalid("value", "too_many", format!("one customer has at most {IDENTITIES} addresses")));
            }
            None => {
                let identity = rows::identity(act, kind, &value, other.is_none(), "agent");
                customer.identities.push(IdentityDoc { confidence: AGENT_CONFIDENCE, ..identity });
            }
        }
        rows::save(act, &customer)?;
        if let Some(other) = other {
            rows::suggest_pair(act, customer.id, &other, SAID_SAME_CONFIDENCE, "agent_said_same")?;
        }
        rows::suggest(act, &customer, kind, &value)?;
        audit::record(act.tx, act.now, &who, "identity.added", &id.to_string(), &json!({"kind": kind, "value": value}))?;
        Ok(customer)
    })
    .await
}

/// Takes an address away: what comes from it later is somebody else's, or a new customer's.
///
/// # Errors
/// 404 and 403 by `customer.write`; [`AppError::Invalid`] for a browser or an external id, which nobody takes away by hand.
pub async fn remove_identity(ctx: &Ctx, actor: &Actor, id: CustomerId, identity: IdentityId) -> Result<CustomerDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let mut customer = access::customer(act.tx, &who, id, Right::CustomerWrite)?.into_inner();
        let at = customer.identities.iter().position(|i| i.id == identity).ok_or(AppError::not_found("identity"))?;
        let gone = customer.identities.remove(at);
        if matches!(gone.kind, IdentityKind::Visitor | IdentityKind::External) {
            return Err(AppError::invalid("kind", "not_by_hand", "only mail addresses and telephone numbers are taken away by hand"));
        }
        rows::save(act, &customer)?;
        audit::record(act.tx, act.now, &who, "identity.removed", &id.to_string(), &json!({"kind": gone.kind, "value": gone.value}))?;
        Ok(customer)
    })
    .await
}
