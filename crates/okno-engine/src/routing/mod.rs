//! The routing engine: one automatic distributor for all media.
//!
//! Pure and deterministic: time is an argument, effects are data, and the same inputs give the same bytes. The engine's
//! memory is a derived index over the rows of the store; [`Engine::restore`] makes it anew. One engine decides for one
//! cell (a set of queues), and one task owns it.
//!
//! # How it decides
//! Each distinct requirement (queue, medium, own skills) is a *class*. An interaction waits in its class in an order that
//! never changes while it waits (priority with ageing, then its enqueue time), so that only the head of a class has to be
//! looked at; a queue keeps the heads of its classes sorted (by band, where an order turns over time). An agent with room
//! stands in the *ready set* of each of his
//! queues, in the order of its strategy. So
//! - an arriving interaction takes the first of one ready set that fits;
//! - an agent who becomes free compares the first head that fits him in each of his queues, found by one `and` of two
//!   bit sets: one order over all his queues.
//!
//! Nothing is polled: everything that becomes due is a timer, and [`Engine::next_deadline`] names the first.
//!
//! # Invariants
//! [`Engine::check`] holds their names and predicates: R-1 one live offer per slot, R-2 capacity, R-3 deadlines,
//! R-4 work conservation, R-5 first come first served within class and band, R-6 one place, R-7 ready sets, R-8 counts,
//! R-9 nothing rings in vain, R-10 overflow, R-11 doors, R-12 notes after giving away, R-13 reserves, R-14 leases, R-15 media kept apart,
//! R-16 several offers.

mod acts;
mod answers;
mod blending;
mod check;
mod choice;
mod decision;
mod door;
mod draw;
mod due;
mod duty;
mod effect;
mod engine;
mod explain;
mod floor;
mod heads;
mod hours;
mod index;
mod input;
mod lease;
mod limits;
mod line;
mod lookup;
mod order;
mod overflow;
mod phone;
mod pool;
mod preview;
mod priority;
mod ranked;
mod restore;
mod ringing;
mod rings;
mod route;
mod slab;
mod span;
mod stage;
mod state;
mod stats;
mod strategy;
mod waiting;
mod watch;
mod wrapup;

pub use blending::{Blending, MediaSet, Speaker};
pub use check::Violation;
pub use decision::Decision;
pub use door::{answered_by, closed_promise, opens_at};
pub use duty::{Duty, DutyStep};
pub use effect::{AgentState, Assignment, Effect, OfferEnd, Rejected, WrapupEnd};
pub use engine::Engine;
pub use input::{
    AgentProfile, Excluded, Exclusion, Input, OfferSeconds, Preferred, QueueMemory, QueueProfile, Restore, RestoreAgent, RestoreWork,
    Signs, SlotRules, Work,
};
pub use limits::{LeaseSeconds, Limits, MaxNoAnswer};
pub use line::Line;
pub use order::{QueueOrder, WorkRank, queue_order, urgency, work_rank};
pub use restore::Restored;
pub use stage::{Stage, Step};
pub use stats::AgentStats;
pub use strategy::{AgentFacts, AgentRank, UNLISTED, agent_rank, by_skill, skills_mode};
pub use watch::Watch;
pub use wrapup::{Extension, SegmentWrapup, WrapupClock};
