//! Rooms: everybody hears everybody else, each as loud as the table of gains says.

use std::collections::BTreeMap;
use std::time::Instant;

use super::Engine;
use super::cross::Cross;
use super::message::Message;
use crate::bridge::{FRAME_MS, Frame};
use crate::codec::Rate;
use crate::id::{LegId, RoomId};
use crate::inbound::Inbound;
use crate::mixer::{Mixer, Seat};

/// All rooms mix in this rate: wide-band parties keep their sound, and the price for others is one resampling.
pub(super) const RATE: Rate = Rate::Wide;
const FRAME: usize = RATE.samples(FRAME_MS);
/// Gains that are kept for one room, set or not yet in use: far more than parties squared.
const MAX_GAINS: usize = 1024;

/// One room.
pub(super) struct Room {
    mixer: Mixer,
    members: Vec<Member>,
    gains: BTreeMap<(LegId, LegId), f32>,
    /// In which part of the 20 ms it is mixed.
    pub(super) sub: u8,
}

struct Member {
    leg: LegId,
    /// Its slot, when it lives on this thread.
    slot: Option<u32>,
    seat: Seat,
    /// Made by its first packet, for that packet's codec.
    voice: Option<(u32, Box<Inbound>)>,
}

impl Room {
    fn new(sub: u8) -> Self {
        Self { mixer: Mixer::new(FRAME), members: Vec::new(), gains: BTreeMap::new(), sub }
    }

    fn join(&mut self, leg: LegId, slot: Option<u32>) -> bool {
        if self.members.iter().any(|member| member.leg == leg) {
            return true;
        }
        let Some(seat) = self.mixer.join() else { return false };
        self.members.push(Member { leg, slot, seat, voice: None });
        for other in 0..self.members.len() {
            let other = (self.members[other].leg, self.members[other].seat);
            for ((from, from_seat), (to, to_seat)) in [((leg, seat), other), (other, (leg, seat))] {
                if let Some(gain) = self.gains.get(&(from, to)) {
                    self.mixer.gain(from_seat, to_seat, *gain);
                }
            }
        }
        true
    }

    fn leave(&mut self, leg: LegId) {
        if let Some(at) = self.members.iter().position(|member| member.leg == leg) {
            let member = self.members.swap_remove(at);
            self.mixer.leave(member.seat);
        }
    }

    fn gain(&mut self, from: LegId, to: LegId, gain: f32) {
        if self.gains.len() < MAX_GAINS || self.gains.contains_key(&(from, to)) {
            self.gains.insert((from, to), gain);
        }
        let seat = |leg| self.members.iter().find(|member| member.leg == leg).map(|member| member.seat);
        if let (Some(from), Some(to)) = (seat(from), seat(to)) {
            self.mixer.gain(from, to, gain);
        }
    }

    fn put(&mut self, leg: LegId, frame: Frame<'_>, now: Instant) {
        let Some(member) = self.members.iter_mut().find(|member| member.leg == leg) else { return };
        let fits = member.voice.take().filter(|(_, voice)| voice.codec() == frame.codec);
        let Some((ssrc, mut voice)) = fits.or_else(|| Inbound::new(frame.codec, RATE).ok().map(|voice| (frame.ssrc, Box::new(voice))))
        else {
            return;
        };
        if ssrc != frame.ssrc {
            voice.reset();
        }
        voice.put(frame.seq, frame.timestamp, frame.payload, now);
        member.voice = Some((frame.ssrc, voice));
    }

    /// Takes 20 ms of every member.
    fn collect(&mut self, now: Instant) {
        self.mixer.tick();
        let mut samples = [0; FRAME];
        for member in &mut self.members {
            if let Some((_, voice)) = &mut member.voice {
                voice.pull(now, &mut samples);
                self.mixer.put(member.seat, &samples);
            }
        }
    }
}

impl Engine {
    /// Lets a leg into a room; the room is made by its first member. False when it is full.
    pub(super) fn enter_room(&mut self, room: RoomId, leg: LegId, slot: Option<u32>) -> bool {
        if !self.rooms.contains_key(&room) {
            let sub = self.emptiest();
            self.rooms.insert(room, Room::new(sub));
            self.room_count[usize::from(sub)] += 1;
        }
        let joined = self.rooms.get_mut(&room).is_some_and(|room| room.join(leg, slot));
        if !joined {
            tracing::warn!(%room, %leg, "the room is full");
        }
        joined
    }

    pub(super) fn leave_room(&mut self, room: RoomId, leg: LegId) {
        let Some(found) = self.rooms.get_mut(&room) else { return };
        found.leave(leg);
        if found.members.is_empty() && found.gains.is_empty() {
            self.forget_room(room);
        }
    }

    fn forget_room(&mut self, room: RoomId) {
        if let Some(room) = self.rooms.remove(&room) {
            self.room_count[usize::from(room.sub)] -= 1;
        }
    }

    pub(super) fn close_room(&mut self, room: RoomId) {
        self.forget_room(room);
    }

    pub(super) fn set_gain(&mut self, room: RoomId, from: LegId, to: LegId, gain: f32) {
        if !self.rooms.contains_key(&room) {
            let sub = self.emptiest();
            self.rooms.insert(room, Room::new(sub));
            self.room_count[usize::from(sub)] += 1;
        }
        if let Some(room) = self.rooms.get_mut(&room) {
            room.gain(from, to, gain);
        }
    }

    /// A member of a room has said something.
    pub(super) fn room_hears(&mut self, room: RoomId, from: LegId, frame: Frame<'_>, now: Instant) {
        if let Some(room) = self.rooms.get_mut(&room) {
            room.put(from, frame, now);
        }
    }

    /// Mixes the rooms of one part of the 20 ms.
    pub(super) fn mix_rooms(&mut self, sub: u8, now: Instant) {
        if self.room_count[usize::from(sub)] == 0 {
            return;
        }
        let mut samples = [0; FRAME];
        for (name, room) in self.rooms.iter_mut().filter(|(_, room)| room.sub == sub) {
            room.collect(now);
            for member in &room.members {
                room.mixer.mix(member.seat, &mut samples);
                if let Some(slot) = member.slot {
                    if let Some(leg) = self.legs.get_mut(slot) {
                        leg.hear_mixed(&mut self.io, &samples, RATE, now);
                    }
                } else if let Some(door) = self.doors.get(member.leg.thread()) {
                    let message = Cross::Mixed { room: *name, to: member.leg, samples: samples.as_slice().into(), rate: RATE };
                    door.send(Message::Cross(message));
                }
            }
        }
    }
}
