//! Tests of the routing engine: scenarios as text, machines drawn from code, a seeded simulation.

mod draw;
mod machines;
mod scenario;
mod scenarios;
mod simulation;
mod transcript;
