//! Test numbers for phones: `*43` gives back what is said, `*44` is a tone of a milliwatt and then music.

use crate::{actor::SipLine, hub::Hub};
use okno_media::{Command, PlayItem, Source, audio::Audio};
use okno_sip::{Cause, LegEvent};
use std::{sync::Arc, time::Duration};

/// Nobody tests for longer.
const AT_MOST: Duration = Duration::from_secs(300);

/// What is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    /// Hear yourself.
    Echo,
    /// Hear a tone and music.
    Tone,
}

impl Test {
    /// The test that a number stands for.
    pub(crate) fn of(number: &str) -> Option<Self> {
        match number {
            "*43" => Some(Self::Echo),
            "*44" => Some(Self::Tone),
            _ => None,
        }
    }
}

/// Answers and keeps the leg until its end.
pub(crate) async fn run(hub: &Arc<Hub>, test: Test, mut line: SipLine) {
    let Some(mut events) = line.events.take() else { return };
    line.answer();
    let media = line.media();
    let end = tokio::time::Instant::now() + AT_MOST;
    loop {
        let event = tokio::select! {
            event = events.recv() => event,
            () = tokio::time::sleep_until(end) => None,
        };
        match event {
            Some(LegEvent::Confirmed { sdp }) => {
                if let Some(sdp) = sdp
                    && line.answered(hub, &sdp).is_err()
                {
                    break;
                }
                line.agreed();
                let source = match test {
                    Test::Echo => Source::Relay(media),
                    Test::Tone => {
                        // Ten seconds of tone.
                        let mut items: Vec<PlayItem> =
                            (0..10).map(|_| PlayItem { audio: hub.sounds.milliwatt(), repeat: false, token: 0 }).collect();
                        items.push(PlayItem { audio: Audio::music(), repeat: true, token: 0 });
                        Source::Playlist(items)
                    }
                };
                hub.media.command(media, Command::Source(source));
            }
            Some(LegEvent::Reoffer { sdp }) => {
                line.reoffered(hub, sdp.as_ref());
            }
            Some(LegEvent::Ended { .. } | LegEvent::Failed { .. }) | None => break,
            Some(
                LegEvent::Met { .. }
                | LegEvent::Moved { .. }
                | LegEvent::Progress { .. }
                | LegEvent::Answered { .. }
                | LegEvent::Reanswered { .. }
                | LegEvent::Dtmf { .. }
                | LegEvent::Refer { .. }
                | LegEvent::ReferProgress { .. },
            ) => {}
        }
    }
    line.control.hangup(Cause::Normal);
    hub.media.close(media).await;
}
