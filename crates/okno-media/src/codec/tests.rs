use super::*;
use crate::signal::{Dice, power_at, sine, snr, speech};

fn round_trip(codec: Codec, rate: Rate, pcm: &[i16]) -> Vec<i16> {
    let (mut encoder, mut decoder) = (Encoder::new(codec, rate).unwrap(), Decoder::new(codec, rate).unwrap());
    let mut out = Vec::new();
    let (mut bytes, mut samples) = ([0; MAX_ENCODED], vec![0; rate.samples(MAX_PACKET_MS)]);
    for frame in pcm.chunks_exact(rate.samples(20)) {
        let len = encoder.encode(frame, &mut bytes).unwrap();
        if let Some(expected) = codec.frame_bytes(20) {
            assert_eq!(len, expected);
        }
        let count = decoder.decode(&bytes[..len], &mut samples).unwrap();
        assert_eq!(count, frame.len(), "{codec:?} at {rate:?}");
        out.extend_from_slice(&samples[..count]);
    }
    out
}

#[test]
fn a_tone_survives_every_codec_at_every_rate() {
    for codec in Codec::ALL {
        for rate in [Rate::Narrow, Rate::Wide, Rate::Full] {
            let out = round_trip(codec, rate, &sine(rate.hz(), 1000.0, 0.25, 1000));
            let settled = &out[rate.samples(200)..];
            let level = power_at(settled, rate.hz(), 1000.0);
            assert!((level - (-15.05)).abs() < 1.0, "{codec:?} at {rate:?}: {level:.1} dBFS");
        }
    }
}

#[test]
fn speech_keeps_its_signal_to_noise_ratio() {
    for (codec, rate, least) in [
        (Codec::Pcmu, Rate::Narrow, 35.0),
        (Codec::Pcma, Rate::Narrow, 35.0),
        (Codec::G722, Rate::Wide, 22.0),
        (Codec::Opus, Rate::Wide, 5.0),
        (Codec::Opus, Rate::Narrow, 5.0),
    ] {
        let pcm = speech(rate.hz(), 2000, 7);
        let out = round_trip(codec, rate, &pcm);
        let ratio = snr(&pcm[..out.len() - 600], &out, 400);
        assert!(ratio > least, "{codec:?} at {rate:?}: {ratio:.1} dB");
    }
}

#[test]
fn a_lost_packet_is_hidden() {
    for codec in Codec::ALL {
        let rate = Rate::Wide;
        let pcm = sine(rate.hz(), 250.0, 0.4, 400);
        let (mut encoder, mut decoder) = (Encoder::new(codec, rate).unwrap(), Decoder::new(codec, rate).unwrap());
        let (mut bytes, mut out) = ([0; MAX_ENCODED], vec![0; rate.samples(MAX_PACKET_MS)]);
        for (index, frame) in pcm.chunks_exact(320).enumerate() {
            let len = encoder.encode(frame, &mut bytes).unwrap();
            if index == 12 {
                decoder.conceal(&mut out[..320]);
                let level = power_at(&out[..160], rate.hz(), 250.0);
                // Opus' own guess of a pure tone is careful; a voice fares better.
                let least = if codec == Codec::Opus { -45.0 } else { -20.0 };
                assert!(level > least, "{codec:?} guesses {level:.1} dBFS");
            } else if index == 15 {
                decoder.recover(&bytes[..len], &mut out[..320]);
                assert!(out[..320].iter().any(|sample| *sample != 0), "{codec:?}");
            } else {
                decoder.decode(&bytes[..len], &mut out).unwrap();
            }
        }
    }
}

#[test]
fn hostile_payloads_are_refused_or_decoded_but_never_panic() {
    let mut dice = Dice(99);
    for codec in Codec::ALL {
        for rate in [Rate::Narrow, Rate::Wide] {
            let mut decoder = Decoder::new(codec, rate).unwrap();
            let mut out = vec![0; rate.samples(MAX_PACKET_MS)];
            for _ in 0..300 {
                let payload: Vec<u8> = (0..dice.below(1500)).map(|_| dice.next() as u8).collect();
                let count = decoder.decode(&payload, &mut out).unwrap_or(0);
                assert!(count <= out.len());
                decoder.decode(&payload, &mut out[..3]).ok();
                decoder.recover(&payload, &mut out[..rate.samples(20)]);
            }
        }
    }
}

#[test]
fn a_packet_of_more_than_120_ms_is_refused() {
    let mut decoder = Decoder::new(Codec::Pcmu, Rate::Narrow).unwrap();
    assert_eq!(decoder.decode(&[0xFF; 961], &mut [0; 2000]), Err(CodecError::TooLong(961)));
    assert_eq!(decoder.decode(&[0xFF; 160], &mut [0; 100]), Err(CodecError::Buffer(100)));
    assert_eq!(Encoder::new(Codec::Pcmu, Rate::Narrow).unwrap().encode(&[0; 33], &mut [0; 100]), Err(CodecError::FrameSize(33)));
}

#[test]
fn names_and_numbers_are_those_of_the_rfcs() {
    assert_eq!(Codec::parse("OPUS"), Some(Codec::Opus));
    assert_eq!(Codec::parse("G729"), None);
    assert_eq!(Codec::of_payload_type(9), Some(Codec::G722));
    assert_eq!((Codec::G722.clock(), Codec::Opus.ticks(20), Codec::Pcma.ticks(20)), (8000, 960, 160));
}
