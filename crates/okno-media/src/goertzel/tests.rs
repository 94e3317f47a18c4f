use super::*;
use crate::signal::{Dice, sine, speech};

const ALL: &str = "0123456789*#ABCD";

/// A key of `ms`, each tone at so many dB of full scale (0 is a sine of amplitude 1).
fn key(hz: u32, digit: char, ms: usize, low_db: f64, high_db: f64, drift: f64) -> Vec<i16> {
    let (low, high) = frequencies(digit).unwrap();
    let a = sine(hz, low * drift, 10.0_f64.powf(low_db / 20.0), ms);
    let b = sine(hz, high * drift, 10.0_f64.powf(high_db / 20.0), ms);
    a.iter().zip(b).map(|(a, b)| a.saturating_add(b)).collect()
}

fn add(pcm: &mut [i16], noise: &[i16]) {
    pcm.iter_mut().zip(noise).for_each(|(a, b)| *a = a.saturating_add(*b));
}

/// The digits heard in `pcm`, fed in frames of 20 ms.
fn digits(rate: Rate, pcm: &[i16]) -> (String, Vec<u32>) {
    let (mut detector, mut said, mut lengths) = (Detector::new(rate), String::new(), Vec::new());
    for frame in pcm.chunks(rate.samples(20)) {
        detector.push(frame, |tone| match tone {
            Tone::Begin(digit) => said.push(digit),
            Tone::End { ms, .. } => lengths.push(ms),
        });
    }
    (said, lengths)
}

/// All sixteen keys with pauses.
fn dial(hz: u32, ms: usize, pause: usize, low_db: f64, high_db: f64, drift: f64) -> Vec<i16> {
    let mut pcm = Vec::new();
    for digit in ALL.chars() {
        pcm.extend(key(hz, digit, ms, low_db, high_db, drift));
        pcm.extend(std::iter::repeat_n(0, hz as usize * pause / 1000));
    }
    pcm
}

#[test]
fn all_sixteen_digits_at_every_level_and_rate() {
    for rate in [Rate::Narrow, Rate::Wide] {
        for level in [-7.0, -15.0, -25.0, -35.0] {
            let (said, lengths) = digits(rate, &dial(rate.hz(), 80, 80, level, level, 1.0));
            assert_eq!(said, ALL, "{rate:?} at {level} dB");
            assert!(lengths.iter().all(|ms| (50..=90).contains(ms)), "{lengths:?}");
        }
    }
}

#[test]
fn in_noise_of_15_db_below() {
    let mut pcm = dial(8000, 80, 80, -20.0, -20.0, 1.0);
    let noise = Dice(5).noise(pcm.len(), -35.0);
    add(&mut pcm, &noise);
    assert_eq!(digits(Rate::Narrow, &pcm).0, ALL);
}

#[test]
fn short_keys_of_50_ms_and_twist_and_drift_that_networks_make() {
    assert_eq!(digits(Rate::Narrow, &dial(8000, 50, 50, -15.0, -15.0, 1.0)).0, ALL);
    assert_eq!(digits(Rate::Narrow, &dial(8000, 80, 80, -15.0, -12.0, 1.0)).0, ALL, "high tone 3 dB louder");
    assert_eq!(digits(Rate::Narrow, &dial(8000, 80, 80, -12.0, -19.0, 1.0)).0, ALL, "high tone 7 dB weaker");
    for drift in [0.988, 1.012] {
        assert_eq!(digits(Rate::Narrow, &dial(8000, 80, 80, -15.0, -15.0, drift)).0, ALL, "{drift}");
    }
}

#[test]
fn a_key_pressed_twice_is_two_digits_and_a_long_one_is_one() {
    let mut pcm = key(8000, '5', 80, -15.0, -15.0, 1.0);
    pcm.extend(vec![0; 480]);
    pcm.extend(key(8000, '5', 3000, -15.0, -15.0, 1.0));
    pcm.extend(vec![0; 800]);
    let (said, lengths) = digits(Rate::Narrow, &pcm);
    assert_eq!(said, "55");
    assert!((2900..3100).contains(&lengths[1]), "{lengths:?}");
}

#[test]
fn what_is_no_digit_is_none() {
    assert_eq!(digits(Rate::Narrow, &dial(8000, 18, 60, -10.0, -10.0, 1.0)).0, "", "too short");
    assert_eq!(digits(Rate::Narrow, &dial(8000, 80, 60, -10.0, -25.0, 1.0)).0, "", "twist of 15 dB");
    assert_eq!(digits(Rate::Narrow, &sine(8000, 770.0, 0.5, 1000)).0, "", "one tone");
    assert_eq!(digits(Rate::Narrow, &sine(8000, 425.0, 0.5, 1000)).0, "", "ringback");
    assert_eq!(digits(Rate::Narrow, &Dice(9).noise(80_000, -10.0)).0, "", "noise");
    let mut with_harmonics = key(8000, '1', 200, -15.0, -15.0, 1.0);
    add(&mut with_harmonics, &sine(8000, 1394.0, 0.08, 200));
    assert_eq!(digits(Rate::Narrow, &with_harmonics).0, "", "a second harmonic means a voice");
}

#[test]
fn ten_minutes_of_something_like_speech_give_no_digit() {
    for seed in 1..=10 {
        assert_eq!(digits(Rate::Narrow, &speech(8000, 60_000, seed * 77)).0, "", "seed {seed}");
    }
}

#[test]
fn a_digit_is_heard_through_the_telephone_codecs() {
    use crate::codec::{Codec, Decoder, Encoder, MAX_ENCODED};
    for codec in [Codec::Pcmu, Codec::Pcma, Codec::G722] {
        let (mut encoder, mut decoder) = (Encoder::new(codec, Rate::Narrow).unwrap(), Decoder::new(codec, Rate::Narrow).unwrap());
        let (mut bytes, mut out, mut pcm) = ([0; MAX_ENCODED], [0; 960], Vec::new());
        for frame in dial(8000, 80, 80, -18.0, -18.0, 1.0).chunks_exact(160) {
            let len = encoder.encode(frame, &mut bytes).unwrap();
            let count = decoder.decode(&bytes[..len], &mut out).unwrap();
            pcm.extend_from_slice(&out[..count]);
        }
        assert_eq!(digits(Rate::Narrow, &pcm).0, ALL, "{codec:?}");
    }
}
