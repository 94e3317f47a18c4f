//! The journal as news: events in their order, each with the facts that decide who may see it.
//!
//! One reader per workspace and process reads here and fans out; sockets that were away read what they missed.

use crate::{
    AppError, Ctx,
    access::{EventFacts, Sight, event_facts, interaction_place},
};
use okno_model::{InteractionId, doc::InteractionDoc, event::Event, right::Right};
use okno_store::journal;
use std::sync::Arc;

/// One event and what its visibility depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct News {
    /// The event.
    pub event: Arc<Event>,
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
        events.into_iter().map(|event| Ok(News { facts: event_facts(tx, &event)?, event: Arc::new(event) })).collect()
    })
    .await
}

/// Reads the journal on and on for everybody who listens in this process: what was written here comes from memory, and what decides who
/// may see it is remembered.
#[derive(Debug, Default)]
pub struct Reader {
    sight: Sight,
    /// Number of the last event that was read. Only one who is shown all events in order may remember.
    seq: i64,
}

impl Reader {
    /// The events after `seq`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// The store's.
    pub async fn after(&mut self, ctx: &Ctx, seq: i64, limit: usize) -> Result<Vec<News>, AppError> {
        if seq != self.seq {
            *self = Self { sight: Sight::default(), seq };
        }
        let events = ctx.events(seq, limit).await?;
        for event in &events {
            self.sight.hear(event);
        }
        let mut events = events.into_iter().peekable();
        let mut news = Vec::with_capacity(events.len());
        // `peek` before `next`: what needs rows must still be there for the look into them.
        while let Some(event) = events.peek() {
            let Some(facts) = self.sight.facts(event) else { break };
            news.extend(events.next().map(|event| News { event, facts }));
        }
        if events.peek().is_some() {
            let mut sight = std::mem::take(&mut self.sight);
            let (read, more) = ctx
                .read(move |tx| {
                    let more =
                        events.map(|event| Ok(News { facts: sight.read(tx, &event)?, event })).collect::<Result<Vec<_>, AppError>>()?;
                    Ok((sight, more))
                })
                .await?;
            self.sight = read;
            news.extend(more);
        }
        self.seq = news.last().map_or(seq, |last| last.event.seq);
        Ok(news)
    }
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
