//! The mail world of a story: mailboxes and the relay before them.

use crate::{Dovecot, MAIL_PASSWORD, Postfix, Postgres};
use anyhow::Result;
use serde::Serialize;
use std::path::PathBuf;

/// Mailboxes of the company in the stories.
pub const COMPANY: [&str; 5] = ["support@shop.test", "sales@shop.test", "kill@shop.test", "desk@shop.test", "axe@shop.test"];
/// Mailboxes of its customers.
pub const CUSTOMERS: [&str; 6] =
    ["anna@customer.test", "piotr@customer.test", "ivan@customer.test", "maria@customer.test", "load@customer.test", "sink@customer.test"];

/// Dovecot and Postfix together.
pub struct MailPeers {
    /// The relay. Stopped before the mailboxes.
    pub postfix: Postfix,
    /// The mailboxes.
    pub dovecot: Dovecot,
}

impl MailPeers {
    /// Starts both with the mailboxes of the company and its customers.
    pub fn start() -> Result<Self> {
        let addresses: Vec<&str> = COMPANY.into_iter().chain(CUSTOMERS).collect();
        let dovecot = Dovecot::start(&addresses)?;
        let postfix = Postfix::start(&dovecot, &addresses)?;
        Ok(Self { postfix, dovecot })
    }
}

/// What the program `peers` tells the one who started it, as one line of JSON.
#[derive(Debug, Clone, Serialize)]
pub struct PeersReport {
    /// URL of PostgreSQL, superuser without a password.
    pub postgres: Option<String>,
    /// IMAP port on 127.0.0.1.
    pub imap_port: Option<u16>,
    /// SMTP port of the relay on 127.0.0.1.
    pub smtp_port: Option<u16>,
    /// Folder with a maildir per address.
    pub mail_root: Option<PathBuf>,
    /// Password of every mailbox.
    pub mail_password: &'static str,
}

impl PeersReport {
    /// Addresses of the peers that run.
    pub fn of(postgres: Option<&Postgres>, mail: Option<&MailPeers>) -> Self {
        Self {
            postgres: postgres.map(Postgres::url),
            imap_port: mail.map(|mail| mail.dovecot.port()),
            smtp_port: mail.map(|mail| mail.postfix.port()),
            mail_root: mail.map(|mail| mail.dovecot.mail_root()),
            mail_password: MAIL_PASSWORD,
        }
    }
}
