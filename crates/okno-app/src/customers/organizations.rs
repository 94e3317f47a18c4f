//! The companies of customers. Who writes from a company's mail domain is suggested to belong to it; a person assigns him.

use super::{NamePosition, rows};
use crate::{
    AppError, Ctx,
    access::{self, Actor, Once},
    attributes, config,
};
use okno_model::{
    CustomerId, IdentityKind, OrganizationId,
    doc::{AttributeOn, Attributes, CustomerDoc, OrganizationDoc},
    event::What,
    input::OrganizationInput,
    limits,
    right::{Right, Scope},
};
use okno_store::{Tx, profiles};

/// Domains of one organization.
const DOMAINS: usize = 50;

/// Mail domains at which everybody has an address: they say nothing about a company.
const PUBLIC: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "yahoo.com",
    "yahoo.co.uk",
    "ymail.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "aol.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "t-online.de",
    "freenet.de",
    "proton.me",
    "protonmail.com",
    "pm.me",
    "tutanota.com",
    "fastmail.com",
    "zoho.com",
    "mail.com",
    "hey.com",
    "mail.ru",
    "bk.ru",
    "inbox.ru",
    "list.ru",
    "internet.ru",
    "yandex.ru",
    "yandex.com",
    "ya.ru",
    "rambler.ru",
    "ukr.net",
    "i.ua",
    "wp.pl",
    "o2.pl",
    "onet.pl",
    "onet.eu",
    "op.pl",
    "interia.pl",
    "poczta.fm",
    "gazeta.pl",
    "vp.pl",
    "tlen.pl",
    "seznam.cz",
    "centrum.cz",
    "orange.fr",
    "free.fr",
    "laposte.net",
    "libero.it",
    "qq.com",
    "163.com",
    "126.com",
];

/// Organizations by a part of their name or a domain, by name. Seen by whoever may see any customer.
///
/// # Errors
/// [`AppError::Forbidden`] without `customer.read`.
pub async fn list(ctx: &Ctx, actor: &Actor, text: &str) -> Result<Vec<OrganizationDoc>, AppError> {
    actor.require_any(&[Right::CustomerRead])?;
    let text = text.trim().to_lowercase();
    ctx.read(move |tx| {
        let mut found = tx.list::<OrganizationDoc>()?;
        found.retain(|o| o.name.to_lowercase().contains(&text) || o.domains.iter().any(|domain| domain.contains(&text)));
        found.truncate(limits::PAGE_MAX);
        Ok(found)
    })
    .await
}

/// One organization.
///
/// # Errors
/// [`AppError::Forbidden`] without `customer.read`; [`AppError::NotFound`].
pub async fn get(ctx: &Ctx, actor: &Actor, id: OrganizationId) -> Result<OrganizationDoc, AppError> {
    actor.require_any(&[Right::CustomerRead])?;
    ctx.read(move |tx| tx.get(id)?.ok_or(AppError::not_found("organization"))).await
}

/// The customers of an organization whom he may see, by name.
///
/// # Errors
/// As [`get`].
pub async fn customers(
    ctx: &Ctx,
    actor: &Actor,
    id: OrganizationId,
    after: Option<NamePosition>,
    limit: usize,
) -> Result<Vec<CustomerDoc>, AppError> {
    let scope = actor.scope(Right::CustomerRead).ok_or(AppError::Forbidden { right: Right::CustomerRead })?;
    let who = actor.clone();
    ctx.read(move |tx| {
        let _: OrganizationDoc = tx.get(id)?.ok_or(AppError::not_found("organization"))?;
        let mut found = Vec::new();
        for customer in profiles::customers_of(tx, id, after.map(|p| (p.name, p.id)), limit)? {
            if scope == Scope::All || who.covers(Right::CustomerRead, &access::customer_place(tx, customer.id)?) {
                found.push(customer);
            }
        }
        Ok(found)
    })
    .await
}

/// The organizations to which the mail domains of a customer belong, but not the one that he has.
///
/// # Errors
/// 404 by `customer.read`.
pub async fn suggested(ctx: &Ctx, actor: &Actor, id: CustomerId) -> Result<Vec<OrganizationDoc>, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        let customer = access::customer(tx, &who, id, Right::CustomerRead)?.into_inner();
        let mut found: Vec<OrganizationDoc> = Vec::new();
        for email in customer.identities.iter().filter(|i| i.kind == IdentityKind::Email) {
            let Some((_, domain)) = email.value.rsplit_once('@') else { continue };
            if let Some(organization) = by_domain(tx, domain)?
                && Some(organization.id) != customer.organization
                && !found.iter().any(|known| known.id == organization.id)
            {
                found.push(organization);
            }
        }
        Ok(found)
    })
    .await
}

/// The organization that has this domain, or one above it.
fn by_domain(tx: &mut Tx<'_>, domain: &str) -> Result<Option<OrganizationDoc>, AppError> {
    let mut rest = domain;
    while rest.contains('.') && !PUBLIC.contains(&rest) {
        if let Some(found) = profiles::organization_of(tx, rest)? {
            return Ok(Some(found));
        }
        let Some((_, above)) = rest.split_once('.') else { break };
        rest = above;
    }
    Ok(None)
}

/// Makes an organization.
///
/// # Errors
/// [`AppError::Forbidden`] without `customer.write`; [`AppError::Invalid`] with the field.
pub async fn create(ctx: &Ctx, actor: &Actor, input: OrganizationInput, once: Option<Once>) -> Result<OrganizationDoc, AppError> {
    actor.require_any(&[Right::CustomerWrite])?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        Once::run(once.as_ref(), tx, actor.user, ctx_in.now(), |tx| {
            let blank = OrganizationDoc {
                id: ctx_in.id(OrganizationId::new),
                name: String::new(),
                domains: Vec::new(),
                notes: String::new(),
                attributes: Attributes::new(),
                created: ctx_in.now(),
            };
            let made = changed(tx, blank, &input)?;
            config::save(tx, &ctx_in, &actor, None, &made, &made.name, What::OrganizationChanged)?;
            Ok(made)
        })
    })
    .await
}

/// Changes an organization.
///
/// # Errors
/// As [`create`]; [`AppError::NotFound`].
pub async fn update(ctx: &Ctx, actor: &Actor, id: OrganizationId, input: OrganizationInput) -> Result<OrganizationDoc, AppError> {
    actor.require_any(&[Right::CustomerWrite])?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let before: OrganizationDoc = tx.lock(id)?.ok_or(AppError::not_found("organization"))?;
        let after = changed(tx, before.clone(), &input)?;
        config::save(tx, &ctx_in, &actor, Some(&before), &after, &after.name, What::OrganizationChanged)?;
        Ok(after)
    })
    .await
}

fn changed(tx: &mut Tx<'_>, mut doc: OrganizationDoc, input: &OrganizationInput) -> Result<OrganizationDoc, AppError> {
    if let Some(name) = &input.name {
        doc.name = config::name("name", name)?;
    }
    if doc.name.is_empty() {
        return Err(AppError::invalid("name", "required", "an organization needs a name"));
    }
    if let Some(notes) = &input.notes {
        config::limited("notes", notes, limits::MESSAGE_CHARS)?;
        doc.notes.clone_from(notes);
    }
    if let Some(domains) = &input.domains {
        doc.domains.clear();
        for domain in domains {
            let domain = self::domain(domain)?;
            if let Some(other) = profiles::organization_of(tx, &domain)?
                && other.id != doc.id
            {
                return Err(AppError::invalid("domains", "taken", format!("{domain} belongs to {} already", other.name)));
            }
            if !doc.domains.contains(&domain) {
                doc.domains.push(domain);
            }
        }
        if doc.domains.len() > DOMAINS {
            return Err(AppError::invalid("domains", "too_many", format!("an organization has at most {DOMAINS} domains")));
        }
    }
    if let Some(attributes) = &input.attributes {
        doc.attributes = attributes::apply(tx, AttributeOn::Organization, &doc.attributes, attributes)?;
    }
    Ok(doc)
}

/// A mail domain in its one form.
fn domain(text: &str) -> Result<String, AppError> {
    let bad = || AppError::invalid("domains", "bad_domain", "write a domain as example.com");
    let typed = text.trim().trim_start_matches('@');
    let email = rows::normal_email(&format!("x@{typed}"));
    if !rows::is_email(&email) {
        return Err(bad());
    }
    let (_, domain) = email.rsplit_once('@').ok_or_else(bad)?;
    if !domain.contains('.') {
        return Err(bad());
    }
    if PUBLIC.contains(&domain) {
        return Err(AppError::invalid("domains", "public_domain", format!("everybody has an address at {domain}; it tells no company")));
    }
    Ok(domain.to_owned())
}

/// Removes an organization that no customer has.
///
/// # Errors
/// [`AppError::Forbidden`] without `customer.write`; [`AppError::NotFound`]; [`AppError::Conflict`] `in_use`.
pub async fn delete(ctx: &Ctx, actor: &Actor, id: OrganizationId) -> Result<(), AppError> {
    actor.require_any(&[Right::CustomerWrite])?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let mut doc: OrganizationDoc = tx.lock(id)?.ok_or(AppError::not_found("organization"))?;
        let customers = profiles::count_of(tx, id)?;
        if customers > 0 {
            return Err(AppError::conflict("in_use", format!("{customers} customers belong to it; assign them elsewhere first")));
        }
        let before = doc.clone();
        doc.domains.clear();
        tx.put(&doc)?;
        tx.delete::<OrganizationDoc>(id)?;
        let change = crate::audit::change(Some(&before), None)?;
        crate::audit::record(tx, ctx_in.now(), &actor, "organization.deleted", &before.name, &change)
    })
    .await
}
