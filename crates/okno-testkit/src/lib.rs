//! World of the tests: virtual clock, fakes, real peers on loopback.
