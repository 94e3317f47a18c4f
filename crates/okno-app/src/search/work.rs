//! Takes texts in as the journal tells them.

use super::text::{self, Found};
use crate::{AppError, Ctx};
use okno_bus::Topic;
use okno_model::{
    InteractionId,
    doc::{CaseDoc, CustomerDoc, InteractionDoc, MessageDoc, SearchKind},
};
use okno_store::{Entity, journal, search as store};
use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};
use tokio::{task::spawn_blocking, time::sleep};
use uuid::Uuid;

/// Events of one look.
const EVENTS: usize = 500;
/// Texts of one transaction: on SQLite calls wait for it.
const TEXTS: usize = 25;
/// Between two looks: what was said can be found so much later, and takes part in fewer commits.
const REST: Duration = Duration::from_millis(500);
/// After a failure.
const PAUSE: Duration = Duration::from_secs(10);
/// A look that nobody asked for, in case a wake-up was lost.
const EVERY: Duration = Duration::from_secs(60);
/// Interactions whose text is remembered, so that their many events write nothing.
const REMEMBERED: usize = 20_000;

/// Runs until `stop`.
pub(crate) async fn run(ctx: Ctx, stop: impl Future<Output = ()>) {
    let mut wake = ctx.app.bus.listen(ctx.ws, Topic::Journal);
    let mut reader = Reader::default();
    tokio::pin!(stop);
    loop {
        let rest = match reader.take_in(&ctx).await {
            Ok(true) => Duration::ZERO,
            Ok(false) => {
                tokio::select! {
                    () = &mut stop => return,
                    () = wake.wait() => {}
                    () = sleep(EVERY) => {}
                }
                REST
            }
            Err(error) => {
                tracing::error!(%error, "what was said lately cannot be searched yet; it is tried again in a moment");
                PAUSE
            }
        };
        tokio::select! {
            () = &mut stop => return,
            () = sleep(rest) => {}
        }
    }
}

/// Throws the index away; it is made anew from the rows.
///
/// # Errors
/// The store's.
pub async fn rebuild(ctx: &Ctx) -> Result<(), AppError> {
    ctx.write(|tx| Ok(store::clear(tx)?)).await?;
    ctx.poke(Topic::Journal);
    Ok(())
}

/// Who reads the journal for the index.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// What is in the index of interactions, as a hash.
    interactions: BTreeMap<InteractionId, u64>,
}

impl Reader {
    /// Takes in what the journal has told since the cursor; whether there may be more.
    pub(super) async fn take_in(&mut self, ctx: &Ctx) -> Result<bool, AppError> {
        let mut cursor = ctx.read(|tx| Ok(store::cursor(tx)?)).await?;
        if cursor == 0 {
            return begin(ctx).await;
        }
        let events = ctx.events(cursor, EVENTS).await?;
        let Some(last) = events.last().map(|event| event.seq) else { return Ok(false) };
        let more = events.len() == EVENTS;
        // The last text of each thing is the one that holds.
        let mut texts: BTreeMap<(SearchKind, Uuid), (i64, Found)> = BTreeMap::new();
        for event in events {
            if let Some(found) = text::of(&event.what) {
                texts.insert((found.kind, found.id), (event.seq, found));
            }
        }
        let texts: Vec<(i64, Found)> = texts.into_values().collect();
        let read = move || texts.into_iter().map(|(seq, found)| Ready { seq, terms: found.terms(), found }).collect::<Vec<_>>();
        let mut ready = spawn_blocking(read).await.map_err(|e| AppError::Internal(format!("texts could not be read: {e}")))?;
        ready.retain(|text| self.is_new(text));
        // In the order in which they were said: that is the order in which they are found.
        ready.sort_by_key(|text| text.seq);
        while cursor < last {
            let rest = ready.split_off(ready.len().min(TEXTS));
            let part = std::mem::replace(&mut ready, rest);
            let through = if ready.is_empty() { last } else { part.last().map_or(last, |text| text.seq) };
            if !put(ctx, cursor, through, part).await? {
                // Another process took them in; what is remembered of them is not what the index has.
                self.interactions.clear();
                return Ok(true);
            }
            cursor = through;
        }
        Ok(more)
    }

    /// Whether the index does not have exactly this already.
    fn is_new(&mut self, text: &Ready) -> bool {
        let Ready { found, terms, .. } = text;
        let (SearchKind::Interaction, Some(id)) = (found.kind, found.interaction) else { return true };
        let mut hasher = DefaultHasher::new();
        (terms, found.customer).hash(&mut hasher);
        if self.interactions.len() >= REMEMBERED {
            self.interactions.clear();
        }
        self.interactions.insert(id, hasher.finish()) != Some(hasher.finish())
    }
}

/// Takes in everything that is there already: what was imported, or what came before there was an index, has no event. Whether there may be more.
/// After a crash it begins again; what is in the index is replaced by the same.
async fn begin(ctx: &Ctx) -> Result<bool, AppError> {
    let head = ctx.read(|tx| Ok(journal::head(tx)?)).await?;
    all::<CustomerDoc>(ctx, |doc| (doc.id.0, Some(text::of_customer(doc)))).await?;
    all::<InteractionDoc>(ctx, |doc| (doc.id.0, text::of_interaction(doc))).await?;
    all::<CaseDoc>(ctx, |doc| (doc.id.0, Some(text::of_case(doc)))).await?;
    all::<MessageDoc>(ctx, |doc| (doc.id.0, text::of_message(doc))).await?;
    put(ctx, 0, head, Vec::new()).await?;
    Ok(head > 0)
}

/// Takes in all documents of a kind.
async fn all<E: Entity + Send + 'static>(ctx: &Ctx, of: fn(&E) -> (Uuid, Option<Found>)) -> Result<(), AppError> {
    let mut last = Uuid::nil();
    loop {
        let page: Vec<E> = ctx.read(move |tx| Ok(store::documents_after(tx, last, EVENTS)?)).await?;
        let more = page.len() == EVENTS;
        let read = move || {
            let found: Vec<(Uuid, Option<Found>)> = page.iter().map(of).collect();
            let last = found.last().map(|(id, _)| *id);
            let texts = found.into_iter().filter_map(|(_, found)| found).map(|found| Ready { seq: 0, terms: found.terms(), found });
            (last, texts.collect::<Vec<_>>())
        };
        let (end, mut ready) = spawn_blocking(read).await.map_err(|e| AppError::Internal(format!("texts could not be read: {e}")))?;
        while !ready.is_empty() {
            let rest = ready.split_off(ready.len().min(TEXTS));
            if !put(ctx, 0, 0, std::mem::replace(&mut ready, rest)).await? {
                // Another process has done all of it.
                return Ok(());
            }
        }
        match end {
            Some(end) if more => last = end,
            _ => return Ok(()),
        }
    }
}

/// A text with its terms.
struct Ready {
    seq: i64,
    found: Found,
    terms: BTreeSet<String>,
}

/// Writes a part of the texts and moves the cursor; `false` if somebody else has moved it.
async fn put(ctx: &Ctx, cursor: i64, through: i64, part: Vec<Ready>) -> Result<bool, AppError> {
    ctx.write(move |tx| {
        if store::cursor(tx)? != cursor {
            return Ok(false);
        }
        for Ready { found, terms, .. } in &part {
            let (kind, reference) = (found.kind.word(), found.id);
            let text = store::Text { kind, reference, interaction: found.interaction, customer: found.customer, at: found.at, terms };
            store::put(tx, &text)?;
        }
        store::advance(tx, through)?;
        Ok(true)
    })
    .await
}
