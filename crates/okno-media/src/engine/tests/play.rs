use std::sync::Arc;

use super::*;
use crate::PlayItem;
use crate::audio::Audio;

fn audio(frames: usize, value: i16) -> Arc<Audio> {
    Arc::new(Audio::from_pcm(&vec![value; frames * 320]))
}

#[test]
fn a_prompt_is_played_at_fifty_packets_a_second_and_its_end_is_told() {
    let mut stage = Stage::new();
    let a = stage.phone(Codec::Pcmu);
    stage.source(a.leg, Source::Play { audio: audio(100, 3000), repeat: false, token: 42 });
    let first = a.hear();
    let start = Instant::now();
    let mut last = first.clone();
    for _ in 1..100 {
        let heard = a.hear();
        assert_eq!((heard.seq, heard.payload.len()), (last.seq.wrapping_add(1), 160));
        last = heard;
    }
    assert_eq!(stage.wait(|event| if let MediaEvent::Played { token, .. } = event { Some(*token) } else { None }), 42);
    // 99 frames of time passed for the far end: the clock may skip when this machine is busy, and never hurries.
    let ticks = last.timestamp.wrapping_sub(first.timestamp);
    let frames = start.elapsed().as_millis() / 20;
    assert!(ticks >= 99 * 160, "{ticks}");
    assert!(frames >= 97, "100 packets came in {frames} frames of time");
    let report = stage.settle(a.leg);
    assert_eq!(report.sent, 100);
}

#[test]
fn a_playlist_has_no_gap_and_music_repeats() {
    let mut stage = Stage::new();
    for codec in Codec::ALL {
        let a = stage.phone(codec);
        let items =
            vec![PlayItem { audio: audio(3, 100), repeat: false, token: 1 }, PlayItem { audio: audio(4, 200), repeat: true, token: 2 }];
        stage.source(a.leg, Source::Playlist(items));
        let mut last = a.hear();
        for _ in 0..30 {
            let heard = a.hear();
            assert_eq!((heard.seq, heard.marker, heard.payload_type), (last.seq.wrapping_add(1), false, a.payload_type));
            last = heard;
        }
        let token =
            stage.wait(|event| if let MediaEvent::Played { leg, token } = event { (*leg == a.leg).then_some(*token) } else { None });
        assert_eq!(token, 1);
        stage.source(a.leg, Source::Silence);
    }
}

#[test]
fn a_prompt_waits_for_the_far_end() {
    let mut stage = Stage::new();
    let a = Phone::new(stage.open(), Codec::Pcmu);
    stage.source(a.leg, Source::Play { audio: audio(5, 3000), repeat: false, token: 1 });
    stage.settle(a.leg);
    stage.media.command(a.leg, Command::Remote(Box::new(a.remote())));
    let heard: Vec<_> = (0..5).map(|_| a.hear()).collect();
    assert_eq!(heard[4].seq, heard[0].seq.wrapping_add(4));
}
