//! Doors to channels outside: one folder per channel. A channel never uses another channel's code.

pub mod mail;
