//! The simulator against exact formulas, published simulations and a real bank.

mod bank;
mod exact;
mod published;
mod rules;
mod staff;
mod world;

pub(crate) use world::*;
