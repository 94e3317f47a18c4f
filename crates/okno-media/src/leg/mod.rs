//! A leg: one party's media, over RTP or WebRTC.

pub(crate) mod input;
pub(crate) mod output;
pub(crate) mod play;
pub(crate) mod rtp;
pub(crate) mod tones;

use std::time::Instant;

use crate::codec::Codec;
use crate::event::Report;
use crate::id::{LegId, RoomId};
use crate::quality::QualityReport;
use crate::record::Recorder;
use crate::webrtc::Peer;
use input::Input;
use output::Output;
use play::Player;
use rtp::RtpLink;
use tones::Tones;

/// How a leg's packets travel.
pub(crate) enum Link {
    Rtp(Box<RtpLink>),
    WebRtc(Box<Peer>),
}

/// What a leg hears.
pub(crate) enum Hears {
    Silence,
    Comfort { at: usize },
    Relay(LegId),
    Play(Player),
    Room(RoomId),
}

/// Who hears a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listener {
    /// A leg of this thread, by its slot.
    Leg(u32),
    /// A room of this thread.
    Room(RoomId),
    /// A leg of another thread.
    FarLeg(LegId),
    /// A room of another thread.
    FarRoom(RoomId),
}

/// What a payload type means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Audio(Codec),
    /// Telephone events of that clock.
    Keys(u32),
}

/// Payload types as agreed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Formats {
    /// What may be sent, the preferred first. All have one clock.
    pub(crate) send: Vec<(Codec, u8)>,
    /// Payload type and clock of events that may be sent.
    pub(crate) keys: Option<(u8, u32)>,
    /// What is accepted.
    pub(crate) receive: Vec<(u8, Kind)>,
}

impl Formats {
    pub(crate) fn kind(&self, payload_type: u8) -> Option<Kind> {
        self.receive.iter().find(|(own, _)| *own == payload_type).map(|(_, kind)| *kind)
    }

    /// The payload type for a codec that may be sent.
    pub(crate) fn send_as(&self, codec: Codec) -> Option<u8> {
        self.send.iter().find(|(own, _)| *own == codec).map(|(_, payload_type)| *payload_type)
    }
}

/// One leg.
pub(crate) struct Leg {
    pub(crate) id: LegId,
    pub(crate) opened: Instant,
    pub(crate) link: Link,
    pub(crate) formats: Formats,
    pub(crate) input: Input,
    pub(crate) output: Output,
    pub(crate) listeners: Vec<Listener>,
    pub(crate) hears: Hears,
    pub(crate) muted: bool,
    /// Listens for keys as tones.
    pub(crate) tones: Option<Tones>,
    pub(crate) tap: Option<Box<Recorder>>,
    /// In which part of the 20 ms it ticks, if it does.
    pub(crate) tick: Option<u8>,
}

impl Leg {
    pub(crate) fn new(id: LegId, link: Link, now: Instant) -> Self {
        Self {
            id,
            opened: now,
            link,
            formats: Formats::default(),
            input: Input::new(now),
            output: Output::new(now),
            listeners: Vec::new(),
            hears: Hears::Silence,
            muted: false,
            tones: None,
            tap: None,
            tick: None,
        }
    }

    /// Whether it must be asked every 20 ms.
    pub(crate) fn ticks(&self) -> bool {
        self.output.keys.busy() || matches!(self.hears, Hears::Comfort { .. } | Hears::Play(_))
    }

    /// The figures so far.
    pub(crate) fn quality(&self) -> QualityReport {
        let reception = &self.input.reception;
        let jitter_ms = reception.jitter_ticks() as f32 * 1000.0 / self.input.clock.max(1) as f32;
        let (lost, expected) = (reception.lost(), reception.expected());
        let share = if expected == 0 { 0.0 } else { lost as f32 / expected as f32 };
        let rtt_ms = self.output.round_trip.map(|trip| trip.as_secs_f32() * 1000.0);
        QualityReport {
            lost,
            received: reception.received(),
            sent: self.output.packets,
            far_lost: self.output.far_lost,
            jitter_ms,
            rtt_ms,
            mos: crate::quality::mos(share, jitter_ms, rtt_ms.unwrap_or(0.0)),
            refused: self.input.refused,
        }
    }

    /// What remains of it.
    pub(crate) fn report(&self, now: Instant) -> Report {
        Report { quality: self.quality(), open: now.saturating_duration_since(self.opened), heard: self.input.reception.received() > 0 }
    }
}
