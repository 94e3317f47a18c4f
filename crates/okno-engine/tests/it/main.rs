//! Tests of the engine: scenarios as text, machines drawn from code, a seeded simulation; staffing formulas, estimated waits.

mod center;
mod coverage;
mod draw;
mod laws;
mod machines;
mod probes;
mod ranks;
mod scenario;
mod scenarios;
mod simulation;
mod sla;
mod staffing;
mod staffing_general;
mod staffing_laws;
mod transcript;
mod wait;
mod words;
