//! Sound per frame of 20 ms: what a codec, a mixer, the recorder's two ends, the detectors and the jitter buffer cost. `cargo bench -p okno-media`.
//!
//! A core has 20,000 µs per frame time: 100 µs per frame are 200 calls on a core.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use criterion::{Criterion, criterion_group, criterion_main};
use okno_media::{
    audio::Audio,
    codec::{Codec, Decoder, Encoder, MAX_ENCODED, Rate},
    goertzel::Detector,
    inbound::Inbound,
    level::Voice,
    mixer::Mixer,
    record::{RecorderConfig, Recorders, Recording, Side},
    resample::Resampler,
};

/// Two seconds of music at a rate: more like speech than a sine is.
fn sound(rate: Rate) -> Vec<i16> {
    Audio::music().pcm(rate)[..rate.samples(2000)].to_vec()
}

fn codecs(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("codec");
    for codec in Codec::ALL {
        let rate = codec.rate();
        let pcm = sound(rate);
        let frames: Vec<&[i16]> = pcm.chunks(rate.samples(20)).collect();
        let mut encoder = Encoder::new(codec, rate).expect("the codec starts");
        let mut bytes = [0; MAX_ENCODED];
        let mut at = 0;
        group.bench_function(format!("encode {}", codec.name()), |b| {
            b.iter(|| {
                at += 1;
                encoder.encode(black_box(frames[at % frames.len()]), &mut bytes)
            });
        });
        let payloads: Vec<Vec<u8>> = frames
            .iter()
            .map(|frame| {
                let len = encoder.encode(frame, &mut bytes).expect("a frame of 20 ms");
                bytes[..len].to_vec()
            })
            .collect();
        let mut decoder = Decoder::new(codec, rate).expect("the codec starts");
        let mut out = vec![0; rate.samples(120)];
        group.bench_function(format!("decode {}", codec.name()), |b| {
            b.iter(|| {
                at += 1;
                decoder.decode(black_box(&payloads[at % payloads.len()]), &mut out)
            });
        });
    }
    let pcm = sound(Rate::Wide);
    let (mut down, mut up, mut out) = (Resampler::new(Rate::Wide, Rate::Narrow), Resampler::new(Rate::Narrow, Rate::Wide), [0; 400]);
    group.bench_function("resample 16 to 8", |b| b.iter(|| down.run(black_box(&pcm[..320]), &mut out)));
    group.bench_function("resample 8 to 16", |b| b.iter(|| up.run(black_box(&pcm[..160]), &mut out)));
    group.finish();
}

fn rooms(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("room");
    for (name, rate, parties) in
        [("mix 3 at 8 kHz", Rate::Narrow, 3), ("mix 3 at 16 kHz", Rate::Wide, 3), ("mix 8 at 16 kHz", Rate::Wide, 8)]
    {
        let frame = rate.samples(20);
        let pcm = sound(rate);
        let mut mixer = Mixer::new(frame);
        let seats: Vec<_> = (0..parties).filter_map(|_| mixer.join()).collect();
        let mut out = vec![0; frame];
        group.bench_function(name, |b| {
            b.iter(|| {
                for seat in &seats {
                    mixer.put(*seat, black_box(&pcm[..frame]));
                }
                for seat in &seats {
                    mixer.mix(*seat, &mut out);
                }
                mixer.tick();
            });
        });
    }
    // A whole tick of three G.711 parties: jitter buffers, decoders, mixer, encoders.
    let mut parties: Vec<_> = (0..3)
        .map(|_| {
            (
                Inbound::new(Codec::Pcmu, Rate::Narrow).expect("the codec starts"),
                Encoder::new(Codec::Pcmu, Rate::Narrow).expect("the codec starts"),
            )
        })
        .collect();
    let mut mixer = Mixer::new(160);
    let seats: Vec<_> = (0..3).filter_map(|_| mixer.join()).collect();
    let (mut pcm, mut bytes, payload, start, mut n) = ([0; 160], [0; 160], [0x55; 160], Instant::now(), 0_u32);
    group.bench_function("tick of 3 PCMU parties", |b| {
        b.iter(|| {
            let now = start + Duration::from_millis(20) * n;
            for ((inbound, _), seat) in parties.iter_mut().zip(&seats) {
                inbound.put(n as u16, n.wrapping_mul(160), &payload, now);
                inbound.pull(now, &mut pcm);
                mixer.put(*seat, &pcm);
            }
            for ((_, encoder), seat) in parties.iter_mut().zip(&seats) {
                mixer.mix(*seat, &mut pcm);
                encoder.encode(&pcm, &mut bytes).expect("a frame of 20 ms");
            }
            mixer.tick();
            n = n.wrapping_add(1);
        });
    });
    group.finish();
}

fn ears(criterion: &mut Criterion) {
    let pcm = sound(Rate::Narrow);
    let mut detector = Detector::new(Rate::Narrow);
    criterion.bench_function("detect keys", |b| b.iter(|| detector.push(black_box(&pcm[..160]), |_| ())));
    let mut voice = Voice::default();
    criterion.bench_function("detect voice", |b| b.iter(|| voice.push(black_box(&pcm[..160]))));
}

fn recordings(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("record");
    let payload = [0x55; 160];
    // The media thread's share: one frame per side.
    let recorders = Recorders::start().expect("a thread");
    let start = Instant::now();
    let (mut recorder, _taken) = recorders.open(&RecorderConfig::new([1; 32]), start);
    let mut n = 0_u32;
    group.bench_function("tap both sides", |b| {
        b.iter(|| {
            let at = start + Duration::from_millis(20) * n;
            recorder.tap(Side::Customer, Codec::Pcmu, n.wrapping_mul(160), black_box(&payload), at);
            recorder.tap(Side::Heard, Codec::Pcmu, n.wrapping_mul(160), black_box(&payload), at);
            n = n.wrapping_add(1);
        });
    });
    drop(recorder);
    // The writer's share: a minute of both sides (3,000 frame pairs) from the tap to the last sealed chunk.
    for (name, mask_keys) in [("write a minute", false), ("write a minute, keys cut out", true)] {
        group.sample_size(10).bench_function(name, |b| {
            b.iter(|| minute(&recorders, mask_keys));
        });
    }
    let chunks = minute(&recorders, false);
    group.bench_function("open a minute", |b| b.iter(|| Recording::open(&[1; 32], black_box(&chunks))));
    let recording = Recording::open(&[1; 32], &chunks);
    group.bench_function("waveform of a minute", |b| b.iter(|| recording.waveform(800)));
    group.bench_function("a second as WAV", |b| b.iter(|| recording.wav(Duration::from_secs(20)..Duration::from_secs(21))));
    group.finish();
}

/// Records a minute as fast as the writer takes it.
fn minute(recorders: &Recorders, mask_keys: bool) -> Vec<Vec<u8>> {
    let payload = [0x55; 160];
    // In the past, so that nothing waits for the clock.
    let start = Instant::now().checked_sub(Duration::from_secs(70)).expect("the machine runs longer than a minute");
    let (mut recorder, mut taken) = recorders.open(&RecorderConfig { key: [1; 32], mask_keys }, start);
    for n in 0..3_000_u32 {
        let at = start + Duration::from_millis(20) * n;
        recorder.tap(Side::Customer, Codec::Pcmu, n * 160, &payload, at);
        recorder.tap(Side::Heard, Codec::Pcmu, n * 160, &payload, at);
    }
    recorder.stop(start + Duration::from_secs(60));
    std::iter::from_fn(|| taken.blocking_recv()).map(|chunk| chunk.bytes).collect()
}

criterion_group!(benches, codecs, rooms, ears, recordings);
criterion_main!(benches);
