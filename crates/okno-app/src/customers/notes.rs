//! Notes about customers: dated, by somebody, changed by nobody but him.

use crate::{
    AppError, Ctx,
    access::{self, Actor, Once},
    act::{self, Act},
    audit, config,
};
use okno_model::{CustomerId, NoteId, Timestamp, doc::NoteDoc, event::What, limits, right::Right};
use okno_store::profiles;
use serde_json::json;

/// What may be changed of a note; `None` leaves it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NoteChange {
    /// Text: only its author changes it.
    pub text: Option<String>,
    /// Stands above the others: whoever may change the customer decides it.
    pub pinned: Option<bool>,
}

/// Notes about a customer, the pinned ones first, then the newest.
///
/// # Errors
/// 404 by `customer.read`.
pub async fn notes(ctx: &Ctx, actor: &Actor, id: CustomerId) -> Result<Vec<NoteDoc>, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        access::customer(tx, &who, id, Right::CustomerRead)?;
        let mut found = profiles::notes(tx, id, Timestamp(i64::MAX), limits::PAGE_MAX)?;
        found.sort_by_key(|note| !note.pinned);
        Ok(found)
    })
    .await
}

/// Writes a note.
///
/// # Errors
/// 404 and 403 by `customer.write`; [`AppError::Invalid`] for an empty or too long text.
pub async fn add_note(
    ctx: &Ctx,
    actor: &Actor,
    id: CustomerId,
    text: String,
    pinned: bool,
    once: Option<Once>,
) -> Result<NoteDoc, AppError> {
    let (who, inner) = (actor.clone(), ctx.clone());
    ctx.write(move |tx| {
        Once::run(once.as_ref(), tx, who.user, inner.now(), |tx| {
            let customer = access::customer(tx, &who, id, Right::CustomerWrite)?.into_inner();
            let mut act = Act::new(&inner, tx, inner.now(), who.event());
            let note = NoteDoc {
                id: act.id(NoteId::new),
                customer: customer.part_of.unwrap_or(id),
                text: checked(&text)?,
                pinned,
                by: who.user,
                by_name: who.name.clone(),
                created: act.now,
                edited: None,
            };
            act.tx.put(&note)?;
            act.tell(What::NoteChanged(note.clone()))?;
            Ok(note)
        })
    })
    .await
}

/// Changes a note.
///
/// # Errors
/// 404 and 403 by `customer.write`; [`AppError::Conflict`] `not_yours` for another's text.
pub async fn update_note(ctx: &Ctx, actor: &Actor, id: NoteId, change: NoteChange) -> Result<NoteDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let before = act.tx.get::<NoteDoc>(id)?.ok_or(AppError::not_found("note"))?;
        access::customer(act.tx, &who, before.customer, Right::CustomerWrite)?;
        let mut note = before.clone();
        if let Some(text) = change.text.filter(|text| *text != before.text) {
            if before.by != who.user {
                return Err(AppError::conflict(
                    "not_yours",
                    format!("only {} may change this note; write one of your own", before.by_name),
                ));
            }
            note.text = checked(&text)?;
            note.edited = Some(act.now);
        }
        note.pinned = change.pinned.unwrap_or(note.pinned);
        if note == before {
            return Ok(note);
        }
        act.tx.put(&note)?;
        act.tell(What::NoteChanged(note.clone()))?;
        audit::record(act.tx, act.now, &who, "note.changed", &id.to_string(), &json!({"customer": note.customer, "before": before.text}))?;
        Ok(note)
    })
    .await
}

fn checked(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AppError::invalid("text", "required", "a note needs words"));
    }
    config::limited("text", text, limits::MESSAGE_CHARS)?;
    Ok(text.to_owned())
}
