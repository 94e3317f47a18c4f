//! What the mail door needs of the app. [`okno_app::Ctx`] is the office; tests keep one in memory.

use futures_util::future::try_join_all;
use okno_app::{AppError, Ctx, channels::{ChannelCheck, mailboxes::{self, MailCursor}}, ingest, outbound};
pub use okno_app::channels::mailboxes::{Mailbox, TestRequest};
use okno_bus::{Topic, Wakeup};
use okno_model::{
    ChannelId, OutboxId, Timestamp, UnitId,
    doc::{ChannelHealth, UnitKind},
    wire::{InboundMail, OutboundMail, RawUnit, Received, SendOutcome},
};
use std::future::Future;
use uuid::Uuid;

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
    /// All mailboxes that are turned on.
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
    /// Tests of mailboxes that somebody waits for.
    fn tests(&self) -> impl Future<Output = Answer<Vec<TestRequest>>> + Send;
    /// How a test went.
    fn tested(&self, test: Uuid, checks: Vec<ChannelCheck>) -> impl Future<Output = Answer<()>> + Send;
    /// Wake-ups; listen before looking, so that none falls in between.
    fn listen(&self, topic: Topic) -> Wakeup;
}

impl From<AppError> for OfficeError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Unavailable { detail } => Self::Unavailable(detail),
            AppError::Throttled { .. } => Self::Unavailable(error.to_string()),
            AppError::NotFound { .. }
            | AppError::Forbidden { .. }
            | AppError::Unauthorized
            | AppError::Conflict { .. }
            | AppError::Invalid { .. }
            | AppError::Internal(_) => Self::Refused(error.to_string()),
        }
    }
}

/// Word before the time of the last comparison in the stored cursor.
const RECONCILED: &str = "reconciled:";

impl Office for Ctx {
    fn now(&self) -> Timestamp {
        Self::now(self)
    }

    async fn mailboxes(&self) -> Answer<Vec<Mailbox>> {
        Ok(mailboxes::list(self).await?)
    }

    async fn receive(&self, unit: RawUnit) -> Answer<Received> {
        Ok(ingest::receive(self, unit).await?)
    }

    async fn pending(&self, limit: usize) -> Answer<Vec<Pending>> {
        let units = ingest::pending(self, UnitKind::Mail, limit).await?;
        Ok(units.into_iter().map(|unit| Pending { unit: unit.id, raw: unit.raw, envelope_to: unit.envelope_to }).collect())
    }

    async fn understood(&self, unit: UnitId, mail: InboundMail) -> Answer<()> {
        Ok(ingest::understand_mail(self, unit, mail).await?)
    }

    async fn quarantine(&self, unit: UnitId, why: String) -> Answer<()> {
        Ok(ingest::quarantine(self, unit, &why).await?)
    }

    async fn cursor(&self, channel: ChannelId) -> Answer<Option<Cursor>> {
        let stored = mailboxes::cursor(self, channel).await?;
        Ok(stored.map(|cursor| Cursor {
            uidvalidity: u32::try_from(cursor.uidvalidity).unwrap_or(0),
            last_uid: u32::try_from(cursor.last_uid).unwrap_or(0),
            reconciled: Timestamp::from_millis(cursor.state.strip_prefix(RECONCILED).and_then(|ms| ms.parse().ok()).unwrap_or(0)),
        }))
    }

    async fn fetched(&self, channel: ChannelId, cursor: Cursor, uids: Vec<(u32, UnitId)>) -> Answer<()> {
        // The cursor comes last: a crash in between notes the same UIDs again. Concurrent notes share one commit.
        try_join_all(uids.into_iter().map(|(uid, unit)| mailboxes::mark_seen(self, channel, cursor.uidvalidity, uid, Some(unit)))).await?;
        let stored = MailCursor {
            uidvalidity: cursor.uidvalidity.into(),
            last_uid: cursor.last_uid.into(),
            archive_until_uid: 0,
            state: format!("{RECONCILED}{}", cursor.reconciled.millis()),
        };
        Ok(mailboxes::save_cursor(self, channel, stored).await?)
    }

    async fn missing(&self, channel: ChannelId, uidvalidity: u32, uids: Vec<u32>) -> Answer<Vec<u32>> {
        let seen = try_join_all(uids.iter().map(|uid| mailboxes::seen(self, channel, uidvalidity, *uid))).await?;
        Ok(uids.into_iter().zip(seen).filter(|(_, seen)| !seen).map(|(uid, _)| uid).collect())
    }

    async fn health(&self, channel: ChannelId, state: &'static str, detail: String) -> Answer<()> {
        let health = ChannelHealth { state: state.to_owned(), detail, since: Self::now(self) };
        Ok(mailboxes::health(self, channel, health).await?)
    }

    async fn by_address(&self, address: String) -> Answer<Option<ChannelId>> {
        Ok(mailboxes::by_address(self, &address).await?)
    }

    async fn claim(&self, limit: usize) -> Answer<Vec<OutboundMail>> {
        Ok(outbound::claim_mail(self, limit).await?)
    }

    async fn next_due(&self) -> Answer<Option<Timestamp>> {
        Ok(outbound::next_due(self).await?)
    }

    async fn sent(&self, mail: OutboxId, outcome: SendOutcome) -> Answer<()> {
        Ok(outbound::mail_result(self, mail, outcome).await?)
    }

    async fn blob(&self, key: String) -> Answer<Vec<u8>> {
        match self.app.blobs.get(&key).await {
            Ok(bytes) => Ok(bytes.into()),
            Err(error) => Err(AppError::from(error).into()),
        }
    }

    async fn tests(&self) -> Answer<Vec<TestRequest>> {
        Ok(mailboxes::test_requests(self).await?)
    }

    async fn tested(&self, test: Uuid, checks: Vec<ChannelCheck>) -> Answer<()> {
        Ok(mailboxes::test_result(self, test, checks).await?)
    }

    fn listen(&self, topic: Topic) -> Wakeup {
        self.app.bus.listen(self.ws, topic)
    }
}
