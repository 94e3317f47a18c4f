//! The world of the tests: real peers (PostgreSQL, Dovecot, Postfix) on free loopback ports with private folders, the
//! server `okno` as a process that can be killed, and programs that talk to it only through its public doors.
//!
//! Nothing here knows the inside of okno: what these tests prove, they prove as a customer, an administrator or a mail
//! server would see it. Everything started here is stopped on drop, by its process id.

mod api;
pub mod chaos;
mod company;
mod daemon;
mod dovecot;
mod peers;
mod postfix;
mod postgres;
mod server;
pub mod smtp;
mod tools;
pub mod visitor;

pub use api::{Api, CallError};
pub use company::{Company, MailPorts, OWNER};
pub use daemon::Daemon;
pub use dovecot::{Dovecot, MAIL_PASSWORD};
pub use peers::{COMPANY, CUSTOMERS, MailPeers, PeersReport};
pub use postfix::Postfix;
pub use postgres::{Postgres, fresh_database};
pub use server::Server;
pub use smtp::Sink;
pub use tools::{chromium, find_program, free_port, unless_stopped, wait_until};
