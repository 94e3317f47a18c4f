//! The business call as a machine without IO: what happens goes in, what has to be done comes out.
//!
//! One [`Call`] is one customer's connection from its start to its end. It knows legs by number and agents by id; sockets, signaling, media and
//! the app are the actor's ([`crate::actor`]). Who hears whom is never commanded step by step: [`scene`] derives it from the state, and only
//! what differs from what was commanded before goes out. That is why no path through hold, consultation and conference can leave somebody
//! hearing what he must not.
//!
//! Named invariants, held by `tests.rs` after every step of every scenario: V-1 a call that is over has no live leg; V-2 while the customer is
//! connected he hears something in every state but when he leaves a message; V-3 nobody hears a leg that is over; V-4 there is one end, and it is told once.

mod command;
mod facts;
mod legs;
mod machine;
mod party;
mod queue;
mod ring;
mod scene;
mod several;
mod stage;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use machine::{Call, Plan};
pub(crate) use words::{Act, CUSTOMER, Effect, Hears, Input, Order, Person, Reach, Record, Speech};
