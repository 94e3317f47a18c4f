//! The mail door with real peers: Dovecot keeps the mailboxes, Postfix is the relay.
#![expect(clippy::unwrap_used, reason = "a test fails where it stands")]

mod incoming;
mod outgoing;
mod world;
