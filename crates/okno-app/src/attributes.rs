//! Fields that a company gives to customers, organizations and cases, and the one place where their values are checked.

use crate::{
    AppError, Ctx,
    access::{Actor, Once},
    calls::plan,
    config,
    customers::rows::{is_email, normal_email},
};
use okno_model::{
    AttributeId,
    doc::{AttributeDoc, AttributeKind, AttributeOn, AttributeValue, Attributes},
    event::What,
    input::AttributeInput,
    right::{Right, Scope},
};
use okno_store::Tx;
use regex::RegexBuilder;
use std::collections::BTreeMap;

/// Attributes of one kind of thing: a page shows them all.
const ATTRIBUTES: usize = 100;
/// Choices of one attribute.
const CHOICES: usize = 200;
/// Characters of a pattern.
const PATTERN_CHARS: usize = 200;
/// Bytes of a compiled pattern: matching is linear in the text, and this bounds the factor.
const PATTERN_BYTES: usize = 256 * 1024;
/// Characters of a value.
const VALUE_CHARS: usize = 1000;
/// Characters of a key.
const KEY_CHARS: usize = 40;

/// All attributes, by what they are about and their place. Seen by everybody who works here.
///
/// # Errors
/// [`AppError::Forbidden`] for a user without any right.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<AttributeDoc>, AppError> {
    actor.require_any(Right::ALL)?;
    ctx.read(|tx| Ok(tx.list()?)).await
}

/// Makes an attribute.
///
/// # Errors
/// [`AppError::Forbidden`] without `workspace.configure`; [`AppError::Invalid`] with the field.
pub async fn create(ctx: &Ctx, actor: &Actor, input: AttributeInput, once: Option<Once>) -> Result<AttributeDoc, AppError> {
    actor.require(Right::WorkspaceConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        Once::run(once.as_ref(), tx, actor.user, ctx_in.now(), |tx| {
            let blank = AttributeDoc {
                id: ctx_in.id(AttributeId::new),
                key: input.key.clone().unwrap_or_default(),
                label: String::new(),
                on: input.on.unwrap_or(AttributeOn::Customer),
                kind: input.kind.unwrap_or(AttributeKind::Text),
                required: false,
                choices: Vec::new(),
                pattern: String::new(),
                position: 0,
            };
            let made = changed(blank, &input)?;
            let others = tx.list::<AttributeDoc>()?;
            let of_same = others.iter().filter(|other| other.on == made.on);
            if of_same.clone().count() >= ATTRIBUTES {
                return Err(AppError::invalid("key", "too_many", format!("there are at most {ATTRIBUTES} attributes")));
            }
            if of_same.clone().any(|other| other.key == made.key) {
                return Err(AppError::invalid("key", "taken", "there is an attribute with this key already"));
            }
            config::save(tx, &ctx_in, &actor, None, &made, &made.key, What::AttributeChanged)?;
            Ok(made)
        })
    })
    .await
}

/// Changes an attribute; its key, kind and subject stay.
///
/// # Errors
/// As [`create`]; [`AppError::NotFound`]; [`AppError::Invalid`] for another key, kind or subject.
pub async fn update(ctx: &Ctx, actor: &Actor, id: AttributeId, input: AttributeInput) -> Result<AttributeDoc, AppError> {
    actor.require(Right::WorkspaceConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let before: AttributeDoc = tx.lock(id)?.ok_or(AppError::not_found("attribute"))?;
        let same = input.key.as_ref().is_none_or(|key| *key == before.key)
            && input.kind.is_none_or(|kind| kind == before.kind)
            && input.on.is_none_or(|on| on == before.on);
        if !same {
            return Err(AppError::invalid(
                "key",
                "fixed",
                "key, kind and subject of an attribute stay: there are values already; make a new one",
            ));
        }
        let after = changed(before.clone(), &input)?;
        config::save(tx, &ctx_in, &actor, Some(&before), &after, &after.key, What::AttributeChanged)?;
        Ok(after)
    })
    .await
}

fn changed(mut doc: AttributeDoc, input: &AttributeInput) -> Result<AttributeDoc, AppError> {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if doc.key.is_empty()
        || doc.key.len() > KEY_CHARS
        || !doc.key.chars().all(word)
        || !doc.key.starts_with(|c: char| c.is_ascii_lowercase())
    {
        return Err(AppError::invalid("key", "bad_key", "a key is like `contract_no`: small letters, digits and `_`, at most 40"));
    }
    if let Some(label) = &input.label {
        doc.label = config::name("label", label)?;
    }
    if doc.label.is_empty() {
        return Err(AppError::invalid("label", "required", "`label` must not be empty"));
    }
    doc.required = input.required.unwrap_or(doc.required);
    doc.position = input.position.unwrap_or(doc.position);
    if let Some(choices) = &input.choices {
        doc.choices.clear();
        for choice in choices {
            let choice = config::name("choices", choice)?;
            if !doc.choices.contains(&choice) {
                doc.choices.push(choice);
            }
        }
    }
    if (doc.kind == AttributeKind::Choice) == doc.choices.is_empty() || doc.choices.len() > CHOICES {
        let text = format!("a choice needs 1 to {CHOICES} choices, and nothing else has any");
        return Err(AppError::invalid("choices", "bad_choices", text));
    }
    if let Some(pattern) = &input.pattern {
        doc.pattern.clone_from(pattern);
    }
    if !doc.pattern.is_empty() {
        if doc.kind != AttributeKind::Text {
            return Err(AppError::invalid("pattern", "no_text", "only text has a pattern; the other kinds are checked as what they are"));
        }
        fits(&doc.pattern, "")?;
    }
    Ok(doc)
}

/// Whether the whole text looks like the pattern. Linear in the text, whatever the pattern is.
fn fits(pattern: &str, text: &str) -> Result<bool, AppError> {
    config::limited("pattern", pattern, PATTERN_CHARS)?;
    let whole = format!("^(?:{pattern})$");
    let compiled = RegexBuilder::new(&whole).size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES).nest_limit(20).build();
    let compiled = compiled.map_err(|_| {
        AppError::invalid("pattern", "bad_pattern", "this is no regular expression that okno can use; write one like `[A-Z]{2}[0-9]{6}`")
    })?;
    Ok(compiled.is_match(text))
}

/// The values after a change: `None` takes one away. What is required must be there afterwards.
///
/// # Errors
/// [`AppError::Invalid`] `attributes` with words that name the attribute.
pub(crate) fn apply(
    tx: &mut Tx<'_>,
    on: AttributeOn,
    had: &Attributes,
    change: &BTreeMap<String, Option<AttributeValue>>,
) -> Result<Attributes, AppError> {
    let mut values = had.clone();
    if change.is_empty() {
        return Ok(values);
    }
    let known: Vec<AttributeDoc> = tx.list::<AttributeDoc>()?.into_iter().filter(|a| a.on == on).collect();
    for (key, value) in change {
        let attribute = known.iter().find(|a| a.key == *key).ok_or_else(|| {
            let shown: String = key.chars().take(KEY_CHARS).collect();
            AppError::invalid("attributes", "unknown_attribute", format!("there is no attribute `{shown}`"))
        })?;
        match value {
            Some(value) if !empty(value) => drop(values.insert(key.clone(), checked(tx, attribute, value)?)),
            Some(_) | None => drop(values.remove(key)),
        }
    }
    if let Some(missing) = known.iter().find(|a| a.required && !values.contains_key(&a.key)) {
        return Err(AppError::invalid("attributes", "required", format!("{} must be given", missing.label)));
    }
    Ok(values)
}

fn empty(value: &AttributeValue) -> bool {
    matches!(value, AttributeValue::Text(text) if text.trim().is_empty())
}

/// A value in its one form.
///
/// # Errors
/// [`AppError::Invalid`] `attributes`.
pub(crate) fn checked(tx: &mut Tx<'_>, attribute: &AttributeDoc, value: &AttributeValue) -> Result<AttributeValue, AppError> {
    let bad = |hint: &str| AppError::invalid("attributes", "bad_value", format!("{}: {hint}", attribute.label));
    let text = match value {
        AttributeValue::Text(text) => text.trim().to_owned(),
        AttributeValue::Number(number) => number.to_string(),
        AttributeValue::Bool(yes) => yes.to_string(),
    };
    if text.chars().count() > VALUE_CHARS || text.chars().any(char::is_control) {
        return Err(bad(&format!("write one line of at most {VALUE_CHARS} characters")));
    }
    Ok(AttributeValue::Text(match attribute.kind {
        AttributeKind::Number => {
            let number: f64 = text.replace(',', ".").parse().map_err(|_| bad("write a number"))?;
            return if number.is_finite() { Ok(AttributeValue::Number(number)) } else { Err(bad("write a number")) };
        }
        AttributeKind::Bool => {
            return match text.to_lowercase().as_str() {
                "true" | "yes" | "1" | "да" | "tak" => Ok(AttributeValue::Bool(true)),
                "false" | "no" | "0" | "нет" | "nie" => Ok(AttributeValue::Bool(false)),
                _ => Err(bad("write yes or no")),
            };
        }
        AttributeKind::Text if attribute.pattern.is_empty() || fits(&attribute.pattern, &text)? => text,
        AttributeKind::Text => return Err(bad(&format!("it must look like {}", attribute.pattern))),
        AttributeKind::Date => text.parse::<jiff::civil::Date>().map_err(|_| bad("write a day as 2026-03-31"))?.to_string(),
        AttributeKind::Choice => match attribute.choices.iter().find(|choice| choice.to_lowercase() == text.to_lowercase()) {
            Some(choice) => choice.clone(),
            None => return Err(bad(&format!("choose one of: {}", attribute.choices.join(", ")))),
        },
        AttributeKind::Phone => {
            let number = plan::normal(&plan::plan_of(tx)?, &text).filter(|n| crate::calls::rows::is_number(n));
            number.ok_or_else(|| bad("write a number as +48 22 123 45 67"))?
        }
        AttributeKind::Email if is_email(&normal_email(&text)) => normal_email(&text),
        AttributeKind::Email => return Err(bad("write an address as name@example.com")),
        AttributeKind::Url => match url::Url::parse(&text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => url.to_string(),
            Ok(_) | Err(_) => return Err(bad("write an address as https://example.com")),
        },
    }))
}

/// Removes an attribute that no value has.
///
/// # Errors
/// [`AppError::Forbidden`] without `workspace.configure`; [`AppError::NotFound`]; [`AppError::Conflict`] `in_use`.
pub async fn delete(ctx: &Ctx, actor: &Actor, id: AttributeId) -> Result<(), AppError> {
    actor.require(Right::WorkspaceConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let doc: AttributeDoc = tx.lock(id)?.ok_or(AppError::not_found("attribute"))?;
        if okno_store::profiles::attribute_used(tx, &doc)? {
            return Err(AppError::conflict("in_use", "there are values of this attribute; take them away first, or rename it"));
        }
        tx.delete::<AttributeDoc>(id)?;
        let change = crate::audit::change(Some(&doc), None)?;
        crate::audit::record(tx, ctx_in.now(), &actor, "attribute.deleted", &doc.key, &change)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{CHIEF, stages};

    fn attribute(kind: AttributeKind) -> AttributeDoc {
        AttributeDoc {
            id: AttributeId::from_u128(1),
            key: "x".into(),
            label: "X".into(),
            on: AttributeOn::Customer,
            kind,
            required: false,
            choices: vec!["Gold".into(), "Silver".into()],
            pattern: String::new(),
            position: 0,
        }
    }

    #[tokio::test]
    async fn each_kind_has_one_form_and_refuses_the_rest() {
        use AttributeKind as K;
        for stage in stages().await {
            for (kind, given, wanted) in [
                (K::Text, " a b ", Some("a b")),
                (K::Number, "3,5", Some("3.5")),
                (K::Number, "three", None),
                (K::Number, "NaN", None),
                (K::Date, "2026-02-28", Some("2026-02-28")),
                (K::Date, "2026-02-30", None),
                (K::Choice, "gold", Some("Gold")),
                (K::Choice, "bronze", None),
                (K::Bool, "tak", Some("true")),
                (K::Bool, "perhaps", None),
                (K::Phone, "+48 22 123 45 67", Some("+48221234567")),
                (K::Phone, "call me", None),
                (K::Email, "Olga@Mail.Example", Some("olga@mail.example")),
                (K::Email, "olga", None),
                (K::Url, "https://shop.example/a", Some("https://shop.example/a")),
                (K::Url, "javascript:alert(1)", None),
            ] {
                let found = stage.ctx.read(move |tx| checked(tx, &attribute(kind), &AttributeValue::Text(given.into()))).await.ok();
                let shown = found.map(|value| match value {
                    AttributeValue::Text(text) => text,
                    AttributeValue::Number(number) => number.to_string(),
                    AttributeValue::Bool(yes) => yes.to_string(),
                });
                assert_eq!(shown.as_deref(), wanted, "{kind} {given}");
            }
        }
    }

    #[test]
    fn patterns_are_bounded_and_linear() {
        assert!(fits("[A-Z]{2}[0-9]+", "PL12").unwrap());
        assert!(!fits("[A-Z]{2}[0-9]+", "xPL12").unwrap());
        // What makes others run for years.
        assert!(!fits("(a+)+b", &"a".repeat(1000)).unwrap());
        for bad in ["(", "(?:a{1000}){1000}", &"a".repeat(1000), "(?=a)"] {
            assert!(fits(bad, "").is_err(), "{bad}");
        }
    }

    #[tokio::test]
    async fn they_are_configured_by_whoever_may_and_keep_their_key() {
        for stage in stages().await {
            let input = AttributeInput { key: Some("tier".into()), label: Some("Tier".into()), ..Default::default() };
            let refused = create(&stage.ctx, &stage.actor(CHIEF), input.clone(), None).await.unwrap_err();
            assert!(matches!(refused, AppError::Forbidden { .. }));
            let owner = stage.owner();
            let made = create(&stage.ctx, &owner, input.clone(), None).await.unwrap();
            assert!(create(&stage.ctx, &owner, input, None).await.is_err(), "one key is one attribute");
            let other = AttributeInput { key: Some("level".into()), ..Default::default() };
            assert!(update(&stage.ctx, &owner, made.id, other).await.is_err());
            let required = AttributeInput { required: Some(true), ..Default::default() };
            assert!(update(&stage.ctx, &owner, made.id, required).await.unwrap().required);
            delete(&stage.ctx, &owner, made.id).await.unwrap();
            assert_eq!(list(&stage.ctx, &owner).await.unwrap(), []);
        }
    }
}
