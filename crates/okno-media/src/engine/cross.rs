//! What media threads tell each other, when a call's legs are on different ones.

use crate::bridge::Frame;
use crate::codec::{Codec, Rate};
use crate::id::{LegId, RoomId};
use crate::leg::output::PassedKey;

/// Where audio of another thread's leg goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Leg(LegId),
    Room(RoomId),
}

/// A [`Frame`] that owns its payload.
#[derive(Debug)]
pub(crate) struct OwnedFrame {
    codec: Codec,
    ssrc: u32,
    seq: u16,
    timestamp: u32,
    marker: bool,
    payload: Box<[u8]>,
}

impl OwnedFrame {
    pub(crate) fn new(frame: Frame<'_>) -> Self {
        let Frame { codec, ssrc, seq, timestamp, marker, payload } = frame;
        Self { codec, ssrc, seq, timestamp, marker, payload: payload.into() }
    }

    pub(crate) fn frame(&self) -> Frame<'_> {
        Frame { codec: self.codec, ssrc: self.ssrc, seq: self.seq, timestamp: self.timestamp, marker: self.marker, payload: &self.payload }
    }
}

/// A message from one media thread to another.
pub(crate) enum Cross {
    /// `to` wants to hear `from`, which lives on the receiving thread.
    Subscribe {
        from: LegId,
        to: LegId,
    },
    Unsubscribe {
        from: LegId,
        to: LegId,
    },
    /// `leg` enters a room of the receiving thread.
    Join {
        room: RoomId,
        leg: LegId,
    },
    Leave {
        room: RoomId,
        leg: LegId,
    },
    Audio {
        to: Target,
        from: LegId,
        frame: OwnedFrame,
    },
    Key {
        to: LegId,
        key: PassedKey,
    },
    /// What a room mixed for a leg of the receiving thread.
    Mixed {
        room: RoomId,
        to: LegId,
        samples: Box<[i16]>,
        rate: Rate,
    },
}
