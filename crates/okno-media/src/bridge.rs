//! Two legs with different codecs: packets are decoded and encoded as they come, without a buffer.
//!
//! What is lost stays lost for the far end, which hides it better than a second guess would: a missing packet becomes a missing packet.
//! Late packets are left out, because a codec with a memory cannot take them.

use crate::codec::{Codec, Decoder, Encoder, MAX_ENCODED, MAX_PACKET_MS, Rate};
use crate::rewrite::SourceKey;

/// Milliseconds of the packets that are made.
pub(crate) const FRAME_MS: usize = 20;
/// Lost packets in a row that are passed on as such; beyond it is a new beginning.
const MAX_LOST: u16 = 50;

/// A piece of audio of one leg, as it came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub(crate) codec: Codec,
    pub(crate) ssrc: u32,
    pub(crate) seq: u16,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) payload: &'a [u8],
}

/// One direction between two codecs.
pub(crate) struct Transcoder {
    key: SourceKey,
    from: Codec,
    to: Codec,
    decoder: Decoder,
    encoder: Encoder,
    rate: Rate,
    expected: Option<(u16, u32)>,
    /// Numbers of the stream that is made; the rewriter maps them like those of any source.
    seq: u16,
    timestamp: u32,
    samples: Vec<i16>,
    held: usize,
    bytes: Box<[u8; MAX_ENCODED]>,
}

impl Transcoder {
    /// `None` when a codec cannot be started.
    pub(crate) fn new(key: SourceKey, from: Codec, to: Codec) -> Option<Self> {
        let rate = from.rate().min(to.rate());
        let samples = vec![0; rate.samples(MAX_PACKET_MS + FRAME_MS)];
        let (decoder, encoder) = (Decoder::new(from, rate).ok()?, Encoder::new(to, rate).ok()?);
        Some(Self {
            key,
            from,
            to,
            decoder,
            encoder,
            rate,
            expected: None,
            seq: 0,
            timestamp: 0,
            samples,
            held: 0,
            bytes: Box::new([0; MAX_ENCODED]),
        })
    }

    /// Whether it is the one for this source and these codecs.
    pub(crate) fn serves(&self, key: SourceKey, from: Codec, to: Codec) -> bool {
        (self.key, self.from, self.to) == (key, from, to)
    }

    /// A packet of the source that holds no audio (a key): what follows it is not lost.
    pub(crate) fn skip(&mut self, seq: u16) {
        if let Some((expected, _)) = &mut self.expected
            && *expected == seq
        {
            *expected = seq.wrapping_add(1);
        }
    }

    /// Takes a frame and gives what it makes: sequence number, timestamp and payload of each packet.
    pub(crate) fn run(&mut self, frame: Frame<'_>, mut emit: impl FnMut(u16, u32, &[u8])) {
        if let Some((seq, timestamp)) = self.expected {
            let lost = frame.seq.wrapping_sub(seq);
            if lost > u16::MAX / 2 {
                return;
            }
            let gap = frame.timestamp.wrapping_sub(timestamp);
            if gap != 0 {
                self.held = 0;
                self.seq = self.seq.wrapping_add(lost.min(MAX_LOST));
                let scaled = u64::from(gap) * u64::from(self.to.clock()) / u64::from(self.from.clock());
                self.timestamp = self.timestamp.wrapping_add(scaled as u32);
            }
        }
        let Ok(count) = self.decoder.decode(frame.payload, &mut self.samples[self.held..]) else { return };
        let passed = count as u64 * u64::from(self.from.clock()) / u64::from(self.rate.hz());
        self.expected = Some((frame.seq.wrapping_add(1), frame.timestamp.wrapping_add(passed as u32)));
        self.held += count;
        let size = self.rate.samples(FRAME_MS);
        let mut at = 0;
        while self.held - at >= size {
            if let Ok(length) = self.encoder.encode(&self.samples[at..at + size], &mut self.bytes[..]) {
                emit(self.seq, self.timestamp, &self.bytes[..length]);
            }
            self.seq = self.seq.wrapping_add(1);
            self.timestamp = self.timestamp.wrapping_add(self.to.ticks(FRAME_MS as u32));
            at += size;
        }
        self.samples.copy_within(at..self.held, 0);
        self.held -= at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{power_at, sine};

    fn encoded(codec: Codec, ms: usize) -> Vec<Vec<u8>> {
        let rate = codec.rate();
        let mut encoder = Encoder::new(codec, rate).unwrap();
        let mut bytes = [0; MAX_ENCODED];
        sine(rate.hz(), 1000.0, 0.3, ms)
            .chunks_exact(rate.samples(20))
            .map(|pcm| {
                let length = encoder.encode(pcm, &mut bytes).unwrap();
                bytes[..length].to_vec()
            })
            .collect()
    }

    #[test]
    fn a_tone_survives_between_all_codecs() {
        for from in Codec::ALL {
            for to in Codec::ALL {
                let mut bridge = Transcoder::new((1, 1), from, to).unwrap();
                let mut decoder = Decoder::new(to, to.rate()).unwrap();
                let (mut pcm, mut scratch, mut numbers) = (Vec::new(), vec![0; 1920], Vec::new());
                for (n, payload) in encoded(from, 1000).iter().enumerate() {
                    let frame = Frame { codec: from, ssrc: 1, seq: n as u16, timestamp: n as u32 * from.ticks(20), marker: false, payload };
                    bridge.run(frame, |seq, timestamp, payload| {
                        let count = decoder.decode(payload, &mut scratch).unwrap();
                        pcm.extend_from_slice(&scratch[..count]);
                        numbers.push((seq, timestamp));
                    });
                }
                assert_eq!(numbers.len(), 50);
                assert!(numbers.iter().enumerate().all(|(n, found)| *found == (n as u16, n as u32 * to.ticks(20))));
                let power = power_at(&pcm[to.rate().samples(300)..], to.rate().hz(), 1000.0);
                assert!(power > -16.0, "{from:?} to {to:?}: {power}");
            }
        }
    }

    #[test]
    fn loss_stays_loss_and_late_packets_are_left_out() {
        let payloads = encoded(Codec::Pcmu, 200);
        let mut bridge = Transcoder::new((1, 1), Codec::Pcmu, Codec::G722).unwrap();
        let mut numbers = Vec::new();
        for n in [0u16, 1, 3, 2, 4] {
            let frame = Frame {
                codec: Codec::Pcmu,
                ssrc: 1,
                seq: n,
                timestamp: u32::from(n) * 160,
                marker: false,
                payload: &payloads[usize::from(n)],
            };
            bridge.run(frame, |seq, timestamp, _| numbers.push((seq, timestamp)));
        }
        assert_eq!(numbers, [(0, 0), (1, 160), (3, 480), (4, 640)]);
    }

    #[test]
    fn packets_of_other_lengths_become_frames_of_twenty_milliseconds() {
        let payload = [0xffu8; 240];
        let mut bridge = Transcoder::new((1, 1), Codec::Pcmu, Codec::Pcma).unwrap();
        let mut made = Vec::new();
        for n in 0..4u16 {
            let frame = Frame { codec: Codec::Pcmu, ssrc: 1, seq: n, timestamp: u32::from(n) * 240, marker: false, payload: &payload };
            bridge.run(frame, |seq, timestamp, bytes| made.push((seq, timestamp, bytes.len())));
        }
        assert_eq!(made, (0..6).map(|n| (n, u32::from(n) * 160, 160)).collect::<Vec<_>>());
    }
}
