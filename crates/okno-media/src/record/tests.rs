use std::{
    sync::mpsc::sync_channel,
    time::{Duration, Instant},
};

use audio_codec::{Encoder as _, pcma::PcmaEncoder, pcmu::PcmuEncoder};

use super::{
    tap::{Mark, RUNNING},
    track::Track,
    *,
};
use crate::{
    audio::Audio,
    codec::{Codec, Encoder, MAX_ENCODED, Rate},
    signal::{Dice, level, power_at, sine},
};

const KEY: [u8; 32] = [7; 32];

fn ulaw(pcm: &[i16]) -> Vec<u8> {
    let mut out = vec![0; pcm.len()];
    PcmuEncoder::new().encode_into(pcm, &mut out).unwrap();
    out
}

fn alaw(pcm: &[i16]) -> Vec<u8> {
    let mut out = vec![0; pcm.len()];
    PcmaEncoder::new().encode_into(pcm, &mut out).unwrap();
    out
}

fn track() -> Track {
    Track::new(&RecorderConfig { key: KEY, mask_keys: false })
}

fn chunks(track: &mut Track) -> Vec<Chunk> {
    std::iter::from_fn(|| track.next()).collect()
}

fn open(chunks: &[Chunk]) -> Recording {
    Recording::open(&KEY, chunks.iter().map(|chunk| &chunk.bytes))
}

/// Two sides talk for `seconds`: 500 Hz left in A-law, 900 Hz right in µ-law.
fn two_tones(track: &mut Track, seconds: usize) -> (Vec<u8>, Vec<u8>) {
    let (left, right) = (alaw(&sine(8000, 500.0, 0.3, seconds * 1000)), ulaw(&sine(8000, 900.0, 0.3, seconds * 1000)));
    for (n, (l, r)) in left.chunks(160).zip(right.chunks(160)).enumerate() {
        let at = n as u64 * 160;
        track.frame(Side::Customer, Codec::Pcma, 5_000_u32.wrapping_add(at as u32), l, at + 3);
        track.frame(Side::Heard, Codec::Pcmu, (u32::MAX - 700).wrapping_add(at as u32), r, at);
    }
    track.finish(seconds as u64 * 8000);
    (left, right)
}

#[test]
fn g711_is_stored_bit_by_bit_on_two_channels() {
    let mut track = track();
    let (left, right) = two_tones(&mut track, 8);
    let chunks = chunks(&mut track);
    assert_eq!(
        chunks.iter().map(|c| (c.index, c.started_ms, c.length_ms, c.last)).collect::<Vec<_>>(),
        [(0, 0, 3000, false), (1, 3000, 3000, false), (2, 6000, 2000, true)]
    );
    assert!(track.done());
    let recording = open(&chunks);
    assert_eq!((recording.damages(), recording.gaps(), recording.duration()), (&[][..], &[][..], Duration::from_secs(8)));
    // Decoding and encoding G.711 again gives the same bytes, so the channel shows whether they were kept. The first packet fixes where the stream lies: 3 samples in.
    let heard = alaw(&recording.channel(Side::Customer));
    assert_eq!(heard[3..64_000], left[..63_997]);
    assert_eq!(ulaw(&recording.channel(Side::Heard)), right);
    let [l, r] = recording.waveform(10);
    assert!(l.iter().chain(&r).all(|peak| (70..82).contains(peak)), "{l:?} {r:?}");
}

#[test]
fn the_wav_file_is_what_other_programs_read_and_any_range_of_it() {
    let mut track = track();
    two_tones(&mut track, 7);
    let recording = open(&chunks(&mut track));
    let whole = recording.wav_bytes(0..recording.wav_len());
    assert_eq!(whole.len() as u64, recording.wav_len());
    let reader = hound::WavReader::new(std::io::Cursor::new(&whole)).unwrap();
    assert_eq!((reader.spec().channels, reader.spec().sample_rate, reader.duration()), (2, 8000, 56_000));
    let samples: Vec<i16> = reader.into_samples().map(Result::unwrap).collect();
    let side = |offset: usize| samples.iter().skip(offset).step_by(2).copied().collect::<Vec<_>>();
    assert!(power_at(&side(0)[800..], 8000, 500.0) > -14.0 && power_at(&side(0)[800..], 8000, 900.0) < -50.0);
    assert!(power_at(&side(1)[800..], 8000, 900.0) > -14.0 && power_at(&side(1)[800..], 8000, 500.0) < -50.0);
    let mut dice = Dice(4);
    for _ in 0..200 {
        let (a, b) = (dice.below(whole.len() + 50), dice.below(whole.len() + 50));
        let (a, b) = (a.min(b), a.max(b));
        let expected = &whole[a.min(whole.len())..b.min(whole.len())];
        assert_eq!(recording.wav_bytes(a as u64..b as u64), expected, "{a}..{b}");
    }
    let part = recording.wav(Duration::from_millis(2990)..Duration::from_millis(3010));
    assert_eq!(part[44..], whole[44 + 2990 * 32..44 + 3010 * 32]);
}

#[test]
fn other_codecs_are_decoded_by_the_writer() {
    for codec in [Codec::G722, Codec::Opus] {
        let mut track = track();
        let mut encoder = Encoder::new(codec, Rate::Wide).unwrap();
        let mut bytes = [0; MAX_ENCODED];
        for (n, frame) in sine(16_000, 700.0, 0.3, 4000).chunks(320).enumerate() {
            let len = encoder.encode(frame, &mut bytes).unwrap();
            track.frame(Side::Heard, codec, codec.ticks(20) * n as u32, &bytes[..len], n as u64 * 160);
        }
        track.finish(32_000);
        let recording = open(&chunks(&mut track));
        assert_eq!(recording.duration(), Duration::from_secs(4));
        let power = power_at(&recording.channel(Side::Heard)[4000..], 8000, 700.0);
        assert!((power - (-13.47)).abs() < 1.2, "{codec:?}: {power:.1} dBFS");
        assert!(level(&recording.channel(Side::Customer)) < -90.0);
    }
}

#[test]
fn reordered_late_and_lost_packets_have_their_place() {
    let mut track = track();
    let pcm = ulaw(&sine(8000, 500.0, 0.3, 2000));
    let order = [0, 2, 1, 3, 5, 6, 4, 8, 9];
    for (at, n) in order.into_iter().enumerate() {
        track.frame(Side::Customer, Codec::Pcmu, n * 160, &pcm[n as usize * 160..][..160], at as u64 * 160);
    }
    track.finish(16_000);
    let recording = open(&chunks(&mut track));
    let heard = ulaw(&recording.channel(Side::Customer));
    assert_eq!(heard[..7 * 160], pcm[..7 * 160], "in order again");
    assert!(heard[7 * 160..8 * 160].iter().all(|byte| *byte == 0xFF), "the lost one is silence");
    assert_eq!(heard[8 * 160..10 * 160], pcm[8 * 160..10 * 160]);
    assert!(recording.gaps().is_empty(), "what the network lost is no fault of the recorder");
}

#[test]
fn a_stream_that_jumps_is_placed_where_it_came() {
    let mut track = track();
    let tone = ulaw(&sine(8000, 500.0, 0.3, 20));
    for n in 0..50_u64 {
        track.frame(Side::Customer, Codec::Pcmu, n as u32 * 160, &tone, n * 160);
    }
    // A transfer: new timestamps, half a second later.
    for n in 0..50_u64 {
        track.frame(Side::Customer, Codec::Pcmu, 0x9000_0000 + n as u32 * 160, &tone, 12_000 + n * 160);
    }
    track.finish(24_000);
    let pcm = open(&chunks(&mut track)).channel(Side::Customer);
    assert!(
        level(&pcm[..8000]) > -15.0
            && level(&pcm[8000..12_000]) < -90.0
            && level(&pcm[12_000..20_000]) > -15.0
            && level(&pcm[20_000..]) < -90.0
    );
}

#[test]
fn a_codec_that_changes_in_the_middle_ends_the_chunk() {
    let mut track = track();
    let tone = sine(8000, 500.0, 0.3, 20);
    for n in 0..100_u64 {
        let (codec, payload) = if n < 50 { (Codec::Pcmu, ulaw(&tone)) } else { (Codec::Pcma, alaw(&tone)) };
        track.frame(Side::Customer, codec, n as u32 * 160, &payload, n * 160);
    }
    track.finish(16_000);
    let chunks = chunks(&mut track);
    assert_eq!(chunks.iter().map(|c| (c.started_ms, c.length_ms)).collect::<Vec<_>>(), [(0, 1000), (1000, 1000)]);
    let pcm = open(&chunks).channel(Side::Customer);
    assert!(power_at(&pcm[..8000], 8000, 500.0) > -14.0 && power_at(&pcm[8000..], 8000, 500.0) > -14.0);
}

#[test]
fn a_pause_is_silence_of_its_length_and_marked() {
    let mut track = track();
    let tone = ulaw(&sine(8000, 500.0, 0.3, 20));
    for n in 0..500_u64 {
        let at = n * 160;
        if n == 100 {
            track.pause(true, at);
        }
        if n == 400 {
            track.pause(false, at);
        }
        if !(100..400).contains(&n) {
            track.frame(Side::Customer, Codec::Pcmu, at as u32, &tone, at);
        }
    }
    track.finish(80_000);
    let recording = open(&chunks(&mut track));
    assert_eq!(recording.duration(), Duration::from_secs(10));
    assert_eq!(recording.gaps(), [Gap { from_ms: 2000, to_ms: 8000, reason: Reason::Paused }], "over three chunks, told as one");
    let pcm = recording.channel(Side::Customer);
    assert!(level(&pcm[..16_000]) > -15.0 && level(&pcm[16_000..64_000]) < -90.0 && level(&pcm[64_000..]) > -15.0);
}

#[test]
fn keys_are_cut_out_of_the_recording() {
    let mut track = Track::new(&RecorderConfig::new(KEY));
    let mut pcm = sine(8000, 500.0, 0.2, 1000);
    let keys = Audio::keys("4111");
    pcm.extend_from_slice(keys.pcm(Rate::Narrow));
    pcm.extend(sine(8000, 500.0, 0.2, 1000));
    for (n, frame) in ulaw(&pcm).chunks(160).enumerate() {
        track.frame(Side::Customer, Codec::Pcmu, n as u32 * 160, frame, n as u64 * 160);
    }
    track.finish(pcm.len() as u64);
    let recording = open(&chunks(&mut track));
    let heard = recording.channel(Side::Customer);
    let mut detector = crate::goertzel::Detector::new(Rate::Narrow);
    let mut digits = 0;
    detector.push(&heard, |_| digits += 1);
    assert_eq!(digits, 0, "nobody can read the card number out of the recording");
    assert!(level(&heard[..7000]) > -20.0 && level(&heard[heard.len() - 7000..]) > -20.0, "what was said stays");
    assert!(recording.gaps().iter().all(|gap| gap.reason == Reason::Keys) && recording.gaps().len() == 4, "{:?}", recording.gaps());
}

#[test]
fn a_changed_cut_or_missing_chunk_is_named_and_the_rest_plays() {
    let mut track = track();
    two_tones(&mut track, 12);
    let chunks = chunks(&mut track);
    assert_eq!(chunks.len(), 4);
    let mut dice = Dice(11);
    for _ in 0..50 {
        let mut stored: Vec<Vec<u8>> = chunks.iter().map(|chunk| chunk.bytes.clone()).collect();
        let which = dice.below(4);
        let at = if dice.below(3) == 0 { dice.below(60) } else { dice.below(stored[which].len()) };
        if dice.below(4) == 0 {
            stored[which].truncate(at);
        } else {
            stored[which][at] ^= 1 << dice.below(8);
        }
        let recording = Recording::open(&KEY, &stored);
        assert!(!recording.damages().is_empty(), "a change at byte {at} of chunk {which} was not noticed");
        assert!(recording.duration() <= Duration::from_secs(12));
        for other in (0..4).filter(|other| *other != which) {
            let whole = recording.wav(Duration::from_secs(other as u64 * 3)..Duration::from_secs(other as u64 * 3 + 3));
            assert!(whole.len() == 44 + 3 * 32_000, "chunk {other} still plays");
        }
    }
    let recording = Recording::open(&KEY, [&chunks[0].bytes, &chunks[1].bytes, &chunks[3].bytes]);
    assert_eq!(recording.damages(), [Damage::Missing { index: 2 }]);
    assert_eq!(recording.gaps(), [Gap { from_ms: 6000, to_ms: 9000, reason: Reason::Damaged }]);
    assert!(power_at(&recording.channel(Side::Customer)[73_000..], 8000, 500.0) > -14.0, "what is behind the hole keeps its time");
    let crashed = Recording::open(&KEY, [&chunks[1].bytes, &chunks[0].bytes]);
    assert_eq!((crashed.damages(), crashed.duration()), (&[Damage::NoEnd][..], Duration::from_secs(6)), "a crash leaves a file that plays");
    let stranger = Recording::open(&[8; 32], chunks.iter().map(|chunk| &chunk.bytes));
    assert_eq!((stranger.damages().len(), stranger.duration()), (5, Duration::ZERO), "nothing without the key");
    let nothing = Recording::open(&KEY, [b"hello"]);
    assert_eq!(nothing.damages()[0].to_string(), "5 bytes at position 0 are no chunk");
}

#[test]
fn chunks_in_one_file_are_taken_apart_whatever_is_between() {
    let mut track = track();
    two_tones(&mut track, 9);
    let chunks = chunks(&mut track);
    let mut file = Vec::new();
    for chunk in &chunks {
        file.extend_from_slice(&chunk.bytes);
    }
    assert_eq!(split(&file), chunks.iter().map(|chunk| chunk.bytes.as_slice()).collect::<Vec<_>>());
    let cut = &file[..file.len() - 100];
    let pieces = split(cut);
    let recording = Recording::open(&KEY, &pieces);
    assert_eq!(recording.duration(), Duration::from_secs(6));
    assert_eq!(recording.damages(), [Damage::Changed { index: 2 }, Damage::NoEnd]);
    let mut mixed = b"noise".to_vec();
    mixed.extend_from_slice(&chunks[0].bytes);
    mixed.extend_from_slice(b"more noise");
    mixed.extend_from_slice(&chunks[1].bytes);
    let recording = Recording::open(&KEY, split(&mixed));
    assert_eq!(recording.damages()[0], Damage::Foreign { position: 0, bytes: 5 });
    assert_eq!(recording.duration(), Duration::from_secs(6));
}

#[test]
fn a_store_that_does_not_take_costs_a_marked_gap_and_no_memory() {
    let mut track = track();
    let tone = ulaw(&sine(8000, 500.0, 0.3, 20));
    for n in 0..50 * 90_u64 {
        track.frame(Side::Heard, Codec::Pcmu, n as u32 * 160, &tone, n * 160);
    }
    let first = chunks(&mut track);
    assert_eq!(first.len(), 20, "a minute waits");
    for n in 50 * 90..50 * 100_u64 {
        track.frame(Side::Heard, Codec::Pcmu, n as u32 * 160, &tone, n * 160);
    }
    track.finish(100 * 8000);
    let all: Vec<Chunk> = first.into_iter().chain(chunks(&mut track)).collect();
    let recording = open(&all);
    assert_eq!(recording.damages(), []);
    assert_eq!(recording.duration(), Duration::from_secs(100));
    let gap = recording.gaps()[0];
    assert_eq!((recording.gaps().len(), gap.reason, gap.from_ms), (1, Reason::Dropped, 60_000));
    assert!((84_000..=90_000).contains(&gap.to_ms), "{gap:?}");
}

#[test]
fn the_media_thread_never_waits_and_what_it_loses_is_marked() {
    let (writer, batches) = sync_channel(2);
    let ended = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(RUNNING));
    let start = Instant::now();
    let mut recorder = Recorder::new(1, start, writer, std::sync::Arc::clone(&ended));
    let ms = |ms: u64| start + Duration::from_millis(ms);
    for n in 0..100 {
        recorder.tap(Side::Customer, Codec::Pcmu, n * 160, &[1; 160], ms(u64::from(n) * 20));
    }
    recorder.pause(true, ms(2000));
    recorder.tap(Side::Customer, Codec::Pcmu, 1, &[9; 160], ms(2100));
    assert!(recorder.paused() && recorder.dropped() > 3);
    let first: Vec<_> = batches.try_iter().collect();
    assert_eq!(first.iter().map(|batch| batch.frames().count()).sum::<usize>(), 22, "two batches of 11 frames fit");
    recorder.pause(false, ms(3000));
    recorder.stop(ms(3500));
    let second: Vec<_> = batches.try_iter().collect();
    let marks: Vec<Mark> = second.iter().flat_map(|batch| batch.marks.iter().copied()).collect();
    assert!(matches!(marks[0], Mark::Dropped { from: 3520, to } if to > 15_000), "{marks:?}");
    assert_eq!(marks[1..], [Mark::Paused(16_000), Mark::Resumed(24_000)]);
    assert_eq!(ended.load(std::sync::atomic::Ordering::Acquire), 28_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_thread_seals_and_hands_over_in_real_time() {
    let recorders = Recorders::start().unwrap();
    let start = Instant::now();
    // Recordings that began in the past do not have to be waited for.
    let past = start.checked_sub(Duration::from_secs(10)).unwrap();
    let mut all = Vec::new();
    for call in 0..8 {
        let (mut recorder, mut chunks) = recorders.open(&RecorderConfig::new([call; 32]), past);
        let tone = ulaw(&sine(8000, 300.0 + 100.0 * f64::from(call), 0.3, 10_000));
        for (n, frame) in tone.chunks(160).enumerate() {
            recorder.tap(Side::Customer, Codec::Pcmu, n as u32 * 160, frame, past + Duration::from_millis(n as u64 * 20));
        }
        recorder.stop(start);
        all.push(tokio::spawn(async move {
            let mut stored = Vec::new();
            while let Some(chunk) = chunks.recv().await {
                stored.push(chunk);
            }
            (call, stored)
        }));
    }
    for task in all {
        let (call, stored) = task.await.unwrap();
        assert!(stored.last().unwrap().last);
        let recording = Recording::open(&[call; 32], stored.iter().map(|chunk| &chunk.bytes));
        assert_eq!((recording.damages(), recording.gaps()), (&[][..], &[][..]));
        assert_eq!(recording.duration().as_secs(), 10);
        let power = power_at(&recording.channel(Side::Customer)[..79_000], 8000, 300.0 + 100.0 * f64::from(call));
        assert!(power > -14.0, "call {call}: {power:.1} dBFS");
    }
}
