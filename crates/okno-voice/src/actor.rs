//! One task per call: it owns the legs, gives what happens to the machine, and does what the machine wants.
//!
//! A call that panics takes nobody with it: its supervisor hangs up what was open and ends its record with the cause `crash`.

mod acts;
mod effects;
mod events;
mod line;
mod moves;
mod record;
mod second;
#[cfg(test)]
mod tests;
mod transfer;

pub(crate) use acts::bury;
pub(crate) use events::figures;
pub(crate) use line::{Line, LineError, SipLine};
use second::Parked;
pub(crate) use transfer::Blind;
use transfer::Referrer;

use crate::{
    call::{Call, Effect, Hears, Input},
    hub::{Entry, Hub, WAITING},
    treat::Voice,
};
use acts::{Acts, Job};
use okno_bus::voice::{PhoneNews, Refused, Reply};
use okno_media::{LegId as MediaLeg, MediaEvent, RoomId, audio::Audio, record::Recorder};
use okno_model::{
    AgentId, CallId, InteractionId, QueueId, RecordingId, Timestamp, VisitorId,
    doc::{CallDoc, CallEnder, CallState, InteractionDoc, LegDoc},
    phone::{CallCommand, DialTo, PhoneDown},
};
use okno_sip::LegEvent;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::mpsc, task::JoinHandle, time::Instant};

/// What a call's task is told.
pub(crate) enum Message {
    /// For the machine.
    Input(Box<Input>),
    /// Of a SIP leg.
    Sip { leg: i64, event: Box<LegEvent> },
    /// Of a media leg.
    Media { leg: i64, event: MediaEvent },
    /// The interaction as of an event: rows that were read and the journal come by different ways, and what is older than what is known
    /// must not undo it.
    Interaction(Box<InteractionDoc>, i64),
    /// Somebody wants something.
    Command { by: AgentId, command: CallCommand, reply: Option<Reply<()>> },
    /// A call to a number or phone is under way.
    Dialed { leg: i64, line: Box<SipLine> },
    /// A number that is elsewhere may be called there.
    Redirected { leg: i64, number: String },
    /// A desk phone transfers its caller to whoever may be there.
    Transfer { leg: i64, to: Blind },
    /// How a transfer went that the app was asked for.
    Transferred { leg: i64, code: u16 },
    /// An agent who talks with a customer at his desk phone dials somebody with its second line.
    Second { agent: AgentId, to: DialTo, line: Box<SipLine> },
    /// An agent goes on at another phone of his (INVITE with Replaces).
    Replace { leg: i64, agent: AgentId, line: Box<SipLine> },
    /// Words have become sound.
    Rendered { leg: i64, what: Hears, sounds: Vec<Arc<Audio>>, music: Option<Arc<Audio>> },
    /// A recording may begin.
    Recording { id: RecordingId, recorder: Box<Recorder>, done: JoinHandle<()> },
    /// A leg was closed.
    Closed { leg: i64, quality: okno_media::QualityReport },
    /// A widget has had its time to connect.
    Unconnected,
    /// A bug.
    #[cfg(test)]
    Panic,
}

impl Message {
    /// Something for the machine. Boxed, as all that is large: a channel keeps room for 32 messages, and each call has one.
    pub(crate) fn input(input: Input) -> Self {
        Self::Input(Box::new(input))
    }
}

/// What remains of a call whose task panicked.
#[derive(Default)]
struct Estate {
    doc: Option<CallDoc>,
    media: Vec<MediaLeg>,
}

/// What a call begins with.
pub(crate) struct Begin {
    pub(crate) call: Call,
    pub(crate) effects: Vec<Effect>,
    /// Legs that are there already.
    pub(crate) lines: BTreeMap<i64, Line>,
    pub(crate) voice: Voice,
    pub(crate) queue: QueueId,
    /// The widget that calls.
    pub(crate) visitor: Option<VisitorId>,
    /// Number shown to whom is called.
    pub(crate) our_number: String,
    /// Name shown on agents' phones.
    pub(crate) name: String,
}

/// A call's task.
struct Actor {
    hub: Arc<Hub>,
    id: CallId,
    interaction: InteractionId,
    call: Call,
    tray: mpsc::Receiver<Message>,
    sender: mpsc::Sender<Message>,
    acts: Acts,
    lines: BTreeMap<i64, Line>,
    /// Trunks that are still to be tried, by leg.
    rest: BTreeMap<i64, (String, Vec<String>)>,
    /// Redirections that were followed.
    moves: u8,
    /// The phone that has asked for a transfer and waits to hear how it goes.
    referrer: Option<Referrer>,
    /// The line of his phone that the agent does not listen to now, while he consults somebody.
    parked: Option<Parked>,
    hears: BTreeMap<i64, Hears>,
    room: Option<RoomId>,
    /// Inputs that follow from effects.
    pending: VecDeque<Input>,
    saved: Option<CallDoc>,
    voice: Voice,
    queue: QueueId,
    /// Number of the last event of the interaction that is known.
    heard: i64,
    visitor: Option<VisitorId>,
    our_number: String,
    name: String,
    recording: Option<(RecordingId, JoinHandle<()>)>,
    /// Legs whose closing is under way.
    closing: usize,
    estate: Arc<Mutex<Estate>>,
}

/// How long the figures of the last legs are waited for.
const LAST_FIGURES: Duration = Duration::from_secs(2);

/// Starts a call. It is found by its id from now on; the result is its tray.
pub(crate) fn start(hub: &Arc<Hub>, begin: Begin) -> mpsc::Sender<Message> {
    let (sender, tray) = mpsc::channel(WAITING);
    let doc = begin.call.doc().clone();
    let (id, interaction) = (doc.id, doc.interaction);
    let estate = Arc::new(Mutex::new(Estate { doc: Some(doc), media: Vec::new() }));
    hub.with(|map| {
        map.calls.insert(id, Entry { tray: sender.clone(), agent: begin.call.agent() });
        map.interactions.insert(interaction, id);
        if let Some(visitor) = begin.visitor {
            map.widgets.insert(visitor, id);
        }
    });
    let visitor = begin.visitor;
    let actor = Actor {
        hub: Arc::clone(hub),
        id,
        interaction,
        call: begin.call,
        tray,
        sender: sender.clone(),
        acts: Acts::start(Arc::clone(hub), id, interaction, sender.clone()),
        lines: BTreeMap::new(),
        rest: BTreeMap::new(),
        moves: 0,
        referrer: None,
        parked: None,
        hears: BTreeMap::new(),
        room: None,
        pending: VecDeque::new(),
        saved: None,
        voice: begin.voice,
        queue: begin.queue,
        heard: 0,
        visitor: begin.visitor,
        our_number: begin.our_number,
        name: begin.name,
        recording: None,
        closing: 0,
        estate: Arc::clone(&estate),
    };
    let task = tokio::spawn(actor.run(begin.lines, begin.effects));
    tokio::spawn(supervise(Arc::clone(hub), id, interaction, visitor, estate, task));
    metrics::gauge!("okno_voice_calls").increment(1.0);
    sender
}

/// Waits for the end of a call's task, and buries what a panic leaves.
async fn supervise(
    hub: Arc<Hub>,
    id: CallId,
    interaction: InteractionId,
    visitor: Option<VisitorId>,
    estate: Arc<Mutex<Estate>>,
    task: JoinHandle<()>,
) {
    let crashed = task.await.is_err();
    hub.with(|map| {
        map.calls.remove(&id);
        map.widget_media.remove(&id);
        map.legs.retain(|_, place| place.call != id);
        if map.interactions.get(&interaction) == Some(&id) {
            map.interactions.remove(&interaction);
        }
        if let Some(visitor) = visitor
            && map.widgets.get(&visitor) == Some(&id)
        {
            map.widgets.remove(&visitor);
        }
    });
    metrics::gauge!("okno_voice_calls").decrement(1.0);
    if crashed {
        let (doc, media) = {
            let mut estate = estate.lock().unwrap_or_else(PoisonError::into_inner);
            (estate.doc.take(), std::mem::take(&mut estate.media))
        };
        tracing::error!(call = %id, "a call crashed; it was hung up and its record ended");
        metrics::counter!("okno_voice_crashes_total").increment(1);
        // Its signaling hung up when its handles were dropped.
        for leg in media {
            hub.with(|map| map.forget_owner(leg));
            hub.media.close(leg).await;
        }
        crate::desk::release_all(&hub, id);
        if let Some(doc) = doc {
            acts::bury(&hub.office, doc, CallEnder::System, "crash").await;
        }
    }
    crate::dial::look_at_callback(&hub, interaction).await;
}

impl Actor {
    async fn run(mut self, lines: BTreeMap<i64, Line>, effects: Vec<Effect>) {
        for (leg, line) in lines {
            self.adopt(leg, line);
        }
        self.execute(effects);
        self.settle();
        while !self.call.is_over() {
            let deadline = self.call.deadline().map(|at| Instant::now() + at.since(self.now()));
            let message = tokio::select! {
                message = self.tray.recv() => message,
                () = until(deadline) => Some(Message::input(Input::Tick)),
            };
            // The actor holds a sender itself, so that there always is one.
            let Some(message) = message else { break };
            self.on(message);
            self.tidy_lines();
            self.settle();
        }
        self.last_figures().await;
        if let Some(room) = self.room {
            self.hub.media.close_room(room);
        }
        self.tell_widget();
        let doc = self.call.doc().clone();
        self.acts.finish(doc).await;
    }

    fn now(&self) -> Timestamp {
        self.hub.office.now()
    }

    /// Gives inputs to the machine until none follows.
    fn feed(&mut self, input: Input) {
        self.pending.push_back(input);
        while let Some(input) = self.pending.pop_front() {
            let mut effects = Vec::new();
            tracing::trace!(call = %self.id, ?input, stage = self.call.word(), "call");
            let now = self.now();
            // Only commands are refused, and they do not come this way.
            let _ = self.call.handle(now, input, &mut effects);
            self.execute(effects);
        }
    }

    /// What others may know: the record, who has the customer, the widget.
    fn settle(&mut self) {
        while let Some(input) = self.pending.pop_front() {
            self.feed(input);
        }
        let hub = &self.hub;
        self.call.name_people(|agent| hub.with(|map| map.names.get(&agent).cloned()));
        let doc = self.call.doc();
        if self.call.is_over() || self.saved.as_ref().is_some_and(|saved| same(saved, doc)) {
            return;
        }
        let state_changed = self.saved.as_ref().is_none_or(|saved| saved.state != doc.state);
        let (doc, agent, id) = (doc.clone(), self.call.agent(), self.id);
        self.hub.with(|map| {
            if let Some(entry) = map.calls.get_mut(&id) {
                entry.agent = agent;
            }
        });
        self.estate.lock().unwrap_or_else(PoisonError::into_inner).doc = Some(doc.clone());
        self.saved = Some(doc.clone());
        if state_changed {
            self.tell_widget();
        }
        self.acts.save(doc);
    }

    /// The queue is closed: when it opens, in the words of its place.
    fn tell_closed(&self, opens: Option<okno_model::Timestamp>) {
        let (hub, sender, queue) = (Arc::clone(&self.hub), self.sender.clone(), self.queue);
        tokio::spawn(async move {
            let opens = match opens {
                Some(at) => hub.office.opening(queue, at).await,
                None => None,
            };
            let _ = sender.send(Message::input(Input::Promised { opens })).await;
        });
    }

    fn tell_widget(&self) {
        let Some(visitor) = self.visitor else { return };
        let state = match self.call.doc().state {
            CallState::Ringing | CallState::Waiting | CallState::Voicemail => "waiting",
            CallState::Talking => "talking",
            CallState::Held => "held",
            CallState::Ended { .. } => "ended",
        };
        let (hub, interaction, waits) = (Arc::clone(&self.hub), self.interaction, state == "waiting");
        let tell = move |position| {
            hub.office.tell(PhoneNews::Widget { visitor, down: PhoneDown::Call { state: state.to_owned(), position } });
        };
        if !waits {
            return tell(None);
        }
        let hub = Arc::clone(&self.hub);
        tokio::spawn(async move { tell(hub.office.position(interaction).await) });
    }

    /// Waits for the figures of legs that are being closed.
    async fn last_figures(&mut self) {
        let end = Instant::now() + LAST_FIGURES;
        while self.closing > 0 {
            let message = tokio::select! {
                message = self.tray.recv() => message,
                () = tokio::time::sleep_until(end) => return,
            };
            match message {
                Some(Message::Closed { leg, quality }) => self.closed(leg, quality),
                Some(Message::Command { reply: Some(reply), .. }) => {
                    let _ = reply.send(Err(Refused { code: "no_such_call", why: "this call is over".to_owned() }));
                }
                Some(Message::Dialed { line, .. } | Message::Replace { line, .. } | Message::Second { line, .. }) => drop(line),
                Some(_) => {}
                None => return,
            }
        }
    }

    fn job(&self, job: Job) {
        self.acts.push(job);
    }
}

/// Whether two records differ in figures only, which are stored with the next real change. Asked after everything that happens: nothing is copied.
fn same(one: &CallDoc, other: &CallDoc) -> bool {
    // Named one by one, so that a new field has to be thought of.
    let CallDoc {
        id,
        interaction,
        channel,
        direction,
        number,
        our_number,
        unconfirmed,
        trunk,
        state,
        started,
        answered,
        connected,
        legs,
        consulting,
        conference,
        recording,
        talk_ms: _,
        hold_ms: _,
    } = one;
    (id, interaction, channel, direction, number, our_number)
        == (&other.id, &other.interaction, &other.channel, &other.direction, &other.number, &other.our_number)
        && (unconfirmed, trunk, state, started, answered, connected)
            == (&other.unconfirmed, &other.trunk, &other.state, &other.started, &other.answered, &other.connected)
        && (consulting, conference, recording) == (&other.consulting, &other.conference, &other.recording)
        && legs.len() == other.legs.len()
        && legs.iter().zip(&other.legs).all(|(one, other)| same_leg(one, other))
}

fn same_leg(one: &LegDoc, theirs: &LegDoc) -> bool {
    let LegDoc { number, role, device, agent, name, state, muted, mode, started, answered, ended, cause, quality: _ } = one;
    (number, role, device, agent, name, state) == (&theirs.number, &theirs.role, &theirs.device, &theirs.agent, &theirs.name, &theirs.state)
        && (muted, mode, started, answered, ended, cause)
            == (&theirs.muted, &theirs.mode, &theirs.started, &theirs.answered, &theirs.ended, &theirs.cause)
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
