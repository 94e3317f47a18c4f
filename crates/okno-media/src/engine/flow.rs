//! The way of audio and keys from a leg to everybody who hears it.

use std::time::Instant;

use super::Engine;
use super::cross::{Cross, OwnedFrame, Target};
use super::message::Message;
use crate::bridge::Frame;
use crate::dtmf::Event;
use crate::event::MediaEvent;
use crate::id::LegId;
use crate::leg::output::{PassedKey, silence_for};
use crate::leg::{Hears, Kind, Listener};
use crate::record::Side;
use crate::rtp::Packet;

impl Engine {
    /// A valid packet of a leg.
    pub(super) fn packet(&mut self, slot: u32, packet: Packet<'_>, kind: Kind, now: Instant) {
        let Some(leg) = self.legs.get_mut(slot) else { return };
        let clock = match kind {
            Kind::Audio(codec) => codec.clock(),
            Kind::Keys(_) => leg.input.clock,
        };
        leg.input.count(packet.seq, packet.timestamp, clock, now);
        if !leg.input.first {
            leg.input.first = true;
            self.events.tell(MediaEvent::First { leg: leg.id });
        }
        let Packet { ssrc, seq, timestamp, marker, payload, .. } = packet;
        match kind {
            Kind::Audio(codec) => self.heard(slot, Frame { codec, ssrc, seq, timestamp, marker, payload }, now),
            Kind::Keys(clock) => self.pressed(slot, packet, clock, now),
        }
    }

    /// A leg's far end has said something.
    fn heard(&mut self, slot: u32, mut frame: Frame<'_>, now: Instant) {
        let Some(leg) = self.legs.get_mut(slot) else { return };
        let id = leg.id;
        if let Some(tones) = &mut leg.tones {
            let events = &mut self.events;
            tones.listen(frame.codec, frame.payload, |digit| events.tell(MediaEvent::Dtmf { leg: id, digit, ms: 0 }));
        }
        if leg.muted {
            frame.payload = silence_for(frame.codec, frame.payload.len());
        }
        if let Some(tap) = &mut leg.tap {
            tap.tap(Side::Customer, frame.codec, frame.timestamp, frame.payload, now);
        }
        for n in 0..leg.listeners.len() {
            // Read anew each time: nothing below changes the list, but the borrow ends here.
            let Some(listener) = self.legs.get(slot).and_then(|leg| leg.listeners.get(n)).copied() else { return };
            match listener {
                Listener::Leg(to) => self.hear(to, id, frame, now),
                Listener::Room(room) => self.room_hears(room, id, frame, now),
                Listener::FarLeg(to) => {
                    self.cross(to.thread(), Cross::Audio { to: Target::Leg(to), from: id, frame: OwnedFrame::new(frame) });
                }
                Listener::FarRoom(room) => {
                    self.cross(room.thread(), Cross::Audio { to: Target::Room(room), from: id, frame: OwnedFrame::new(frame) });
                }
            }
        }
    }

    /// A leg hears a piece of another one, if it still listens to that.
    pub(super) fn hear(&mut self, slot: u32, from: LegId, frame: Frame<'_>, now: Instant) {
        if let Some(leg) = self.legs.get_mut(slot)
            && matches!(leg.hears, Hears::Relay(own) if own == from)
        {
            leg.relay(&mut self.io, frame, now);
        }
    }

    /// A packet of a pressed key.
    fn pressed(&mut self, slot: u32, packet: Packet<'_>, clock: u32, now: Instant) {
        let Some(leg) = self.legs.get_mut(slot) else { return };
        let Some(event) = Event::parse(packet.payload) else {
            leg.input.refused += 1;
            return;
        };
        let told = leg.input.keys.packet(event, packet.timestamp, clock);
        if let Some((digit, ms)) = told {
            self.events.tell(MediaEvent::Dtmf { leg: leg.id, digit, ms });
        }
        let key = PassedKey {
            from: leg.id,
            event,
            ssrc: packet.ssrc,
            seq: packet.seq,
            timestamp: packet.timestamp,
            clock,
            begins: told.is_some(),
        };
        for n in 0..leg.listeners.len() {
            let Some(listener) = self.legs.get(slot).and_then(|leg| leg.listeners.get(n)).copied() else { return };
            match listener {
                Listener::Leg(to) => self.hear_key(to, &key, now),
                Listener::FarLeg(to) => self.cross(to.thread(), Cross::Key { to, key }),
                Listener::Room(_) | Listener::FarRoom(_) => {}
            }
        }
    }

    pub(super) fn hear_key(&mut self, slot: u32, key: &PassedKey, now: Instant) {
        if let Some(leg) = self.legs.get_mut(slot)
            && matches!(leg.hears, Hears::Relay(own) if own == key.from)
        {
            leg.relay_key(&mut self.io, key, now);
            self.schedule(slot);
        }
    }

    pub(super) fn cross(&self, thread: usize, message: Cross) {
        if let Some(door) = self.doors.get(thread) {
            door.send(Message::Cross(message));
        }
    }
}
