//! Time: 20 ms in five parts, so that a thousand legs do not send in one moment, and once a second a look at each leg.

use std::cmp::Reverse;
use std::time::{Duration, Instant};

use super::Engine;
use crate::event::MediaEvent;
use crate::leg::Link;
use crate::webrtc::State;

/// Parts of a tick.
pub(super) const PARTS: usize = 5;
/// One part.
pub(super) const PART: Duration = Duration::from_millis(4);
/// Each leg is looked at once in so many parts: a second.
const ROUND: u32 = 250;
/// A thread that is later than this skips the time, and does not hurry after it.
const MAX_LATE: Duration = Duration::from_millis(20);
/// Quality is told, and RTCP sent, each.
const REPORT: Duration = Duration::from_secs(5);

impl Engine {
    /// Whether time must be kept at all.
    pub(super) fn keeps_time(&self) -> bool {
        self.legs.len() > 0 || self.room_count.iter().any(|count| *count > 0)
    }

    /// The part of the tick with the least to do.
    pub(super) fn emptiest(&self) -> u8 {
        let load = |part: &usize| self.parts[*part].len() + 4 * self.room_count[*part];
        (0..PARTS).min_by_key(load).unwrap_or(0) as u8
    }

    /// Puts a leg into a part of the tick, if it needs one and has none.
    pub(super) fn schedule(&mut self, slot: u32) {
        let part = self.emptiest();
        if let Some(leg) = self.legs.get_mut(slot)
            && leg.tick.is_none()
            && leg.ticks()
        {
            leg.tick = Some(part);
            self.parts[usize::from(part)].push(slot);
        }
    }

    /// Takes a leg out of its part.
    pub(super) fn unschedule(&mut self, slot: u32, part: Option<u8>) {
        if let Some(part) = part {
            self.parts[usize::from(part)].retain(|own| *own != slot);
        }
    }

    /// Does what is due.
    pub(super) fn pass_time(&mut self, now: Instant) {
        if now.saturating_duration_since(self.next_part) > MAX_LATE {
            self.late += 1;
            self.next_part = now;
        }
        while self.next_part <= now {
            self.next_part += PART;
            let part = self.part;
            self.part = (self.part + 1) % PARTS as u8;
            self.tick_part(part, now);
            self.mix_rooms(part, now);
            self.look_after(now);
        }
        self.drive_peers(now);
        self.settle_peers();
    }

    fn tick_part(&mut self, part: u8, now: Instant) {
        let mut at = 0;
        while let Some(slot) = self.parts[usize::from(part)].get(at).copied() {
            let Some(leg) = self.legs.get_mut(slot) else {
                self.parts[usize::from(part)].swap_remove(at);
                continue;
            };
            leg.on_tick(&mut self.io, &mut self.events, now);
            if leg.ticks() {
                at += 1;
            } else {
                leg.tick = None;
                self.parts[usize::from(part)].swap_remove(at);
            }
        }
    }

    /// One 250th of the legs: reports, silence, what was lost.
    fn look_after(&mut self, now: Instant) {
        let phase = self.phase;
        if phase == 0 {
            self.tell_metrics();
        }
        self.phase = (self.phase + 1) % ROUND;
        for slot in (phase..self.legs.slots()).step_by(ROUND as usize) {
            let Some(leg) = self.legs.get_mut(slot) else { continue };
            if leg.input.fell_silent(self.silent_after, now) {
                self.events.tell(MediaEvent::Silent { leg: leg.id });
            }
            if let Link::Rtp(link) = &mut leg.link {
                link.pass_time(now);
            }
            leg.keep_alive(&mut self.io, now);
            if now >= leg.output.next_report {
                leg.output.next_report = now + REPORT;
                leg.send_report(&mut self.io, now);
                if leg.input.first || leg.output.packets > 0 {
                    self.events.tell(MediaEvent::Quality { leg: leg.id, report: leg.quality() });
                }
            }
            if let Link::WebRtc(peer) = &mut leg.link
                && let State::Interrupted(since) | State::New(since) = peer.state
                && now.saturating_duration_since(since) >= self.keep_lost
            {
                peer.state = State::Lost;
                self.events.tell(MediaEvent::Lost { leg: leg.id });
            }
        }
    }

    /// Once a second: what operators watch.
    pub(super) fn tell_metrics(&mut self) {
        let thread = self.thread.to_string();
        metrics::gauge!("okno_media_legs", "thread" => thread).set(self.legs.len() as f64);
        for (name, count) in [
            ("okno_media_late_ticks_total", &mut self.late),
            ("okno_media_strange_packets_total", &mut self.strangers),
            ("okno_media_unsent_packets_total", &mut self.io.dropped),
        ] {
            if *count > 0 {
                metrics::counter!(name).increment(std::mem::take(count));
            }
        }
    }

    /// Lets time pass for the peers that want it.
    fn drive_peers(&mut self, now: Instant) {
        while let Some(Reverse((due, slot))) = self.timers.peek().copied()
            && due <= now
        {
            self.timers.pop();
            let Some(leg) = self.legs.get_mut(slot) else { continue };
            let Link::WebRtc(peer) = &mut leg.link else { continue };
            if peer.timed != Some(due) {
                continue; // an earlier entry has taken its place
            }
            peer.timed = None;
            if peer.due <= now {
                peer.time(&mut self.io, now);
            }
            self.note_due(slot);
        }
    }

    /// Remembers when a peer wants to be driven, unless an earlier time is already known.
    pub(super) fn note_due(&mut self, slot: u32) {
        if let Some(leg) = self.legs.get_mut(slot)
            && let Link::WebRtc(peer) = &mut leg.link
            && peer.timed.is_none_or(|timed| peer.due < timed)
        {
            peer.timed = Some(peer.due);
            self.timers.push(Reverse((peer.due, slot)));
        }
    }

    /// How long the thread may sleep.
    pub(super) fn sleep(&self, now: Instant) -> Option<Duration> {
        self.keeps_time().then(|| self.next_part.saturating_duration_since(now))
    }
}
