//! Trunks: the connections to providers.

mod config;

pub use config::{Login, SrtpPolicy, Trunk, TrunkId, TrunkKind, TrunkState};
