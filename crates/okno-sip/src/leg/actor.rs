//! The task of one leg: its letterbox, its owner's orders, one sleep.
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::dialog::Hop;
use super::machine::Machine;
use super::state::{Effect, Failure, Input};
use crate::api::{Command, LegEvent, LegParts, PhoneId, TrunkId, Who};
use crate::cause::Cause;
use crate::core::Core;
use crate::registry::Registered;
use crate::wire::{Arrived, ClientEvent, Outgoing, Sent, Target, UriParts, WireError};

/// What reaches a leg from the wire.
#[derive(Debug)]
pub(crate) enum Message {
    Request(Box<Arrived>),
    Client { tx: u32, event: ClientEvent },
}

/// Everything that a leg's task holds. What is dropped with it is given back: its place in the registry, a trunk's channel.
pub(crate) struct Running {
    pub(crate) machine: Machine,
    /// What was decided before the task began.
    pub(crate) effects: Vec<Effect>,
    pub(crate) parts: LegParts,
    pub(crate) registered: Registered,
    pub(crate) letterbox: mpsc::Receiver<Message>,
    /// What the leg occupies of its trunk and of the process.
    pub(crate) channel: Option<crate::trunks::Channel>,
    pub(crate) place: crate::admission::Place,
    /// The trunk that the call goes out by.
    pub(crate) trunk: Option<TrunkId>,
    /// The phone that is called.
    pub(crate) phone: Option<PhoneId>,
}

/// INVITEs that a CANCEL may still name: one for each address of a trunk.
const INVITES: usize = 8;

type LastWords = Arc<Mutex<Option<(Outgoing, Hop)>>>;

/// Starts the task of a leg, and one that speaks for it if it panics: one broken call must not leave a caller with silence.
pub(crate) fn spawn(core: Arc<Core>, running: Running) {
    let words = LastWords::default();
    let events = running.parts.events.clone();
    let task = tokio::spawn(run(core.clone(), running, words.clone()));
    tokio::spawn(async move {
        if task.await.is_err_and(|error| error.is_panic()) {
            metrics::counter!("okno_sip_leg_panics_total").increment(1);
            tracing::error!("a call leg broke; its call is ended");
            let _ = events.try_send(LegEvent::Ended { by: Who::Near, cause: Cause::Crash });
            let last = words.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some((bye, hop)) = last
                && let Ok(target) = target(&core, &hop).await
            {
                let _ = core.wire.request(bye, &target).await;
            }
        }
    });
}

async fn run(core: Arc<Core>, running: Running, words: LastWords) {
    let Running { machine, effects, parts, registered, letterbox, channel, place, trunk, phone } = running;
    let LegParts { id: _, commands, events } = parts;
    let sender = registered.letterbox();
    let mut actor = Actor { core, machine, events, registered, sender, trunk, phone, met: None, invites: BTreeMap::new(), stuck: false };
    actor.perform(effects).await;
    actor.serve(letterbox, commands, &words).await;
    drop((channel, place));
}

struct Actor {
    core: Arc<Core>,
    machine: Machine,
    events: mpsc::Sender<LegEvent>,
    registered: Registered,
    sender: mpsc::Sender<Message>,
    trunk: Option<TrunkId>,
    phone: Option<PhoneId>,
    /// Whom the owner was told that we have met.
    met: Option<IpAddr>,
    /// INVITEs on their way, for CANCEL.
    invites: BTreeMap<u32, Sent>,
    /// The owner does not read: the call ends.
    stuck: bool,
}

impl Actor {
    async fn serve(&mut self, mut letterbox: mpsc::Receiver<Message>, mut commands: mpsc::Receiver<Box<Command>>, words: &LastWords) {
        let mut owned = true;
        while !self.machine.is_over() {
            let deadline = self.machine.deadline();
            let input = tokio::select! {
                message = letterbox.recv() => match message {
                    Some(Message::Request(arrived)) => Input::Request(arrived),
                    Some(Message::Client { tx, event: ClientEvent::Response(response) }) => Input::Response { tx, response },
                    Some(Message::Client { tx, event: ClientEvent::Timeout }) => Input::Failed { tx, why: Failure::Timeout },
                    Some(Message::Client { tx, event: ClientEvent::Broken(why) }) => Input::Failed { tx, why: Failure::Broken(why) },
                    None => Input::Abandoned,
                },
                command = commands.recv(), if owned => {
                    owned = command.is_some();
                    command.map_or(Input::Abandoned, |command| self.translate(*command))
                }
                () = sleep_until(deadline), if deadline.is_some() => Input::Tick,
            };
            self.step(input).await;
            if std::mem::take(&mut self.stuck) {
                self.step(Input::Abandoned).await;
            }
            *words.lock().unwrap_or_else(PoisonError::into_inner) = self.machine.last_words();
        }
    }

    async fn step(&mut self, input: Input) {
        let mut effects = Vec::new();
        self.machine.handle(Instant::now(), input, &mut effects);
        self.perform(effects).await;
    }

    /// A transfer to a leg of ours names the dialog of that leg.
    fn translate(&self, command: Command) -> Input {
        let Command::Refer { to, replaces } = command else { return Input::Command(command) };
        let Some(other) = replaces else { return Input::Refer(to) };
        match self.core.registry.refer_target(other) {
            Some((target, replaces)) => {
                let to = if to.is_empty() { target } else { to };
                let mark = if to.contains('?') { '&' } else { '?' };
                Input::Refer(format!("{to}{mark}Replaces={}", crate::wire::escape(&replaces)))
            }
            None => Input::Command(Command::Refer { to, replaces }),
        }
    }

    async fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Reply { tx, reply } => self.core.wire.reply(&tx, &reply).await,
                Effect::Send { tx, request, hop } => self.send(tx, request, hop).await,
                Effect::Ack { request, hop } => match target(&self.core, &hop).await {
                    Ok(target) => {
                        if let Err(error) = self.core.wire.ack(&request, &target).await {
                            tracing::debug!(%error, "an ACK could not be sent");
                        }
                    }
                    Err(error) => tracing::debug!(%error, "an ACK has nowhere to go"),
                },
                Effect::Cancel { tx, headers } => {
                    if let Some(sent) = self.invites.get(&tx)
                        && let Err(error) = self.core.wire.cancel(sent, &headers).await
                    {
                        tracing::debug!(%error, "a CANCEL could not be sent");
                    }
                }
                Effect::Tell(event) => self.tell(event),
                Effect::Avoid(target) => {
                    if let Some(trunk) = &self.trunk {
                        tracing::info!(%trunk, address = %target.address, "a trunk's address does not take a call; its next one is tried");
                        self.core.trunks.avoid(std::time::Instant::now(), trunk, &target);
                    }
                }
                Effect::Named => self.registered.name(&self.machine.dialog),
                Effect::Done => {}
            }
        }
    }

    fn tell(&mut self, event: LegEvent) {
        if matches!(&event, LegEvent::Progress { sdp: Some(_), .. } | LegEvent::Answered { .. }) {
            let address = self.machine.dialog.flow.address.ip();
            if self.met != Some(address) {
                self.met = Some(address);
                self.deliver(LegEvent::Met { address, phone: self.phone.clone() });
            }
        }
        self.deliver(event);
    }

    fn deliver(&mut self, mut event: LegEvent) {
        if let LegEvent::Refer { replaces: Some(replaces), replaces_leg, .. } = &mut event {
            *replaces_leg = self.core.registry.replaced(replaces);
        }
        if let (LegEvent::Failed { cause: Cause::NetworkFailure | Cause::Congestion, .. }, Some(trunk)) = (&event, &self.trunk) {
            self.core.trunks.failed(std::time::Instant::now(), trunk);
        }
        match self.events.try_send(event) {
            // Where nobody listens somebody may still give orders.
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => {}
            Err(mpsc::error::TrySendError::Full(event)) => {
                tracing::warn!(?event, "the owner of a call leg does not read; the call is ended");
                self.stuck = true;
            }
        }
    }

    async fn send(&mut self, tx: u32, request: Outgoing, hop: Hop) {
        let invite = request.method == "INVITE";
        let result = match target(&self.core, &hop).await {
            Ok(target) => self.core.wire.request(request, &target).await,
            Err(error) => Err(error),
        };
        let sender = self.sender.clone();
        match result {
            Ok(mut client) => {
                if invite {
                    self.invites.insert(tx, client.sent);
                    while self.invites.len() > INVITES {
                        self.invites.pop_first();
                    }
                }
                tokio::spawn(async move {
                    while let Some(event) = client.events.recv().await {
                        if sender.send(Message::Client { tx, event }).await.is_err() {
                            return;
                        }
                    }
                });
            }
            Err(error) => {
                // As its own task: the letterbox may be full, and its reader is here.
                let event = ClientEvent::Broken(error.to_string());
                tokio::spawn(async move {
                    let _ = sender.send(Message::Client { tx, event }).await;
                });
            }
        }
    }
}

/// The address behind a hop.
async fn target(core: &Core, hop: &Hop) -> Result<Target, WireError> {
    match hop {
        Hop::At(target) => Ok(target.clone()),
        Hop::Uri(uri, flow) => {
            let transport = UriParts::parse(uri).and_then(|parts| parts.transport).unwrap_or(flow.transport);
            let found = core.wire.resolve(uri, Some(transport)).await?;
            let mut target = found.into_iter().next().ok_or_else(|| WireError::Unresolvable(uri.clone()))?;
            if target.transport == flow.transport && target.address.is_ipv4() == flow.address.is_ipv4() {
                target.listener = flow.listener;
            }
            Ok(target)
        }
    }
}

async fn sleep_until(deadline: Option<Instant>) {
    if let Some(deadline) = deadline {
        tokio::time::sleep_until(deadline).await;
    }
}
