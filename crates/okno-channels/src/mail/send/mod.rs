//! Sending: mails that are due are claimed, built and given to the relay of their mailbox; how that ended is written down.
//!
//! Each mailbox has a task and a connection of its own, so that a dead relay holds up nobody else's mail. A relay that
//! doesn't work is left alone for a while: its mails are put off at once.

mod relay;

pub(crate) use relay::Relay;

use super::{
    build,
    health::{Board, Side},
    office::{Mailbox, Office, OfficeError},
    tls::Trust,
    wait::{BackOff, stopped},
};
use okno_bus::Topic;
use okno_model::{
    ChannelId,
    wire::{OutboundMail, SendOutcome},
};
use relay::Down;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch},
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
pub(crate) async fn run(office: Office, trust: Trust, hello: String, board: Board, mut shutdown: watch::Receiver<bool>) {
    let mut outbox = office.listen(Topic::Outbox);
    let mut channels = office.listen(Topic::Channels);
    let places = Arc::new(Semaphore::new(CLAIMED));
    let mut sender =
        Sender { office: office.clone(), trust, hello, board, places: Arc::clone(&places), relays: BTreeMap::new(), tasks: JoinSet::new() };
    let mut trouble = BackOff::new(Duration::from_secs(1), Duration::from_secs(30));
    if let Err(error) = office.reclaim().await {
        tracing::warn!(%error, "mails that were on their way when okno stopped wait for the end of their lease");
    }
    while !*shutdown.borrow() {
        let mut wait = LOOK;
        let free = places.available_permits();
        if free > 0 {
            match sender.look(free).await {
                Ok(0) => {
                    trouble.reset();
                    wait = until_due(&office).await.min(LOOK);
                }
                Ok(_) => continue,
                Err(error) => {
                    tracing::warn!(%error, "cannot look for mails to send");
                    wait = trouble.next();
                }
            }
        }
        tokio::select! {
            () = outbox.wait(), if free > 0 => {}
            _ = places.acquire(), if free == 0 => {}
            // Settings changed: the tasks finish what they have and new ones begin with the new settings.
            () = channels.wait() => sender.relays.clear(),
            Some(ended) = sender.tasks.join_next() => {
                if let Err(error) = ended && error.is_panic() {
                    tracing::error!("a sender panicked; its mails come back after their lease");
                }
            }
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

async fn until_due(office: &Office) -> Duration {
    match office.next_due().await {
        Ok(Some(due)) => due.since(office.now()).max(Duration::from_millis(100)),
        Ok(None) | Err(_) => LOOK,
    }
}

/// A mail on its way to its relay's task.
struct Job {
    mail: OutboundMail,
    claimed: Instant,
    /// Given back when the job is done, however it ends.
    _place: OwnedSemaphorePermit,
}

struct Sender {
    office: Office,
    trust: Trust,
    hello: String,
    board: Board,
    places: Arc<Semaphore>,
    relays: BTreeMap<ChannelId, mpsc::Sender<Job>>,
    tasks: JoinSet<()>,
}

impl Sender {
    /// Claims up to `free` mails and hands them to their relays; how many.
    async fn look(&mut self, free: usize) -> Result<usize, OfficeError> {
        let claimed = self.office.claim(free).await?;
        let count = claimed.len();
        for mail in claimed {
            // Only this task takes places, so that there is one for each claimed mail.
            let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else { break };
            self.hand_over(Job { mail, claimed: Instant::now(), _place: place }).await;
        }
        Ok(count)
    }

    async fn hand_over(&mut self, job: Job) {
        let channel = job.mail.channel;
        let relay = match self.relays.get(&channel).filter(|relay| !relay.is_closed()) {
            Some(relay) => relay.clone(),
            None => match self.start(channel).await {
                Ok(Some(relay)) => relay,
                Ok(None) => {
                    return finish(&self.office, &job.mail, SendOutcome::Deferred("its mailbox is off or gone; turn it on".to_owned()))
                        .await;
                }
                // The lease brings it back.
                Err(error) => return tracing::warn!(%error, "cannot read the mailboxes"),
            },
        };
        // The channel holds as many as can be claimed, so that this never waits.
        if relay.send(job).await.is_err() {
            tracing::warn!(%channel, "a sender has ended; its mail comes back after its lease");
        }
    }

    async fn start(&mut self, channel: ChannelId) -> Result<Option<mpsc::Sender<Job>>, OfficeError> {
        let Some(mailbox) = self.office.mailboxes().await?.into_iter().find(|mailbox| mailbox.channel == channel) else { return Ok(None) };
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
            health: None,
        };
        self.tasks.spawn(task.run(jobs));
        self.relays.insert(channel, sender.clone());
        Ok(Some(sender))
    }
}

/// Writes down how it ended. If even that fails, the lease brings the mail back, with the same Message-ID.
async fn finish(office: &Office, mail: &OutboundMail, outcome: SendOutcome) {
    if let Err(error) = office.sent(mail.outbox, mail.attempt, outcome).await {
        tracing::warn!(%error, outbox = %mail.outbox, "cannot note how a mail went; it is tried again");
    }
}

/// The sender of one mailbox.
struct Task {
    office: Office,
    mailbox: Mailbox,
    trust: Trust,
    hello: String,
    board: Board,
    connection: Option<Relay>,
    rest: BackOff,
    closed_until: Option<(Instant, String)>,
    /// What the last try showed of the relay, until it is told.
    health: Option<Result<(), String>>,
}

impl Task {
    async fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
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
            if used.elapsed() > Duration::from_secs(5)
                && let Some(connection) = &mut self.connection
                && !connection.is_alive().await
            {
                self.connection = None;
            }
            if job.claimed.elapsed() < STALE {
                let outcome = self.send(&job.mail).await;
                match &outcome {
                    SendOutcome::Sent(answer) => tracing::info!(outbox = %job.mail.outbox, %answer, "a mail was sent"),
                    SendOutcome::Deferred(why) => tracing::info!(outbox = %job.mail.outbox, %why, "a mail was put off"),
                    SendOutcome::Failed(why) => tracing::warn!(outbox = %job.mail.outbox, %why, "a mail cannot be sent"),
                }
                // First of all: whatever is written between the relay's answer and this is time in which a crash sends the mail twice.
                finish(&self.office, &job.mail, outcome).await;
                self.tell().await;
            }
            used = Instant::now();
        }
        if let Some(connection) = self.connection {
            connection.quit().await;
        }
    }

    async fn send(&mut self, mail: &OutboundMail) -> SendOutcome {
        if let Some((until, why)) = &self.closed_until
            && Instant::now() < *until
        {
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
                self.health = Some(Ok(()));
                outcome
            }
            Err(Down(why)) => {
                self.connection = None;
                self.closed_until = Some((Instant::now() + self.rest.next(), why.clone()));
                self.health = Some(Err(why.clone()));
                SendOutcome::Deferred(why)
            }
        }
    }

    /// Notes how the relay is, if a try has shown it.
    async fn tell(&mut self) {
        let (state, detail) = match self.health.take() {
            None => return,
            Some(Ok(())) => ("ok", String::new()),
            Some(Err(why)) => ("error", format!("mail cannot be sent: {why}")),
        };
        self.board.say(&self.office, self.mailbox.channel, Side::Out, state, detail).await;
    }

    async fn give(&mut self, built: &build::Built) -> Result<SendOutcome, Down> {
        let Some(server) = &self.mailbox.settings.smtp else {
            return Err(Down("the mailbox has no server for outgoing mail; enter one".to_owned()));
        };
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none
                .insert(Relay::connect(server, self.mailbox.smtp_password.as_deref().unwrap_or_default(), &self.trust, &self.hello).await?),
        };
        connection.send(built).await
    }
}
