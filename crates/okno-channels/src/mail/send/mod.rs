//! Sending: mails that are due are claimed, built and given to the relay of their mailbox; how that ended is written down.
//!
//! Each mailbox has a task and a connection of its own, so that a dead relay holds up nobody else's mail. A relay that
//! doesn't work is left alone for a while: its mails are put off at once.

mod relay;

#[cfg(test)]
mod tests;

pub(crate) use relay::Relay;

use super::{
    build,
    health::{Board, Side},
    office::{Mailbox, Office, OfficeError},
    tls::Trust,
    wait::{BackOff, stopped},
};
use okno_model::{ChannelId, wire::{OutboundMail, SendOutcome}};
use relay::Down;
use std::{collections::BTreeMap, time::Duration};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{Instant, timeout},
};

/// Mails that are claimed at once, over all mailboxes.
const CLAIMED: usize = 64;
/// A claimed mail that has waited longer is left for its next claim: with the time for sending it would outlive its lease.
const STALE: Duration = Duration::from_secs(60);
/// An unused connection is closed after this long.
const IDLE: Duration = Duration::from_secs(20);
/// How long a relay that doesn't work is left alone.
const REST: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(300));
/// Mails are looked for at least so often; a lost wake-up costs no more.
const LOOK: Duration = Duration::from_secs(30);

/// Sends until `shutdown`; then mails that are on their way are finished.
pub(crate) async fn run<O: Office>(office: O, trust: Trust, hello: String, board: Board, mut shutdown: watch::Receiver<bool>) {
    let (done, mut finished) = mpsc::channel::<ChannelId>(CLAIMED);
    let mut sender = Sender { office: office.clone(), trust, hello, board, done, relays: BTreeMap::new(), tasks: JoinSet::new(), flying: 0 };
    let mut trouble = BackOff::new(Duration::from_secs(1), Duration::from_secs(30));
    while !*shutdown.borrow() {
        // Listening begins before looking, so that no wake-up falls in between.
        let mut wait = LOOK;
        if sender.flying < CLAIMED {
            match sender.look().await {
                Ok(0) => wait = until_due(&office).await.min(LOOK),
                Ok(_) => continue,
                Err(error) => {
                    tracing::warn!(%error, "cannot look for mails to send");
                    wait = trouble.next();
                }
            }
        }
        tokio::select! {
            () = office.outbox_waiting(), if sender.flying < CLAIMED => trouble.reset(),
            () = office.channels_changed() => sender.forget_relays(),
            Some(_) = finished.recv() => sender.flying -= 1,
            Some(_) = sender.tasks.join_next() => {}
            () = tokio::time::sleep(wait) => {}
            () = stopped(&mut shutdown) => {}
        }
    }
    sender.relays.clear();
    let drain = async { while sender.tasks.join_next().await.is_some() {} };
    if timeout(Duration::from_secs(30), drain).await.is_err() {
        sender.tasks.shutdown().await;
    }
}

async fn until_due<O: Office>(office: &O) -> Duration {
    match office.next_due().await {
        Ok(Some(due)) => due.since(office.now()).max(Duration::from_millis(50)),
        Ok(None) | Err(_) => LOOK,
    }
}

/// A mail on its way to its relay's task.
struct Job {
    mail: OutboundMail,
    claimed: Instant,
}

struct Sender<O> {
    office: O,
    trust: Trust,
    hello: String,
    board: Board,
    done: mpsc::Sender<ChannelId>,
    relays: BTreeMap<ChannelId, mpsc::Sender<Job>>,
    tasks: JoinSet<()>,
    flying: usize,
}

impl<O: Office> Sender<O> {
    /// Claims mails and hands them to their relays; how many.
    async fn look(&mut self) -> Result<usize, OfficeError> {
        let claimed = self.office.claim(CLAIMED - self.flying).await?;
        let count = claimed.len();
        for mail in claimed {
            let job = Job { mail, claimed: Instant::now() };
            self.hand_over(job).await;
        }
        Ok(count)
    }

    async fn hand_over(&mut self, job: Job) {
        let channel = job.mail.channel;
        let relay = match self.relays.get(&channel).filter(|relay| !relay.is_closed()) {
            Some(relay) => relay.clone(),
            None => match self.start(channel).await {
                Ok(Some(relay)) => relay,
                Ok(None) => return finish(&self.office, &job.mail, SendOutcome::Deferred("its mailbox is off or gone; turn it on".to_owned())).await,
                // The lease brings it back.
                Err(error) => return tracing::warn!(%error, "cannot read the mailboxes"),
            },
        };
        // The channel holds as many as can be claimed, so that this never waits.
        if relay.send(job).await.is_ok() {
            self.flying += 1;
        }
    }

    async fn start(&mut self, channel: ChannelId) -> Result<Option<mpsc::Sender<Job>>, OfficeError> {
        let Some(mailbox) = self.office.mailboxes().await?.into_iter().find(|mailbox| mailbox.channel == channel && mailbox.enabled) else { return Ok(None) };
        let (sender, jobs) = mpsc::channel(CLAIMED);
        let task = Task {
            office: self.office.clone(),
            mailbox,
            trust: self.trust.clone(),
            hello: self.hello.clone(),
            board: self.board.clone(),
            connection: None,
            rest: BackOff::new(REST.0, REST.1),
            closed_until: None,
        };
        self.tasks.spawn(task.run(jobs, self.done.clone()));
        self.relays.insert(channel, sender.clone());
        Ok(Some(sender))
    }

    /// Settings changed: the tasks finish what they have and new ones begin with the new settings.
    fn forget_relays(&mut self) {
        self.relays.clear();
    }
}

/// Writes down how it ended. If even that fails, the lease brings the mail back, with the same Message-ID.
async fn finish<O: Office>(office: &O, mail: &OutboundMail, outcome: SendOutcome) {
    if let Err(error) = office.sent(mail.outbox, outcome).await {
        tracing::warn!(%error, outbox = %mail.outbox, "cannot note how a mail went; it is tried again");
    }
}

/// The sender of one mailbox.
struct Task<O> {
    office: O,
    mailbox: Mailbox,
    trust: Trust,
    hello: String,
    board: Board,
    connection: Option<Relay>,
    rest: BackOff,
    closed_until: Option<(Instant, String)>,
}

impl<O: Office> Task<O> {
    async fn run(mut self, mut jobs: mpsc::Receiver<Job>, done: mpsc::Sender<ChannelId>) {
        let mut used = Instant::now();
        loop {
            let job = match timeout(IDLE, jobs.recv()).await {
                Ok(Some(job)) => job,
                Ok(None) => break,
                Err(_) => {
                    if let Some(connection) = self.connection.take() {
                        connection.quit().await;
                    }
                    continue;
                }
            };
            if used.elapsed() > Duration::from_secs(5) && let Some(connection) = &mut self.connection && !connection.is_alive().await {
                self.connection = None;
            }
            if job.claimed.elapsed() < STALE {
                let outcome = self.send(&job.mail).await;
                match &outcome {
                    SendOutcome::Sent(answer) => tracing::info!(outbox = %job.mail.outbox, %answer, "a mail was sent"),
                    SendOutcome::Deferred(why) => tracing::info!(outbox = %job.mail.outbox, %why, "a mail was put off"),
                    SendOutcome::Failed(why) => tracing::warn!(outbox = %job.mail.outbox, %why, "a mail cannot be sent"),
                }
                finish(&self.office, &job.mail, outcome).await;
            }
            used = Instant::now();
            let _ = done.send(self.mailbox.channel).await;
        }
        if let Some(connection) = self.connection {
            connection.quit().await;
        }
    }

    async fn send(&mut self, mail: &OutboundMail) -> SendOutcome {
        if let Some((until, why)) = &self.closed_until && Instant::now() < *until {
            return SendOutcome::Deferred(why.clone());
        }
        let mut files = Vec::new();
        for file in &mail.files {
            match self.office.blob(file.blob.clone()).await {
                Ok(bytes) => files.push((file, bytes)),
                Err(OfficeError::Unavailable(why)) => return SendOutcome::Deferred(why),
                Err(OfficeError::Refused(why)) => return SendOutcome::Failed(format!("the file `{}` cannot be read: {why}", file.name)),
            }
        }
        let built = match build::build(mail, files) {
            Ok(built) => built,
            Err(error) => return SendOutcome::Failed(error.to_string()),
        };
        match self.give(&built).await {
            Ok(outcome) => {
                self.closed_until = None;
                self.rest.reset();
                self.board.say(&self.office, self.mailbox.channel, Side::Out, "ok", String::new()).await;
                outcome
            }
            Err(Down(why)) => {
                self.connection = None;
                self.closed_until = Some((Instant::now() + self.rest.next(), why.clone()));
                self.board.say(&self.office, self.mailbox.channel, Side::Out, "error", format!("mail cannot be sent: {why}")).await;
                SendOutcome::Deferred(why)
            }
        }
    }

    async fn give(&mut self, built: &build::Built) -> Result<SendOutcome, Down> {
        let Some(server) = &self.mailbox.settings.smtp else {
            return Err(Down("the mailbox has no server for outgoing mail; enter one".to_owned()));
        };
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(Relay::connect(server, &self.mailbox.smtp_password, &self.trust, &self.hello).await?),
        };
        connection.send(built).await
    }
}
