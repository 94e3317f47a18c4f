//! Service levels: which policy a matter has, and how its clocks stand (behaviour.md B11).
//!
//! A clock is no state that somebody keeps: it is computed from what has happened, each time anew. A policy that is changed therefore never
//! loses the time of a pause, and a restart changes nothing.
//!
//! Rules, which tests hold:
//! - S-1 Paused time never counts, and neither does the time in which a matter is resolved.
//! - S-2 The first answer is looked after by its own clock alone: the times of further answers and of updates begin after it.
//! - S-3 "Next response" runs only while the customer spoke last.
//! - S-4 As long as nothing happens, a later look moves no due time.
//! - S-5 Done at the very instant at which it is due is done in time.

mod choose;
mod clock;
mod cycle;
mod span;
#[cfg(test)]
mod tests;

pub use choose::{Subject, choose, matches};
pub use clock::clocks;

use okno_model::{Timestamp, doc::Phase};

/// Something that happened to a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It came into being.
    Opened,
    /// The customer wrote or called.
    CustomerSpoke,
    /// A person of ours told the customer something.
    WeSpoke,
    /// It was forwarded to a department.
    Forwarded {
        /// Which forward of the matter.
        forward: u32,
    },
    /// Somebody of the department accepted or answered.
    Accepted {
        /// Which forward.
        forward: u32,
    },
    /// The forward was taken back.
    Withdrawn {
        /// Which forward.
        forward: u32,
    },
    /// It is in this phase from now on.
    Entered(Phase),
}

impl What {
    /// The order in which it counts at one instant: who opens a matter by writing has opened it first, and who answers and resolves has answered
    /// first.
    const fn rank(self) -> u8 {
        match self {
            Self::Opened => 0,
            Self::CustomerSpoke => 1,
            Self::WeSpoke => 2,
            Self::Forwarded { .. } => 3,
            Self::Accepted { .. } | Self::Withdrawn { .. } => 4,
            Self::Entered(_) => 5,
        }
    }
}
