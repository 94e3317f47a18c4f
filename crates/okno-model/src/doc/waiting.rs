//! What is known about waits: of a queue now, and how honest the estimates were.

use crate::{InteractionId, Medium, QueueId, Timestamp};

documents! {
    /// Whether the place in the queue is said.
    #[derive(Copy, Eq, Default)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    pub enum PositionRule {
        /// Never.
        No,
        /// Always.
        #[default]
        Yes,
        /// Only the first `limit` places.
        Limit {
            /// The last place that is said.
            limit: u32,
        },
        /// Further back: "more than `limit`".
        MoreThan {
            /// The last place that is said exactly.
            limit: u32,
        },
    }

    /// What those who wait are told of their place (behaviour.md B6). Never twice within 15 seconds, and never while an agent is being called
    /// for them. A channel may still say nothing at all.
    #[derive(Copy, Eq)]
    pub struct AnnounceRule {
        /// Which places are said.
        pub position: PositionRule,
        /// A place is said only when it is better than the one said before. Otherwise each time.
        pub only_up: bool,
    }

    /// Who leaves before anybody answered is come back to by our own motion (behaviour.md B7).
    #[derive(Copy, Eq)]
    pub struct RecoveryRule {
        /// If he has waited for so long: who leaves sooner has changed his mind.
        pub after_seconds: u32,
        /// And if he has not come again by any way for so long.
        pub quiet_seconds: u32,
    }

    /// How long somebody presumably waits from now on.
    #[derive(Copy, Eq)]
    pub struct WaitDoc {
        /// Half of the waits are not longer, seconds. With `p80_seconds` the band that customers are told.
        pub p50_seconds: u32,
        /// Four in five are not longer.
        pub p80_seconds: u32,
        /// Nine in ten are not longer.
        pub p90_seconds: u32,
        /// Answered interactions that it rests on.
        pub sample: u32,
    }

    /// The waits of a queue now.
    #[derive(Eq)]
    pub struct QueueWaitDoc {
        /// Queue.
        pub queue: QueueId,
        /// When.
        pub at: Timestamp,
        /// It is open.
        pub open: bool,
        /// When it opens, if it is closed and that is known.
        pub opens: Option<Timestamp>,
        /// By medium, for who would come now.
        pub media: Vec<MediumWaitDoc>,
        /// Who waits, first in line first; at most 200.
        pub line: Vec<LineDoc>,
    }

    /// The waits of one medium in a queue.
    #[derive(Eq)]
    pub struct MediumWaitDoc {
        /// Medium.
        pub medium: Medium,
        /// Who waits.
        pub waiting: u32,
        /// How long the first of them has waited, seconds; 0 when nobody waits.
        pub longest_seconds: u32,
        /// Agents who take this work now, busy or not.
        pub agents: u32,
        /// For who would come now; missing when nothing honest can be said.
        pub wait: Option<WaitDoc>,
        /// Why nothing can be said: `too_few`, `nobody_works`.
        pub unknown: Option<String>,
    }

    /// Somebody who waits.
    #[derive(Copy, Eq)]
    pub struct LineDoc {
        /// Who.
        pub interaction: InteractionId,
        /// His place, from 1.
        pub position: u32,
        /// How long from now on, if that can be said.
        pub wait: Option<WaitDoc>,
    }

    /// How honest the estimates of one medium in a queue were.
    pub struct CalibrationDoc {
        /// Queue.
        pub queue: QueueId,
        /// Medium.
        pub medium: Medium,
        /// Predictions whose customers were answered.
        pub answered: u32,
        /// Predictions whose customers gave up.
        pub gave_up: u32,
        /// Share of waits that were not longer than P50. Who gave up is censored.
        pub coverage_p50: f64,
        /// The same of P80: honest is 0.78 to 0.82.
        pub coverage_p80: f64,
        /// The same of P90.
        pub coverage_p90: f64,
        /// Share of waits between P50 and P80: honest is 0.3.
        pub in_band: f64,
        /// Mean of |wait - P50| of those who were answered, seconds.
        pub mean_absolute_error: f64,
        /// Mean of (wait - P50), seconds: above 0 was promised too short.
        pub bias: f64,
    }

    /// Who need not have waited: what was offered on one day in one queue to those who waited by one medium, who wanted it, and what came
    /// of it. `accepted + owed = kept + late + failed + canceled + joined + open`.
    #[derive(Eq)]
    pub struct CallbackCountsDoc {
        /// Queue in which they waited.
        pub queue: QueueId,
        /// By which medium they waited.
        pub medium: Medium,
        /// Day in the queue's time zone, `2027-01-18`.
        pub day: String,
        /// Who was told that he may be called or written to.
        pub offered: u32,
        /// Who wanted to be called or written to.
        pub accepted: u32,
        /// Who left before anybody answered, and to whom we come back by ourselves.
        pub owed: u32,
        /// Reached by when they were told.
        pub kept: u32,
        /// Reached later than they were told.
        pub late: u32,
        /// Given up: never reached.
        pub failed: u32,
        /// Not needed any more: they came first, or were reached by another way.
        pub canceled: u32,
        /// They waited for a call at this number already.
        pub joined: u32,
        /// Not over yet.
        pub open: u32,
    }
}

impl Default for AnnounceRule {
    /// Every place, when it has become better.
    fn default() -> Self {
        Self { position: PositionRule::Yes, only_up: true }
    }
}

impl Default for RecoveryRule {
    /// The field's short abandon, and the time in which most ring back by themselves.
    fn default() -> Self {
        Self { after_seconds: 5, quiet_seconds: 300 }
    }
}

/// The rule of queues that were made before there was one.
#[expect(clippy::unnecessary_wraps, reason = "serde wants the field's own type")]
pub(crate) fn recovery() -> Option<RecoveryRule> {
    Some(RecoveryRule::default())
}
