//! What the widget tells about its visitor.

use super::acts::row;
use crate::{
    AppError, Ctx,
    act::{self, Act},
    customers::rows as customers,
    interactions::thread,
};
use hmac::{Hmac, KeyInit, Mac};
use okno_model::{
    ChannelId, CustomerId, IdentityKind, VisitorId,
    doc::{CustomerDoc, IdentityDoc, InteractionDoc},
    event::{Actor, What},
};
use okno_store::{
    customers as customer_rows, interactions,
    visitors::{self as rows, Told},
};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Characters of an external id.
const EXTERNAL_CHARS: usize = 200;

/// What the widget tells; `None` leaves what is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identify {
    /// Name.
    pub name: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Language, BCP 47.
    pub language: Option<String>,
    /// The company's own id of him.
    pub external_id: Option<String>,
    /// Proof of the external id, or of the external id and the address (`id\naddress`): hexadecimal HMAC-SHA256 under the
    /// widget's secret. One that covers the id alone leaves the address as typed in.
    pub hash: Option<String>,
}

/// The secret with which the company's server signs its customers' ids, as text: it is used as the HMAC key as it stands.
pub fn identity_secret(ctx: &Ctx, channel: ChannelId) -> String {
    hex::encode(ctx.app.secrets.derive(&format!("widget-identity:{channel}")))
}

/// Writes down what the widget tells.
///
/// # Errors
/// [`AppError::Invalid`] for a bad address or a wrong proof, [`AppError::NotFound`] for an unknown visitor.
pub async fn identify(ctx: &Ctx, visitor: VisitorId, told: Identify) -> Result<(), AppError> {
    if let Some(email) = &told.email
        && !customers::is_email(email.trim())
    {
        return Err(AppError::invalid("email", "bad_email", "write the address as name@example.com"));
    }
    // Without line breaks, so that a proof of an id is never one of another id with an address.
    let bad_id = |id: &String| id.is_empty() || id.chars().count() > EXTERNAL_CHARS || id.chars().any(char::is_control);
    if told.external_id.as_ref().is_some_and(bad_id) {
        return Err(AppError::invalid(
            "external_id",
            "bad_external_id",
            format!("an external id is one line of 1 to {EXTERNAL_CHARS} characters"),
        ));
    }
    let inner = ctx.clone();
    act::run(ctx, Actor::Customer, move |act| write(&inner, act, visitor, &told)).await
}

fn write(ctx: &Ctx, act: &mut Act<'_, '_>, visitor: VisitorId, told: &Identify) -> Result<(), AppError> {
    let mut visitor = row(act, visitor)?;
    let mut customer = customers::customer_of(act.tx, visitor.customer)?;
    if let Some(name) = told.name.as_deref().map(customers::clean_name).filter(|n| !n.is_empty()) {
        let had = std::mem::replace(&mut visitor.told.name, name.clone());
        // An agent may have corrected the name: only what the widget itself had given is replaced.
        if let Some(customer) = &mut customer
            && (customer.name == had || customer.name == crate::ingest::chat::default_name(visitor.id))
            && customer.name != name
        {
            customer.name = name;
            customers::save(act, customer)?;
            rename(act, customer)?;
        }
    }
    if let Some(language) = &told.language {
        visitor.told.language = language.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(35).collect();
    }
    let mut signed = false;
    if let Some(external) = &told.external_id {
        let proof = told.hash.as_deref().unwrap_or_default();
        signed = told.email.as_deref().is_some_and(|email| proven(ctx, visitor.channel, &format!("{external}\n{email}"), proof));
        // A page that signs ids alone goes on working when its visitor types an address.
        if !signed && !proven(ctx, visitor.channel, external, proof) {
            return Err(AppError::invalid("hash", "bad_hash", "the identity is not signed with this widget's secret"));
        }
        visitor.told.external_id.clone_from(external);
        if let Some(customer) = &mut customer {
            prove(act, customer, visitor.part, external)?;
        }
    }
    if let Some(email) = &told.email {
        let email = customers::normal_email(email);
        // What was signed once stays so while the address is the same.
        visitor.told.email_signed = signed || (visitor.told.email_signed && visitor.told.email == email);
        visitor.told.email = email;
        if let Some(customer) = &mut customer {
            add_email(act, customer, visitor.part, &visitor.told)?;
        }
    }
    Ok(rows::update(act.tx, &visitor)?)
}

/// Writes the told address down on the customer: a signed one is proven.
pub(crate) fn add_email(act: &mut Act<'_, '_>, customer: &mut CustomerDoc, part: Option<CustomerId>, told: &Told) -> Result<(), AppError> {
    if told.email_signed {
        customers::add_signed_email(act, customer, part, &told.email)
    } else {
        customers::add_typed_email(act, customer, part, &told.email, "widget_form")
    }
}

fn proven(ctx: &Ctx, channel: ChannelId, text: &str, proof: &str) -> bool {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(identity_secret(ctx, channel).as_bytes()).expect("HMAC takes any key length");
    mac.update(text.as_bytes());
    let good = hex::encode(mac.finalize().into_bytes());
    bool::from(good.as_bytes().ct_eq(proof.to_ascii_lowercase().as_bytes()))
}

/// Adds a proven external id. If another customer has it already, that is suggested: histories are joined by a person.
fn prove(act: &mut Act<'_, '_>, customer: &mut CustomerDoc, part: Option<CustomerId>, external: &str) -> Result<(), AppError> {
    if customer.identities.iter().any(|i| i.kind == IdentityKind::External && i.value == external) {
        return Ok(());
    }
    if let Some(other) = customer_rows::by_verified(act.tx, IdentityKind::External, external)? {
        return customers::suggest_pair(act, customer.id, &other, 100, "same_external_id");
    }
    let identity = customers::identity(act, IdentityKind::External, external, true, "widget_signed");
    customer.identities.push(IdentityDoc { part, ..identity });
    customers::save(act, customer)
}

/// The customer's open interactions show his new name.
pub(crate) fn rename(act: &mut Act<'_, '_>, customer: &CustomerDoc) -> Result<(), AppError> {
    for mut doc in open_of(act, customer.id)? {
        if doc.customer_name != customer.name {
            doc.customer_name.clone_from(&customer.name);
            thread::save(act, &doc, What::InteractionChanged)?;
        }
    }
    Ok(())
}

fn open_of(act: &mut Act<'_, '_>, customer: CustomerId) -> Result<Vec<InteractionDoc>, AppError> {
    let all = interactions::of_customer(act.tx, customer, None, 200)?;
    Ok(all.into_iter().filter(|d| !matches!(d.state, okno_model::doc::InteractionState::Closed { .. })).collect())
}
