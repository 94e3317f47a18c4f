//! What media threads tell each other.

/// A message from one media thread to another.
pub(crate) enum Cross {}
