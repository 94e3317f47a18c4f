//! Mailboxes by IMAP: one task each, that never ends before it is told to.

mod client;
mod fetch;
mod patient;

pub(crate) use fetch::TOO_LARGE;

use super::{
    health::{Board, Side},
    office::{Mailbox, Office},
    tls::Trust,
    wait::{BackOff, stopped},
};
use async_imap::extensions::idle::IdleResponse;
use client::{Imap, SILENCE, Trouble, connect, is_silence};
use fetch::Fetcher;
use std::{future::Future, pin::pin, time::Duration};
use tokio::{sync::watch, time::timeout};

/// One slice of IDLE; after it IDLE is renewed and the mailbox asked. Servers end IDLE after 29 minutes and half-open
/// connections look like quiet ones, so that a short slice finds both.
const IDLE_SLICE: Duration = Duration::from_secs(60);
/// Poll of servers without IDLE.
const POLL: Duration = Duration::from_secs(30);
/// Time for saying goodbye.
const GOODBYE: Duration = Duration::from_secs(5);
/// Waits between tries: from one second to five minutes; with a wrong password from one minute to half an hour.
const SOON: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(300));
const LATER: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(1800));

const _: () = assert!(IDLE_SLICE.as_secs() < SILENCE.as_secs() && SILENCE.as_secs() <= 90);

/// Fetches a mailbox until `shutdown`.
pub(crate) async fn run(office: Office, mailbox: Mailbox, trust: Trust, board: Board, mut shutdown: watch::Receiver<bool>) {
    let mut soon = BackOff::new(SOON.0, SOON.1);
    let mut later = BackOff::new(LATER.0, LATER.1);
    board.say(&office, mailbox.channel, Side::In, "connecting", "connecting to the mail server".to_owned()).await;
    loop {
        let connection = one_connection(&office, &mailbox, &trust, &board, &mut soon, &mut later, shutdown.clone());
        let trouble = tokio::select! {
            ended = connection => match ended {
                Ok(()) => return,
                Err(trouble) => trouble,
            },
            () = stopped(&mut shutdown) => return,
        };
        let wait = if trouble.needs_a_person() { later.next() } else { soon.next() };
        tracing::warn!(channel = %mailbox.channel, %trouble, wait = ?wait, "a mailbox cannot be fetched");
        board.say(&office, mailbox.channel, Side::In, "error", trouble.to_string()).await;
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stopped(&mut shutdown) => return,
        }
    }
}

/// Tries a mailbox's IMAP settings: words of success, or of what is wrong.
pub(crate) async fn check(mailbox: &Mailbox, trust: &Trust) -> Option<Result<String, String>> {
    let server = mailbox.settings.imap.as_ref()?;
    let tried = async {
        let mut imap = connect(server, mailbox.imap_password.as_deref().unwrap_or_default(), trust).await?;
        let inbox = imap.select("INBOX").await.map_err(|error| Trouble::Inbox(client::short(&error.to_string())))?;
        let _ = timeout(GOODBYE, imap.logout()).await;
        Ok(format!("signed in as {}; {} mails in INBOX", server.user, inbox.exists))
    };
    Some(tried.await.map_err(|trouble: Trouble| trouble.to_string()))
}

async fn one_connection(
    office: &Office,
    mailbox: &Mailbox,
    trust: &Trust,
    board: &Board,
    soon: &mut BackOff,
    later: &mut BackOff,
    mut shutdown: watch::Receiver<bool>,
) -> Result<(), Trouble> {
    let Some(server) = &mailbox.settings.imap else { return Ok(()) };
    let mut imap = connect(server, mailbox.imap_password.as_deref().unwrap_or_default(), trust).await?;
    let can_idle = imap.capabilities().await?.has_str("IDLE");
    let mut fetcher = Fetcher::open(office, mailbox, board, &mut imap).await?;
    loop {
        fetcher.new_mail(&mut imap).await?;
        fetcher.reconcile(&mut imap).await?;
        soon.reset();
        later.reset();
        let detail = format!("signed in as {}; mail arrives {}", server.user, if can_idle { "at once" } else { "within 30 seconds" });
        board.say(office, mailbox.channel, Side::In, "ok", detail).await;
        let rested =
            if can_idle { rest_idle(imap, stopped(&mut shutdown)).await? } else { rest_poll(imap, stopped(&mut shutdown)).await? };
        match rested {
            Some(connection) => imap = connection,
            None => return Ok(()),
        }
    }
}

/// Waits by IDLE for news or for the slice to end. `None` when the process stops.
async fn rest_idle(imap: Imap, stop: impl Future<Output = ()>) -> Result<Option<Imap>, Trouble> {
    let mut idle = imap.idle();
    idle.init().await?;
    let news = {
        let (wait, interrupt) = idle.wait_with_timeout(IDLE_SLICE);
        let mut wait = pin!(wait);
        tokio::select! {
            news = &mut wait => Some(news),
            () = stop => {
                drop(interrupt);
                None
            }
        }
    };
    match news {
        None => {
            let goodbye = async {
                if let Ok(mut imap) = idle.done().await {
                    let _ = imap.logout().await;
                }
            };
            let _ = timeout(GOODBYE, goodbye).await;
            Ok(None)
        }
        Some(Err(error)) if !is_silence(&error) => Err(error.into()),
        // `ManualInterrupt` without an interrupt means that the stream has ended.
        Some(Ok(IdleResponse::ManualInterrupt)) => Err(Trouble::Broken("the server closed the connection".to_owned())),
        Some(Ok(IdleResponse::NewData(_) | IdleResponse::Timeout) | Err(_)) => Ok(Some(idle.done().await?)),
    }
}

async fn rest_poll(mut imap: Imap, stop: impl Future<Output = ()>) -> Result<Option<Imap>, Trouble> {
    tokio::select! {
        () = tokio::time::sleep(POLL) => {
            imap.noop().await?;
            Ok(Some(imap))
        }
        () = stop => {
            let _ = timeout(GOODBYE, imap.logout()).await;
            Ok(None)
        }
    }
}
