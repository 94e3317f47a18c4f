//! Commands.

use std::time::Instant;

use mio::Interest;

use super::cross::{Cross, Target};
use super::message::Message;
use super::ports::Pair;
use super::room::RATE;
use super::{Engine, tokens};
use crate::command::{Command, PlayItem, Source};
use crate::config::MediaError;
use crate::dtls::Identity;
use crate::event::{MediaEvent, Report};
use crate::id::LegId;
use crate::leg::play::Player;
use crate::leg::rtp::RtpLink;
use crate::leg::tones::Tones;
use crate::leg::{Formats, Hears, Kind, Leg, Link, Listener};
use crate::remote::RtpRemote;
use crate::webrtc::{Peer, State};

impl Engine {
    pub(super) fn apply(&mut self, message: Message) {
        let now = Instant::now();
        match message {
            Message::OpenRtp { leg, pair } => self.open_rtp(leg, pair, now),
            Message::OpenWebRtc { leg, offer, answer } => {
                // Who asked may be gone; the leg stands until it is closed.
                let _ = answer.send(self.open_webrtc(leg, &offer, now));
            }
            Message::Reoffer { leg, offer, answer } => {
                let _ = answer.send(self.reoffer(leg, &offer, now));
            }
            Message::Command(leg, command) => self.command(leg, command, now),
            Message::Close(leg, report) => {
                let found = self.close(leg, now);
                if let Some(report) = report {
                    let _ = report.send(found);
                }
            }
            Message::Gain { room, from, to, gain } => self.set_gain(room, from, to, gain),
            Message::CloseRoom(room) => self.close_room(room),
            Message::Cross(cross) => self.across(cross, now),
            Message::Stop => self.stopped = true,
        }
    }

    fn add(&mut self, leg: Leg) -> u32 {
        if !self.keeps_time() {
            self.next_part = Instant::now();
        }
        let slot = self.legs.insert(leg);
        self.load.set(self.legs.len());
        slot
    }

    fn open_rtp(&mut self, leg: LegId, pair: Pair, now: Instant) {
        let mut link = RtpLink::new(pair);
        let (rtp, rtcp) = tokens(self.legs.vacant());
        let registry = self.poll.registry();
        let registered = registry
            .register(&mut link.rtp, rtp, Interest::READABLE)
            .and_then(|()| registry.register(&mut link.rtcp, rtcp, Interest::READABLE));
        if let Err(error) = registered {
            tracing::error!(%leg, %error, "the leg's sockets cannot be watched");
            return;
        }
        self.add(Leg::new(leg, Link::Rtp(Box::new(link)), now));
    }

    fn open_webrtc(&mut self, leg: LegId, offer: &str, now: Instant) -> Result<String, MediaError> {
        let slot = self.legs.vacant();
        let (mut peer, answer) = Peer::open(slot, offer, &self.shared, &mut self.io, now)?;
        self.demux.name(peer.name(), slot);
        let mut leg = Leg::new(leg, Link::WebRtc(Box::new(peer)), now);
        settle_formats(&mut leg, now);
        self.add(leg);
        self.note_due(slot);
        Ok(answer)
    }

    fn reoffer(&mut self, leg: LegId, offer: &str, now: Instant) -> Result<String, MediaError> {
        let (slot, leg) = self.legs.named(leg).ok_or(MediaError::NoLeg)?;
        let Link::WebRtc(peer) = &mut leg.link else { return Err(MediaError::NoLeg) };
        let answer = if let Some(answer) = peer.reoffer(offer, &mut self.io, now) {
            if peer.state == State::Lost {
                peer.state = State::Interrupted(now);
            }
            answer?
        } else {
            let (fresh, answer) = Peer::open(slot, offer, &self.shared, &mut self.io, now)?;
            let mut old = std::mem::replace(&mut **peer, fresh);
            old.close(&mut self.io, now);
            self.demux.forget(slot, &old.addresses);
            // What the old connection said last must not count for the new one.
            self.io.told.retain(|(own, _)| *own != slot);
            leg.output.rewriter.restart();
            leg.output.open = false;
            leg.input.unpin(now);
            answer
        };
        self.demux.name(peer.name(), slot);
        settle_formats(leg, now);
        self.note_due(slot);
        self.settle_peers();
        Ok(answer)
    }

    fn command(&mut self, id: LegId, command: Command, now: Instant) {
        let Some((slot, leg)) = self.legs.named(id) else { return };
        match command {
            Command::Remote(remote) => agree(leg, *remote, &self.identity, now),
            Command::Source(source) => self.turn(slot, source),
            Command::Dtmf(keys) => leg.output.keys.push(&keys),
            Command::HearTones(wanted) => leg.tones = wanted.then(Tones::new),
            Command::Mute(muted) => leg.muted = muted,
            Command::StartRecording(recorder) => {
                if let Some(tap) = leg.tap.replace(recorder) {
                    tap.stop(now);
                }
            }
            Command::PauseRecording(paused) => {
                if let Some(tap) = &mut leg.tap {
                    tap.pause(paused, now);
                }
            }
            Command::StopRecording => {
                if let Some(tap) = leg.tap.take() {
                    tap.stop(now);
                }
            }
            Command::Probe => {
                let report = leg.quality();
                self.events.tell(MediaEvent::Quality { leg: id, report });
            }
        }
        self.schedule(slot);
    }

    /// Another source for a leg.
    fn turn(&mut self, slot: u32, source: Source) {
        let Some(leg) = self.legs.get(slot) else { return };
        if let (Hears::Relay(old), Source::Relay(new)) = (&leg.hears, &source)
            && old == new
        {
            return; // the stream that runs goes on
        }
        self.detach(slot);
        let Some(leg) = self.legs.get_mut(slot) else { return };
        let id = leg.id;
        leg.output.turn();
        leg.hears = match source {
            Source::Silence => Hears::Silence,
            Source::Comfort => Hears::Comfort { at: 0 },
            Source::Relay(from) => Hears::Relay(from),
            Source::Play { audio, repeat, token } => Hears::Play(Player::new(vec![PlayItem { audio, repeat, token }])),
            Source::Playlist(items) => Hears::Play(Player::new(items)),
            Source::Mix(room) => Hears::Room(room),
        };
        match leg.hears {
            Hears::Relay(from) if from.thread() == self.thread => {
                if let Some((_, talker)) = self.legs.named(from) {
                    talker.listeners.push(Listener::Leg(slot));
                }
            }
            Hears::Relay(from) => self.cross(from.thread(), Cross::Subscribe { from, to: id }),
            Hears::Room(room) if room.thread() == self.thread => {
                leg.listeners.push(Listener::Room(room));
                self.enter_room(room, id, Some(slot));
            }
            Hears::Room(room) => {
                leg.listeners.push(Listener::FarRoom(room));
                self.cross(room.thread(), Cross::Join { room, leg: id });
            }
            Hears::Silence | Hears::Comfort { .. } | Hears::Play(_) => {}
        }
        self.schedule(slot);
    }

    /// Ends what a leg hears.
    fn detach(&mut self, slot: u32) {
        let Some(leg) = self.legs.get_mut(slot) else { return };
        let id = leg.id;
        match std::mem::replace(&mut leg.hears, Hears::Silence) {
            Hears::Relay(from) if from.thread() == self.thread => {
                if let Some((_, talker)) = self.legs.named(from) {
                    talker.listeners.retain(|listener| *listener != Listener::Leg(slot));
                }
            }
            Hears::Relay(from) => self.cross(from.thread(), Cross::Unsubscribe { from, to: id }),
            Hears::Room(room) => {
                leg.listeners.retain(|listener| !matches!(listener, Listener::Room(own) | Listener::FarRoom(own) if *own == room));
                if room.thread() == self.thread {
                    self.leave_room(room, id);
                } else {
                    self.cross(room.thread(), Cross::Leave { room, leg: id });
                }
            }
            Hears::Silence | Hears::Comfort { .. } | Hears::Play(_) => {}
        }
    }

    fn close(&mut self, id: LegId, now: Instant) -> Report {
        let Some(slot) = self.legs.find(id) else { return Report::default() };
        self.detach(slot);
        let Some(mut leg) = self.legs.remove(slot) else { return Report::default() };
        self.unschedule(slot, leg.tick);
        if let Some(tap) = leg.tap.take() {
            tap.stop(now);
        }
        let report = leg.report(now);
        match &mut leg.link {
            Link::Rtp(link) => {
                let registry = self.poll.registry();
                // A socket that is closed leaves the epoll by itself, should this fail.
                let _ = registry.deregister(&mut link.rtp).and_then(|()| registry.deregister(&mut link.rtcp));
            }
            Link::WebRtc(peer) => {
                peer.close(&mut self.io, now);
                self.demux.forget(slot, &peer.addresses);
                self.io.told.retain(|(own, _)| *own != slot);
            }
        }
        self.load.set(self.legs.len());
        if self.legs.len() == 0 {
            self.tell_metrics(); // nobody counts seconds any more
        }
        report
    }

    /// What another media thread says.
    fn across(&mut self, cross: Cross, now: Instant) {
        match cross {
            Cross::Subscribe { from, to } => {
                if let Some((_, talker)) = self.legs.named(from)
                    && !talker.listeners.contains(&Listener::FarLeg(to))
                {
                    talker.listeners.push(Listener::FarLeg(to));
                }
            }
            Cross::Unsubscribe { from, to } => {
                if let Some((_, talker)) = self.legs.named(from) {
                    talker.listeners.retain(|listener| *listener != Listener::FarLeg(to));
                }
            }
            Cross::Join { room, leg } => {
                self.enter_room(room, leg, None);
            }
            Cross::Leave { room, leg } => self.leave_room(room, leg),
            Cross::Audio { to: Target::Leg(to), from, frame } => {
                if let Some(slot) = self.legs.find(to) {
                    self.hear(slot, from, frame.frame(), now);
                }
            }
            Cross::Audio { to: Target::Room(room), from, frame } => self.room_hears(room, from, frame.frame(), now),
            Cross::Key { to, key } => {
                if let Some(slot) = self.legs.find(to) {
                    self.hear_key(slot, &key, now);
                }
            }
            Cross::Mixed { room, to, samples, rate } => {
                debug_assert_eq!(rate, RATE, "rooms have one rate");
                if let Some((_, leg)) = self.legs.named(to)
                    && matches!(leg.hears, Hears::Room(own) if own == room)
                {
                    leg.hear_mixed(&mut self.io, &samples, rate, now);
                }
            }
        }
    }
}

/// Takes over what an RTP leg's signaling has agreed.
fn agree(leg: &mut Leg, remote: RtpRemote, identity: &Identity, now: Instant) {
    let Link::Rtp(link) = &mut leg.link else { return };
    let mut receive = vec![(remote.pt_receive, Kind::Audio(remote.codec))];
    receive.extend(remote.dtmf.map(|dtmf| (dtmf.receive, Kind::Keys(dtmf.clock))));
    leg.formats = Formats { send: vec![(remote.codec, remote.pt_send)], keys: remote.dtmf.map(|dtmf| (dtmf.send, dtmf.clock)), receive };
    if !leg.output.open {
        leg.output.last = now;
    }
    leg.output.open = remote.direction.sends();
    leg.output.rewriter.set_clock(remote.codec.clock(), now);
    leg.input.expects = remote.direction.receives();
    leg.input.unpin(now);
    link.agree(remote, identity, now);
}

/// Takes over what a browser's description has agreed.
fn settle_formats(leg: &mut Leg, now: Instant) {
    let Link::WebRtc(peer) = &mut leg.link else { return };
    let formats = peer.formats();
    let (sends, receives) = peer.direction();
    leg.output.rewriter.set_clock(formats.send.first().map_or(8000, |(codec, _)| codec.clock()), now);
    let connected = peer.state == State::Connected;
    (leg.output.open, leg.input.expects) = (sends && connected, receives && connected);
    leg.formats = formats;
}
