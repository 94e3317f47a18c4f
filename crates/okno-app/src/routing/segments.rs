//! The parts of interactions as rows: begun, changed, ended by what the engine decides.

use crate::{AppError, act::Act};
use okno_model::{
    AgentId, InteractionId, QueueId, SegmentId,
    doc::{SegmentDoc, SegmentOutcome},
};
use okno_store::interactions;

/// A part of an interaction begins, unless it waits in the same queue already.
pub(super) fn begin_segment(act: &mut Act<'_, '_>, interaction: InteractionId, queue: QueueId) -> Result<(), AppError> {
    if let Some(open) = interactions::open_segment(act.tx, interaction)? {
        if open.queue == queue && open.agent.is_none() {
            return Ok(());
        }
        end_segment(act, interaction, SegmentOutcome::Transferred)?;
    }
    let segment = SegmentDoc {
        id: act.id(SegmentId::new),
        interaction,
        queue,
        agent: None,
        enqueued: act.now,
        answered: None,
        wrapup: None,
        wrapup_ended: None,
        ended: None,
        outcome: None,
        offers: 0,
    };
    Ok(act.tx.put(&segment)?)
}

/// The open part ends.
pub(super) fn end_segment(act: &mut Act<'_, '_>, interaction: InteractionId, outcome: SegmentOutcome) -> Result<(), AppError> {
    let now = act.now;
    change_segment(act, interaction, |s| {
        s.ended = Some(now);
        s.outcome = Some(outcome);
    })
}

/// Changes the open part, if there is one.
pub(super) fn change_segment(
    act: &mut Act<'_, '_>,
    interaction: InteractionId,
    change: impl FnOnce(&mut SegmentDoc),
) -> Result<(), AppError> {
    if let Some(mut segment) = interactions::open_segment(act.tx, interaction)? {
        change(&mut segment);
        act.tx.put(&segment)?;
    }
    Ok(())
}

/// The part of an interaction that an agent had last and has given away.
pub(super) fn change_given(
    act: &mut Act<'_, '_>,
    interaction: InteractionId,
    agent: AgentId,
    change: impl FnOnce(&mut SegmentDoc),
) -> Result<(), AppError> {
    let segments = interactions::segments(act.tx, interaction)?;
    if let Some(mut segment) = segments.into_iter().rfind(|s| s.agent == Some(agent) && s.ended.is_some()) {
        change(&mut segment);
        act.tx.put(&segment)?;
    }
    Ok(())
}
