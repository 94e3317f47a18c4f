use super::*;
use crate::codec::{Decoder, Encoder, MAX_ENCODED, Rate};
use crate::signal::{power_at, sine};

/// A party that sings one tone.
struct Singer {
    phone: Phone,
    frames: Vec<Vec<u8>>,
    decoder: Decoder,
    heard: Vec<i16>,
}

impl Singer {
    fn new(stage: &Stage, codec: Codec, tone: f64) -> Self {
        let rate = codec.rate();
        let mut encoder = Encoder::new(codec, rate).unwrap();
        let mut bytes = [0; MAX_ENCODED];
        let song = sine(rate.hz(), tone, 0.2, 2000);
        let frames = song.chunks_exact(rate.samples(20)).map(|pcm| {
            let length = encoder.encode(pcm, &mut bytes).unwrap();
            bytes[..length].to_vec()
        });
        let frames = frames.collect();
        Self { phone: stage.phone(codec), frames, decoder: Decoder::new(codec, Rate::Wide).unwrap(), heard: Vec::new() }
    }

    fn level(&self, tone: f64) -> f64 {
        power_at(&self.heard[self.heard.len() / 2..], 16_000, tone)
    }
}

/// Everybody sings for as long as it takes to hear `frames` frames; the room's own packets give the pace.
fn sing(singers: &mut [Singer], frames: usize) {
    let mut samples = [0; 2000];
    for singer in singers.iter_mut() {
        singer.heard.clear();
    }
    for n in 0..frames {
        for singer in singers.iter_mut() {
            let frame = singer.frames[n % singer.frames.len()].clone();
            singer.phone.say(&frame);
        }
        for singer in singers.iter_mut() {
            let heard = singer.phone.hear();
            let count = singer.decoder.decode(&heard.payload, &mut samples).unwrap();
            singer.heard.extend_from_slice(&samples[..count]);
        }
    }
}

fn three_in_a_room(threads: usize) {
    let mut stage = Stage::with(|config| config.threads = threads);
    let tones = [500.0, 900.0, 1400.0];
    let codecs = [Codec::Pcmu, Codec::G722, Codec::Pcma];
    let mut singers: Vec<_> = codecs.into_iter().zip(tones).map(|(codec, tone)| Singer::new(&stage, codec, tone)).collect();
    let room = stage.media.room();
    for singer in &singers {
        stage.source(singer.phone.leg, Source::Mix(room));
    }
    sing(&mut singers, 80);
    for (n, singer) in singers.iter().enumerate() {
        for (m, tone) in tones.into_iter().enumerate() {
            let level = singer.level(tone);
            assert!(if n == m { level < -40.0 } else { level > -25.0 }, "{n} hears {m} at {level}");
        }
    }
    // The third whispers to the first: the second does not hear him any more.
    stage.media.gain(room, singers[2].phone.leg, singers[1].phone.leg, 0.0);
    sing(&mut singers, 80);
    assert!(singers[0].level(tones[2]) > -25.0 && singers[1].level(tones[2]) < -40.0);
    // One leaves: a bridge again, and the room goes on for the others.
    stage.source(singers[2].phone.leg, Source::Silence);
    stage.settle(singers[2].phone.leg);
    sing(&mut singers[..2], 60);
    assert!(singers[0].level(tones[1]) > -25.0 && singers[0].level(tones[2]) < -40.0);
}

#[test]
fn everybody_hears_everybody_else() {
    three_in_a_room(1);
}

#[test]
fn a_room_reaches_over_threads() {
    three_in_a_room(3);
}
