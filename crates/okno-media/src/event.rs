//! What the media engine tells.

use std::time::Duration;

use crate::id::LegId;
use crate::quality::QualityReport;

/// Something that happened on a leg. Events of one leg come in order.
#[derive(Debug, Clone)]
pub enum MediaEvent {
    /// The far end pressed a key. Told at its first packet, not at its end.
    Dtmf {
        /// Who pressed.
        leg: LegId,
        /// `0`-`9`, `*`, `#`, `A`-`D`.
        digit: char,
        /// How long the tone had lasted when it was told, in milliseconds.
        ms: u32,
    },
    /// The first valid packet since the last [`crate::RtpRemote`], or since the connection of a WebRTC leg.
    First {
        /// Who sent it.
        leg: LegId,
    },
    /// No valid packet came for the configured time although the far end should send. Told once; the next packet arms it again.
    Silent {
        /// Who is silent.
        leg: LegId,
    },
    /// The last item of a [`crate::Source::Play`] or an item of a [`crate::Source::Playlist`] has been sent to its end.
    Played {
        /// Who heard it.
        leg: LegId,
        /// The item's token.
        token: u64,
    },
    /// A WebRTC leg has its connection: ICE, DTLS and keys.
    Connected {
        /// Which leg.
        leg: LegId,
    },
    /// A WebRTC leg's connection is interrupted. It comes back by itself, or by a re-offer.
    Disconnected {
        /// Which leg.
        leg: LegId,
    },
    /// A WebRTC leg did not come back in time. It sends and receives no more; close it.
    Lost {
        /// Which leg.
        leg: LegId,
    },
    /// How well the leg's media travels: each 5 s, and at [`crate::Command::Probe`].
    Quality {
        /// Which leg.
        leg: LegId,
        /// The figures.
        report: QualityReport,
    },
}

/// What remains of a closed leg.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Figures over the leg's whole life.
    pub quality: QualityReport,
    /// How long the leg was open.
    pub open: Duration,
    /// Whether any valid packet ever came.
    pub heard: bool,
}
