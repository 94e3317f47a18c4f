//! What all configuration has in common: names, the one way to store a change, and its traces.

use crate::{AppError, Ctx, access::Actor, audit};
use okno_model::{
    EventId,
    event::{Actor as By, What},
    limits::NAME_CHARS,
};
use okno_store::{Entity, Tx};

/// A shown name: trimmed, not empty, one line, not too long.
pub(crate) fn name(field: &'static str, text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AppError::invalid(field, "required", format!("`{field}` must not be empty")));
    }
    limited(field, text, NAME_CHARS)?;
    if text.chars().any(char::is_control) {
        return Err(AppError::invalid(field, "bad_characters", format!("`{field}` must be one line of text")));
    }
    Ok(text.to_owned())
}

/// Refuses a text that is too long.
pub(crate) fn limited(field: &'static str, text: &str, chars: usize) -> Result<(), AppError> {
    if text.chars().count() > chars {
        return Err(AppError::invalid(field, "too_long", format!("`{field}` may have at most {chars} characters")));
    }
    Ok(())
}

/// Refuses a number outside its range.
pub(crate) fn within(field: &'static str, value: u32, range: std::ops::RangeInclusive<u32>) -> Result<(), AppError> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(AppError::invalid(field, "out_of_range", format!("`{field}` must be {} to {}", range.start(), range.end())))
}

/// Refuses a name that another row has already, whatever its case.
pub(crate) fn unique<E: Entity>(
    tx: &mut Tx<'_>,
    what: &'static str,
    own: &E,
    name: impl Fn(&E) -> &str,
    same: impl Fn(&E, &E) -> bool,
) -> Result<(), AppError> {
    let wanted = name(own).to_lowercase();
    let taken = tx.list::<E>()?.iter().any(|other| !same(own, other) && name(other).to_lowercase() == wanted);
    if taken {
        return Err(AppError::invalid("name", "taken", format!("there is a {what} with this name already")));
    }
    Ok(())
}

/// Stores a document and tells the journal.
pub(crate) fn store<E: Entity>(tx: &mut Tx<'_>, ctx: &Ctx, by: &By, doc: &E, what: fn(E) -> What) -> Result<(), AppError> {
    tx.put(doc)?;
    tell(tx, ctx, by, what(doc.clone()))
}

/// Tells the journal.
pub(crate) fn tell(tx: &mut Tx<'_>, ctx: &Ctx, by: &By, what: What) -> Result<(), AppError> {
    tx.append(ctx.now(), ctx.id(EventId::new), by, &what)?;
    Ok(())
}

/// Stores a change by a user with its event and its audit entry; nothing if nothing changed.
pub(crate) fn save<E: Entity + PartialEq>(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    actor: &Actor,
    before: Option<&E>,
    after: &E,
    subject: &str,
    what: fn(E) -> What,
) -> Result<(), AppError> {
    if before == Some(after) {
        return Ok(());
    }
    store(tx, ctx, &actor.event(), after, what)?;
    let act = what(after.clone()).name();
    audit::record(tx, ctx.now(), actor, act, subject, &audit::change(before, Some(after))?)
}
