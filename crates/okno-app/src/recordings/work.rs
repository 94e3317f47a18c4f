//! Recordings that have served their time.
