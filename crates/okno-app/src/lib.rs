//! Acts: use cases check the right, decide, write once, tell.
