//! What the mail door needs of the app, in the door's own words.

use futures_util::future::try_join_all;
pub(crate) use okno_app::channels::mailboxes::{Mailbox, TestRequest};
use okno_app::{
    AppError, Ctx,
    channels::{
        ChannelCheck,
        mailboxes::{self, MailCursor},
    },
    ingest, outbound,
};
use okno_bus::{Topic, Wakeup};
use okno_model::{
    ChannelId, OutboxId, Timestamp, UnitId,
    doc::{ChannelHealth, UnitKind},
    wire::{InboundMail, OutboundMail, RawUnit, Received, SendOutcome},
};
use uuid::Uuid;

/// Why the app did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OfficeError {
    /// Not now: try again. Nothing was written.
    #[error("{0}")]
    Unavailable(String),
    /// Never like this.
    #[error("{0}")]
    Refused(String),
}

/// Where the fetching of a mailbox stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// UIDVALIDITY of the folder; 0 before the first connect.
    pub(crate) uidvalidity: u32,
    /// Highest UID of which, and of all below it, okno has what was there.
    pub(crate) last_uid: u32,
    /// UIDs up to this one were there at the first connect: of those, mail older than the archive date is not routed.
    pub(crate) archive_until: u32,
    /// When all UIDs were last compared with what okno has.
    pub(crate) reconciled: Timestamp,
}

/// A stored mail that waits to be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pending {
    /// Unit.
    pub(crate) unit: UnitId,
    /// The mail.
    pub(crate) raw: Vec<u8>,
    /// Envelope recipients.
    pub(crate) envelope_to: Vec<String>,
}

type Answer<T> = Result<T, OfficeError>;

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

/// The app as the mail door sees it. Every method is durable when it returns.
#[derive(Debug, Clone)]
pub(crate) struct Office(pub(crate) Ctx);

impl Office {
    /// Now.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.now()
    }

    /// All mailboxes that are turned on.
    pub(crate) async fn mailboxes(&self) -> Answer<Vec<Mailbox>> {
        Ok(mailboxes::list(&self.0).await?)
    }

    /// Stores a raw unit.
    pub(crate) async fn receive(&self, unit: RawUnit) -> Answer<Received> {
        Ok(ingest::receive(&self.0, unit).await?)
    }

    /// Stored units that nobody has understood yet, oldest first.
    pub(crate) async fn pending(&self, limit: usize) -> Answer<Vec<Pending>> {
        let units = ingest::pending(&self.0, UnitKind::Mail, limit).await?;
        Ok(units.into_iter().map(|unit| Pending { unit: unit.id, raw: unit.raw, envelope_to: unit.envelope_to }).collect())
    }

    /// A unit is understood.
    pub(crate) async fn understood(&self, unit: UnitId, mail: InboundMail) -> Answer<()> {
        Ok(ingest::understand_mail(&self.0, unit, mail).await?)
    }

    /// A unit needs a person.
    pub(crate) async fn quarantine(&self, unit: UnitId, why: String) -> Answer<()> {
        Ok(ingest::quarantine(&self.0, unit, &why).await?)
    }

    /// Where fetching stands; `None` before the first connect.
    pub(crate) async fn cursor(&self, channel: ChannelId) -> Answer<Option<Cursor>> {
        let stored = mailboxes::cursor(&self.0, channel).await?;
        Ok(stored.map(|cursor| Cursor {
            uidvalidity: u32::try_from(cursor.uidvalidity).unwrap_or(0),
            last_uid: u32::try_from(cursor.last_uid).unwrap_or(0),
            archive_until: u32::try_from(cursor.archive_until_uid).unwrap_or(0),
            reconciled: Timestamp::from_millis(cursor.state.strip_prefix(RECONCILED).and_then(|ms| ms.parse().ok()).unwrap_or(0)),
        }))
    }

    /// Notes fetched UIDs and where fetching stands, in one transaction.
    pub(crate) async fn fetched(&self, channel: ChannelId, cursor: Cursor, uids: Vec<(u32, UnitId)>) -> Answer<()> {
        // The cursor comes last: a crash in between notes the same UIDs again. Concurrent notes share one commit.
        try_join_all(uids.into_iter().map(|(uid, unit)| mailboxes::mark_seen(&self.0, channel, cursor.uidvalidity, uid, Some(unit))))
            .await?;
        let stored = MailCursor {
            uidvalidity: cursor.uidvalidity.into(),
            last_uid: cursor.last_uid.into(),
            archive_until_uid: cursor.archive_until.into(),
            state: format!("{RECONCILED}{}", cursor.reconciled.millis()),
        };
        Ok(mailboxes::save_cursor(&self.0, channel, stored).await?)
    }

    /// Of these UIDs those that were never fetched.
    pub(crate) async fn missing(&self, channel: ChannelId, uidvalidity: u32, uids: Vec<u32>) -> Answer<Vec<u32>> {
        let seen = try_join_all(uids.iter().map(|uid| mailboxes::seen(&self.0, channel, uidvalidity, *uid))).await?;
        Ok(uids.into_iter().zip(seen).filter(|(_, seen)| !seen).map(|(uid, _)| uid).collect())
    }

    /// What is seen of a mailbox: `ok`, `connecting`, `error`, `off`, and words for the administrator.
    pub(crate) async fn health(&self, channel: ChannelId, state: &'static str, detail: String) -> Answer<()> {
        let health = ChannelHealth { state: state.to_owned(), detail, since: self.0.now() };
        Ok(mailboxes::health(&self.0, channel, health).await?)
    }

    /// The mailbox that an address leads to.
    pub(crate) async fn by_address(&self, address: String) -> Answer<Option<ChannelId>> {
        Ok(mailboxes::by_address(&self.0, &address).await?)
    }

    /// Mails that are due, claimed for some minutes.
    pub(crate) async fn claim(&self, limit: usize) -> Answer<Vec<OutboundMail>> {
        Ok(outbound::claim_mail(&self.0, limit).await?)
    }

    /// When the next mail is due.
    pub(crate) async fn next_due(&self) -> Answer<Option<Timestamp>> {
        Ok(outbound::next_due(&self.0).await?)
    }

    /// How a try to send ended.
    pub(crate) async fn sent(&self, mail: OutboxId, attempt: i64, outcome: SendOutcome) -> Answer<()> {
        Ok(outbound::mail_result(&self.0, mail, attempt, outcome).await?)
    }

    /// Gives back what a process that died had claimed.
    pub(crate) async fn reclaim(&self) -> Answer<()> {
        Ok(outbound::reclaim(&self.0).await?)
    }

    /// Content of a file.
    pub(crate) async fn blob(&self, key: String) -> Answer<Vec<u8>> {
        match self.0.app.blobs.get(&key).await {
            Ok(bytes) => Ok(bytes.into()),
            Err(error) => Err(AppError::from(error).into()),
        }
    }

    /// Tests of mailboxes that somebody waits for.
    pub(crate) async fn tests(&self) -> Answer<Vec<TestRequest>> {
        Ok(mailboxes::test_requests(&self.0).await?)
    }

    /// How a test went.
    pub(crate) async fn tested(&self, test: Uuid, checks: Vec<ChannelCheck>) -> Answer<()> {
        Ok(mailboxes::test_result(&self.0, test, checks).await?)
    }

    /// Wake-ups; listen before looking, so that none falls in between.
    pub(crate) fn listen(&self, topic: Topic) -> Wakeup {
        self.0.app.bus.listen(self.0.ws, topic)
    }
}
