//! Finding, creating and changing customers inside a transaction.

use crate::{AppError, act::Act};
use okno_model::{
    CustomerId, IdentityId, IdentityKind, MatchId,
    doc::{Address, CustomerDoc, IdentityDoc, MatchDoc},
    event::{Actor, What},
    limits,
};
use okno_store::{Tx, customers as store};

/// How sure okno is that the same typed-in address means the same person. A typed-in address proves nothing, but hardly
/// anybody types a stranger's.
const SAME_ADDRESS_CONFIDENCE: u8 = 80;
/// The same for two that differ by dots at Gmail, or by what follows a plus: most providers let both reach one mailbox.
const SIMILAR_ADDRESS_CONFIDENCE: u8 = 70;
/// The same for one telephone number: a family has one.
const SAME_NUMBER_CONFIDENCE: u8 = 60;
/// The same for an address that the company's own server has signed, while another customer has proven it: whoever reads
/// that mailbox is both.
const SIGNED_ADDRESS_CONFIDENCE: u8 = 95;

/// The normalized form of a mail address: trimmed, lower case, its domain in ASCII. Mailbox names are case-sensitive only on paper.
pub(crate) fn normal_email(address: &str) -> String {
    let address = address.trim().to_lowercase();
    let Some((user, domain)) = address.rsplit_once('@').filter(|(_, domain)| !domain.is_ascii()) else { return address };
    match url::Host::parse(domain) {
        Ok(url::Host::Domain(ascii)) => format!("{user}@{ascii}"),
        Ok(url::Host::Ipv4(_) | url::Host::Ipv6(_)) | Err(_) => address,
    }
}

/// Whether this can be a mail address that we would write to.
pub(crate) fn is_email(address: &str) -> bool {
    let Some((user, domain)) = address.rsplit_once('@') else { return false };
    let fine = |c: char| !c.is_whitespace() && !c.is_control() && !"<>,;:\"()[]\\".contains(c);
    let labels = domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    !user.is_empty() && user.len() <= 64 && address.len() <= 254 && labels && !user.contains('@') && address.chars().all(fine)
}

/// A name cut to the limit, without control characters.
pub(crate) fn clean_name(name: &str) -> String {
    let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(limits::NAME_CHARS).collect();
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The customer whom a document names, if it names one who is there.
pub(crate) fn customer_of(tx: &mut Tx<'_>, id: Option<CustomerId>) -> Result<Option<CustomerDoc>, AppError> {
    id.map_or(Ok(None), |id| Ok(tx.get(id)?))
}

/// Stores a customer and tells it.
pub(crate) fn save(act: &mut Act<'_, '_>, customer: &CustomerDoc) -> Result<(), AppError> {
    act.tx.put(customer)?;
    act.tell(What::CustomerChanged(customer.clone()))
}

/// A language tag, `None` for an empty one.
pub(crate) fn language(text: &str) -> Result<Option<String>, AppError> {
    let language = text.trim();
    if language.len() > 35 || language.chars().any(|c| !c.is_ascii_alphanumeric() && c != '-') {
        return Err(AppError::invalid("language", "bad_language", "write a language tag like `pl` or `en-GB`"));
    }
    Ok((!language.is_empty()).then(|| language.to_owned()))
}

/// A new customer without addresses; not stored yet.
pub(crate) fn blank(act: &Act<'_, '_>, name: &str, language: Option<String>) -> CustomerDoc {
    CustomerDoc { language, ..CustomerDoc::new(act.id(CustomerId::new), clean_name(name), act.now) }
}

/// An address for a customer; not stored yet.
pub(crate) fn identity(act: &Act<'_, '_>, kind: IdentityKind, value: &str, verified: bool, source: &str) -> IdentityDoc {
    let by = match act.by {
        Actor::User { id } => Some(id),
        Actor::Customer | Actor::System => None,
    };
    let identity = IdentityDoc::new(act.id(IdentityId::new), kind, value.to_owned(), verified, source.to_owned());
    IdentityDoc { by, at: Some(act.now), ..identity }
}

/// The part of a customer whose an address is, if he has parts: what comes from it names that part.
pub(crate) fn part_by(customer: &CustomerDoc, kind: IdentityKind, value: &str) -> Option<CustomerId> {
    let same = customer.identities.iter().filter(|i| i.kind == kind && i.value == value);
    same.max_by_key(|i| i.verified).and_then(|i| i.part)
}

/// Who wrote this mail. The same proven address is the same customer. A mail that failed the sender check of the receiving
/// server proves nothing: its address stays unproven, on a customer of its own, with a suggestion.
pub(crate) fn of_mail(act: &mut Act<'_, '_>, from: &Address, dmarc: &str, language: Option<String>) -> Result<CustomerDoc, AppError> {
    let email = normal_email(&from.address);
    if !is_email(&email) {
        // Nobody can be known by what is no address; each such mail is a customer of its own.
        let name = clean_name(if from.name.trim().is_empty() { &email } else { &from.name });
        let customer = blank(act, if name.is_empty() { "Unknown sender" } else { &name }, language);
        save(act, &customer)?;
        return Ok(customer);
    }
    let proven = dmarc != "fail";
    let known = if proven {
        store::by_verified(act.tx, IdentityKind::Email, &email)?
    } else {
        store::by_unverified(act.tx, IdentityKind::Email, &email, "mail")?
    };
    if let Some(mut customer) = known {
        if customer.language.is_none() && language.is_some() {
            customer.language = language;
            save(act, &customer)?;
        }
        return Ok(customer);
    }
    let name = if from.name.trim().is_empty() { &email } else { &from.name };
    let mut customer = blank(act, name, language);
    customer.identities.push(identity(act, IdentityKind::Email, &email, proven, "mail"));
    save(act, &customer)?;
    suggest(act, &customer, IdentityKind::Email, &email)?;
    Ok(customer)
}

/// Writes down an address that a customer, or this part of him, typed in. It proves nothing: others with the same address are only
/// suggested.
pub(crate) fn add_typed_email(
    act: &mut Act<'_, '_>,
    customer: &mut CustomerDoc,
    part: Option<CustomerId>,
    email: &str,
    source: &str,
) -> Result<(), AppError> {
    let email = normal_email(email);
    if !customer.identities.iter().any(|i| i.kind == IdentityKind::Email && i.value == email) {
        let identity = identity(act, IdentityKind::Email, &email, false, source);
        customer.identities.push(IdentityDoc { part, ..identity });
        save(act, customer)?;
    }
    suggest(act, customer, IdentityKind::Email, &email)
}

/// Writes down an address that the company's server has signed: it is proven. If another customer has proven it already,
/// it stays unproven here and the two are suggested as one: histories are joined by a person.
pub(crate) fn add_signed_email(
    act: &mut Act<'_, '_>,
    customer: &mut CustomerDoc,
    part: Option<CustomerId>,
    email: &str,
) -> Result<(), AppError> {
    let email = normal_email(email);
    let known = customer.identities.iter().position(|i| i.kind == IdentityKind::Email && i.value == email);
    if known.is_some_and(|at| customer.identities[at].verified) {
        return Ok(());
    }
    if let Some(other) = store::by_verified(act.tx, IdentityKind::Email, &email)? {
        suggest_pair(act, customer.id, &other, SIGNED_ADDRESS_CONFIDENCE, "same_email_signed")?;
        return add_typed_email(act, customer, part, &email, "widget_signed");
    }
    if let Some(at) = known {
        customer.identities[at].verified = true;
        "widget_signed".clone_into(&mut customer.identities[at].source);
    } else {
        let identity = identity(act, IdentityKind::Email, &email, true, "widget_signed");
        customer.identities.push(IdentityDoc { part, ..identity });
    }
    save(act, customer)?;
    suggest(act, customer, IdentityKind::Email, &email)
}

/// Suggests every other customer with this address, or with one that may reach the same mailbox.
pub(crate) fn suggest(act: &mut Act<'_, '_>, customer: &CustomerDoc, kind: IdentityKind, value: &str) -> Result<(), AppError> {
    let same = store::with_address(act.tx, kind, value)?;
    for other in store::with_key(act.tx, kind, value)? {
        if other == customer.id {
            continue;
        }
        let (confidence, reason) = match kind {
            _ if !same.contains(&other) => (SIMILAR_ADDRESS_CONFIDENCE, "similar_email"),
            IdentityKind::Phone => (SAME_NUMBER_CONFIDENCE, "same_phone"),
            IdentityKind::Email | IdentityKind::Visitor | IdentityKind::External => (SAME_ADDRESS_CONFIDENCE, "same_email_unverified"),
        };
        if let Some(other) = act.tx.get::<CustomerDoc>(other)? {
            suggest_pair(act, customer.id, &other, confidence, reason)?;
        }
    }
    Ok(())
}

/// Suggests that two customers are one person, once; a better reason replaces a weaker one. A pair that a person has decided is
/// left alone.
pub(crate) fn suggest_pair(
    act: &mut Act<'_, '_>,
    customer: CustomerId,
    other: &CustomerDoc,
    confidence: u8,
    reason: &str,
) -> Result<(), AppError> {
    let known = match store::match_of(act.tx, customer, other.id)? {
        None => store::match_of(act.tx, other.id, customer)?,
        known => known,
    };
    if let Some(mut known) = known {
        let fresh = known.reason != reason && !known.reasons.iter().any(|r| r == reason);
        if known.state == "open" && (known.confidence < confidence || fresh) {
            if fresh {
                known.reasons.push(reason.to_owned());
            }
            if known.confidence < confidence {
                known.confidence = confidence;
                reason.clone_into(&mut known.reason);
            }
            act.tx.put(&known)?;
            act.tell(What::MatchChanged(known))?;
        }
        return Ok(());
    }
    let found = MatchDoc {
        id: act.id(MatchId::new),
        customer,
        other: other.id,
        other_name: other.name.clone(),
        confidence,
        reason: reason.to_owned(),
        reasons: vec![reason.to_owned()],
        state: "open".to_owned(),
        created: act.now,
    };
    act.tx.put(&found)?;
    act.tell(What::MatchChanged(found))
}

/// The best mail address to write to: proven ones first.
pub(crate) fn best_email(customer: &CustomerDoc) -> Option<String> {
    let mut emails: Vec<_> = customer.identities.iter().filter(|i| i.kind == IdentityKind::Email).collect();
    emails.sort_by_key(|i| !i.verified);
    emails.first().map(|i| i.value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_strangers_are_checked() {
        for good in ["a@b.example", "olga.ivanova+x@mail.example", "ü@straße.example"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "@b", "a@", "a b@c", "a@b\r\nBcc: x@y", "a@b,c@d", "<a@b>", "a@-b.c", "a@b..c"] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn names_lose_control_characters_and_length() {
        assert_eq!(clean_name("  Olga\r\n\u{0}Ivanova "), "Olga Ivanova");
        assert_eq!(clean_name(&"x".repeat(1000)).chars().count(), limits::NAME_CHARS);
    }
}
