//! What the mail door needs: the mailboxes with their passwords opened, cursors, health, tests.

use crate::{AppError, Ctx, config};
use okno_model::{
    ChannelId, ChannelKind, Timestamp, UnitId,
    doc::{ChannelDoc, ChannelHealth, ChannelSettings, MailboxSettings},
    event::{Actor as By, What},
};
use okno_store::channels as rows;
pub use okno_store::channels::MailCursor;
use serde::{Deserialize, Serialize};

pub use super::tests_of::{TestRequest, test_requests, test_result};

/// The passwords of a mailbox, opened.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Passwords {
    pub(super) imap: Option<String>,
    pub(super) smtp: Option<String>,
}

impl Passwords {
    pub(super) fn open(ctx: &Ctx, channel: ChannelId, sealed: Option<Vec<u8>>) -> Result<Self, AppError> {
        let Some(sealed) = sealed else { return Ok(Self::default()) };
        let plain = ctx.app.secrets.open(&channel.to_string(), &sealed)?;
        serde_json::from_slice(&plain).map_err(|_| AppError::Internal(format!("the stored passwords of channel {channel} cannot be read")))
    }

    pub(super) fn seal(&self, ctx: &Ctx, channel: ChannelId) -> Result<Option<Vec<u8>>, AppError> {
        if *self == Self::default() {
            return Ok(None);
        }
        let plain = serde_json::to_vec(self).map_err(|e| AppError::Internal(e.to_string()))?;
        Ok(Some(ctx.app.secrets.seal(&channel.to_string(), &plain)))
    }
}

/// A mailbox with its passwords opened. Lives in the memory of the mail door only.
#[derive(Clone, PartialEq)]
pub struct Mailbox {
    /// Channel.
    pub channel: ChannelId,
    /// Shown name.
    pub name: String,
    /// Works; a disabled one is neither fetched nor sent from.
    pub enabled: bool,
    /// Settings.
    pub settings: MailboxSettings,
    /// IMAP password.
    pub imap_password: Option<String>,
    /// SMTP password.
    pub smtp_password: Option<String>,
}

impl std::fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailbox").field("channel", &self.channel).field("enabled", &self.enabled).finish_non_exhaustive()
    }
}

/// All enabled mailboxes. A mailbox whose secret cannot be opened is reported in its health and left out.
///
/// # Errors
/// The store's.
pub async fn list(ctx: &Ctx) -> Result<Vec<Mailbox>, AppError> {
    let all = ctx.read(|tx| {
        let mut all = Vec::new();
        for channel in tx.list::<ChannelDoc>()? {
            if channel.enabled && channel.kind == ChannelKind::Mailbox {
                let sealed = rows::secret(tx, channel.id)?;
                all.push((channel, sealed));
            }
        }
        Ok(all)
    });
    let mut mailboxes = Vec::new();
    for (channel, sealed) in all.await? {
        let id = channel.id;
        match open(ctx, channel, sealed) {
            Ok(mailbox) => mailboxes.extend(mailbox),
            Err(error) => {
                tracing::error!(channel = %id, %error, "a mailbox cannot be used");
                let detail = "the stored password cannot be opened with this installation's key; enter it again".to_owned();
                health(ctx, id, ChannelHealth { state: "error".to_owned(), detail, since: ctx.now() }).await?;
            }
        }
    }
    Ok(mailboxes)
}

/// One mailbox, enabled or not; `None` if it is no mailbox.
///
/// # Errors
/// The store's; a secret that cannot be opened.
pub async fn get(ctx: &Ctx, id: ChannelId) -> Result<Option<Mailbox>, AppError> {
    let found = ctx.read(move |tx| {
        let Some(channel) = tx.get::<ChannelDoc>(id)? else { return Ok(None) };
        Ok(Some((channel, rows::secret(tx, id)?)))
    });
    match found.await? {
        Some((channel, sealed)) => open(ctx, channel, sealed),
        None => Ok(None),
    }
}

fn open(ctx: &Ctx, channel: ChannelDoc, sealed: Option<Vec<u8>>) -> Result<Option<Mailbox>, AppError> {
    let ChannelSettings::Mailbox(settings) = channel.settings else { return Ok(None) };
    let Passwords { imap, smtp } = Passwords::open(ctx, channel.id, sealed)?;
    let (imap_password, smtp_password) = (imap, smtp);
    Ok(Some(Mailbox { channel: channel.id, name: channel.name, enabled: channel.enabled, settings, imap_password, smtp_password }))
}

/// The enabled mailbox that this address or alias leads to (RCPT of the SMTP listener).
///
/// # Errors
/// The store's.
pub async fn by_address(ctx: &Ctx, address: &str) -> Result<Option<ChannelId>, AppError> {
    let Some(address) = super::address_of(address) else { return Ok(None) };
    ctx.read(move |tx| {
        let leads = |channel: &ChannelDoc| match &channel.settings {
            ChannelSettings::Mailbox(mailbox) => mailbox.address == address || mailbox.aliases.contains(&address),
            ChannelSettings::Widget(_) | ChannelSettings::Phone(_) => false,
        };
        Ok(tx.list::<ChannelDoc>()?.into_iter().find(|channel| channel.enabled && leads(channel)).map(|channel| channel.id))
    })
    .await
}

/// Where the fetching of a mailbox stands; `None` before the first connect.
///
/// # Errors
/// The store's.
pub async fn cursor(ctx: &Ctx, channel: ChannelId) -> Result<Option<MailCursor>, AppError> {
    ctx.read(move |tx| Ok(rows::cursor(tx, channel)?)).await
}

/// Stores where the fetching stands. Call it only after everything up to it is durable.
///
/// # Errors
/// The store's.
pub async fn save_cursor(ctx: &Ctx, channel: ChannelId, cursor: MailCursor) -> Result<(), AppError> {
    ctx.write(move |tx| Ok(rows::save_cursor(tx, channel, &cursor)?)).await
}

/// Whether a mail was taken in already.
///
/// # Errors
/// The store's.
pub async fn seen(ctx: &Ctx, channel: ChannelId, uidvalidity: u32, uid: u32) -> Result<bool, AppError> {
    ctx.read(move |tx| Ok(rows::seen(tx, channel, uidvalidity.into(), uid.into())?)).await
}

/// Notes that a mail was taken in, as which unit.
///
/// # Errors
/// The store's.
pub async fn mark_seen(ctx: &Ctx, channel: ChannelId, uidvalidity: u32, uid: u32, unit: Option<UnitId>) -> Result<(), AppError> {
    ctx.write(move |tx| Ok(rows::mark_seen(tx, channel, uidvalidity.into(), uid.into(), unit)?)).await
}

/// Tells what the door sees of a channel. The same again writes nothing; `since` moves only when the state changes.
///
/// # Errors
/// The store's.
pub async fn health(ctx: &Ctx, id: ChannelId, health: ChannelHealth) -> Result<(), AppError> {
    let same = |doc: &ChannelDoc, health: &ChannelHealth| doc.health.state == health.state && doc.health.detail == health.detail;
    let wanted = health.clone();
    let known = ctx.read(move |tx| Ok(tx.get::<ChannelDoc>(id)?.is_none_or(|doc| same(&doc, &wanted)))).await?;
    if known {
        return Ok(());
    }
    let ctx_in = ctx.clone();
    ctx.write(move |tx| {
        let Some(mut doc) = tx.lock::<ChannelDoc>(id)? else { return Ok(()) };
        if same(&doc, &health) {
            return Ok(());
        }
        let since = if doc.health.state == health.state { doc.health.since } else { health.since };
        doc.health = ChannelHealth { since, ..health };
        config::store(tx, &ctx_in, &By::System, &doc, What::ChannelChanged)
    })
    .await
}

/// When a test was asked for and has had no answer for so long, nobody will give one.
pub(super) const fn stale(at: Timestamp, now: Timestamp) -> bool {
    now.millis() - at.millis() > 60_000
}
