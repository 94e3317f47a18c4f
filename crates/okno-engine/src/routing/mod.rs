//! The routing engine: one automatic distributor for all media.

mod effect;
mod engine;
mod input;
mod limits;

pub use effect::{AgentState, Assignment, Effect, OfferEnd, Rejected, WrapupEnd};
pub use engine::{Engine, Restored, Violation};
pub use input::{
    AgentProfile, Excluded, Exclusion, Input, OfferSeconds, Preferred, QueueProfile, Restore, RestoreAgent, RestoreWork, Work,
};
pub use limits::*;
