//! What a call asks of the app, in order, in a task of its own: the call never waits for the database.

use super::Message;
use crate::{
    call::{Act, Input},
    hub::Hub,
    office::Office,
};
use okno_app::AppError;
use okno_model::{
    CallId, InteractionId, RecordingId,
    doc::{CallDoc, CallEnder, CallState},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
    time::Instant,
};

/// Acts that wait; a call that has more is not obeyed by anybody any more.
const WAITING: usize = 128;
/// Changes of a record within this time are one write: answered, ringing, connected often come within a few milliseconds. A crash in between costs
/// what the agents' own acts, which are written at once, do not say.
const TOGETHER: Duration = Duration::from_millis(60);
/// Tries to write the end of a call. After the last one the next start of okno finds it.
const END_TRIES: u32 = 12;
/// The last chunk of a message is waited for this long.
const MESSAGE_DONE: Duration = Duration::from_secs(10);

/// One thing to be done.
pub(super) enum Job {
    /// The record changed.
    Save,
    /// It has changed some time ago.
    Due,
    /// An act.
    Act(Act),
    /// The customer's message, when its recording is complete.
    Message(RecordingId, JoinHandle<()>),
    /// The end.
    End(Box<CallDoc>),
}

/// The way to a call's acts.
pub(super) struct Acts {
    jobs: mpsc::Sender<Job>,
    doc: watch::Sender<Option<CallDoc>>,
    task: JoinHandle<()>,
}

impl Acts {
    pub(super) fn start(hub: Arc<Hub>, call: CallId, interaction: InteractionId, tray: mpsc::Sender<Message>) -> Self {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let (doc, latest) = watch::channel(None);
        let task = tokio::spawn(run(hub, call, interaction, tray, waiting, latest));
        Self { jobs, doc, task }
    }

    /// Stores the record; several changes in a row are one write.
    pub(super) fn save(&self, doc: CallDoc) {
        self.doc.send_replace(Some(doc));
        // Full: a save that waits takes the newest anyway.
        let _ = self.jobs.try_send(Job::Save);
    }

    pub(super) fn push(&self, job: Job) {
        if self.jobs.try_send(job).is_err() {
            tracing::error!("the app does not keep up with a call; an act was dropped");
            metrics::counter!("okno_voice_acts_dropped_total").increment(1);
        }
    }

    /// The end, after everything else.
    pub(super) async fn finish(self, doc: CallDoc) {
        let _ = self.jobs.send(Job::End(Box::new(doc))).await;
        drop(self.jobs);
        let _ = self.task.await;
    }
}

async fn run(
    hub: Arc<Hub>,
    call: CallId,
    interaction: InteractionId,
    tray: mpsc::Sender<Message>,
    mut waiting: mpsc::Receiver<Job>,
    mut latest: watch::Receiver<Option<CallDoc>>,
) {
    // When the record is to be stored.
    let mut due: Option<Instant> = None;
    loop {
        let job = tokio::select! {
            biased;
            job = waiting.recv() => job,
            () = super::until(due) => Some(Job::Due),
        };
        let Some(job) = job else { return };
        match job {
            Job::Save => due = due.or_else(|| Some(Instant::now() + TOGETHER)),
            Job::Due => {
                due = None;
                save(&hub.office, call, &mut latest).await;
            }
            Job::Act(act) => {
                // Routing decides by what it knows itself; others look at the record.
                if due.is_some() && !matches!(act, Act::Accept { .. } | Act::Decline { .. } | Act::Busy { .. } | Act::Unreached { .. }) {
                    due = None;
                    save(&hub.office, call, &mut latest).await;
                }
                if let Err(error) = perform(&hub.office, call, interaction, &act).await {
                    tracing::info!(%call, ?act, %error, "the app refuses a call's act");
                    let _ = tray.send(Message::input(Input::ActFailed { act })).await;
                    if let Ok(Some((doc, seq))) = hub.office.interaction_now(interaction).await {
                        let _ = tray.send(Message::Interaction(Box::new(doc), seq)).await;
                    }
                }
            }
            Job::Message(recording, done) => {
                due = None;
                save(&hub.office, call, &mut latest).await;
                let _ = tokio::time::timeout(MESSAGE_DONE, done).await;
                if let Err(error) = hub.office.voicemail_left(call, recording).await {
                    tracing::error!(%call, %error, "a customer's message was recorded but is nobody's work; see the recordings of the call");
                }
            }
            // It says everything that was still to be stored.
            Job::End(doc) => {
                due = None;
                let (by, cause) = match &doc.state {
                    CallState::Ended { by, cause, .. } => (*by, cause.clone()),
                    CallState::Ringing | CallState::Waiting | CallState::Voicemail | CallState::Talking | CallState::Held => {
                        (CallEnder::System, "other".to_owned())
                    }
                };
                bury(&hub.office, *doc, by, &cause).await;
            }
        }
    }
}

/// Stores the newest record, if it was not stored before.
async fn save(office: &Office, call: CallId, latest: &mut watch::Receiver<Option<CallDoc>>) {
    let doc = latest.has_changed().unwrap_or(false).then(|| latest.borrow_and_update().clone()).flatten();
    if let Some(doc) = doc
        && let Err(error) = office.save(doc).await
    {
        tracing::warn!(%call, %error, "a call's record was not stored; the next change tries again");
    }
}

/// Ends the record of a call; tried again until it is on disk.
pub(crate) async fn bury(office: &Office, doc: CallDoc, by: CallEnder, cause: &str) {
    for attempt in 0..END_TRIES {
        match office.ended(doc.clone(), by, cause).await {
            Ok(_) | Err(AppError::NotFound { .. }) => return,
            Err(error) => tracing::error!(call = %doc.id, attempt, %error, "the end of a call is not stored yet"),
        }
        tokio::time::sleep(Duration::from_millis(250 << attempt.min(6))).await;
    }
}

async fn perform(office: &Office, call: CallId, interaction: InteractionId, act: &Act) -> Result<(), AppError> {
    match act {
        Act::Accept { agent, offer } => office.accept(*agent, interaction, *offer).await,
        Act::Decline { agent, offer } => office.decline(*agent, interaction, *offer).await,
        Act::Busy { agent, offer } => office.busy(*agent, interaction, *offer).await,
        Act::Unreached { agent } => office.unreached(interaction, *agent).await,
        Act::CallbackOffered => office.callback_offered(call).await,
        Act::Callback { number } => office.callback_wanted(call, number).await,
        Act::CallbackMissed => office.callback_missed(call, "no_answer").await,
        Act::CallbackReached => office.callback_reached(call).await,
        Act::HandOver { to, by } => office.handed_over(call, (by != to).then_some(*by), *to).await,
        Act::Finish { agent } => office.agent_left(call, *agent).await,
        // Not the app's: see `effects`.
        Act::AskPlace | Act::Voicemail | Act::Ended => Ok(()),
    }
}
