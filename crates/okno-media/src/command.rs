//! What a leg can be told.

use std::sync::Arc;

use crate::audio::Audio;
use crate::id::{LegId, RoomId};
use crate::record::Recorder;
use crate::remote::RtpRemote;

/// A command for one leg. Commands of one sender are carried out in order.
#[derive(Debug)]
pub enum Command {
    /// What the signaling has agreed. Only for RTP legs. The leg latches anew.
    Remote(Box<RtpRemote>),
    /// What this leg hears from now on. Sequence numbers and timestamps go on without a jump.
    Source(Source),
    /// Send these keys (`0`-`9`, `*`, `#`, `A`-`D`, `,` for a pause of a second) to the leg's far end, as events or, where these are not
    /// agreed, as tones. Other characters are left out.
    Dtmf(String),
    /// What this leg sends is replaced by silence, for everybody who hears it. Its keys still count.
    Mute(bool),
    /// Listen for keys as tones in what the leg's far end sends (true), for trunks that cannot send events. Where events are agreed it would
    /// tell some keys twice.
    HearTones(bool),
    /// Tap the leg: what it sends is the left channel, what it hears is the right one. The chunks come to whoever opened the recorder
    /// ([`crate::record::Recorders::open`]). It ends with the leg, with the next recorder, or with `StopRecording`.
    StartRecording(Box<Recorder>),
    /// Silence in the recording (true), or sound again (false). The recording's time goes on.
    PauseRecording(bool),
    /// End the recording; its last chunk follows.
    StopRecording,
    /// Tell [`crate::MediaEvent::Quality`] now.
    Probe,
}

/// What a leg hears.
#[derive(Debug, Clone, Default)]
pub enum Source {
    /// Nothing; a silent packet every few seconds keeps the path through NATs and the far end's timers alive.
    #[default]
    Silence,
    /// Quiet noise, so that the line does not seem dead.
    Comfort,
    /// Another leg. The same codec passes without being decoded. A leg may hear itself (echo).
    Relay(LegId),
    /// A prompt or music.
    Play {
        /// What is played.
        audio: Arc<Audio>,
        /// From the beginning again at its end, until another source comes.
        repeat: bool,
        /// Comes back in [`crate::MediaEvent::Played`] (never while `repeat`).
        token: u64,
    },
    /// One after the other, without a gap; silence afterwards. An item that repeats is the last one.
    Playlist(Vec<PlayItem>),
    /// A room, without the leg's own voice. The leg's voice goes into the room too.
    Mix(RoomId),
}

/// An item of a [`Source::Playlist`].
#[derive(Debug, Clone)]
pub struct PlayItem {
    /// What is played.
    pub audio: Arc<Audio>,
    /// From the beginning again at its end.
    pub repeat: bool,
    /// Comes back in [`crate::MediaEvent::Played`].
    pub token: u64,
}
