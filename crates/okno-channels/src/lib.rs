//! Doors to channels outside: one folder per channel.
