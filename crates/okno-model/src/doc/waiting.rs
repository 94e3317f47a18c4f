//! What is known about waits: of a queue now, and how honest the estimates were.

use crate::{InteractionId, Medium, QueueId, Timestamp};

documents! {
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
}
