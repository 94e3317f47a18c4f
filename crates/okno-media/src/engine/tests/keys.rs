use super::*;
use crate::dtmf::Event;

fn digit(event: &MediaEvent) -> Option<(LegId, char)> {
    if let MediaEvent::Dtmf { leg, digit, .. } = event { Some((*leg, *digit)) } else { None }
}

#[test]
fn keys_are_told_once_each() {
    let mut stage = Stage::new();
    let mut a = stage.phone(Codec::Pcmu);
    stage.settle(a.leg);
    for event in [1u8, 1, 10, 11, 0] {
        a.press(event, 101, 8000);
    }
    let digits: String = (0..5).map(|_| stage.wait(digit).1).collect();
    assert_eq!(digits, "11*#0");
    let report = stage.settle(a.leg); // nothing more before it
    assert_eq!((report.received, report.refused), (30, 0));
}

#[test]
fn keys_are_sent_between_audio_without_a_hole() {
    let stage = Stage::new();
    let a = stage.phone(Codec::Pcmu);
    stage.source(a.leg, Source::Comfort);
    let mut last = a.hear();
    assert_eq!(last.payload_type, 0);
    stage.media.command(a.leg, Command::Dtmf("4#".to_owned()));
    let mut keys = Vec::new();
    while keys.len() < 16 {
        let heard = a.hear();
        assert_eq!(heard.seq, last.seq.wrapping_add(1));
        if heard.payload_type == 101 {
            keys.push(heard.clone());
        }
        last = heard;
    }
    let events: Vec<Event> = keys.iter().map(|heard| Event::parse(&heard.payload).unwrap()).collect();
    assert_eq!(
        events[..8].iter().map(|event| (event.event, event.end)).collect::<Vec<_>>(),
        [4u8; 8].iter().zip([false, false, false, false, false, true, true, true]).map(|(event, end)| (*event, end)).collect::<Vec<_>>()
    );
    assert!(events[8..].iter().all(|event| event.event == 11));
    assert!(keys[0].marker && !keys[1].marker && keys[8].marker);
    assert!(keys[..8].iter().all(|heard| heard.timestamp == keys[0].timestamp));
    assert_eq!(events[7].duration, 800);
    assert_eq!(a.hear().payload_type, 0, "audio goes on");
}

#[test]
fn a_comma_is_a_pause_and_the_next_key_is_a_new_one() {
    let stage = Stage::new();
    // Nothing else is sent: the keys are all that the far end gets.
    let a = stage.phone(Codec::Pcmu);
    stage.media.command(a.leg, Command::Dtmf("1,1#".to_owned()));
    let keys: Vec<_> = (0..24).map(|_| a.hear()).collect();
    let starts: Vec<(u8, u32)> =
        keys.iter().filter(|heard| heard.marker).map(|heard| (Event::parse(&heard.payload).unwrap().event, heard.timestamp)).collect();
    assert_eq!(starts.iter().map(|(event, _)| *event).collect::<Vec<_>>(), [1, 1, 11]);
    let gap = |one: usize| starts[one + 1].1.wrapping_sub(starts[one].1);
    assert!((8_000..16_000).contains(&gap(0)), "a second between them: {}", gap(0));
    assert!((800..8_000).contains(&gap(1)), "the usual gap: {}", gap(1));
}

#[test]
fn keys_pass_with_another_payload_type_and_clock() {
    let mut stage = Stage::new();
    let mut a = stage.phone(Codec::Pcmu);
    let b = Phone::new(stage.open(), Codec::Opus);
    let remote = RtpRemote { dtmf: Some(DtmfFormat { send: 110, receive: 111, clock: 48_000 }), ..b.remote() };
    stage.media.command(b.leg, Command::Remote(Box::new(remote)));
    stage.bridge(a.leg, b.leg);
    stage.settle(b.leg);
    a.say(&[0xff; 160]);
    let before = b.hear();
    a.press(7, 101, 8000);
    a.say(&[0xff; 160]);
    let heard: Vec<_> = (0..6).map(|_| b.hear()).collect();
    assert!(heard.iter().all(|key| key.timestamp == heard[0].timestamp));
    assert!(heard.iter().all(|heard| heard.payload_type == 110));
    assert_eq!(heard[0].seq, before.seq.wrapping_add(1));
    let events: Vec<Event> = heard.iter().map(|heard| Event::parse(&heard.payload).unwrap()).collect();
    assert_eq!(
        events.iter().map(|event| (event.event, event.end, event.duration)).collect::<Vec<_>>(),
        [(7, false, 960), (7, false, 1920), (7, false, 2880), (7, true, 3840), (7, true, 3840), (7, true, 3840)]
    );
    let after = b.hear();
    assert_eq!((after.payload_type, after.seq), (96, heard[5].seq.wrapping_add(1)));
    assert_eq!(stage.wait(digit), (a.leg, '7'));
    // And back, from 48 kHz to 8 kHz.
    let mut b = b;
    b.press(3, 111, 48_000);
    let back: Vec<_> = (0..6).map(|_| Event::parse(&a.hear().payload).unwrap()).collect();
    assert_eq!((back[0].event, back[0].duration, back[5].duration, back[5].end), (3, 160, 640, true));
    assert_eq!(stage.wait(digit), (b.leg, '3'));
}

#[test]
fn keys_are_heard_as_tones_where_that_is_wanted() {
    let mut stage = Stage::new();
    let (mut a, b) = (stage.phone(Codec::Pcma), stage.phone(Codec::Pcma));
    stage.media.command(b.leg, Command::Remote(Box::new(RtpRemote { dtmf: None, ..b.remote() })));
    stage.media.command(a.leg, Command::HearTones(true));
    stage.settle(a.leg);
    // What the engine itself sends as tones to `b` comes back from `a`.
    stage.media.command(b.leg, Command::Dtmf("19#".to_owned()));
    for _ in 0..3 {
        for _ in 0..5 {
            a.say(&b.hear().payload);
        }
        (0..5).for_each(|_| a.say(&[0xd5; 160]));
    }
    let digits: String = (0..3).map(|_| stage.wait(digit).1).collect();
    assert_eq!(digits, "19#");
}

#[test]
fn a_far_end_without_events_hears_tones() {
    let mut stage = Stage::new();
    let mut a = stage.phone(Codec::Pcmu);
    let b = Phone::new(stage.open(), Codec::Pcma);
    stage.media.command(b.leg, Command::Remote(Box::new(RtpRemote { dtmf: None, ..b.remote() })));
    stage.bridge(a.leg, b.leg);
    stage.settle(b.leg);
    a.press(5, 101, 8000);
    let mut decoder = crate::codec::Decoder::new(Codec::Pcma, crate::codec::Rate::Narrow).unwrap();
    let mut pcm = Vec::new();
    for _ in 0..5 {
        let heard = b.hear();
        assert_eq!(heard.payload_type, 8);
        let mut samples = [0; 960];
        let count = decoder.decode(&heard.payload, &mut samples).unwrap();
        pcm.extend_from_slice(&samples[..count]);
    }
    for tone in [770.0, 1336.0] {
        assert!(crate::signal::power_at(&pcm, 8000, tone) > -16.0);
    }
}
