//! What the mail door needs of the app. [`okno_app::Ctx`] is the office; tests keep one in memory.

use okno_model::{
    ChannelId, OutboxId, Timestamp, UnitId,
    doc::MailboxSettings,
    wire::{InboundMail, OutboundMail, RawUnit, Received, SendOutcome},
};
use std::future::Future;

/// Why the app did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OfficeError {
    /// Not now: try again. Nothing was written.
    #[error("{0}")]
    Unavailable(String),
    /// Never like this.
    #[error("{0}")]
    Refused(String),
}

/// A mailbox with its secrets.
#[derive(Clone, PartialEq)]
pub struct Mailbox {
    /// Channel.
    pub channel: ChannelId,
    /// Takes and sends mail.
    pub enabled: bool,
    /// Settings.
    pub settings: MailboxSettings,
    /// Password for IMAP.
    pub imap_password: String,
    /// Password for SMTP.
    pub smtp_password: String,
}

impl std::fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Passwords never reach a log.
        f.debug_struct("Mailbox").field("channel", &self.channel).field("address", &self.settings.address).finish_non_exhaustive()
    }
}

/// Where the fetching of a mailbox stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cursor {
    /// UIDVALIDITY of the folder; 0 before the first connect.
    pub uidvalidity: u32,
    /// Highest UID of which, and of all below it, okno has what was there.
    pub last_uid: u32,
    /// When all UIDs were last compared with what okno has.
    pub reconciled: Timestamp,
}

/// A stored mail that waits to be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Unit.
    pub unit: UnitId,
    /// The mail.
    pub raw: Vec<u8>,
    /// Envelope recipients.
    pub envelope_to: Vec<String>,
}

type Answer<T> = Result<T, OfficeError>;

/// The app as the mail door sees it. Every method is durable when it returns.
pub trait Office: Clone + Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
    /// All mailboxes, disabled ones too.
    fn mailboxes(&self) -> impl Future<Output = Answer<Vec<Mailbox>>> + Send;
    /// Stores a raw unit.
    fn receive(&self, unit: RawUnit) -> impl Future<Output = Answer<Received>> + Send;
    /// Stored units that nobody has understood yet, oldest first.
    fn pending(&self, limit: usize) -> impl Future<Output = Answer<Vec<Pending>>> + Send;
    /// A unit is understood.
    fn understood(&self, unit: UnitId, mail: InboundMail) -> impl Future<Output = Answer<()>> + Send;
    /// A unit needs a person.
    fn quarantine(&self, unit: UnitId, why: String) -> impl Future<Output = Answer<()>> + Send;
    /// Where fetching stands; `None` before the first connect.
    fn cursor(&self, channel: ChannelId) -> impl Future<Output = Answer<Option<Cursor>>> + Send;
    /// Notes fetched UIDs and where fetching stands, in one transaction.
    fn fetched(&self, channel: ChannelId, cursor: Cursor, uids: Vec<(u32, UnitId)>) -> impl Future<Output = Answer<()>> + Send;
    /// Of these UIDs those that were never fetched.
    fn missing(&self, channel: ChannelId, uidvalidity: u32, uids: Vec<u32>) -> impl Future<Output = Answer<Vec<u32>>> + Send;
    /// What is seen of a mailbox: `ok`, `connecting`, `error`, `off`, and words for the administrator.
    fn health(&self, channel: ChannelId, state: &'static str, detail: String) -> impl Future<Output = Answer<()>> + Send;
    /// The mailbox that an address leads to.
    fn by_address(&self, address: String) -> impl Future<Output = Answer<Option<ChannelId>>> + Send;
    /// Mails that are due, claimed for some minutes.
    fn claim(&self, limit: usize) -> impl Future<Output = Answer<Vec<OutboundMail>>> + Send;
    /// When the next mail is due.
    fn next_due(&self) -> impl Future<Output = Answer<Option<Timestamp>>> + Send;
    /// How a try to send ended.
    fn sent(&self, mail: OutboxId, outcome: SendOutcome) -> impl Future<Output = Answer<()>> + Send;
    /// Content of a file.
    fn blob(&self, key: String) -> impl Future<Output = Answer<Vec<u8>>> + Send;
    /// Returns at the next change of channels.
    fn channels_changed(&self) -> impl Future<Output = ()> + Send;
    /// Returns when units may wait.
    fn units_waiting(&self) -> impl Future<Output = ()> + Send;
    /// Returns when mails may wait.
    fn outbox_waiting(&self) -> impl Future<Output = ()> + Send;
}
