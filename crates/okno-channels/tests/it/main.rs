//! The mail door with real peers: Dovecot keeps the mailboxes, Postfix is the relay.

mod incoming;
mod outgoing;
mod world;
