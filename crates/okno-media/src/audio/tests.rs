use super::*;
use crate::{
    codec::Decoder,
    signal::{Dice, level, power_at, sine, speech},
};

const ULAW: &[u8] = include_bytes!("fixtures/ulaw.wav");
const ALAW: &[u8] = include_bytes!("fixtures/alaw.wav");
const PCM24: &[u8] = include_bytes!("fixtures/pcm24.wav");
const ADPCM: &[u8] = include_bytes!("fixtures/adpcm.wav");
const OPUS: &[u8] = include_bytes!("fixtures/tone440.opus");

fn limits(bytes: usize, seconds: u64) -> Limits {
    Limits { bytes, length: Duration::from_secs(seconds) }
}

/// A file written by another library.
fn wav(rate: u32, channels: u16, bits: u16, float: bool, pcm: &[i16]) -> Vec<u8> {
    let format = if float { hound::SampleFormat::Float } else { hound::SampleFormat::Int };
    let spec = hound::WavSpec { channels, sample_rate: rate, bits_per_sample: bits, sample_format: format };
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
    for sample in pcm {
        for _ in 0..channels {
            if float {
                writer.write_sample(f32::from(*sample) / 32_768.0).unwrap();
            } else {
                writer.write_sample((i64::from(*sample) << 16 >> (32 - bits)) as i32).unwrap();
            }
        }
    }
    writer.finalize().unwrap();
    bytes.into_inner()
}

fn assert_tone(audio: &Audio, hz: f64, ms: u64) {
    assert!(audio.duration().as_millis().abs_diff(u128::from(ms)) <= 1, "{:?} instead of {ms} ms", audio.duration());
    for rate in [Rate::Narrow, Rate::Wide] {
        let pcm = audio.pcm(rate);
        let middle = &pcm[pcm.len() / 5..pcm.len() * 4 / 5];
        let power = power_at(middle, rate.hz(), hz);
        assert!((power - (-19.0)).abs() < 0.6, "{hz} Hz has {power:.1} dBFS at {rate:?}");
        assert!((level(middle) - power).abs() < 0.3, "there is more than the tone: {:.1} dBFS", level(middle));
    }
}

#[test]
fn wav_of_any_width_rate_and_channels_becomes_the_same() {
    for (rate, channels, bits, float) in [
        (8_000, 1, 16, false),
        (11_025, 2, 16, false),
        (16_000, 1, 8, false),
        (22_050, 1, 24, false),
        (44_100, 2, 16, false),
        (48_000, 6, 32, false),
        (44_100, 1, 32, true),
        (96_000, 2, 24, false),
        (7_919, 1, 16, false),
    ] {
        let file = wav(rate, channels, bits, float, &sine(rate, 440.0, 0.4, 500));
        assert_tone(&Audio::decode(&file, Limits::default()).unwrap(), 440.0, 500);
    }
}

#[test]
fn files_of_other_programs_are_read() {
    assert_tone(&Audio::decode(ULAW, Limits::default()).unwrap(), 440.0, 250);
    assert_tone(&Audio::decode(ALAW, Limits::default()).unwrap(), 440.0, 250);
    assert_tone(&Audio::decode(PCM24, Limits::default()).unwrap(), 440.0, 250);
    assert_tone(&Audio::decode(OPUS, Limits::default()).unwrap(), 440.0, 1000);
}

#[test]
fn loudness_is_the_same_for_loud_and_soft_recordings_and_nothing_clips() {
    for amplitude in [0.06, 0.2, 1.0] {
        let talk: Vec<i16> = speech(16_000, 4000, 3).iter().map(|s| (f64::from(*s) * amplitude) as i16).collect();
        let audio = Audio::decode(&wav(16_000, 1, 16, false, &talk), Limits::default()).unwrap();
        let floats: Vec<f32> = audio.pcm(Rate::Wide).iter().map(|s| f32::from(*s) / 32_768.0).collect();
        let loudness = convert::loudness(&floats, 16_000).unwrap();
        assert!((loudness - convert::TARGET_DBFS).abs() < 1.5, "{loudness:.1} dBFS from {amplitude}");
        assert!(floats.iter().all(|s| s.abs() <= convert::PEAK + 0.001));
    }
    let mut peaky = sine(16_000, 300.0, 0.02, 1000);
    peaky[8000..8100].fill(32_000);
    let audio = Audio::decode(&wav(16_000, 1, 16, false, &peaky), Limits::default()).unwrap();
    assert!(audio.pcm(Rate::Wide).iter().all(|s| s.unsigned_abs() < 29_300));
    let silent = Audio::decode(&wav(8000, 1, 16, false, &[0; 8000]), Limits::default()).unwrap();
    assert!(silent.pcm(Rate::Narrow).iter().all(|s| *s == 0), "silence stays silence");
}

#[test]
fn what_is_no_prompt_is_refused_in_words() {
    let say = |bytes: &[u8], limits| Audio::decode(bytes, limits).unwrap_err().to_string();
    assert_eq!(say(b"ID3 is an mp3", Limits::default()), "this is neither a WAV nor an Ogg Opus file; convert it to one of them");
    assert_eq!(say(ADPCM, Limits::default()), "the WAV file uses ADPCM; save it as 16-bit PCM");
    assert_eq!(say(&wav(8000, 1, 16, false, &[]), Limits::default()), "the file holds no audio");
    assert_eq!(say(&PCM24[..40], Limits::default()), "the file is damaged: its format chunk is cut off");
    assert_eq!(say(PCM24, limits(100, 600)), "the file has 33152 bytes, at most 100 are allowed; save it as mono at 16 kHz, or as Opus");
    assert_eq!(
        say(&wav(8000, 1, 16, false, &vec![0; 17_000]), limits(100_000, 2)),
        "the audio is longer than 2 seconds, which is the limit"
    );
    assert_eq!(say(&OPUS[..5000], Limits::default()), "the file is damaged: it is cut off at byte 841");
    let mut flipped = OPUS.to_vec();
    flipped[3000] ^= 1;
    assert_eq!(say(&flipped, Limits::default()), "the file is damaged: a page with a wrong checksum at byte 841");
    assert_eq!(say(b"OggS", Limits::default()), "the file is damaged: it is cut off at byte 0");
}

/// A page of a stream, with its checksum, around segments that the test chooses.
fn page(flags: u8, granule: u64, packets: &[&[u8]]) -> Vec<u8> {
    let mut table = Vec::new();
    for packet in packets {
        table.extend(std::iter::repeat_n(255, packet.len() / 255));
        table.push((packet.len() % 255) as u8);
    }
    let mut out = b"OggS\0".to_vec();
    out.push(flags);
    out.extend(granule.to_le_bytes());
    out.extend([7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    out.push(table.len() as u8);
    out.extend(&table);
    for packet in packets {
        out.extend_from_slice(packet);
    }
    let sum = ogg::tests_checksum(&out);
    out[22..26].copy_from_slice(&sum.to_le_bytes());
    out
}

#[test]
fn an_opus_bomb_costs_no_more_than_the_limit() {
    // Each of these 3-byte packets says that it holds 120 ms: 255 of them per page are half a minute in a kilobyte.
    let head = page(2, 0, &[b"OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0"]);
    let mut file = [head, page(0, 0, &[b"OpusTags"])].concat();
    let packet: &[u8] = &[0x1B, 2, 0];
    for _ in 0..2000 {
        file.extend(page(0, 0, &[packet; 255]));
    }
    let error = Audio::decode(&file, limits(20_000_000, 20)).unwrap_err();
    assert!(matches!(error, AudioError::TooLong(20) | AudioError::Damaged(_)), "{error}");
    let other = page(2, 0, &[b"\x01vorbis and so on"]);
    assert_eq!(
        Audio::decode(&other, Limits::default()).unwrap_err().to_string(),
        "the Ogg file holds Vorbis; only Opus is played, convert it with opusenc"
    );
}

#[test]
fn damaged_files_never_panic_and_never_grow() {
    let mut dice = Dice(2026);
    let limits = limits(100_000, 3);
    for original in [ULAW, ALAW, &PCM24[..8000], OPUS] {
        for _ in 0..250 {
            let mut bytes = original.to_vec();
            for _ in 0..=dice.below(4) {
                // Headers are where it hurts.
                let at = if dice.below(3) == 0 { dice.below(bytes.len()) } else { dice.below(bytes.len().min(60)) };
                match dice.below(4) {
                    0 => bytes[at] = dice.next() as u8,
                    1 => bytes[at] = 0xFF,
                    2 => bytes.truncate(at.max(1)),
                    _ => bytes.insert(at, dice.next() as u8),
                }
            }
            if let Ok(audio) = Audio::decode(&bytes, limits) {
                assert!(audio.duration() <= Duration::from_millis(3100));
            }
        }
    }
    // Opus packets of which the checksum is right and the content is not.
    let head = page(2, 0, &[b"OpusHead\x01\x02\0\0\x80\xbb\0\0\0\0\0"]);
    for _ in 0..60 {
        let packets: Vec<Vec<u8>> = (0..6).map(|_| (0..=dice.below(250)).map(|_| dice.next() as u8).collect()).collect();
        let packets: Vec<&[u8]> = packets.iter().map(Vec::as_slice).collect();
        let file = [head.clone(), page(0, 0, &[b"OpusTags"]), page(4, dice.next() % 100_000, &packets)].concat();
        if let Ok(audio) = Audio::decode(&file, limits) {
            assert!(audio.duration() <= Duration::from_millis(3100));
        }
    }
}

#[test]
fn frames_are_encoded_once_and_play_as_the_tone() {
    let audio = Audio::decode(&wav(16_000, 1, 16, false, &sine(16_000, 600.0, 0.3, 1010)), Limits::default()).unwrap();
    for codec in Codec::ALL {
        assert!(audio.ready(codec).is_none());
        let encoded = audio.encoded(codec).unwrap();
        assert_eq!(encoded.len(), 51, "1,010 ms are 51 frames");
        assert!(std::ptr::eq(encoded, audio.ready(codec).unwrap()), "the second call encodes nothing");
        assert!(encoded.frame(51).is_none() && !encoded.is_empty());
        let (mut decoder, mut buffer, mut heard) = (Decoder::new(codec, Rate::Narrow).unwrap(), [0; 960], Vec::new());
        for index in 0..encoded.len() {
            let count = decoder.decode(encoded.frame(index).unwrap(), &mut buffer).unwrap();
            assert_eq!(count, 160);
            heard.extend_from_slice(&buffer[..count]);
        }
        let power = power_at(&heard[1600..6400], 8000, 600.0);
        assert!((power - (-19.0)).abs() < 1.2, "{codec:?}: {power:.1} dBFS");
    }
}

#[test]
fn music_is_calm_loops_without_a_seam_and_never_clips() {
    let music = Audio::music();
    assert_eq!(music.duration(), Duration::from_secs(72));
    assert!(Arc::ptr_eq(&music, &Audio::music()));
    let pcm = music.pcm(Rate::Wide);
    let peak = pcm.iter().map(|s| s.unsigned_abs()).max().unwrap();
    assert!((6_000..26_000).contains(&peak), "peak {peak}");
    let loud = level(pcm);
    assert!((-27.0..-19.0).contains(&loud), "{loud:.1} dBFS");
    for second in pcm.chunks(16_000) {
        assert!((level(second) - loud).abs() < 5.0, "a second of {:.1} dBFS in music of {loud:.1}", level(second));
    }
    let steps = |pcm: &[i16]| pcm.windows(2).map(|p| (i32::from(p[0]) - i32::from(p[1])).abs()).max().unwrap();
    assert!((i32::from(pcm[0]) - i32::from(pcm[pcm.len() - 1])).abs() <= steps(pcm), "the end runs into the beginning");
    assert_eq!(pcm.len() % 320, 0, "whole frames, or each round would stumble");
}

#[test]
fn signals_are_those_of_the_network() {
    let ringback = Audio::ringback();
    assert_eq!(ringback.duration(), Duration::from_secs(5));
    let pcm = ringback.pcm(Rate::Narrow);
    assert!(power_at(&pcm[800..7200], 8000, 425.0) > -21.0);
    assert!(pcm[8100..].iter().all(|s| s.unsigned_abs() < 20));
    assert_eq!((Audio::busy().duration(), Audio::congestion().duration()), (Duration::from_secs(1), Duration::from_millis(500)));
    assert_eq!(Audio::silence(300).duration(), Duration::from_millis(300));
    assert!(power_at(&Audio::beep().pcm(Rate::Narrow)[400..2800], 8000, 1000.0) > -16.0);
    let keys = Audio::keys("15,#x");
    assert_eq!(keys.duration(), Duration::from_millis(3 * 180 + 1000));
    let mut heard = String::new();
    let mut detector = goertzel_detector();
    detector.push(keys.pcm(Rate::Narrow), |tone| {
        if let crate::goertzel::Tone::Begin(digit) = tone {
            heard.push(digit);
        }
    });
    assert_eq!(heard, "15#");
}

fn goertzel_detector() -> crate::goertzel::Detector {
    crate::goertzel::Detector::new(Rate::Narrow)
}

#[test]
fn concat_wav_and_waveform() {
    let both = Audio::concat(&[&Audio::beep(), &Audio::silence(400)]);
    assert_eq!(both.duration(), Duration::from_millis(800));
    let wave = both.waveform(8);
    assert!(wave[..4].iter().all(|peak| *peak > 50) && wave[5..].iter().all(|peak| *peak == 0), "{wave:?}");
    assert_eq!(Audio::silence(0).waveform(4), [0; 4]);
    for rate in [Rate::Narrow, Rate::Wide] {
        let file = both.to_wav(rate);
        let reader = hound::WavReader::new(std::io::Cursor::new(&file)).unwrap();
        assert_eq!((reader.spec().sample_rate, reader.duration()), (rate.hz(), rate.hz() * 8 / 10));
        assert_eq!(reader.into_samples::<i16>().map(Result::unwrap).collect::<Vec<_>>(), both.pcm(rate).to_vec());
    }
}
