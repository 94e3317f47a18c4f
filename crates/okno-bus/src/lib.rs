//! News: wake-ups and fan-out inside one process. Never the only copy of anything.
