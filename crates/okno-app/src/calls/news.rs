//! What the telephone door follows in the journal.

use crate::{AppError, Ctx, feed};
use okno_bus::{Topic, Wakeup};
use okno_model::{
    InteractionId, Medium,
    doc::InteractionDoc,
    event::{Event, What},
};
use okno_store::journal;
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

/// Events of one read.
const EVENTS: usize = 1_000;
/// A lost wake-up costs so much and no more.
const LOOK: Duration = Duration::from_secs(5);

/// A reader of what concerns the telephone: interactions by voice, agents, queues, channels and the configuration of the telephone.
#[derive(Debug)]
pub struct Follow {
    ctx: Ctx,
    cursor: i64,
    wake: Wakeup,
}

/// Follows the journal from now on. What was before is read from the rows: take the reader first, then the rows.
///
/// # Errors
/// The store's.
pub async fn follow(ctx: &Ctx) -> Result<Follow, AppError> {
    let wake = ctx.app.bus.listen(ctx.ws, Topic::Journal);
    Ok(Follow { ctx: ctx.clone(), cursor: feed::head(ctx).await?, wake })
}

/// An interaction as its row says, with the number of the last event that is in it: older news of it is to be passed over.
///
/// # Errors
/// The store's.
pub async fn interaction_now(ctx: &Ctx, id: InteractionId) -> Result<Option<(InteractionDoc, i64)>, AppError> {
    ctx.read(move |tx| {
        let doc = tx.get::<InteractionDoc>(id)?;
        let seq = journal::head(tx)?;
        Ok(doc.map(|doc| (doc, seq)))
    })
    .await
}

impl Follow {
    /// The next events, oldest first: waits until there are some. Nothing is lost if the caller stops waiting.
    ///
    /// # Errors
    /// The store's; the next call tries again.
    pub async fn next(&mut self) -> Result<Vec<Arc<Event>>, AppError> {
        loop {
            let events = self.read().await?;
            if !events.is_empty() {
                return Ok(events);
            }
            // Also looked at without a poke.
            let _ = timeout(LOOK, self.wake.wait()).await;
        }
    }

    /// What has happened since the last look, without waiting.
    ///
    /// # Errors
    /// The store's.
    pub async fn read(&mut self) -> Result<Vec<Arc<Event>>, AppError> {
        loop {
            let cursor = self.cursor;
            let events = self.ctx.events(cursor, EVENTS).await?;
            let Some(last) = events.last() else { return Ok(Vec::new()) };
            self.cursor = last.seq;
            let mine: Vec<Arc<Event>> = events.into_iter().filter(|event| concerns(&event.what)).collect();
            if !mine.is_empty() {
                return Ok(mine);
            }
        }
    }
}

/// Whether the telephone door has to know it.
fn concerns(what: &What) -> bool {
    match what {
        What::InteractionCreated(doc)
        | What::InteractionQueued(doc)
        | What::InteractionOffered(doc)
        | What::InteractionOfferEnded(doc)
        | What::InteractionAssigned(doc)
        | What::InteractionTransferred(doc)
        | What::InteractionWrapupStarted(doc)
        | What::InteractionClosed(doc)
        | What::InteractionChanged(doc) => doc.medium == Medium::Voice,
        What::AgentChanged(_)
        | What::QueueChanged(_)
        | What::ChannelChanged(_)
        | What::UserChanged(_)
        | What::WorkspaceChanged(_)
        | What::TrunkChanged(_)
        | What::PhoneChanged(_)
        | What::PromptChanged(_)
        | What::DialPlanChanged(_) => true,
        What::InteractionDecided { .. }
        | What::MessageCreated(_)
        | What::MessageChanged(_)
        | What::CustomerChanged(_)
        | What::MatchChanged(_)
        | What::CaseCreated(_)
        | What::CaseChanged(_)
        | What::CustomerMerged(_)
        | What::CustomerUnmerged(_)
        | What::ForwardChanged(_)
        | What::NoticeChanged(_)
        | What::TopicChanged(_)
        | What::OrganizationChanged(_)
        | What::AttributeChanged(_)
        | What::NoteChanged(_)
        | What::OrderChanged(_)
        | What::LedgerChanged(_)
        | What::SkillChanged(_)
            | What::HoursChanged(_)
        | What::BlendingChanged(_)
        | What::RoleChanged(_)
        | What::TeamChanged(_)
        | What::PauseCodeChanged(_)
        | What::DispositionChanged(_)
        | What::PolicyChanged(_)
        | What::SlaWarned(_)
        | What::SlaBreached(_)
        | What::PromiseMade(_)
        | What::PromiseKept(_)
        | What::PromiseBroken(_)
        | What::PromiseNudged(_)
        | What::PromiseChanged(_)
        // The door's own words.
        | What::CallChanged(_)
        | What::RecordingChanged(_) => false,
    }
}
