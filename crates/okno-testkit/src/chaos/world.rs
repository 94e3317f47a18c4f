//! What the parts of the story share: where the server is, what happens at this moment, what was recorded.

use super::record::Record;
use crate::{Api, Company, Server};
use anyhow::{Result, bail};
use std::collections::VecDeque;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Pause between two looks, and before something is tried again.
const PAUSE: Duration = Duration::from_millis(20);

/// A moment in which something is on its way and not yet acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// A visitor has sent a message.
    ChatIn,
    /// A mail server has sent a mail to okno's listener.
    MailListener,
    /// A mail has come into the mailbox.
    MailBox,
    /// okno has sent a mail to the relay.
    MailOut,
    /// A request of the desk is on its way.
    Rest,
}

/// The moments that a kill can wait for, in the order in which they take turns.
pub(super) const MOMENTS: [Moment; 5] = [Moment::ChatIn, Moment::MailListener, Moment::MailBox, Moment::MailOut, Moment::Rest];

pub(super) struct World {
    pub(super) api: Api,
    pub(super) owner: String,
    pub(super) widget_key: String,
    pub(super) port: u16,
    pub(super) smtp_port: u16,
    pub(super) postfix_port: u16,
    /// Chats that the desk has, to reply to.
    pub(super) chats: Mutex<Vec<String>>,
    /// Mails that the desk has and nobody replies to yet.
    pub(super) mails: Mutex<VecDeque<String>>,
    record: Mutex<Record>,
    moments: [Arc<Notify>; MOMENTS.len()],
    input_stopped: AtomicBool,
    desk_stopped: AtomicBool,
    finished: AtomicBool,
    mailers: AtomicUsize,
    repliers: AtomicUsize,
}

impl World {
    pub(super) fn new(server: &Server, company: Company, postfix_port: u16, mail_out: Arc<Notify>) -> Self {
        let moments = MOMENTS.map(|moment| if moment == Moment::MailOut { Arc::clone(&mail_out) } else { Arc::default() });
        Self {
            api: company.api,
            owner: company.owner,
            widget_key: company.widget_key,
            port: server.port,
            smtp_port: server.smtp_port,
            postfix_port,
            chats: Mutex::default(),
            mails: Mutex::default(),
            record: Mutex::default(),
            moments,
            input_stopped: AtomicBool::new(false),
            desk_stopped: AtomicBool::new(false),
            finished: AtomicBool::new(false),
            mailers: AtomicUsize::new(0),
            repliers: AtomicUsize::new(0),
        }
    }

    /// Reads or writes the record.
    pub(super) fn with<T>(&self, f: impl FnOnce(&mut Record) -> T) -> T {
        f(&mut self.record.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The record, when nobody writes it any more.
    pub(super) fn take_record(&self) -> Record {
        self.with(std::mem::take)
    }

    /// Something answered what it should not have.
    pub(super) fn surprise(&self, what: String) {
        self.with(|record| record.surprises.push(what));
    }

    /// Tells whoever waits for it that this moment is now.
    pub(super) fn hit(&self, moment: Moment) {
        self.moment(moment).notify_waiters();
    }

    /// Waits for a moment; false if it does not come within `limit`.
    pub(super) async fn next(&self, moment: Moment, limit: Duration) -> bool {
        tokio::time::timeout(limit, self.moment(moment).notified()).await.is_ok()
    }

    fn moment(&self, moment: Moment) -> &Notify {
        let at = MOMENTS.iter().position(|known| *known == moment).unwrap_or(0);
        &self.moments[at]
    }

    pub(super) fn stop_input(&self) {
        self.input_stopped.store(true, Ordering::SeqCst);
    }

    pub(super) fn input_stopped(&self) -> bool {
        self.input_stopped.load(Ordering::SeqCst)
    }

    pub(super) fn stop_desk(&self) {
        self.desk_stopped.store(true, Ordering::SeqCst);
    }

    pub(super) fn desk_stopped(&self) -> bool {
        self.desk_stopped.load(Ordering::SeqCst)
    }

    /// Ends everything.
    pub(super) fn finish(&self) {
        self.stop_input();
        self.stop_desk();
        self.finished.store(true, Ordering::SeqCst);
    }

    pub(super) fn finished(&self) -> bool {
        self.finished.load(Ordering::SeqCst)
    }

    /// Mailers that still have something to submit.
    pub(super) fn mailers(&self) -> usize {
        self.mailers.load(Ordering::SeqCst)
    }

    /// Repliers that still wait for an answer.
    pub(super) fn repliers(&self) -> usize {
        self.repliers.load(Ordering::SeqCst)
    }

    /// Counts one more mailer as long as the guard lives.
    pub(super) fn mailing(&self) -> Busy<'_> {
        Busy::new(&self.mailers)
    }

    /// Counts one more replier as long as the guard lives.
    pub(super) fn replying(&self) -> Busy<'_> {
        Busy::new(&self.repliers)
    }

    /// Looks until it is so.
    pub(super) async fn wait<F: Future<Output = Result<bool>>>(&self, what: &str, limit: Duration, look: impl Fn() -> F) -> Result<()> {
        let start = Instant::now();
        let mut last = String::new();
        loop {
            match look().await {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(error) => last = format!(" ({error:#})"),
            }
            if start.elapsed() > limit {
                bail!("waited {} s for {what}{last}", limit.as_secs());
            }
            tokio::time::sleep(PAUSE * 5).await;
        }
    }
}

/// A pause before the next try.
pub(super) async fn pause() {
    tokio::time::sleep(PAUSE).await;
}

/// Counts as long as it lives.
pub(super) struct Busy<'a>(&'a AtomicUsize);

impl<'a> Busy<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
