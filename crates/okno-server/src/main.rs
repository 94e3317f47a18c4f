//! The binary `okno`: configuration, roles, start, stop, migration, demo.
fn main() {}
