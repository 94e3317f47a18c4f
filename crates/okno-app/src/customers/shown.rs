//! What a customer with parts shows: his own facts, what he lacks from his parts, and where they contradict him. Pure.

use okno_model::{
    CustomerId,
    doc::{AttributeValue, Contradiction, CustomerDoc, CustomerPart, MergeDoc, SaidValue},
};

/// Fields that a part may fill, by their published names.
const LANGUAGE: &str = "language";
const NOTES: &str = "notes";
const NAME: &str = "name";
const ORGANIZATION: &str = "organization";
const ATTRIBUTE: &str = "attribute:";

/// The published name of an attribute's field.
pub(super) fn attribute(key: &str) -> String {
    format!("{ATTRIBUTE}{key}")
}

/// An attribute's value as people compare it.
fn words(value: &AttributeValue) -> String {
    match value {
        AttributeValue::Text(text) => text.clone(),
        AttributeValue::Number(number) => number.to_string(),
        AttributeValue::Bool(yes) => yes.to_string(),
    }
}

/// Forgets what the customer has from parts: his own facts stay.
pub(super) fn own(customer: &mut CustomerDoc) {
    for field in std::mem::take(&mut customer.gained).into_keys() {
        match field.as_str() {
            LANGUAGE => customer.language = None,
            NOTES => customer.notes.clear(),
            ORGANIZATION => customer.organization = None,
            other => {
                if let Some(key) = other.strip_prefix(ATTRIBUTE) {
                    customer.attributes.remove(key);
                }
            }
        }
    }
    customer.parts.clear();
    customer.contradictions.clear();
}

/// A person's change of a field makes it his own.
pub(super) fn owned(customer: &mut CustomerDoc, field: &str) {
    customer.gained.remove(field);
}

/// Shows the customer with his parts, whose own facts are given in the order in which they came, and the edges that hold.
pub(super) fn with_parts(customer: &mut CustomerDoc, parts: &[CustomerDoc], edges: &[MergeDoc]) {
    own(customer);
    customer.parts = edges.iter().map(part).collect();
    for part in parts {
        if customer.language.is_none() && part.language.is_some() {
            customer.language.clone_from(&part.language);
            customer.gained.insert(LANGUAGE.to_owned(), part.id);
        }
        if customer.notes.trim().is_empty() && !part.notes.trim().is_empty() {
            customer.notes.clone_from(&part.notes);
            customer.gained.insert(NOTES.to_owned(), part.id);
        }
        if customer.organization.is_none() && part.organization.is_some() {
            customer.organization = part.organization;
            customer.gained.insert(ORGANIZATION.to_owned(), part.id);
        }
        for (key, value) in &part.attributes {
            if !customer.attributes.contains_key(key) {
                customer.attributes.insert(key.clone(), value.clone());
                customer.gained.insert(attribute(key), part.id);
            }
        }
    }
    let all = || std::iter::once(&*customer).chain(parts);
    let named = || all().filter(|c| !placeholder(&customer.identities, &c.name)).map(|c| (c.id, c.name.as_str()));
    let mut found = Vec::new();
    found.extend(differ(NAME, named()));
    found.extend(differ(LANGUAGE, all().filter_map(|c| Some((c.id, c.language.as_deref()?)))));
    found.extend(differ(NOTES, all().map(|c| (c.id, c.notes.as_str()))));
    let organizations: Vec<_> = all().filter_map(|c| Some((c.id, c.organization?.to_string()))).collect();
    found.extend(differ(ORGANIZATION, organizations.iter().map(|(id, text)| (*id, text.as_str()))));
    for key in customer.attributes.keys() {
        let said: Vec<_> = all().filter_map(|c| Some((c.id, words(c.attributes.get(key)?)))).collect();
        found.extend(differ(&attribute(key), said.iter().map(|(id, text)| (*id, text.as_str()))));
    }
    customer.contradictions = found;
}

fn part(edge: &MergeDoc) -> CustomerPart {
    CustomerPart {
        merge: edge.id,
        customer: edge.from,
        name: edge.from_name.clone(),
        into: edge.into,
        into_name: edge.into_name.clone(),
        by_name: edge.by_name.clone(),
        at: edge.at,
    }
}

/// A name that is only an address says nothing about him.
fn placeholder(identities: &[okno_model::doc::IdentityDoc], name: &str) -> bool {
    identities.iter().any(|i| i.value.eq_ignore_ascii_case(name))
}

/// The contradiction of a field, if what is said differs by more than case and space. What is said twice is shown once.
fn differ<'a>(field: &str, said: impl Iterator<Item = (CustomerId, &'a str)>) -> Option<Contradiction> {
    let folded = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let mut values: Vec<SaidValue> = Vec::new();
    for (customer, value) in said {
        let value = value.trim();
        if !value.is_empty() && !values.iter().any(|known| folded(&known.value) == folded(value)) {
            values.push(SaidValue { value: value.to_owned(), customer });
        }
    }
    (values.len() > 1).then(|| Contradiction { field: field.to_owned(), values })
}

#[cfg(test)]
mod tests {
    use super::*;
    use okno_model::Timestamp;
    use std::collections::BTreeMap;

    fn customer(n: u128, name: &str, language: Option<&str>, notes: &str) -> CustomerDoc {
        let language = language.map(str::to_owned);
        CustomerDoc { language, notes: notes.into(), ..CustomerDoc::new(CustomerId::from_u128(n), name.into(), Timestamp(1)) }
    }

    #[test]
    fn what_is_lacking_is_filled_and_leaves_again() {
        let mut olga = customer(1, "Olga", None, "");
        let before = olga.clone();
        with_parts(&mut olga, &[customer(2, "olga ", Some("ru"), "likes lamps")], &[]);
        assert_eq!((olga.language.as_deref(), olga.notes.as_str()), (Some("ru"), "likes lamps"));
        assert_eq!(olga.gained.len(), 2);
        assert_eq!(olga.contradictions, []);
        with_parts(&mut olga, &[], &[]);
        assert_eq!(olga, before);
    }

    #[test]
    fn two_birthdays_are_both_shown() {
        let born = |day: &str| BTreeMap::from([("birthday".to_owned(), AttributeValue::Text(day.to_owned()))]);
        let mut olga = CustomerDoc { attributes: born("1990-05-01"), ..customer(1, "Olga", None, "") };
        let part = CustomerDoc { attributes: born("1990-01-05"), ..customer(2, "Olga", None, "") };
        with_parts(&mut olga, &[part], &[]);
        assert_eq!(olga.attributes, born("1990-05-01"));
        let said: Vec<_> = olga.contradictions[0].values.iter().map(|said| said.value.as_str()).collect();
        assert_eq!((olga.contradictions[0].field.as_str(), said), ("attribute:birthday", vec!["1990-05-01", "1990-01-05"]));
    }

    #[test]
    fn what_differs_is_shown_and_nothing_is_overwritten() {
        let mut olga = customer(1, "Olga", Some("pl"), "tall");
        with_parts(&mut olga, &[customer(2, "Ольга", Some("ru"), "likes lamps"), customer(3, "Olga", Some("ru"), "")], &[]);
        assert_eq!((olga.name.as_str(), olga.language.as_deref(), olga.notes.as_str()), ("Olga", Some("pl"), "tall"));
        let shown: Vec<_> = olga.contradictions.iter().map(|c| (c.field.as_str(), c.values.len())).collect();
        assert_eq!(shown, [("name", 2), ("language", 2), ("notes", 2)]);
    }
}
