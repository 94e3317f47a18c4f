//! Fetching: what is new in INBOX becomes raw units, durable here before the server hears that we have it.
//!
//! Order for every batch: stored in okno, `\Seen` on the server, cursor. A crash between two of them fetches the batch once
//! more; the unit's key makes the repeat the same unit.

use super::client::{Imap, Trouble, refusal};
use crate::mail::{
    health::{Board, Side},
    office::{Cursor, Mailbox, Office},
    parse,
};
use async_imap::types::Fetch;
use futures_util::TryStreamExt;
use okno_model::{
    Timestamp, UnitId,
    doc::UnitKind,
    limits::MAIL_BYTES,
    wire::{RawUnit, Received},
};
use std::time::Duration;

/// Mails of one batch.
const BATCH: usize = 50;
/// Bytes of one batch; one larger mail is a batch of its own.
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// UIDs that are asked about at once.
const LISTED: usize = 500;
/// How often all UIDs are compared with what okno has.
const RECONCILE: Duration = Duration::from_secs(24 * 3600);

/// The header field that marks a mail of which only the header was fetched.
pub(crate) const TOO_LARGE: &str = "X-Okno-Too-Large";

/// A mail as the server lists it.
struct Listed {
    uid: u32,
    size: usize,
    arrived: Option<Timestamp>,
}

/// One mailbox during one connection.
pub(super) struct Fetcher<'a> {
    office: &'a Office,
    mailbox: &'a Mailbox,
    board: &'a Board,
    cursor: Cursor,
}

impl<'a> Fetcher<'a> {
    /// Opens INBOX and finds where fetching stands.
    pub(super) async fn open(office: &'a Office, mailbox: &'a Mailbox, board: &'a Board, imap: &mut Imap) -> Result<Self, Trouble> {
        let inbox = imap.select("INBOX").await.map_err(|error| refusal(&error).map_or_else(|| error.into(), Trouble::Inbox))?;
        let uidvalidity = inbox.uid_validity.ok_or_else(|| Trouble::Inbox("the server gives no UIDVALIDITY".to_owned()))?;
        // What comes after the first connect is new whatever the server's clock says.
        let archive_until = inbox.uid_next.map_or(u32::MAX, |next| next.saturating_sub(1));
        let fresh = Cursor { uidvalidity, last_uid: 0, archive_until, reconciled: office.now() };
        let cursor = match office.cursor(mailbox.channel).await? {
            Some(cursor) if cursor.uidvalidity == uidvalidity => cursor,
            Some(cursor) => {
                // The server numbers its mails anew: all are looked at again; what okno has is recognized by its twin key.
                tracing::warn!(channel = %mailbox.channel, before = cursor.uidvalidity, now = uidvalidity, "the mailbox was numbered anew; it is read again");
                fresh
            }
            None => fresh,
        };
        Ok(Self { office, mailbox, board, cursor })
    }

    /// Fetches everything newer than the cursor. How many mails that were.
    pub(super) async fn new_mail(&mut self, imap: &mut Imap) -> Result<usize, Trouble> {
        // `n:*` always names the last mail, even one below n.
        let from = self.cursor.last_uid.saturating_add(1);
        let mut uids: Vec<u32> = imap.uid_search(format!("UID {from}:*")).await?.into_iter().filter(|uid| *uid >= from).collect();
        uids.sort_unstable();
        let count = uids.len();
        for (n, part) in uids.chunks(LISTED).enumerate() {
            if count > LISTED {
                self.progress(n * LISTED, count).await;
            }
            self.take(imap, part, true).await?;
        }
        Ok(count)
    }

    /// Once a day: every UID on the server must be one that okno has. Finds what a fault of anybody left behind.
    pub(super) async fn reconcile(&mut self, imap: &mut Imap) -> Result<(), Trouble> {
        let now = self.office.now();
        if now.since(self.cursor.reconciled) < RECONCILE {
            return Ok(());
        }
        let mut uids: Vec<u32> = imap.uid_search("ALL").await?.into_iter().filter(|uid| *uid <= self.cursor.last_uid).collect();
        uids.sort_unstable();
        let mut found = 0;
        for part in uids.chunks(LISTED) {
            let missing = self.office.missing(self.mailbox.channel, self.cursor.uidvalidity, part.to_vec()).await?;
            found += missing.len();
            self.take(imap, &missing, false).await?;
        }
        if found > 0 {
            tracing::warn!(channel = %self.mailbox.channel, found, "mails that had not been fetched were found by the daily comparison");
        }
        self.cursor.reconciled = now;
        self.office.fetched(self.mailbox.channel, self.cursor, Vec::new()).await?;
        Ok(())
    }

    async fn progress(&self, done: usize, of: usize) {
        let detail = format!("reading the mailbox: {done} of {of} mails");
        self.board.say(self.office, self.mailbox.channel, Side::In, "connecting", detail).await;
    }

    /// Takes these UIDs in, in order.
    async fn take(&mut self, imap: &mut Imap, uids: &[u32], advance: bool) -> Result<(), Trouble> {
        if uids.is_empty() {
            return Ok(());
        }
        let mut listed: Vec<Listed> = imap
            .uid_fetch(set(uids.iter().copied()), "(UID RFC822.SIZE INTERNALDATE)")
            .await?
            .try_filter_map(|fetch| async move { Ok(listed(&fetch)) })
            .try_collect()
            .await?;
        listed.sort_unstable_by_key(|mail| mail.uid);
        listed.dedup_by_key(|mail| mail.uid);
        let mut rest = listed.as_slice();
        while !rest.is_empty() {
            let mut bytes = 0;
            let count = rest
                .iter()
                .take(BATCH)
                .take_while(|mail| {
                    bytes += mail.size;
                    bytes <= BATCH_BYTES
                })
                .count()
                .max(1);
            let (batch, later) = rest.split_at(count);
            self.batch(imap, batch, advance).await?;
            rest = later;
        }
        if advance && let Some(last) = uids.last() {
            // Mails that were deleted meanwhile are not listed; nothing is left below the last UID.
            self.cursor.last_uid = self.cursor.last_uid.max(*last);
            self.office.fetched(self.mailbox.channel, self.cursor, Vec::new()).await?;
        }
        Ok(())
    }

    async fn batch(&mut self, imap: &mut Imap, batch: &[Listed], advance: bool) -> Result<(), Trouble> {
        let mut taken: Vec<(u32, UnitId)> = Vec::new();
        let mut fresh: Vec<u32> = Vec::new();
        let (large, whole): (Vec<&Listed>, Vec<&Listed>) = batch.iter().partition(|mail| mail.size > MAIL_BYTES);
        if !whole.is_empty() {
            let fetched: Vec<Fetch> =
                imap.uid_fetch(set(whole.iter().map(|mail| mail.uid)), "(UID BODY.PEEK[])").await?.try_collect().await?;
            for fetch in fetched {
                let (Some(uid), Some(body)) = (fetch.uid, fetch.body()) else { continue };
                if let Some(mail) = whole.iter().find(|mail| mail.uid == uid) {
                    self.store(mail, body.to_vec(), &mut taken, &mut fresh).await?;
                }
            }
        }
        for mail in large {
            let fetched: Vec<Fetch> = imap.uid_fetch(mail.uid.to_string(), "(UID BODY.PEEK[HEADER])").await?.try_collect().await?;
            for header in fetched.iter().filter_map(Fetch::header) {
                let raw = [format!("{TOO_LARGE}: {}\r\n", mail.size).as_bytes(), header].concat();
                self.store(mail, raw, &mut taken, &mut fresh).await?;
            }
        }
        if !fresh.is_empty() {
            // The mails are durable here; only now the server may show them as read.
            let updates = imap.uid_store(set(fresh.iter().copied()), "+FLAGS.SILENT (\\Seen)").await?;
            updates.try_collect::<Vec<_>>().await?;
        }
        if advance && let Some(last) = batch.last() {
            self.cursor.last_uid = self.cursor.last_uid.max(last.uid);
        }
        self.office.fetched(self.mailbox.channel, self.cursor, taken).await?;
        Ok(())
    }

    async fn store(&self, mail: &Listed, raw: Vec<u8>, taken: &mut Vec<(u32, UnitId)>, fresh: &mut Vec<u32>) -> Result<(), Trouble> {
        let archive = match (self.mailbox.settings.archive_before, mail.arrived) {
            (Some(before), Some(arrived)) => mail.uid <= self.cursor.archive_until && arrived < before,
            (Some(_), None) | (None, _) => false,
        };
        let unit = RawUnit {
            channel: self.mailbox.channel,
            kind: UnitKind::Mail,
            key: format!("imap:{}:{}", self.cursor.uidvalidity, mail.uid),
            twin: Some(parse::twin(&raw)),
            raw,
            archive,
            envelope_to: vec![self.mailbox.settings.address.clone()],
        };
        let (Received::New(unit) | Received::Repeat(unit)) = self.office.receive(unit).await?;
        taken.push((mail.uid, unit));
        // Archived mail keeps its marks: people may still work with it elsewhere.
        if !archive {
            fresh.push(mail.uid);
        }
        Ok(())
    }
}

fn listed(fetch: &Fetch) -> Option<Listed> {
    let arrived = fetch.internal_date().map(|date| Timestamp::from_millis(date.timestamp_millis()));
    Some(Listed { uid: fetch.uid?, size: fetch.size.map_or(0, |size| size as usize), arrived })
}

/// A set of UIDs as IMAP writes it, with ranges: `1:3,7`.
fn set(uids: impl Iterator<Item = u32>) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for uid in uids {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(uid) => *last = uid,
            _ => ranges.push((uid, uid)),
        }
    }
    ranges
        .iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}:{last}") })
        .collect::<Vec<_>>()
        .join(",")
}

#[cfg(test)]
mod tests {
    #[test]
    fn sets_have_ranges() {
        assert_eq!(super::set([1, 2, 3, 7, 9, 10, u32::MAX].into_iter()), "1:3,7,9:10,4294967295");
        assert_eq!(super::set([].into_iter()), "");
    }
}
