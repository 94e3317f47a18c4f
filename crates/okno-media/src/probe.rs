//! What the fuzz targets in `fuzz/` call: everything that reads bytes of strangers, once each, on whatever comes. Nothing here may panic, hang or grow.

use std::time::{Duration, Instant};

use str0m::ice::StunMessage;

use crate::{
    audio::{Audio, Limits},
    codec::{Codec, Decoder, MAX_PACKET_MS, Rate},
    dtmf::Event,
    inbound::Inbound,
    record::{ChunkHeader, Recording, split},
    rtcp, rtp,
};

/// A datagram at a media port: RTP, sealed RTP, RTCP, STUN, telephone events.
pub fn datagram(data: &[u8]) {
    if let Some(packet) = rtp::parse(data) {
        assert!(packet.payload.len() <= data.len());
        let mut written = Vec::new();
        rtp::write(&mut written, packet);
        assert_eq!(rtp::parse(&written), Some(packet), "what we write reads as it was");
        let _ = Event::parse(packet.payload).map(Event::key);
    }
    let _ = rtp::parse_sealed(data);
    if rtp::is_rtcp(data)
        && let Some(about) = rtcp::parse(data, 7).and_then(|heard| heard.about_us)
    {
        let _ = rtcp::round_trip(about, 1 << 40);
    }
    let _ = StunMessage::parse(data);
}

/// A stream of packets into jitter buffer and decoder. The data are the network: which packet comes when, with what in it.
pub fn stream(data: &[u8]) {
    let Some((head, mut rest)) = data.split_first() else { return };
    let codec = Codec::ALL[usize::from(*head) % Codec::ALL.len()];
    let Ok(mut inbound) = Inbound::new(codec, if head & 4 == 0 { Rate::Narrow } else { Rate::Wide }) else { return };
    let (mut now, mut out, mut packets) = (Instant::now(), [0; 320], 0);
    while let Some(([seq_high, seq_low, time, wait, length], after)) = rest.split_first_chunk::<5>() {
        let (payload, after) = after.split_at(usize::from(*length).min(after.len()));
        rest = after;
        now += Duration::from_millis(u64::from(wait & 0x3f));
        inbound.put(u16::from_be_bytes([*seq_high, *seq_low]), u32::from(*time) << (wait >> 6 << 3), payload, now);
        inbound.pull(now, &mut out);
        packets += 1;
        if packets > 500 {
            return;
        }
    }
    if let Ok(mut decoder) = Decoder::new(codec, Rate::Narrow) {
        let _ = decoder.decode(data, &mut vec![0; Rate::Narrow.samples(MAX_PACKET_MS)]);
    }
}

/// A file that somebody uploads as a prompt.
pub fn prompt(data: &[u8]) {
    let length = Duration::from_secs(5);
    if let Ok(audio) = Audio::decode(data, Limits { bytes: 1_000_000, length }) {
        assert!(audio.duration() <= length + Duration::from_millis(200));
    }
}

/// A recording as it was stored, or is no more.
pub fn recording(data: &[u8]) {
    let _ = ChunkHeader::parse(data);
    let pieces = split(data);
    assert_eq!(pieces.iter().map(|piece| piece.len()).sum::<usize>(), data.len(), "nothing is lost or invented");
    let recording = Recording::open(&[7; 32], &pieces);
    assert!(recording.wav_bytes(0..100).len() <= 100);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::Dice;

    fn mutate(dice: &mut Dice, seeds: &[Vec<u8>], rounds: usize, probe: fn(&[u8])) {
        for seed in seeds {
            probe(seed);
            for _ in 0..rounds {
                let mut bytes = seed.clone();
                for _ in 0..=dice.below(4) {
                    let at = dice.below(bytes.len().max(1));
                    match dice.below(5) {
                        0 if !bytes.is_empty() => bytes[at] = dice.next() as u8,
                        1 if !bytes.is_empty() => bytes[at] ^= 1 << dice.below(8),
                        2 => bytes.truncate(at),
                        3 => bytes.insert(at.min(bytes.len()), dice.next() as u8),
                        _ => bytes.extend_from_within(at.min(bytes.len())..),
                    }
                }
                bytes.truncate(4000);
                probe(&bytes);
            }
        }
    }

    /// The files from which fuzzing starts; the same mutations run here without a fuzzer.
    fn corpus(name: &str) -> Vec<Vec<u8>> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(name);
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        assert!(!files.is_empty());
        files.iter().map(|file| std::fs::read(file).unwrap()).collect()
    }

    #[test]
    fn ten_thousand_damaged_datagrams_are_read_or_refused() {
        mutate(&mut Dice(1), &corpus("rtp"), 1500, datagram);
    }

    #[test]
    fn any_stream_of_packets_becomes_sound_or_silence() {
        let mut dice = Dice(2);
        let seeds: Vec<Vec<u8>> =
            (0..8_u8).map(|head| std::iter::once(head).chain((0..600).map(|_| dice.next() as u8)).collect()).collect();
        mutate(&mut dice, &seeds, 40, stream);
    }

    #[test]
    fn damaged_prompts_and_recordings_are_refused_or_read() {
        mutate(&mut Dice(3), &corpus("audio"), 60, prompt);
        mutate(&mut Dice(4), &corpus("audio"), 200, recording);
    }
}
