//! Wrap-ups of what an agent has given away, between the rows and the engine.

use okno_engine::routing::{SegmentWrapup, WrapupClock};
use okno_model::doc::{AgentWrapupDoc, WrapupKind};

/// As the agent's document has it.
pub(super) fn wrapup_doc(wrapup: &SegmentWrapup) -> AgentWrapupDoc {
    let ends = match wrapup.clock {
        WrapupClock::Open => WrapupKind::Open,
        WrapupClock::Timed { .. } => WrapupKind::Timed,
        WrapupClock::Fixed { .. } => WrapupKind::Fixed,
        WrapupClock::Optional { .. } => WrapupKind::Optional,
    };
    AgentWrapupDoc {
        interaction: wrapup.interaction,
        queue: wrapup.queue,
        medium: wrapup.medium,
        since: wrapup.since,
        until: wrapup.clock.until(),
        ends,
        extended: wrapup.extended,
    }
}

/// The same for the engine, after a start.
pub(super) fn wrapup_of(doc: &AgentWrapupDoc) -> SegmentWrapup {
    let clock = match (doc.ends, doc.until) {
        (WrapupKind::Timed, Some(until)) => WrapupClock::Timed { until },
        (WrapupKind::Fixed, Some(until)) => WrapupClock::Fixed { until },
        (WrapupKind::Optional, Some(until)) => WrapupClock::Optional { until },
        (WrapupKind::Open, _) | (WrapupKind::Timed | WrapupKind::Fixed | WrapupKind::Optional, None) => WrapupClock::Open,
    };
    let AgentWrapupDoc { interaction, queue, medium, since, extended, .. } = *doc;
    SegmentWrapup { interaction, queue, medium, since, clock, extended }
}
