//! Does what the machine wants.

use super::{Actor, Job, Line, Message, SipLine, line::Shown};
use crate::{
    call::{Act, CUSTOMER, Effect, Hears, Input, Order, Reach},
    desk,
    hub::{Owner, Place, terms_of_trunk},
    sdp::Terms,
};
use okno_media::{Command, LegId as MediaLeg, PlayItem, Source, audio::Audio};
use okno_model::{AgentId, doc::CallDirection};
use okno_sip::{Cause, Dialed};
use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

/// Phones and numbers ring for as long as the machine lets them; this only bounds a machine that forgot.
const RING_AT_MOST: Duration = Duration::from_secs(180);

impl Actor {
    pub(super) fn execute(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Open { leg, to } => self.open(leg, to),
                Effect::Leg { leg, order } => self.order(leg, order),
                Effect::Hear { leg, what } => self.hear(leg, what),
                Effect::Gain { from, to, on } => {
                    let room = self.room();
                    if let (Some(from), Some(to)) = (self.media(from), self.media(to)) {
                        self.hub.media.gain(room, from, to, if on { 1.0 } else { 0.0 });
                    }
                }
                Effect::Mute { leg, on } => self.command(leg, Command::Mute(on)),
                Effect::Keys { leg, digits } => self.command(leg, Command::Dtmf(digits)),
                Effect::Record(what) => self.record(what),
                Effect::Act(act) => self.act(act),
            }
        }
    }

    pub(super) fn media(&self, leg: i64) -> Option<MediaLeg> {
        self.lines.get(&leg).map(Line::media)
    }

    pub(super) fn command(&self, leg: i64, command: Command) {
        if let Some(media) = self.media(leg) {
            self.hub.media.command(media, command);
        }
    }

    fn room(&mut self) -> okno_media::RoomId {
        if let Some(room) = self.room {
            return room;
        }
        let room = self.media(CUSTOMER).map_or_else(|| self.hub.media.room(), |media| self.hub.media.room_beside(media));
        self.room = Some(room);
        room
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::AskPlace => self.ask_place(),
            Act::Voicemail => {
                if let Some((id, done)) = self.recording.take() {
                    self.job(Job::Message(id, done));
                }
            }
            Act::Ended => {}
            Act::Accept { .. }
            | Act::Decline { .. }
            | Act::Busy { .. }
            | Act::Unreached { .. }
            | Act::CallbackOffered
            | Act::Callback { .. }
            | Act::CallbackMissed
            | Act::CallbackReached
            | Act::HandOver { .. }
            | Act::Finish { .. } => self.job(Job::Act(act)),
        }
    }

    fn ask_place(&self) {
        let (hub, sender, interaction) = (Arc::clone(&self.hub), self.sender.clone(), self.interaction);
        tokio::spawn(async move {
            let standing = hub.office.standing(interaction).await;
            let rule = hub.office.announce_rule(interaction).await;
            let (place, wait) = (standing.map(|at| at.position), standing.and_then(|at| at.estimate).map(Box::new));
            let _ = sender.send(Message::input(Input::Place { place, wait, rule })).await;
        });
    }

    /// Takes a leg that is there.
    pub(super) fn adopt(&mut self, leg: i64, mut line: Line) {
        let media = line.media();
        if let Line::Sip(sip) = &line {
            let place = Place { tray: self.sender.clone(), call: self.id, leg };
            self.hub.with(|map| map.legs.insert(sip.control.id, place));
        }
        if let Line::Sip(sip) = &mut line
            && let Some(mut events) = sip.events.take()
        {
            let (hub, id) = (Arc::clone(&self.hub), sip.control.id);
            tokio::spawn(async move {
                while let Some(event) = events.recv().await {
                    // Asked each time: a leg may move to another call.
                    let Some(place) = hub.with(|map| map.legs.get(&id).cloned()) else { break };
                    if place.tray.send(Message::Sip { leg: place.leg, event: Box::new(event) }).await.is_err() {
                        break;
                    }
                }
            });
        }
        if !matches!(line, Line::Browser { .. }) {
            let owner = Owner::Call(self.sender.clone(), leg);
            self.hub.with(|map| map.owners.insert(media, owner));
            self.estate.lock().unwrap_or_else(PoisonError::into_inner).media.push(media);
        }
        self.lines.insert(leg, line);
    }

    fn open(&mut self, leg: i64, to: Reach) {
        if self.lines.contains_key(&leg) {
            // An agent who dials at his phone is there already.
            self.order(leg, Order::Answer);
            return;
        }
        match to {
            Reach::Browser(agent) => match desk::take(&self.hub, agent, self.id, leg) {
                Some(media) => {
                    self.adopt(leg, Line::Browser { agent, media });
                    self.pending.push_back(Input::Answered { leg });
                }
                None => self.pending.push_back(Input::Failed { leg, cause: Cause::Unavailable }),
            },
            Reach::Phone(agent) => self.dial_phone(leg, agent),
            Reach::Number(number) => {
                let trunks = self.hub.sip.route(&number);
                self.dial_number(leg, number, trunks);
            }
        }
    }

    fn dial_phone(&mut self, leg: i64, agent: AgentId) {
        let doc = self.call.doc();
        let number = if doc.direction == CallDirection::Inbound { doc.number.clone() } else { self.our_number.clone() };
        let name = Some(self.name.clone()).filter(|name| !name.is_empty());
        let phones = self.hub.phones_of(agent);
        let (hub, sender) = (Arc::clone(&self.hub), self.sender.clone());
        tokio::spawn(async move {
            let message = match SipLine::ring(&hub, &phones, Shown { number, name }, RING_AT_MOST).await {
                Ok(line) => Message::Dialed { leg, line: Box::new(line) },
                Err(error) => {
                    tracing::info!(%agent, %error, "no phone of an agent can be called");
                    Message::input(Input::Failed { leg, cause: error.cause() })
                }
            };
            let _ = sender.send(message).await;
        });
    }

    /// Calls a number by the first trunk that takes it; the others are kept for a fail-over.
    pub(super) fn dial_number(&mut self, leg: i64, number: String, trunks: Vec<String>) {
        let mut trunks = trunks.into_iter();
        let Some(id) = trunks.next() else {
            self.rest.remove(&leg);
            self.pending.push_back(Input::Failed { leg, cause: Cause::Unavailable });
            return;
        };
        self.rest.insert(leg, (number.clone(), trunks.collect()));
        let trunk = self.hub.trunk(&id);
        if let Some(trunk) = trunk.as_ref().filter(|_| leg == CUSTOMER) {
            self.call.set_trunk(trunk.doc.id);
        }
        let shown = match &trunk {
            _ if !self.our_number.is_empty() => self.our_number.clone(),
            Some(trunk) => trunk.doc.caller_id.clone(),
            None => String::new(),
        };
        let (hub, sender) = (Arc::clone(&self.hub), self.sender.clone());
        tokio::spawn(async move {
            let terms = trunk.as_ref().map_or_else(Terms::default, terms_of_trunk);
            let secure = trunk.is_some_and(|trunk| trunk.doc.transport == okno_model::doc::SipTransport::Tls);
            let to = Dialed::Trunk { trunk: id, number };
            let message = match SipLine::dial(&hub, to, &terms, secure, Shown { number: shown, name: None }, RING_AT_MOST).await {
                Ok(line) => Message::Dialed { leg, line: Box::new(line) },
                Err(error) => {
                    tracing::info!(%error, "a trunk does not take a call; the next one is tried");
                    Message::input(Input::Failed { leg, cause: error.cause() })
                }
            };
            let _ = sender.send(message).await;
        });
    }

    fn order(&mut self, leg: i64, order: Order) {
        match (self.lines.get_mut(&leg), order) {
            (Some(Line::Sip(line)), Order::Ring) => line.control.ring(),
            (Some(Line::Sip(line)), Order::Answer) => line.answer(),
            // The media of a browser stands when it stands.
            (Some(Line::Browser { .. } | Line::Widget { .. }) | None, Order::Ring | Order::Answer) => {}
            (_, Order::End(cause)) => self.let_go(leg, cause),
        }
    }

    /// Ends a leg and closes its media.
    pub(super) fn let_go(&mut self, leg: i64, cause: Cause) {
        self.hears.remove(&leg);
        self.rest.remove(&leg);
        let Some(line) = self.lines.remove(&leg) else { return };
        match line {
            Line::Sip(line) => {
                self.tell_referrer(leg, cause);
                self.drop_parked(leg, cause);
                self.hub.with(|map| map.legs.remove(&line.control.id));
                line.control.hangup(cause);
                self.close(leg, Line::Sip(line).media());
            }
            Line::Widget { media } => self.close(leg, media),
            Line::Browser { agent, .. } => desk::release(&self.hub, agent, self.id),
        }
    }

    fn close(&mut self, leg: i64, media: MediaLeg) {
        self.hub.with(|map| map.forget_owner(media));
        self.closing += 1;
        let (hub, sender) = (Arc::clone(&self.hub), self.sender.clone());
        tokio::spawn(async move {
            let report = hub.media.close(media).await;
            let _ = sender.send(Message::Closed { leg, quality: report.quality }).await;
        });
    }

    fn hear(&mut self, leg: i64, what: Hears) {
        self.hears.insert(leg, what.clone());
        let source = match &what {
            Hears::Nothing => Source::Silence,
            Hears::Comfort => Source::Comfort,
            Hears::Ringback => Source::Play { audio: self.hub.sounds.ringback(), repeat: true, token: 0 },
            Hears::Leg(other) => self.media(*other).map_or(Source::Comfort, Source::Relay),
            Hears::Room => Source::Mix(self.room()),
            Hears::Music if self.voice.settings.music.is_none() => Source::Play { audio: Audio::music(), repeat: true, token: 0 },
            Hears::Music | Hears::Say { .. } => return self.render(leg, what),
        };
        self.command(leg, Command::Source(source));
    }

    /// Words become sound in a task of their own; what the leg hears goes on until then.
    fn render(&self, leg: i64, what: Hears) {
        let (hub, sender, voice) = (Arc::clone(&self.hub), self.sender.clone(), self.voice.clone());
        tokio::spawn(async move {
            let config = hub.config();
            let (words, music) = match &what {
                Hears::Say { words, music, .. } => (words.as_slice(), *music),
                Hears::Music => (&[][..], true),
                Hears::Nothing | Hears::Comfort | Hears::Ringback | Hears::Leg(_) | Hears::Room => return,
            };
            let sounds = hub.sounds.say(&hub.office, config.as_deref(), &voice, words).await;
            let music = if music { Some(hub.sounds.music(&hub.office, config.as_deref(), &voice).await) } else { None };
            let _ = sender.send(Message::Rendered { leg, what, sounds, music }).await;
        });
    }

    /// Plays what was rendered, unless the leg hears something else by now.
    pub(super) fn rendered(&mut self, leg: i64, what: &Hears, sounds: Vec<Arc<Audio>>, music: Option<Arc<Audio>>) {
        if self.hears.get(&leg) != Some(what) {
            return;
        }
        let token = if let Hears::Say { token, .. } = what { Some(*token) } else { None };
        let silent = sounds.is_empty();
        let last = sounds.len();
        let mut items: Vec<PlayItem> = sounds
            .into_iter()
            .enumerate()
            .map(|(n, audio)| PlayItem { audio, repeat: false, token: if n + 1 == last { token.unwrap_or(0) } else { 0 } })
            .collect();
        items.extend(music.map(|audio| PlayItem { audio, repeat: true, token: 0 }));
        self.command(leg, Command::Source(if items.is_empty() { Source::Comfort } else { Source::Playlist(items) }));
        if silent && let Some(token) = token {
            // Nothing can be said: it counts as said.
            self.feed(Input::Played { leg, token });
        }
    }
}
