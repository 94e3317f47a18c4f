//! Tests of the engine: scenarios as text, machines drawn from code, a seeded simulation; staffing formulas, estimated waits.

mod center;
mod draw;
mod machines;
mod scenario;
mod scenarios;
mod simulation;
mod staffing;
mod staffing_general;
mod staffing_laws;
mod transcript;
mod wait;
mod words;
