//! The journal as news: events in their order, each with the facts that decide who may see it.
//!
//! One reader per workspace and process reads here and fans out; sockets that were away read what they missed.

use crate::{
    AppError, Ctx,
    access::{EventFacts, event_facts, interaction_place},
};
use okno_model::{InteractionId, doc::InteractionDoc, event::Event, right::Right};
use okno_store::journal;

/// One event and what its visibility depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct News {
    /// The event.
    pub event: Event,
    /// Its facts.
    pub facts: EventFacts,
}

/// The number of the newest event; 0 if there is none.
///
/// # Errors
/// The store's.
pub async fn head(ctx: &Ctx) -> Result<i64, AppError> {
    ctx.read(|tx| Ok(journal::head(tx)?)).await
}

/// The number of the oldest event that is still kept; one more than the newest if none is.
///
/// # Errors
/// The store's.
pub async fn first(ctx: &Ctx) -> Result<i64, AppError> {
    ctx.read(|tx| Ok(journal::first(tx)?)).await
}

/// The events after `seq`, oldest first, at most `limit`.
///
/// # Errors
/// The store's.
pub async fn after(ctx: &Ctx, seq: i64, limit: usize) -> Result<Vec<News>, AppError> {
    ctx.read(move |tx| {
        let events = journal::after(tx, seq, limit)?;
        events.into_iter().map(|event| Ok(News { facts: event_facts(tx, &event)?, event })).collect()
    })
    .await
}

/// The facts that decide who may see ephemeral news of an interaction; `None` if there is no such interaction.
///
/// # Errors
/// The store's.
pub async fn of_interaction(ctx: &Ctx, id: InteractionId) -> Result<Option<EventFacts>, AppError> {
    ctx.read(move |tx| match tx.get::<InteractionDoc>(id)? {
        Some(doc) => Ok(Some(EventFacts::At { right: Right::InteractionRead, place: interaction_place(tx, &doc)? })),
        None => Ok(None),
    })
    .await
}
